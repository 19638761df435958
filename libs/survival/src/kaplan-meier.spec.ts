import fc from 'fast-check';
import { kaplanMeier, survivalAt } from './kaplan-meier.js';

describe('kaplanMeier', () => {
  it('agrees with a case worked by hand', () => {
    // 5 persons: deaths at 2 and 5, last seen at 3, 5 and 8. S(2) = 4/5; S(5) = 4/5 * 2/3.
    const rows = kaplanMeier(Float64Array.of(2, 3, 5, 5, 8), Uint8Array.of(1, 0, 1, 0, 0));
    expect(rows.map(({ time, atRisk, deaths }) => [time, atRisk, deaths])).toEqual([
      [2, 5, 1],
      [5, 3, 1],
    ]);
    expect(rows[1]?.survival).toBeCloseTo((4 / 5) * (2 / 3), 12);
    expect(rows[1]?.standardError).toBeCloseTo((4 / 5) * (2 / 3) * Math.sqrt(1 / (5 * 4) + 1 / (3 * 2)), 12);
    expect(survivalAt(rows, 4).survival).toBeCloseTo(0.8, 12);
    expect(survivalAt(rows, 1)).toEqual({ survival: 1, standardError: 0 });
  });

  it('without censoring is the share still alive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 200 }),
        (months, time) => {
          const rows = kaplanMeier(Float64Array.from(months), new Uint8Array(months.length).fill(1));
          expect(survivalAt(rows, time).survival).toBeCloseTo(
            months.filter((one) => one > time).length / months.length,
            9,
          );
        },
      ),
    );
  });
});
