import { type NaaccrDay } from '@perennial/naaccr';

/** One facility's choices. Defaults follow CoC Standard 6.5; what the standards leave open is a choice with a usual value. */
export interface FollowUpSettings {
  /** First day of diagnosis that the program follows. */
  readonly referenceDate: NaaccrDay;
  /** Diagnoses before this day are archived and need no follow-up; null: nothing is archived. */
  readonly archivedBefore: NaaccrDay | null;
  /** Years before the as-of date that count; null: no rolling window. */
  readonly rollingWindowYears: number | null;
  /** Length of the recent window in months. */
  readonly recentMonths: number;
  /** Lowest and highest class of case that is followed. */
  readonly lowestClass: number;
  readonly highestClass: number;
  /** Completed years above which a patient without recent contact is no longer counted, and how recent that is in months. */
  readonly overAgeYears: number;
  readonly overAgeContactMonths: number;
  /** Months after last contact when the patient falls due, is asked again, and is delinquent. */
  readonly dueMonths: number;
  readonly reminderMonths: number;
  readonly delinquentMonths: number;
  /** Months after last contact when a letter to the physician goes out. */
  readonly physicianLetterMonths: number;
  /** Days between a letter and its second. */
  readonly secondLetterDays: number;
  /** Attempts, and different channels among them, before an unanswered patient may be called lost. */
  readonly attemptsBeforeLost: number;
  readonly channelsBeforeLost: number;
  /** Goals in percent: CoC since the reference date, CoC recent window, older CoC goal over the living. */
  readonly goalAllPercent: number;
  readonly goalRecentPercent: number;
  readonly goalLivingPercent: number;
}

/**
 * Usual values.
 *
 * @source CoC Standard 6.5 (80 % since the reference date, 90 % of the last five years; delinquent after 15 months; classes 10 to 22; archive
 * of 1988 to 2004). Attempts, channels, letter months, second letter and the age rule are common practice.
 */
export const DEFAULT_SETTINGS: FollowUpSettings = {
  referenceDate: '20050101',
  archivedBefore: null,
  rollingWindowYears: null,
  recentMonths: 60,
  lowestClass: 10,
  highestClass: 22,
  overAgeYears: 100,
  overAgeContactMonths: 12,
  dueMonths: 12,
  reminderMonths: 13,
  delinquentMonths: 15,
  physicianLetterMonths: 13,
  secondLetterDays: 45,
  attemptsBeforeLost: 3,
  channelsBeforeLost: 2,
  goalAllPercent: 80,
  goalRecentPercent: 90,
  goalLivingPercent: 80,
};

export type SettingName = keyof FollowUpSettings;

/** A setting and the day from which it holds. */
export interface SettingChange {
  readonly name: SettingName;
  readonly value: string | number | null;
  readonly from: NaaccrDay;
}
