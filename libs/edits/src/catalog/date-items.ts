import { type NaaccrId } from '@perennial/naaccr';

/** The dates that edits read. A date without a single-field edit of its own is invalid when it is no date by DT01. */
export const DATE_ITEMS: ReadonlySet<string> = new Set<NaaccrId>([
  'dateOfDiagnosis',
  'dateOfBirth',
  'dateOfLastContact',
  'dateOf1stContact',
  'rxDateSurgery',
  'rxDateRadiation',
  'rxDateChemo',
  'rxDateHormone',
  'rxDateBrm',
  'rxDateOther',
  'dateInitialRxSeer',
  'rxDateMostDefinSurg',
]);
