import { compareShared, earliestDay, type NaaccrId, parsePartialDate, type PartialDate } from '@perennial/naaccr';
import { type Edit, type EditContext, type EditValues, type Violation } from '../types.js';

/** A date of the record that is valid as DT01 asks, or `undefined`. */
export function dateOf(values: EditValues, item: NaaccrId): PartialDate | undefined {
  const value = values.get(item);
  const parsed = value === undefined ? undefined : parsePartialDate(value);
  return parsed?.ok === true && parsed.value.year >= 1850 ? parsed.value : undefined;
}

const isValid = (value: string, { today }: EditContext): boolean => {
  const parsed = parsePartialDate(value);
  return parsed.ok && parsed.value.year >= 1850 && earliestDay(parsed.value) <= today;
};

const field = (id: string, name: string, item: NaaccrId, required: boolean, message: string): Edit => ({
  id,
  version: 1,
  name,
  basis: 'P',
  severity: 'error',
  level: 'field',
  needs: [item],
  message,
  check(values, context) {
    const value = values.raw(item);
    if (value === undefined) return required ? [{ items: [item] }] : [];
    return isValid(value, context) ? [] : [{ items: [item], allowed: 'YYYY, YYYYMM or YYYYMMDD, not in the future' }];
  },
});

/** An edit that says a date must not be before another, at the precision both share. */
const notBefore = (id: string, name: string, later: NaaccrId, earlier: NaaccrId, message: string): Edit => ({
  id,
  version: 1,
  name,
  basis: 'D',
  severity: 'error',
  level: 'tumor',
  needs: [earlier, later],
  message,
  check(values): readonly Violation[] {
    const [a, b] = [dateOf(values, earlier), dateOf(values, later)];
    return a !== undefined && b !== undefined && compareShared(b, a) < 0 ? [{}] : [];
  },
});

const TREATMENT_DATES: readonly NaaccrId[] = [
  'rxDateSurgery',
  'rxDateRadiation',
  'rxDateChemo',
  'rxDateHormone',
  'rxDateBrm',
  'rxDateOther',
  'dateInitialRxSeer',
  'rxDateMostDefinSurg',
];

/** @source reference edits DT01 to DT15, in this project's own words. */
export const DATES: readonly Edit[] = [
  field(
    'DT01',
    'Date of Diagnosis (SEER DATEDX)',
    'dateOfDiagnosis',
    true,
    'Diagnosis date is missing or not a valid date.',
  ),
  field('DT02', 'Date of Birth (SEER)', 'dateOfBirth', false, 'Birth date is not a valid date.'),
  field(
    'DT03',
    'Date of Last Contact (NAACCR)',
    'dateOfLastContact',
    true,
    'Date of last contact is missing or invalid.',
  ),
  notBefore(
    'DT04',
    'Date of Last Contact, Date of Diag. (NAACCR DATEEDIT)',
    'dateOfLastContact',
    'dateOfDiagnosis',
    'Last contact is before diagnosis.',
  ),
  {
    ...notBefore(
      'DT05',
      'Birth Date, Date of Diag. (NAACCR IF13)',
      'dateOfDiagnosis',
      'dateOfBirth',
      'Diagnosis is before birth.',
    ),
    also: ['overRideAgeSiteMorph'],
    check(values) {
      const [birth, diagnosis] = [dateOf(values, 'dateOfBirth'), dateOf(values, 'dateOfDiagnosis')];
      const inUtero = /^[23]$/.test(values.get('overRideAgeSiteMorph') ?? '');
      return !inUtero && birth !== undefined && diagnosis !== undefined && compareShared(diagnosis, birth) < 0
        ? [{}]
        : [];
    },
  },
  notBefore(
    'DT07',
    'Date of Birth, Date of Last Contact',
    'dateOfLastContact',
    'dateOfBirth',
    'Last contact is before birth.',
  ),
  notBefore(
    'DT10',
    'Date of 1st Contact, Date of Last Contact',
    'dateOfLastContact',
    'dateOf1stContact',
    'Last contact is before first contact.',
  ),
  {
    id: 'DT13',
    version: 1,
    name: 'Treatment dates, Date of Last Contact',
    basis: 'D',
    severity: 'error',
    level: 'tumor',
    needs: ['dateOfLastContact'],
    also: TREATMENT_DATES,
    message: 'Treatment is after last contact.',
    check(values) {
      const last = dateOf(values, 'dateOfLastContact');
      if (last === undefined) return [];
      const after = TREATMENT_DATES.filter((item) => {
        const date = dateOf(values, item);
        return date !== undefined && compareShared(date, last) > 0;
      });
      return after.length > 0 ? [{ items: ['dateOfLastContact', ...after] }] : [];
    },
  },
  notBefore(
    'DT15',
    'RX Date Mst Defn Srg, RX Date Surgery',
    'rxDateMostDefinSurg',
    'rxDateSurgery',
    'Definitive surgery is before first surgery.',
  ),
];
