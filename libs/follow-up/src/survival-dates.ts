import { dayNumber, daysInMonth } from '@perennial/naaccr';
import { dayFromNumber } from './dates.js';

/** Parts of a date as a file writes them: digits, `99`, empty, or anything else, which counts as unknown. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** A date in survival time: null = unknown. A month is never known without its year, a day never without its month. */
export interface SurvivalDate {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

const UNKNOWN: SurvivalDate = { year: null, month: null, day: null };

function readPart(text: string, unknown: number): number | null {
  const value = /^\d+$/.test(text) ? Number(text) : unknown;
  return value === unknown ? null : value;
}

/** Parts as reported; not numeric, `99` and `9999` are unknown, and so is what follows an unknown part. */
export function readParts({ year, month, day }: DateParts): SurvivalDate {
  const parts = { year: readPart(year, 9999), month: readPart(month, 99), day: readPart(day, 99) };
  if (parts.year === null) return UNKNOWN;
  return parts.month === null ? { ...parts, day: null } : parts;
}

/** A bad month empties month and day; a bad day empties the day. */
export function repaired(date: SurvivalDate): SurvivalDate {
  const { year, month, day } = date;
  if (year === null) return UNKNOWN;
  if (month === null || month < 1 || month > 12) return { year, month: null, day: null };
  return day === null || day < 1 || day > daysInMonth(year, month) ? { year, month, day: null } : date;
}

/** The known parts in NAACCR form: 8, 6, 4 or no digits. */
export function dateText({ year, month, day }: SurvivalDate): string {
  const two = (part: number | null): string => (part === null ? '' : String(part).padStart(2, '0'));
  return year === null ? '' : String(year).padStart(4, '0') + two(month) + two(day);
}

/**
 * Fill unknown days, then unknown months, with the middle of what the neighbors allow.
 *
 * @param dates in order of the tumors, the last contact last, each with a known year. Filled values count as known for the next.
 * @param birth bounds the first date from below.
 * @returns complete dates, in the same order.
 */
export function fillGaps(dates: readonly SurvivalDate[], birth: SurvivalDate): readonly SurvivalDate[] {
  const filled = [...dates];
  dates.forEach((date, at) => {
    if (date.month !== null && date.day === null) filled[at] = { ...date, day: middleDay(filled, at, birth) };
  });
  dates.forEach((date, at) => {
    if (date.month === null) filled[at] = middleDate(filled, at, birth);
  });
  return filled;
}

function middleDay(dates: readonly SurvivalDate[], at: number, birth: SurvivalDate): number {
  const { year, month } = dates[at] ?? UNKNOWN;
  const sameMonth = (other: SurvivalDate | undefined): number | null =>
    other !== undefined && other.year === year && other.month === month ? other.day : null;
  const hasDay = (other: SurvivalDate): boolean => other.day !== null;
  const born = at === 0 ? sameMonth(birth) : null;
  const low = sameMonth(dates.slice(0, at).findLast(hasDay)) ?? born ?? 1;
  const high = sameMonth(dates.slice(at + 1).find(hasDay)) ?? daysInMonth(year ?? 0, month ?? 1);
  return Math.floor((low + high) / 2);
}

function middleDate(dates: readonly SurvivalDate[], at: number, birth: SurvivalDate): SurvivalDate {
  const year = dates[at]?.year ?? 0;
  const sameYear = (other: SurvivalDate | undefined): number | null =>
    other === undefined || other.year !== year || other.month === null
      ? null
      : dayNumber(year, other.month, other.day ?? 1);
  const hasMonth = (other: SurvivalDate): boolean => other.month !== null;
  const born = at === 0 ? sameYear(birth) : null;
  const low = sameYear(dates.slice(0, at).findLast(hasMonth)) ?? born ?? dayNumber(year, 1, 1);
  const high = sameYear(dates.slice(at + 1).find(hasMonth)) ?? dayNumber(year, 12, 31);
  const day = dayFromNumber(low + Math.floor((high - low) / 2));
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(4, 6)), day: Number(day.slice(6, 8)) };
}
