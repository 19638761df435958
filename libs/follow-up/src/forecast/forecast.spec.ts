import fc from 'fast-check';
import * as library from './index.js';
import { shiftDays } from '../dates.js';
import { curveDays } from './curve-days.js';
import { type Candidate, casesMissing, shortestList, type Targets } from './shortest-list.js';
import { expectedYield, learnYields, monthBand, type YieldCount } from './yield.js';

const { simulateYear } = jest.requireActual<{
  simulateYear: (
    lib: typeof library,
    options: { seed: number; size: number },
  ) => { byYield: number; oldestFirst: number };
}>('../../../../test/bench/_simulated-year.mjs');

const candidate = (change: Partial<Candidate>): Candidate => ({
  id: 'a',
  source: 'physician',
  monthsSinceContact: 18,
  earlier: 'none',
  cases: 1,
  recentCases: 0,
  ...change,
});
const count = (change: Partial<YieldCount>): YieldCount => ({
  source: 'chart',
  band: '15-23',
  earlier: 'none',
  attempts: 0,
  reached: 0,
  ...change,
});

describe('expected yield', () => {
  it('puts months into bands', () =>
    expect([0, 14, 15, 23, 24, 36, 59, 60, 400].map(monthBand)).toEqual([
      'under-15',
      'under-15',
      '15-23',
      '15-23',
      '24-35',
      '36-59',
      '36-59',
      '60-over',
      '60-over',
    ]));

  it('is what was assumed before there is experience, and what was found once there is much', () => {
    const none = learnYields([]);
    expect(none.overall).toBe(0.5);
    expect(expectedYield(none, candidate({ source: 'chart' })).probability).toBeGreaterThan(
      expectedYield(none, candidate({ source: 'contact' })).probability,
    );
    const much = learnYields([
      count({ source: 'chart', attempts: 5_000, reached: 1_000 }),
      count({ source: 'contact', attempts: 5_000, reached: 4_000 }),
    ]);
    expect(expectedYield(much, candidate({ source: 'chart' })).probability).toBeCloseTo(0.2, 1);
    expect(expectedYield(much, candidate({ source: 'contact' })).probability).toBeCloseTo(0.8, 1);
  });

  it('shows its arithmetic: odds overall times the factors', () => {
    const model = learnYields([
      count({ attempts: 100, reached: 70 }),
      count({ source: 'patient', earlier: 'unanswered', attempts: 100, reached: 20 }),
    ]);
    const { probability, overall, factors } = expectedYield(
      model,
      candidate({ source: 'patient', earlier: 'unanswered' }),
    );
    const odds = (overall / (1 - overall)) * factors.source * factors.months * factors.earlier;
    expect(probability).toBeCloseTo(odds / (1 + odds), 12);
    expect(probability > 0 && probability < 1).toBe(true);
  });
});

describe('the shortest list', () => {
  const targets = (all: [number, number], recent: [number, number]): Targets => ({
    all: { eligible: all[0], followed: all[1], goalPercent: 80 },
    recent: { eligible: recent[0], followed: recent[1], goalPercent: 90 },
  });

  it.each([
    [{ eligible: 100, followed: 75, goalPercent: 80 }, 5],
    [{ eligible: 100, followed: 80, goalPercent: 80 }, 0],
    [{ eligible: 10, followed: 8, goalPercent: 90 }, 1],
    [{ eligible: 7, followed: 5, goalPercent: 80 }, 1],
    [{ eligible: 0, followed: 0, goalPercent: 90 }, 0],
  ])('%j lacks %i cases', (target, missing) => expect(casesMissing(target)).toBe(missing));

  it('is empty where both goals are reached', () =>
    expect(shortestList([candidate({})], targets([10, 9], [10, 9]), learnYields([]))).toEqual({
      missing: { all: 0, recent: 0 },
      contacts: [],
      reaches: true,
    }));

  it('takes best yield first, and says when nobody is left who could help', () => {
    const list = shortestList(
      [candidate({ id: 'far', monthsSinceContact: 70 }), candidate({ id: 'near' }), candidate({ id: 'two', cases: 2 })],
      targets([100, 70], [0, 0]),
      learnYields([]),
    );
    expect(list.reaches).toBe(false);
    expect(list.contacts.map(({ candidate: { id } }) => id)).toEqual(['two', 'near', 'far']);
    expect(list.contacts[2]?.percent.all).toBeCloseTo(70 + (list.contacts[2]?.sum.all ?? 0), 9);
  });

  it('is as short as the best of all choices, for one rate', () => {
    const some = fc.array(
      fc.record({
        source: fc.constantFrom('chart' as const, 'patient' as const, 'contact' as const),
        monthsSinceContact: fc.integer({ min: 12, max: 80 }),
        cases: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 6 }), (properties, lack) => {
        const candidates = properties.map((one, at) => candidate({ ...one, id: String(at) }));
        const model = learnYields([]);
        const list = shortestList(candidates, targets([100, 80 - lack], [0, 0]), model);
        const gains = candidates.map((one) => expectedYield(model, one).probability * one.cases);
        let fewest = Infinity;
        for (let subset = 0; subset < 2 ** gains.length; subset += 1) {
          const taken = gains.filter((_, at) => (subset >> at) & 1);
          if (taken.reduce((sum, gain) => sum + gain, 0) >= lack - 1e-9) fewest = Math.min(fewest, taken.length);
        }
        expect(list.reaches).toBe(fewest < Infinity);
        if (list.reaches) expect(list.contacts).toHaveLength(fewest);
      }),
      { numRuns: 40 },
    );
  });

  it('reaches both goals with what it lists', () => {
    const some = fc.array(fc.record({ monthsSinceContact: fc.integer({ min: 12, max: 80 }), recent: fc.boolean() }), {
      minLength: 30,
      maxLength: 60,
    });
    fc.assert(
      fc.property(some, (properties) => {
        const candidates = properties.map(({ monthsSinceContact, recent }, at) =>
          candidate({ id: String(at), monthsSinceContact, recentCases: Number(recent) }),
        );
        const list = shortestList(candidates, targets([100, 76], [40, 34]), learnYields([]));
        const last = list.contacts[list.contacts.length - 1];
        if (list.reaches)
          expect([(last?.percent.all ?? 0) >= 80 - 1e-6, (last?.percent.recent ?? 0) >= 90 - 1e-6]).toEqual([
            true,
            true,
          ]);
      }),
      { numRuns: 40 },
    );
  });

  it('needs at least 15 % fewer contacts in a simulated year than oldest first', () => {
    const years = Array.from({ length: 6 }, (_, at) => simulateYear(library, { seed: 1_000 + at, size: 1_500 }));
    const sum = (key: 'byYield' | 'oldestFirst'): number => years.reduce((total, year) => total + year[key], 0);
    expect(sum('byYield') / sum('oldestFirst')).toBeLessThan(0.85);
  });
});

describe('days of a curve', () => {
  it('are the first, ends of months, and the last', () =>
    expect(curveDays('20261124', '20270131', 11)).toEqual(['20261124', '20261130', '20261231', '20270131']));

  it('are one where the survey is today', () => expect(curveDays('20261124', '20261124', 11)).toEqual(['20261124']));

  it('are not more than wanted, rising, and begin and end where they should', () => {
    const day = fc.integer({ min: 0, max: 4_000 }).map((days) => shiftDays('20200101', days));
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 2_500 }), fc.integer({ min: 1, max: 12 }), (from, after, most) => {
        const to = shiftDays(from, after);
        const days = curveDays(from, to, most);
        expect([days[0], days.at(-1)]).toEqual([from, to]);
        expect(days.length).toBeLessThanOrEqual(most + 2);
        expect([...new Set(days)].sort()).toEqual([...days]);
      }),
    );
  });
});
