import { type ItemValues, type NaaccrDay } from '@perennial/naaccr';
import { earliestOf, type NaaccrMonth, shiftMonths } from './dates.js';
import { DEFAULT_SETTINGS, type FollowUpSettings } from './settings.js';

export type FollowUpStatus = 'dead' | 'current' | 'delinquent';

/** Where a living patient stands in the year of follow-up; the months are settings. */
export type DueStage = 'not-due' | 'due' | 'reminder' | 'delinquent';

/** Items that status and due month read; patient items. `dateOfDiagnosis` only stands in where no contact was ever recorded. */
export type ContactItems = Pick<ItemValues, 'vitalStatus' | 'dateOfLastContact' | 'dateOfDiagnosis'>;

/** Day from which the months are counted: the earliest possible day of last contact, else of diagnosis; undefined when neither is a date. */
export function countedFrom(items: ContactItems): NaaccrDay | undefined {
  return earliestOf(items.dateOfLastContact) ?? earliestOf(items.dateOfDiagnosis);
}

/** Day on which the next contact falls due: the earliest possible day of last contact and twelve months, clipped to the end of the month. */
export function dueDay(lastContact: string, settings: FollowUpSettings = DEFAULT_SETTINGS): NaaccrDay | undefined {
  const day = earliestOf(lastContact);
  return day === undefined ? undefined : shiftMonths(day, settings.dueMonths);
}

/** Month in which the next contact falls due; a last contact known by year only counts from January. Undefined when it is no date. */
export function dueMonth(lastContact: string, settings: FollowUpSettings = DEFAULT_SETTINGS): NaaccrMonth | undefined {
  return dueDay(lastContact, settings)?.slice(0, 6);
}

/**
 * Dead, or current when the last contact is not older than 15 calendar months, or delinquent. A patient never contacted and without
 * diagnosis date is delinquent: nobody is lost for want of a date.
 */
export function followUpStatus(
  items: ContactItems,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): FollowUpStatus {
  if (items.vitalStatus === '0') return 'dead';
  const from = countedFrom(items);
  return from !== undefined && from >= shiftMonths(asOf, -settings.delinquentMonths) ? 'current' : 'delinquent';
}

/**
 * Stage of a living patient on a day. Due is a matter of the month (the whole month's patients are on its list from the first); delinquent
 * agrees with `followUpStatus`.
 */
export function dueStage(
  items: ContactItems,
  today: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): DueStage {
  const from = countedFrom(items);
  if (from === undefined || from < shiftMonths(today, -settings.delinquentMonths)) return 'delinquent';
  if (from <= shiftMonths(today, -settings.reminderMonths)) return 'reminder';
  return shiftMonths(from, settings.dueMonths).slice(0, 6) <= today.slice(0, 6) ? 'due' : 'not-due';
}
