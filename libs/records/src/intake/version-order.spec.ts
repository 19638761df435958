import fc from 'fast-check';
import { type IncomingReport } from './incoming.js';
import { joinAddendum, type KnownReport, placeVersion } from './version-order.js';

const known = (more: Partial<KnownReport> = {}): KnownReport => ({
  id: 'r',
  identityKey: 'k',
  facilityId: 'f',
  abstractId: null,
  patientId: null,
  currentVersion: 1,
  lastVersion: 1,
  versionId: 'v',
  status: 'F',
  contentHash: 'a',
  reported: '20240401',
  receivedAt: '20240402000000000000',
  body: 'Colon: adenoma.\nMargins free.',
  sections: [],
  ...more,
});
const arriving = { status: 'F', hash: 'b', reported: '20240401', receivedAt: '20240403000000000000', facilityId: 'f' };

describe('placeVersion', () => {
  it.each([
    ['nothing known', undefined, {}, 'new'],
    ['the same content', known(), { hash: 'a' }, 'duplicate'],
    ['the same content, now with a facility', known({ facilityId: null }), { hash: 'a' }, 'assign'],
    ['the same content, still without one', known({ facilityId: null }), { hash: 'a', facilityId: null }, 'duplicate'],
    ['a newer state', known(), { reported: '202404020800' }, 'new'],
    ['an older state', known(), { reported: '20240331' }, 'late'],
    ['the same day, more exact', known(), { reported: '202404010800' }, 'new'],
    ['no time, came later', known(), { reported: null }, 'new'],
    ['no time, came earlier', known(), { reported: null, receivedAt: '20240401000000000000' }, 'late'],
    ['a preliminary after a final', known(), { status: 'P', reported: '20250101' }, 'late'],
    ['a preliminary after a preliminary', known({ status: 'P' }), { status: 'P', reported: '20250101' }, 'new'],
    ['a cancellation', known(), { status: 'X', reported: '20240501' }, 'new'],
  ] as const)('%s', (_, before, more, placement) => {
    expect(placeVersion(before, { ...arriving, ...more })).toBe(placement);
  });

  it('lets of two states with times the newer one hold, whichever came first', () => {
    const day = fc.integer({ min: 20240101, max: 20240128 }).map(String);
    fc.assert(
      fc.property(day, day, (first, second) => {
        fc.pre(first !== second);
        const replaced = placeVersion(known({ reported: first }), { ...arriving, reported: second }) === 'new';
        expect(replaced).toBe(second > first);
      }),
    );
  });
});

describe('joinAddendum', () => {
  const report = (body: string, status = 'A'): IncomingReport => ({
    source: 'hl7',
    identityKey: 'k',
    status,
    reported: null,
    body,
    sections: [{ code: '22637-3', title: 'Final diagnosis', start: 0, end: body.length }],
    specimens: [],
    documents: [],
    patientItems: {},
    reportItems: {},
    collected: undefined,
    facility: {},
  });

  it('puts an addendum alone under its report, with its sections in their places', () => {
    const { body, sections } = joinAddendum(report('HER2 negative.'), known());
    expect(sections.map(({ code, title, start, end }) => [code, title, body.slice(start, end)])).toEqual([
      ['', 'Report', 'Colon: adenoma.\nMargins free.'],
      ['22639-9', 'Addendum', 'HER2 negative.'],
    ]);
  });

  it('leaves the whole report, other states and first ones as they are', () => {
    const whole = report('Colon:  adenoma.\nMargins free.\nADDENDUM: more');
    expect(joinAddendum(whole, known())).toBe(whole);
    const final = report('Other.', 'F');
    expect(joinAddendum(final, known())).toBe(final);
    const first = report('Other.');
    expect(joinAddendum(first, undefined)).toBe(first);
    expect(joinAddendum(first, known({ status: 'X' }))).toBe(first);
  });
});
