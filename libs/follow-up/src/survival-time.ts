import { type ItemValues, type NaaccrDay, type PatientRecord } from '@perennial/naaccr';

/** Parts of a date as a file writes them: digits, `99`, empty, or anything else, which counts as unknown. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

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
  /** Item 1762; null when the records disagree. */
  readonly vitalStatusRecode: string | null;
  /** In the order of the records. */
  readonly tumors: readonly TumorSurvival[];
}

/**
 * Survival time in months and days of all tumors of one patient.
 *
 * @param records all tumors of the patient, any order.
 * @param cutoffYear study cut-off: 31 December of this year.
 * @param today day of the run; a last contact after it counts as missing.
 * @source SEER Survival Time in Months, version 2.2.
 */
export declare function survivalTime(
  records: readonly SurvivalRecord[],
  cutoffYear: number,
  today: NaaccrDay,
): PatientSurvival;

/** The same from items, answering items 1762 (patient) and 1775, 1782 to 1788 (tumors, in order). Unknown dates are absent. */
export declare function survivalItems(
  patient: PatientRecord,
  cutoffYear: number,
  today: NaaccrDay,
): { readonly items: ItemValues; readonly tumors: readonly ItemValues[] };
