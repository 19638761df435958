import { suppress } from './suppress.js';

const rows = [
  { site: 'C50', cases: 40, alive: 30 },
  { site: 'C61', cases: 20, alive: 18 },
  { site: 'C34', cases: 15, alive: 2 },
];

describe('suppress', () => {
  it('blanks every number of a small row and keeps its label', () => {
    expect(suppress(rows, (row) => row.cases, ['site'], false)[2]).toEqual({
      site: 'C34',
      cases: null,
      alive: null,
      suppressed: true,
    });
  });

  it('hides a second row when a total would give the only blank one away', () => {
    expect(suppress(rows, (row) => row.cases, ['site'], true).map((row) => row.suppressed)).toEqual([
      false,
      true,
      true,
    ]);
    expect(suppress(rows, (row) => row.cases, ['site'], false).map((row) => row.suppressed)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
