import { type ItemValues } from '@perennial/naaccr';
import { consolidateNoContact, consolidateRestriction } from './consolidation.js';
import { judgeFollowUpItems } from './contact-rules.js';
import { apply, type ContactNews, judgeContact } from './judge-contact.js';

const TODAY = '20260601';
const alive: ItemValues = {
  dateOfBirth: '19500101',
  dateOfLastContact: '20250301',
  vitalStatus: '1',
  causeOfDeath: '0000',
  icdRevisionNumber: '0',
  autopsy: '0',
};
const death = {
  vitalStatus: '0',
  items: { causeOfDeath: 'C509', icdRevisionNumber: '1' },
} as const;
const tumor: ItemValues = { dateOfDiagnosis: '20200115', behaviorCodeIcdO3: '3', primarySite: 'C504' };
const judge = (
  news: ContactNews,
  patient = alive,
  tumors: readonly ItemValues[] = [tumor],
): ReturnType<typeof judgeContact> => judgeContact(patient, tumors, news, TODAY);
const codes = (news: ContactNews, patient = alive, tumors: readonly ItemValues[] = [tumor]): readonly string[] => {
  const answer = judge(news, patient, tumors);
  return answer.ok ? [] : answer.error.map(({ code }) => code);
};
const changes = (news: ContactNews, patient = alive, tumors: readonly ItemValues[] = [tumor]): unknown => {
  const answer = judge(news, patient, tumors);
  return answer.ok ? [answer.value.patient, answer.value.tumors, answer.value.closes] : answer.error;
};
const dead = ((): ItemValues => {
  const answer = judge({ contactedOn: '20260401', ...death });
  return answer.ok ? apply(alive, answer.value.patient) : alive;
})();

describe('a contact with a living patient', () => {
  it('moves the last contact and nothing of a tumor', () =>
    expect(changes({ contactedOn: '20260501', vitalStatus: '1' })).toEqual([
      { dateOfLastContact: '20260501' },
      [{}],
      'contact',
    ]));

  it('moves cancer status only for the tumor it is stated for, with the day of the contact', () =>
    expect(
      changes({ contactedOn: '20260501', vitalStatus: '1', tumors: { 1: { cancerStatus: '1' } } }, alive, [
        tumor,
        tumor,
      ]),
    ).toEqual([
      { dateOfLastContact: '20260501' },
      [{}, { cancerStatus: '1', dateOfLastCancerStatus: '20260501' }],
      'contact',
    ]));

  it('does not give up a day for a month that agrees with it', () =>
    expect(changes({ contactedOn: '202503', vitalStatus: '1' })).toEqual([{}, [{}], 'contact']));

  it.each<[ContactNews, string]>([
    [{ contactedOn: '20260602', vitalStatus: '1' }, 'contact.future'],
    [{ contactedOn: '20191231', vitalStatus: '1', reason: 'correction' }, 'contact.before-diagnosis'],
    [{ contactedOn: '20250228', vitalStatus: '1' }, 'contact.earlier'],
    [{ contactedOn: '2025022', vitalStatus: '1' }, 'contact.date'],
    [{ contactedOn: '20260501', vitalStatus: '1', items: { causeOfDeath: 'C509' } }, 'alive.cause'],
    [{ contactedOn: '20260501', vitalStatus: '1', items: { primaryPayerAtDx: '01' } }, 'contact.item'],
    [{ contactedOn: '20260501', vitalStatus: '1', items: { followUpSourceCentral: '05' } }, 'contact.no-match'],
    [{ contactedOn: '20260501', vitalStatus: '1', tumors: { 4: {} } }, 'contact.tumor'],
    [{ contactedOn: '20260501', vitalStatus: '1', tumors: { 0: { followUpSource: '7' } } }, 'source.death-certificate'],
    [{ contactedOn: '20260501', vitalStatus: '1', reason: 'death-reversed' }, 'contact.reason'],
  ])('%j is refused: %s', (news, code) => expect(codes(news)).toContain(code));

  it('before the diagnosis says so first, with or without a reason', () =>
    expect(codes({ contactedOn: '20191231', vitalStatus: '1' })).toEqual([
      'contact.before-diagnosis',
      'contact.earlier',
    ]));

  it('goes back only with a reason', () =>
    expect(changes({ contactedOn: '20250228', vitalStatus: '1', reason: 'correction' })).toEqual([
      { dateOfLastContact: '20250228' },
      [{}],
      'contact',
    ]));

  it('sets the next source of a foreign resident to 8, and takes it away when the patient is back', () => {
    const abroad: ContactNews = { contactedOn: '20260501', vitalStatus: '1', items: { addrCurrentCountry: 'CAN' } };
    expect(changes(abroad)).toMatchObject([{}, [{ nextFollowUpSource: '8' }], 'contact']);
    const back: ContactNews = { ...abroad, items: { addrCurrentCountry: 'USA' } };
    expect(
      changes(back, { ...alive, addrCurrentCountry: 'CAN' }, [{ ...tumor, nextFollowUpSource: '8' }]),
    ).toMatchObject([{}, [{ nextFollowUpSource: null }], 'contact']);
  });
});

describe('a death', () => {
  it('codes what is not known as unknown, ends the next source, and closes as deceased', () =>
    expect(changes({ contactedOn: '20260401', ...death }, alive, [{ ...tumor, nextFollowUpSource: '1' }])).toEqual([
      {
        dateOfLastContact: '20260401',
        vitalStatus: '0',
        causeOfDeath: 'C509',
        icdRevisionNumber: '1',
        autopsy: '9',
        placeOfDeathState: 'ZZ',
        placeOfDeathCountry: 'ZZU',
      },
      [{ nextFollowUpSource: null }],
      'deceased',
    ]));

  it.each<[ItemValues | undefined, string, string]>([
    [undefined, '20260401', 'death.cause-missing'],
    [{ causeOfDeath: '0000', icdRevisionNumber: '1' }, '20260401', 'death.cause-missing'],
    [{ causeOfDeath: 'C509' }, '20260401', 'death.revision-missing'],
    [{ causeOfDeath: '1749', icdRevisionNumber: '9' }, '20260401', 'death.cause-revision'],
    [{ causeOfDeath: '1749', icdRevisionNumber: '1' }, '20260401', 'death.cause-revision'],
  ])('with %j on %s is refused: %s', (items, contactedOn, code) =>
    expect(codes({ contactedOn, vitalStatus: '0', ...(items === undefined ? {} : { items }) })).toContain(code),
  );

  it.each([
    ['7777', '1', []],
    ['7797', '1', []],
    ['7777', '9', ['death.cause-revision']],
  ])('takes unknown cause %s with revision %s: %j', (causeOfDeath, icdRevisionNumber, expected) =>
    expect(codes({ contactedOn: '20260401', vitalStatus: '0', items: { causeOfDeath, icdRevisionNumber } })).toEqual(
      expected,
    ),
  );

  it('is moved or reversed only with a reason', () => {
    expect(codes({ contactedOn: '20260501', vitalStatus: '1' }, dead)).toEqual(['contact.after-death']);
    expect(codes({ contactedOn: '20260301', ...death }, dead)).toEqual(['contact.death-date']);
    expect(codes({ contactedOn: '20260301', ...death, reason: 'earlier-death' }, dead)).toEqual([]);
    expect(changes({ contactedOn: '20260501', vitalStatus: '1', reason: 'death-reversed' }, dead)).toMatchObject([
      { vitalStatus: '1', causeOfDeath: '0000', icdRevisionNumber: '0', autopsy: '0', placeOfDeathState: null },
      [{}],
      'contact',
    ]);
  });
});

describe('rules of tumors', () => {
  const broken = (items: ItemValues, patient = alive): readonly string[] =>
    judgeFollowUpItems(patient, [{ ...tumor, ...items }], TODAY).map(({ code }) => code);

  it.each<[ItemValues, readonly string[]]>([
    [{}, []],
    [{ cancerStatus: '1', dateOfLastCancerStatus: '20250302' }, ['cancer-status.after-contact']],
    [{ cancerStatus: '1', dateOfLastCancerStatus: '20200114' }, ['cancer-status.before-diagnosis']],
    [{ cancerStatus: '2' }, ['cancer-status.date-missing']],
    [{ dateOfDiagnosis: '20170101', cancerStatus: '2' }, []],
    [{ recurrenceType1st: '00', recurrenceDate1st: '20210101' }, ['recurrence.none']],
    [{ recurrenceType1st: '70', cancerStatus: '1', dateOfLastCancerStatus: '2021' }, ['recurrence.never-disease-free']],
    [{ recurrenceType1st: '54' }, ['recurrence.date-missing']],
    [{ recurrenceType1st: '88', recurrenceDate1st: '2021' }, []],
    [{ recurrenceType1st: '54', recurrenceDate1st: '20200115' }, ['recurrence.before-diagnosis']],
    [{ recurrenceType1st: '54', recurrenceDate1st: '20250401' }, ['recurrence.after-contact']],
    [{ recurrenceType1st: '16', recurrenceDate1st: '20210101' }, ['recurrence.in-situ']],
    [{ behaviorCodeIcdO3: '2', recurrenceType1st: '16', recurrenceDate1st: '20210101' }, []],
    [{ typeOfReportingSource: '7' }, ['reporting-source.dead']],
  ])('%j: %j', (items, expected) => expect(broken(items)).toEqual(expected));

  it('knows the class of case of a tumor found by certificate or autopsy', () => {
    expect(broken({ typeOfReportingSource: '7', classOfCase: '10' }, dead)).toEqual(['reporting-source.class']);
    expect(broken({ typeOfReportingSource: '7', classOfCase: '49' }, dead)).toEqual([]);
    expect(broken({ typeOfReportingSource: '6', classOfCase: '38' }, dead)).toEqual([]);
  });
});

describe('consolidation', () => {
  it('lets one request not to be contacted win', () => {
    expect(consolidateNoContact(['0', '1', undefined])).toBe('1');
    expect(consolidateNoContact(['0', undefined])).toBe('0');
    expect(consolidateNoContact([undefined])).toBeUndefined();
  });

  it.each([
    [['01', '02'], '04'],
    [['01', '06'], '07'],
    [['07', '00'], '00'],
    [['07', undefined], '00'],
    [[], '00'],
  ])('restricts %j to %s', (values, expected) => expect(consolidateRestriction(values)).toBe(expected));
});
