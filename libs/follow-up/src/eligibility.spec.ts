import fc from 'fast-check';
import { eligibility, type FollowUpItems, inRecentWindow } from './eligibility.js';
import { DEFAULT_SETTINGS } from './settings.js';

const SETTINGS = { ...DEFAULT_SETTINGS, referenceDate: '20120101' };
const AS_OF = '20260630';

/** A case that counts. */
const counted: FollowUpItems = {
  dateOfBirth: '19500615',
  dateOfDiagnosis: '20180301',
  classOfCase: '14',
  primarySite: 'C504',
  histologicTypeIcdO3: '8500',
  behaviorCodeIcdO3: '3',
  addrCurrentCountry: 'USA',
  vitalStatus: '1',
  dateOfLastContact: '20260101',
};
const reason = (change: Partial<FollowUpItems>): string | null =>
  eligibility({ ...counted, ...change }, AS_OF, SETTINGS).reason;
const without = (item: keyof FollowUpItems): FollowUpItems => {
  const { [item]: _, ...rest } = counted;
  return rest;
};

describe('eligibility', () => {
  it('counts an analytic invasive case since the reference date', () =>
    expect(eligibility(counted, AS_OF, SETTINGS)).toEqual({ eligible: true, reason: null }));

  it.each<[Partial<FollowUpItems>, string | null]>([
    [{ dateOfDiagnosis: '20111231' }, 'before-reference-date'],
    [{ dateOfDiagnosis: '20120101' }, null],
    [{ dateOfDiagnosis: '2012' }, null],
    [{ dateOfDiagnosis: '2011' }, 'before-reference-date'],
    [{ classOfCase: '00' }, 'class-of-case'],
    [{ classOfCase: '10' }, null],
    [{ classOfCase: '22' }, null],
    [{ classOfCase: '30' }, 'class-of-case'],
    [{ addrCurrentCountry: 'CAN' }, 'foreign-resident'],
    [{ addrCurrentCountry: 'ZZU' }, null],
    [{ primarySite: 'C539', behaviorCodeIcdO3: '2' }, 'cervix-in-situ'],
    [{ primarySite: 'C539', behaviorCodeIcdO3: '3' }, null],
    [{ primarySite: 'C509', behaviorCodeIcdO3: '2' }, null],
    [{ primarySite: 'C444', histologicTypeIcdO3: '8000' }, 'skin-nonmelanoma'],
    [{ primarySite: 'C444', histologicTypeIcdO3: '8110' }, 'skin-nonmelanoma'],
    [{ primarySite: 'C444', histologicTypeIcdO3: '8111' }, null],
    [{ primarySite: 'C444', histologicTypeIcdO3: '8720' }, null],
    [{ behaviorCodeIcdO3: '1' }, 'benign-borderline-not-cns'],
    [{ behaviorCodeIcdO3: '0', primarySite: 'C700' }, null],
    [{ behaviorCodeIcdO3: '0', primarySite: 'C729' }, null],
    [{ behaviorCodeIcdO3: '1', primarySite: 'C751' }, null],
    [{ behaviorCodeIcdO3: '1', primarySite: 'C754' }, 'benign-borderline-not-cns'],
    [{ dateOfBirth: '19250630', dateOfLastContact: '20250629' }, 'over-100-not-contacted-12-months'],
    [{ dateOfBirth: '19250630', dateOfLastContact: '20250630' }, null],
    [{ dateOfBirth: '19250701', dateOfLastContact: '20240101' }, null],
    [{ dateOfBirth: '19200101', dateOfLastContact: '20240101', vitalStatus: '0' }, null],
  ])('%j: %s', (change, expected) => expect(reason(change)).toBe(expected));

  it('names the first reason of several', () => {
    expect(reason({ dateOfDiagnosis: '2005', classOfCase: '32', addrCurrentCountry: 'MEX' })).toBe(
      'before-reference-date',
    );
    expect(reason({ classOfCase: '32', addrCurrentCountry: 'MEX' })).toBe('class-of-case');
    expect(reason({ addrCurrentCountry: 'MEX', primarySite: 'C530', behaviorCodeIcdO3: '2' })).toBe('foreign-resident');
  });

  it('treats what is not known as no reason, except the class', () => {
    for (const item of [
      'dateOfDiagnosis',
      'addrCurrentCountry',
      'primarySite',
      'behaviorCodeIcdO3',
      'dateOfBirth',
    ] as const)
      expect(eligibility(without(item), AS_OF, SETTINGS).reason).toBeNull();
    expect(eligibility(without('classOfCase'), AS_OF, SETTINGS).reason).toBe('class-of-case');
  });

  it('moves the first counted day with archive and rolling window', () => {
    const archived = { ...SETTINGS, archivedBefore: '20190101' };
    expect(eligibility(counted, AS_OF, archived).reason).toBe('before-reference-date');
    const rolling = { ...SETTINGS, rollingWindowYears: 8 };
    expect(eligibility({ ...counted, dateOfDiagnosis: '20180630' }, AS_OF, rolling).eligible).toBe(true);
    expect(eligibility({ ...counted, dateOfDiagnosis: '20180629' }, AS_OF, rolling).eligible).toBe(false);
  });

  it('is eligible exactly when it gives no reason', () => {
    const any = fc.record({
      dateOfDiagnosis: fc.constantFrom('2009', '20120101', '202007'),
      classOfCase: fc.constantFrom('00', '12', '22', '43'),
      addrCurrentCountry: fc.constantFrom('USA', 'ZZU', 'CAN'),
      primarySite: fc.constantFrom('C530', 'C445', 'C710', 'C189'),
      behaviorCodeIcdO3: fc.constantFrom('0', '1', '2', '3'),
    });
    fc.assert(
      fc.property(any, (change) => {
        const answer = eligibility({ ...counted, ...change }, AS_OF, SETTINGS);
        expect(answer.eligible).toBe(answer.reason === null);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the recent window', () => {
  it.each([
    ['20210630', AS_OF, '20120101', true],
    ['20210629', AS_OF, '20120101', false],
    ['20230101', AS_OF, '20240101', false],
    ['20240101', AS_OF, '20240101', true],
  ])('diagnosed %s, as of %s, reference date %s: %s', (dateOfDiagnosis, asOf, referenceDate, inside) =>
    expect(inRecentWindow({ dateOfDiagnosis }, asOf, { ...SETTINGS, referenceDate })).toBe(inside),
  );
});
