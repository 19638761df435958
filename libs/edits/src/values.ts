import { type NaaccrId, type PartialDate } from '@perennial/naaccr';

/**
 * Values of one tumor with its patient's, as an edit sees them.
 *
 * A blank and an invalid value are both the empty text, so that a condition is met only by a value.
 */
export interface EditValues {
  /** Index of the tumor in the patient record. */
  readonly index: number;
  /** The value when it is filled and valid; otherwise the empty text. */
  get(item: NaaccrId): string;
  /** A date that is filled and valid. */
  date(item: NaaccrId): PartialDate | undefined;
  /** Those of some items that are filled and valid. The list is prepared once, so give the same one each time. */
  filled(items: readonly NaaccrId[]): readonly NaaccrId[];
  /** First four digits of a valid diagnosis date; not a number without one, so that no comparison with it holds. */
  readonly diagnosisYear: number;
}
