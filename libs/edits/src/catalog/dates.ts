import { compareShared, earliestDay, latestDay, type NaaccrId, type PartialDate } from '@perennial/naaccr';
import { completedYears, readDate, smallestGapDays, yearsLater } from '../dates.js';
import { type Edit, type FieldEdit } from '../types.js';
import { type EditValues } from '../values.js';
import { error, field, warning } from './define.js';

/** Dates of the treatments that count in the date of first treatment. */
const COMPONENTS = [
  'rxDateSurgery',
  'rxDateRadiation',
  'rxDateChemo',
  'rxDateHormone',
  'rxDateBrm',
  'rxDateOther',
] as const;

/** All dates of treatment. */
export const TREATMENT_DATES = [...COMPONENTS, 'dateInitialRxSeer', 'rxDateMostDefinSurg'] as const;

const ALLOWED = 'YYYY, YYYYMM or YYYYMMDD, not before 1850 and not in the future';
const aDate: FieldEdit['test'] = (value, { today }) => readDate(value, today) !== null;

/** Whether a date is before another, at the precision both know. Unknown dates are never before. */
function before(values: EditValues, item: NaaccrId, other: NaaccrId): boolean {
  const [a, b] = [values.date(item), values.date(other)];
  return a !== undefined && b !== undefined && compareShared(a, b) < 0;
}

/** Youngest and oldest age, in completed years, that two dates allow. */
function ages(birth: PartialDate, at: PartialDate): readonly [youngest: number, oldest: number] {
  return [completedYears(latestDay(birth), earliestDay(at)), completedYears(earliestDay(birth), latestDay(at))];
}

const padAge = (age: number): string => String(Math.max(0, age)).padStart(3, '0');

/** @source reference catalog, dates. */
export const DATES: readonly Edit[] = [
  field({
    id: 'DT01',
    name: 'Date of Diagnosis (SEER DATEDX)',
    basis: 'P',
    items: ['dateOfDiagnosis'],
    required: true,
    allowed: ALLOWED,
    logic:
      'The diagnosis date must be there, as YYYY, YYYYMM or YYYYMMDD, in the calendar, from 1850 on, with its first possible day not after today.',
    message: 'Diagnosis date is missing or not a valid date.',
    test: aDate,
    pass: ['dx=20240229', 'dx=1850', 'dx=202606', 'dx=20260630', 'dx=2026'],
    fail: ['dx=20230229', 'dx=', 'dx=1849', 'dx=20260701', 'dx=202607', 'dx=2027', 'dx=202413', 'dx=2024-01'],
  }),
  field({
    id: 'DT02',
    name: 'Date of Birth (SEER)',
    basis: 'P',
    items: ['dateOfBirth'],
    allowed: ALLOWED,
    logic: 'A birth date that is filled must be a valid date as in DT01.',
    message: 'Birth date is not a valid date.',
    test: aDate,
    pass: ['birth=195407', 'birth='],
    fail: ['birth=19541301', 'birth=1849'],
  }),
  field({
    id: 'DT03',
    name: 'Date of Last Contact (NAACCR)',
    basis: 'P',
    items: ['dateOfLastContact'],
    required: true,
    allowed: ALLOWED,
    logic: 'The date of last contact must be there and be a valid date as in DT01.',
    message: 'Date of last contact is missing or invalid.',
    test: aDate,
    pass: ['dlc=20250110'],
    fail: ['dlc=20250132', 'dlc='],
  }),
  error({
    id: 'DT04',
    name: 'Date of Last Contact, Date of Diag. (NAACCR DATEEDIT)',
    basis: 'D',
    needs: ['dateOfDiagnosis', 'dateOfLastContact'],
    logic: 'Last contact must not be before diagnosis, compared by the parts that both dates know.',
    message: 'Last contact is before diagnosis.',
    broken: (_, values) => before(values, 'dateOfLastContact', 'dateOfDiagnosis'),
    pass: ['dx=202403 dlc=20240301', 'dx=20240301 dlc=20240301', 'dx=2024 dlc=20240101'],
    fail: ['dx=20240310 dlc=20240301', 'dx=2025 dlc=20240301'],
  }),
  error({
    id: 'DT05',
    name: 'Birth Date, Date of Diag. (NAACCR IF13)',
    basis: 'D',
    needs: ['dateOfBirth', 'dateOfDiagnosis'],
    override: { item: 'overRideAgeSiteMorph', values: ['2', '3'] },
    logic: 'Diagnosis must not be before birth, by the parts that both know, unless the case is in utero.',
    message: 'Diagnosis is before birth.',
    broken: (_, values) => before(values, 'dateOfDiagnosis', 'dateOfBirth'),
    pass: [
      'birth=19500101 dx=2020',
      'birth=20200601 dx=20200601',
      'birth=20200601 dx=20200401 ovAge=2',
      'birth=20200601 dx=20200401 ovAge=3',
    ],
    fail: ['birth=20200601 dx=20200401', 'birth=20200601 dx=20200401 ovAge=1'],
  }),
  error({
    id: 'DT06',
    name: 'Age, Birth Date, Date of Diagnosis (NAACCR IF13)',
    basis: 'D',
    needs: ['dateOfBirth', 'dateOfDiagnosis', 'ageAtDiagnosis'],
    logic:
      'Age is the completed years from birth to diagnosis (29 February counts from 1 March in other years). Where a date is partial, age lies between the youngest and the oldest that the dates allow. A negative age counts as 000; 999 fails because both years are known.',
    message: 'Age at diagnosis does not agree with the dates.',
    broken: ([, , age], values) => {
      const [birth, diagnosis] = [values.date('dateOfBirth'), values.date('dateOfDiagnosis')];
      if (birth === undefined || diagnosis === undefined) return false;
      const [youngest, oldest] = ages(birth, diagnosis);
      const years = Number(age);
      if (years >= Math.max(0, youngest) && years <= Math.max(0, oldest)) return false;
      const only = padAge(youngest) === padAge(oldest);
      return {
        allowed: only ? padAge(youngest) : `${padAge(youngest)}-${padAge(oldest)}`,
        ...(only ? { fix: { ageAtDiagnosis: padAge(youngest) } } : {}),
      };
    },
    pass: [
      'birth=19700615 dx=20240614 age=053',
      'birth=19700615 dx=20240615 age=054',
      'birth=20040229 dx=20210228 age=016',
      'birth=20040229 dx=20210301 age=017',
      'birth=1970 dx=2024 age=053',
      'birth=1970 dx=2024 age=054',
      'birth=20200601 dx=20200401 age=000 ovAge=2',
      'birth=197006 dx=202406 age=053',
      'birth=197006 dx=202406 age=054',
    ],
    fail: [
      'birth=19700615 dx=20240614 age=054',
      'birth=19700615 dx=20240615 age=053',
      'birth=1970 dx=2024 age=055',
      'birth=1970 dx=2024 age=052',
      'birth=1970 dx=2024 age=999',
      'birth=20040229 dx=20210228 age=017',
    ],
  }),
  error({
    id: 'DT07',
    name: 'Date of Birth, Date of Last Contact',
    basis: 'D',
    needs: ['dateOfBirth', 'dateOfLastContact'],
    logic: 'Last contact must not be before birth, by the parts that both know.',
    message: 'Last contact is before birth.',
    broken: (_, values) => before(values, 'dateOfLastContact', 'dateOfBirth'),
    pass: ['birth=1950 dlc=2024', 'birth=20200101 dlc=2020', 'birth=20200101 dlc=20200101'],
    fail: ['birth=20200101 dlc=2019'],
  }),
  warning({
    id: 'DT08',
    name: 'Birth date plausibility',
    basis: 'D',
    needs: ['dateOfBirth'],
    also: ['dateOfDiagnosis'],
    logic:
      'Review when the youngest possible age at diagnosis is over 110, or the last possible birth day is more than 125 years before today.',
    message: 'Age is implausibly high; check the birth date.',
    broken: (_, values, { today }) => {
      const [birth, diagnosis] = [values.date('dateOfBirth'), values.date('dateOfDiagnosis')];
      if (birth === undefined) return false;
      if (diagnosis !== undefined && ages(birth, diagnosis)[0] > 110) return true;
      return today > yearsLater(latestDay(birth), 125);
    },
    pass: ['birth=1930 dx=2024', 'birth=19010630', 'birth=1913 dx=2024', 'birth=19130102 dx=20240101'],
    fail: ['birth=1900 dx=2024', 'birth=19010629', 'birth=19121231 dx=20240101', 'birth=1900 dx='],
  }),
  warning({
    id: 'DT09',
    name: 'Date of 1st Contact, Date of Diag.',
    basis: 'D',
    needs: ['dateOf1stContact', 'dateOfDiagnosis'],
    logic:
      'Review when first contact is more than a year before diagnosis: with full dates after the same month and day of the next year, with months only more than 12 months. Left alone when a month is unknown.',
    message: 'First contact is long before diagnosis.',
    broken: (_, values) => {
      const [contact, diagnosis] = [values.date('dateOf1stContact'), values.date('dateOfDiagnosis')];
      if (contact?.month === undefined || diagnosis?.month === undefined) return false;
      if (contact.day !== undefined && diagnosis.day !== undefined)
        return earliestDay(diagnosis) > yearsLater(earliestDay(contact), 1);
      return diagnosis.year * 12 + diagnosis.month - (contact.year * 12 + contact.month) > 12;
    },
    pass: [
      'd1ct=20240101 dx=20240115',
      'd1ct=20230115 dx=20240115',
      'd1ct=202301 dx=20240115',
      'd1ct=20230101 dx=202401',
      'd1ct=2020 dx=20240115',
      'd1ct=20230131 dx=202401',
      'd1ct=20200101 dx=2024',
    ],
    fail: [
      'd1ct=20200101 dx=20240115',
      'd1ct=20230114 dx=20240115',
      'd1ct=202212 dx=20240115',
      'd1ct=20221231 dx=202401',
    ],
  }),
  error({
    id: 'DT10',
    name: 'Date of 1st Contact, Date of Last Contact',
    basis: 'D',
    needs: ['dateOf1stContact', 'dateOfLastContact'],
    logic: 'Last contact must not be before first contact, by the parts that both know.',
    message: 'Last contact is before first contact.',
    broken: (_, values) => before(values, 'dateOfLastContact', 'dateOf1stContact'),
    pass: ['d1ct=20240101 dlc=20240301', 'd1ct=20240301 dlc=20240301', 'd1ct=202403 dlc=20240301'],
    fail: ['d1ct=20240401 dlc=20240301'],
  }),
  warning({
    id: 'DT11',
    name: 'RX Date Surgery, Date of Diag.',
    basis: 'D',
    needs: ['rxDateSurgery', 'dateOfDiagnosis'],
    logic:
      'Review when the first surgery is more than 30 days before diagnosis, counted from its last possible day to the first possible day of diagnosis.',
    message: 'Surgery is before diagnosis.',
    broken: (_, values) => {
      const [surgery, diagnosis] = [values.date('rxDateSurgery'), values.date('dateOfDiagnosis')];
      return surgery !== undefined && diagnosis !== undefined && smallestGapDays(surgery, diagnosis) > 30;
    },
    pass: [
      'dsurg=20240301 dx=20240310',
      'dsurg=20240301 dx=20240331',
      'dsurg=2023 dx=2024',
      'dsurg=202401 dx=20240301',
    ],
    fail: [
      'dsurg=20230301 dx=20240310',
      'dsurg=20240301 dx=20240401',
      'dsurg=202401 dx=20240302',
      'dsurg=2023 dx=20240131',
    ],
  }),
  error({
    id: 'DT12',
    name: 'RX Date Chemo / Hormone / BRM / Radiation, Date of Diag.',
    basis: 'D',
    needs: ['dateOfDiagnosis'],
    anyOf: ['rxDateRadiation', 'rxDateChemo', 'rxDateHormone', 'rxDateBrm'],
    logic:
      'No date of radiation, chemotherapy, hormone or immunotherapy is before diagnosis, by the parts that both know.',
    message: 'Treatment date is before diagnosis.',
    broken: (_, values) =>
      (['rxDateRadiation', 'rxDateChemo', 'rxDateHormone', 'rxDateBrm'] as const)
        .filter((item) => before(values, item, 'dateOfDiagnosis'))
        .map((item) => ({ items: [item, 'dateOfDiagnosis'] })),
    pass: ['dchemo=202405 dx=20240501', 'drad=2024 dhorm=20240501 dx=20240501'],
    fail: [
      'dchemo=202404 dx=20240501',
      'drad=20230101 dx=2024',
      'dhorm=20230101 dx=2024',
      'dbrm=20230101 dchemo=2024 dx=2024',
    ],
  }),
  error({
    id: 'DT13',
    name: 'Treatment dates, Date of Last Contact',
    basis: 'D',
    needs: ['dateOfLastContact'],
    anyOf: TREATMENT_DATES,
    logic: 'No treatment date is after the date of last contact, by the parts that both know.',
    message: 'Treatment is after last contact.',
    broken: (_, values) =>
      TREATMENT_DATES.filter((item) => before(values, 'dateOfLastContact', item)).map((item) => ({
        items: [item, 'dateOfLastContact'],
      })),
    pass: ['drad=20240601 dlc=20240701', 'dsurg=20240701 dlc=20240701', 'dms=2024 dlc=20240101'],
    fail: [
      'drad=20240801 dlc=20240701',
      'dsurg=20240801 dlc=20240701',
      'dchemo=2025 dlc=2024',
      'dhorm=2025 dlc=2024',
      'dbrm=2025 dlc=2024',
      'doth=2025 dlc=2024',
      'dinit=2025 dlc=2024',
      'dms=2025 dlc=2024',
    ],
  }),
  error({
    id: 'DT14',
    name: 'Date Initial RX SEER, component dates',
    basis: 'D',
    needs: ['dateInitialRxSeer'],
    also: [...COMPONENTS, 'rxSummTreatmentStatus'],
    logic:
      'The date of first treatment is not after any known date of surgery, radiation, chemotherapy, hormone, immunotherapy or other treatment and equals one of them, by the parts that both know. It is blank when the treatment status is 0 or 2.',
    message: 'First treatment date is not the earliest treatment date.',
    broken: (_, values) => {
      if (['0', '2'].includes(values.get('rxSummTreatmentStatus'))) return true;
      const first = values.date('dateInitialRxSeer');
      const orders = COMPONENTS.flatMap((item) => {
        const date = values.date(item);
        return first === undefined || date === undefined ? [] : [compareShared(first, date)];
      });
      return orders.length > 0 && (orders.some((order) => order > 0) || !orders.includes(0));
    },
    pass: [
      'dinit=20240301 dsurg=20240301 dchemo=20240401',
      'dinit=20240301',
      'dinit=202403 drad=20240315',
      'dinit=20240301 dsurg=20240301 tstat=1',
      'dinit=20240301 doth=20240301',
    ],
    fail: [
      'dinit=20240401 dsurg=20240301',
      'dinit=20240301 dsurg=20240301 tstat=0',
      'dinit=20240301 tstat=2',
      'dinit=20240201 dsurg=20240301',
      'dinit=20240301 dsurg=20240301 drad=20240201',
      'dinit=20240401 dhorm=20240301 dsurg=20240401',
      'dinit=20240401 dbrm=20240301 dsurg=20240401',
      'dinit=20240401 doth=20240301 dsurg=20240401',
      'dinit=20240401 dchemo=20240301 dsurg=20240401',
    ],
  }),
  error({
    id: 'DT15',
    name: 'RX Date Mst Defn Srg, RX Date Surgery',
    basis: 'D',
    needs: ['rxDateSurgery', 'rxDateMostDefinSurg'],
    logic: 'The most definitive surgery is not before the first surgery, by the parts that both know.',
    message: 'Definitive surgery is before first surgery.',
    broken: (_, values) => before(values, 'rxDateMostDefinSurg', 'rxDateSurgery'),
    pass: ['dsurg=20240301 dms=20240420', 'dsurg=20240301 dms=202403'],
    fail: ['dsurg=20240501 dms=20240420'],
  }),
];
