import { type ItemValues, type NaaccrDay, type PatientRecord } from '@perennial/naaccr';
import { daysBetween } from './dates.js';
import { type DateParts, dateText, fillGaps, readParts, repaired, type SurvivalDate } from './survival-dates.js';
import { orderOfTumors, type OrderedTumor, readSequence } from './survival-order.js';

export { type DateParts };

/** One tumor with what its record says of the patient; records of one patient may disagree. */
export interface SurvivalRecord {
  readonly diagnosis: DateParts;
  readonly lastContact: DateParts;
  readonly birth: DateParts;
  readonly sequenceNumberCentral: string;
  readonly vitalStatus: string;
  readonly typeOfReportingSource: string;
}

/** A survival interval: 4 digits of months, 5 of days, flag 0, 1, 2, 3, 8 or 9, and its end as `YYYYMMDD`, null when unknown. */
export interface SurvivalInterval {
  readonly months: string;
  readonly days: string;
  readonly flag: string;
  readonly end: NaaccrDay | null;
}

export interface TumorSurvival {
  /** Item 1775, from `01`. */
  readonly recordNumberRecode: string;
  /** Diagnosis date with gaps filled (item 1788). */
  readonly diagnosis: NaaccrDay | null;
  readonly active: SurvivalInterval;
  readonly presumedAlive: SurvivalInterval;
}

export interface PatientSurvival {
  /** Item 1762; null when the records disagree or say nothing. */
  readonly vitalStatusRecode: string | null;
  /** In the order of the records. */
  readonly tumors: readonly TumorSurvival[];
}

/** A tumor on its way through the algorithm. */
interface Tumor extends OrderedTumor {
  /** Place among the records. */
  readonly index: number;
  readonly source: string;
  /** Diagnosis year within 1900 and the cut-off year. */
  readonly computable: boolean;
}

/** The end of the interval as reported (for the flag) and as used (for the days). */
interface End {
  readonly reported: SurvivalDate;
  readonly day: NaaccrDay;
}

const DAYS_IN_MONTH = 365.24 / 12;
const ALIVE = '1';
/** Death certificate or autopsy only. */
const NOT_COMPUTED_SOURCES = new Set(['6', '7']);

/**
 * Survival time in months and days of all tumors of one patient.
 *
 * @param records all tumors of the patient, any order.
 * @param cutoffYear study cut-off: 31 December of this year.
 * @param today day of the run; a last contact after it counts as missing.
 * @returns unknown months are `9999`, unknown days `99999` with flag 9 (8 for death certificate and autopsy only). Never throws.
 * @source SEER Survival Time in Months, version 2.2.
 */
export function survivalTime(
  records: readonly SurvivalRecord[],
  cutoffYear: number,
  today: NaaccrDay,
): PatientSurvival {
  const [first] = records;
  if (first === undefined) return { vitalStatusRecode: null, tumors: [] };
  const agree = records.every((record) => sameContact(record, first));
  const tumors = records.map((record, index) => readTumor(record, index, cutoffYear, agree));
  const ordered = orderOfTumors(tumors);
  const recordNumber = new Map(ordered.map((tumor, place) => [tumor.index, String(place + 1).padStart(2, '0')]));
  const number = (tumor: Tumor): string => recordNumber.get(tumor.index) ?? '';
  if (!agree) {
    const sameStatus = records.every((record) => record.vitalStatus === first.vitalStatus);
    return {
      vitalStatusRecode: sameStatus ? orNull(first.vitalStatus) : null,
      tumors: tumors.map((tumor) => unknownTumor(number(tumor), null, null)),
    };
  }
  const contact = readContact(first.lastContact, today);
  const afterCutoff = contact.year !== null && contact.year > cutoffYear;
  const computable = orderOfTumors(tumors.filter((tumor) => tumor.computable));
  const filled = fillGaps(
    [...computable.map((tumor) => tumor.diagnosis), ...(contact.year === null ? [] : [contact])],
    repaired(readParts(first.birth)),
  );
  const cutoff: End = {
    reported: { year: cutoffYear, month: 12, day: 31 },
    day: dateText({ year: cutoffYear, month: 12, day: 31 }),
  };
  const reached = contact.year === null ? null : endOf(contact, filled[computable.length], cutoff, afterCutoff);
  const active = intervals(computable, filled, reached);
  const presumedEnd = first.vitalStatus === ALIVE ? cutoff : reached;
  const presumed = intervals(computable, filled, presumedEnd);
  const place = new Map(computable.map((tumor, at) => [tumor.index, at]));
  return {
    vitalStatusRecode: afterCutoff ? ALIVE : orNull(first.vitalStatus),
    tumors: tumors.map((tumor): TumorSurvival => {
      const at = place.get(tumor.index);
      const diagnosis = at === undefined ? undefined : filled[at];
      const [activeInterval, presumedInterval] = at === undefined ? [] : [active[at], presumed[at]];
      if (diagnosis === undefined || activeInterval === undefined || presumedInterval === undefined) {
        return unknownTumor(number(tumor), reached?.day ?? null, presumedEnd?.day ?? null);
      }
      return {
        recordNumberRecode: number(tumor),
        diagnosis: dateText(diagnosis),
        active: activeInterval,
        presumedAlive: presumedInterval,
      };
    }),
  };
}

/**
 * The same from items, answering items 1762 (patient) and 1775, 1782 to 1788 (tumors, in order).
 *
 * Last contact, vital status and birth are the patient's; an item that is unknown as a date is absent.
 */
export function survivalItems(
  patient: PatientRecord,
  cutoffYear: number,
  today: NaaccrDay,
): { readonly items: ItemValues; readonly tumors: readonly ItemValues[] } {
  const { dateOfLastContact, dateOfBirth, vitalStatus = '' } = patient.items;
  const result = survivalTime(
    patient.tumors.map((tumor) => ({
      diagnosis: splitDate(tumor.dateOfDiagnosis),
      lastContact: splitDate(dateOfLastContact),
      birth: splitDate(dateOfBirth),
      vitalStatus,
      sequenceNumberCentral: tumor.sequenceNumberCentral ?? '',
      typeOfReportingSource: tumor.typeOfReportingSource ?? '',
    })),
    cutoffYear,
    today,
  );
  return {
    items: result.vitalStatusRecode === null ? {} : { vitalStatusRecode: result.vitalStatusRecode },
    tumors: result.tumors.map((tumor): ItemValues => ({
      recordNumberRecode: tumor.recordNumberRecode,
      ...(tumor.active.end === null ? {} : { survDateActiveFollowup: tumor.active.end }),
      survFlagActiveFollowup: tumor.active.flag,
      survMosActiveFollowup: tumor.active.months,
      ...(tumor.presumedAlive.end === null ? {} : { survDatePresumedAlive: tumor.presumedAlive.end }),
      survFlagPresumedAlive: tumor.presumedAlive.flag,
      survMosPresumedAlive: tumor.presumedAlive.months,
      ...(tumor.diagnosis === null ? {} : { survDateDxRecode: tumor.diagnosis }),
    })),
  };
}

/** A date of the standard, `YYYY`, `YYYYMM` or `YYYYMMDD`, as parts. */
export function splitDate(date = ''): DateParts {
  return { year: date.slice(0, 4), month: date.slice(4, 6), day: date.slice(6, 8) };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function sameContact(a: SurvivalRecord, b: SurvivalRecord): boolean {
  return (
    a.vitalStatus === b.vitalStatus &&
    a.lastContact.year === b.lastContact.year &&
    a.lastContact.month === b.lastContact.month &&
    a.lastContact.day === b.lastContact.day
  );
}

function readTumor(record: SurvivalRecord, index: number, cutoffYear: number, agree: boolean): Tumor {
  const raw = readParts(record.diagnosis);
  const computable = raw.year !== null && raw.year >= 1900 && raw.year <= cutoffYear;
  return {
    index,
    computable,
    // Months and days out of range are only mended where a result is computed; for mere numbering dates stand as reported.
    diagnosis: agree && computable ? repaired(raw) : raw,
    sequence: readSequence(record.sequenceNumberCentral),
    source: record.typeOfReportingSource,
  };
}

/** Last contact with bad parts emptied; all parts unknown when it is missing, before 1900 or after the day of the run. */
function readContact(reported: DateParts, today: NaaccrDay): SurvivalDate {
  const contact = repaired(readParts(reported));
  const { year, month, day } = contact;
  if (year === null || year < 1900) return { year: null, month: null, day: null };
  // Compared by the parts that are known: a contact in this year without month is not in the future.
  const known = dateText({ year, month, day });
  return known > today.slice(0, known.length) ? { year: null, month: null, day: null } : contact;
}

function endOf(contact: SurvivalDate, filled: SurvivalDate | undefined, cutoff: End, afterCutoff: boolean): End | null {
  if (afterCutoff) return cutoff;
  if (filled === undefined) return null;
  const day = dateText(filled);
  return day === cutoff.day ? cutoff : { reported: contact, day };
}

/** Interval of each computable tumor, in their order; an end that is not known gives unknown intervals. */
function intervals(
  tumors: readonly Tumor[],
  filled: readonly SurvivalDate[],
  end: End | null,
): readonly SurvivalInterval[] {
  const found = tumors.map((tumor, at): SurvivalInterval => {
    const diagnosis = filled[at];
    if (end === null || diagnosis === undefined) return unknownInterval(end?.day ?? null, '9');
    const days = daysBetween(dateText(diagnosis), end.day);
    if (days < 0) return unknownInterval(end.day, '9');
    return {
      months: String(Math.floor(days / DAYS_IN_MONTH)).padStart(4, '0'),
      days: String(days).padStart(5, '0'),
      flag: flagOf(tumor.diagnosis, end.reported, days),
      end: end.day,
    };
  });
  // An interval that might be zero is not when a later tumor's interval is not.
  let laterIsLonger = false;
  for (let at = found.length - 1; at >= 0; at--) {
    const interval = found[at];
    if (interval === undefined) continue;
    if (interval.flag === '1' || interval.flag === '3') laterIsLonger = true;
    if (interval.flag === '2' && laterIsLonger) found[at] = { ...interval, flag: '3' };
  }
  return found.map((interval, at) =>
    NOT_COMPUTED_SOURCES.has(tumors[at]?.source ?? '') ? unknownInterval(interval.end, '8') : interval,
  );
}

function flagOf(diagnosis: SurvivalDate, end: SurvivalDate, days: number): string {
  if (diagnosis.month !== null && diagnosis.day !== null && end.month !== null && end.day !== null) {
    return days > 0 ? '1' : '0';
  }
  const sameMonthPossible = diagnosis.month === null || end.month === null || diagnosis.month === end.month;
  return diagnosis.year === end.year && sameMonthPossible ? '2' : '3';
}

function unknownInterval(end: NaaccrDay | null, flag: '8' | '9'): SurvivalInterval {
  return { months: '9999', days: '99999', flag, end };
}

function unknownTumor(number: string, end: NaaccrDay | null, presumedEnd: NaaccrDay | null): TumorSurvival {
  return {
    recordNumberRecode: number,
    diagnosis: null,
    active: unknownInterval(end, '9'),
    presumedAlive: unknownInterval(presumedEnd, '9'),
  };
}
