/** Why a text is not a partial date. */
export interface DateError {
  readonly code: 'date.syntax' | 'date.year' | 'date.month' | 'date.day';
  readonly input: string;
}
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Year, and where known month (1 to 12) and day (1 to 31). A day is never known without its month. */
export interface PartialDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

/** A complete calendar day written `YYYYMMDD`. */
export type NaaccrDay = string;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Days in a month of the Gregorian calendar; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/**
 * Read a NAACCR date: `YYYY`, `YYYYMM` or `YYYYMMDD`, years 1800 to 2099, valid in the calendar.
 *
 * @returns the parts that are known, or the reason it was refused. Never throws.
 * @source NAACCR Data Standards and Data Dictionary, date format; NAACCR XML specification, data type `date`.
 */
export function parsePartialDate(input: string): Result<PartialDate, DateError> {
  const match = /^(\d{4})(\d{2})?(\d{2})?$/.exec(input);
  if (!match) return { ok: false, error: { code: 'date.syntax', input } };
  const year = Number(match[1]);
  if (year < 1800 || year > 2099) return { ok: false, error: { code: 'date.year', input } };
  if (match[2] === undefined) return { ok: true, value: { year } };
  const month = Number(match[2]);
  if (month < 1 || month > 12) return { ok: false, error: { code: 'date.month', input } };
  if (match[3] === undefined) return { ok: true, value: { year, month } };
  const day = Number(match[3]);
  if (day < 1 || day > daysInMonth(year, month)) return { ok: false, error: { code: 'date.day', input } };
  return { ok: true, value: { year, month, day } };
}

/** The NAACCR form: 4, 6 or 8 digits. */
export function formatPartialDate({ year, month, day }: PartialDate): string {
  return (
    pad(year, 4) +
    (month === undefined ? '' : pad(month, 2)) +
    (month === undefined || day === undefined ? '' : pad(day, 2))
  );
}

/** First day that the date can mean: unknown month and day count as 1. */
export function earliestDay({ year, month = 1, day = 1 }: PartialDate): NaaccrDay {
  return pad(year, 4) + pad(month, 2) + pad(day, 2);
}

/** Last day that the date can mean: unknown month counts as December, unknown day as the last of its month. */
export function latestDay({ year, month = 12, day }: PartialDate): NaaccrDay {
  return pad(year, 4) + pad(month, 2) + pad(day ?? daysInMonth(year, month), 2);
}

/**
 * Compare to the precision both share: `2024` and `20240229` are equal, `202401` is before `20240229`.
 *
 * @returns below 0 when `a` is earlier, above 0 when later, 0 when they do not differ in the parts both know. This is not an order
 * (not transitive): sort by `earliestDay`.
 */
export function compareShared(a: PartialDate, b: PartialDate): number {
  if (a.year !== b.year) return a.year - b.year;
  if (a.month === undefined || b.month === undefined) return 0;
  if (a.month !== b.month) return a.month - b.month;
  if (a.day === undefined || b.day === undefined) return 0;
  return a.day - b.day;
}

/**
 * Move by whole months at the precision of the date; a day past the end of the target month is clipped to its last day
 * (30 November minus 9 months is 28 or 29 February).
 *
 * @param months may be negative; a year without month moves only by whole years and ignores the rest.
 */
export function addMonths(date: PartialDate, months: number): PartialDate {
  if (date.month === undefined) return { year: date.year + Math.trunc(months / 12) };
  const index = date.year * 12 + (date.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return date.day === undefined ? { year, month } : { year, month, day: Math.min(date.day, daysInMonth(year, month)) };
}

/** Days since 1970-01-01 of a complete date in the proleptic Gregorian calendar. */
export function dayNumber(year: number, month: number, day: number): number {
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}

/** All days that a date can mean, first and last included. */
export interface DayRange {
  readonly first: NaaccrDay;
  readonly last: NaaccrDay;
}

/** The days that a date can mean: one for a complete date, else those of its month or year. */
export const rangeOf = (date: PartialDate): DayRange => ({ first: earliestDay(date), last: latestDay(date) });

/** The days that two ranges share; null when there are none. */
export function sharedDays(a: DayRange, b: DayRange): DayRange | null {
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return first > last ? null : { first, last };
}

/** Whether a date lies within a range: surely, surely not, or not to be told from the parts that are known. */
export function liesWithin(date: PartialDate, range: DayRange): 'yes' | 'no' | 'unknown' {
  const own = rangeOf(date);
  if (own.last < range.first || own.first > range.last) return 'no';
  return own.first >= range.first && own.last <= range.last ? 'yes' : 'unknown';
}

/**
 * Order of two dates in time: `before` and `after` only where that holds for every day the dates can mean, `same` only for two equal
 * complete dates. Everything else is `unknown`, two equal partial dates included.
 */
export function orderInTime(a: PartialDate, b: PartialDate): 'before' | 'after' | 'same' | 'unknown' {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  if (one.last < other.first) return 'before';
  if (one.first > other.last) return 'after';
  return one.first === one.last && other.first === other.last ? 'same' : 'unknown';
}

/**
 * A total order for lists, the same as that of the texts in the database: by earliest day, and of dates that begin on one day the less
 * known first (`2024`, `202401`, `20240101`).
 *
 * @returns below 0, 0 or above 0, for `Array.prototype.sort`.
 */
export function compareForSort(a: PartialDate, b: PartialDate): number {
  const [one, other] = [formatPartialDate(a), formatPartialDate(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Least and most of a number that unknown parts of dates leave open; equal when everything is known. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

const dayOf = (day: NaaccrDay): Required<PartialDate> => ({
  year: Number(day.slice(0, 4)),
  month: Number(day.slice(4, 6)),
  day: Number(day.slice(6, 8)),
});

function monthsBetweenDays(from: NaaccrDay, to: NaaccrDay): number {
  const [a, b] = [dayOf(from), dayOf(to)];
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return formatPartialDate(addMonths(a, months)) > to ? months - 1 : months;
}

function daysBetweenDays(from: NaaccrDay, to: NaaccrDay): number {
  const [a, b] = [dayOf(from), dayOf(to)];
  return dayNumber(b.year, b.month, b.day) - dayNumber(a.year, a.month, a.day);
}

/**
 * Completed calendar months from one date to another: the most months by which `from` can be moved (`addMonths`) without passing `to`.
 * So a month from 31 January is completed on 28 or 29 February.
 *
 * @returns least and most over all days that the dates can mean; negative where `to` is earlier.
 */
export function completedMonths(from: PartialDate, to: PartialDate): Span {
  return {
    least: monthsBetweenDays(latestDay(from), earliestDay(to)),
    most: monthsBetweenDays(earliestDay(from), latestDay(to)),
  };
}

/**
 * Days from one date to another.
 *
 * @returns least and most over all days that the dates can mean; negative where `to` is earlier.
 */
export function elapsedDays(from: PartialDate, to: PartialDate): Span {
  return {
    least: daysBetweenDays(latestDay(from), earliestDay(to)),
    most: daysBetweenDays(earliestDay(from), latestDay(to)),
  };
}

/**
 * Completed months and the days left over, as a person counts: three months and four days.
 *
 * @returns null unless both dates are complete and `to` is not the earlier one.
 */
export function monthsAndDays(
  from: PartialDate,
  to: PartialDate,
): { readonly months: number; readonly days: number } | null {
  const [a, b] = [rangeOf(from), rangeOf(to)];
  if (a.first !== a.last || b.first !== b.last || a.first > b.first) return null;
  const months = monthsBetweenDays(a.first, b.first);
  return { months, days: daysBetweenDays(formatPartialDate(addMonths(dayOf(a.first), months)), b.first) };
}
