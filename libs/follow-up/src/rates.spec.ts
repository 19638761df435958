import fc from 'fast-check';
import { type FollowUpItems } from './eligibility.js';
import { cocRates, onePerPatient, rateOf, ratesBy, seerRates } from './rates.js';
import { DEFAULT_SETTINGS } from './settings.js';

const AS_OF = '20260630';
const SETTINGS = { ...DEFAULT_SETTINGS, referenceDate: '20120101' };
const person = (change: Partial<FollowUpItems>): FollowUpItems => ({
  dateOfBirth: '19600101',
  dateOfDiagnosis: '20230101',
  classOfCase: '14',
  primarySite: 'C504',
  histologicTypeIcdO3: '8500',
  behaviorCodeIcdO3: '3',
  vitalStatus: '1',
  dateOfLastContact: '20260101',
  ...change,
});
const DEAD = person({ vitalStatus: '0', dateOfLastContact: '20240101' });
const CURRENT = person({});
const DELINQUENT = person({ dateOfLastContact: '20250101' });

describe('a rate', () => {
  it('is (dead + current) of all, and current of the living', () => {
    const rate = rateOf({ cases: 10, eligible: 8, dead: 2, current: 4, delinquent: 2 }, 80);
    expect(rate).toMatchObject({ allPercent: 75, meets: false });
    expect(rate.livingPercent).toBeCloseTo(66.6667, 4);
  });

  it('reaches a goal of exactly its percentage, and nobody to follow misses none', () => {
    expect(rateOf({ cases: 5, eligible: 5, dead: 0, current: 4, delinquent: 1 }, 80).meets).toBe(true);
    expect(rateOf({ cases: 0, eligible: 0, dead: 0, current: 0, delinquent: 0 }, 80)).toMatchObject({
      allPercent: null,
      livingPercent: null,
      meets: true,
    });
  });
});

describe('CoC rates', () => {
  it('count eligible cases since the reference date and of the last five years', () => {
    const old = person({ dateOfDiagnosis: '20150101' });
    const excluded = person({ classOfCase: '30' });
    const [all, recent] = cocRates([DEAD, CURRENT, DELINQUENT, old, excluded], AS_OF, SETTINGS);
    expect(all).toMatchObject({
      cases: 5,
      eligible: 4,
      dead: 1,
      current: 2,
      delinquent: 1,
      allPercent: 75,
      goalPercent: 80,
    });
    expect(recent).toMatchObject({
      cases: 5,
      eligible: 3,
      dead: 1,
      current: 1,
      delinquent: 1,
      goalPercent: 90,
      meets: false,
    });
  });

  it('are sums over any partition of the cases', () => {
    const cases = fc.array(fc.constantFrom(DEAD, CURRENT, DELINQUENT, person({ classOfCase: '00' })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(cases, (all) => {
        const [whole] = cocRates(all, AS_OF, SETTINGS);
        const parts = ratesBy(
          all.map((items, at) => ({ ...items, group: String(at % 3) })),
          ({ group }) => group,
          AS_OF,
          SETTINGS,
        );
        for (const key of ['cases', 'eligible', 'dead', 'current', 'delinquent'] as const) {
          expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(whole[key]);
        }
        expect(whole.dead + whole.current + whole.delinquent).toBe(whole.eligible);
      }),
      { numRuns: 40 },
    );
  });

  it('by patient take the tumor that counts, the recent one first', () => {
    const tumors = [
      { ...person({ classOfCase: '30' }), patient: 'a' },
      { ...person({ dateOfDiagnosis: '20150101' }), patient: 'a' },
      { ...person({ dateOfDiagnosis: '20240101' }), patient: 'a' },
      { ...person({ classOfCase: '30' }), patient: 'b' },
    ];
    const chosen = onePerPatient(tumors, ({ patient }) => patient, AS_OF, SETTINGS);
    expect(chosen.map(({ patient, dateOfDiagnosis, classOfCase }) => [patient, dateOfDiagnosis, classOfCase])).toEqual([
      ['a', '20240101', '14'],
      ['b', '20230101', '30'],
    ]);
  });
});

describe('SEER rates', () => {
  it('go by behavior and age at diagnosis, each with its minimum and goal', () => {
    const rates = seerRates(
      [
        person({ dateOfBirth: '20060101' }),
        person({ ageAtDiagnosis: '064' }),
        person({ ageAtDiagnosis: '065', dateOfLastContact: '20240101' }),
        person({ behaviorCodeIcdO3: '2', dateOfBirth: '20060101' }),
        person({ behaviorCodeIcdO3: '0' }),
      ],
      AS_OF,
      SETTINGS,
    );
    expect(rates.map(({ eligible, current, meets, meetsMinimum }) => [eligible, current, meets, meetsMinimum])).toEqual(
      [
        [1, 1, true, true],
        [1, 1, true, true],
        [1, 0, false, false],
        [1, 1, true, true],
      ],
    );
    expect(rates.map(({ measure }) => [measure.minimumPercent, measure.goalPercent])).toEqual([
      [80, 90],
      [80, 90],
      [90, 95],
      [80, 90],
    ]);
  });

  it('leave a case of unknown age out of the groups by age, but not out of in situ', () => {
    const { dateOfBirth: _, ...unknown } = person({ ageAtDiagnosis: '999' });
    expect(seerRates([unknown], AS_OF).map(({ eligible }) => eligible)).toEqual([0, 0, 0, 0]);
    expect(seerRates([{ ...unknown, behaviorCodeIcdO3: '2' }], AS_OF)[3]?.eligible).toBe(1);
  });
});
