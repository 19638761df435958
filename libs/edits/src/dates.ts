import {
  dayNumber,
  daysInMonth,
  earliestDay,
  type NaaccrDay,
  parsePartialDate,
  type PartialDate,
} from '@perennial/naaccr';

/** Dates before this year are taken for slips. */
const FIRST_YEAR = 1850;

/**
 * Read a date as edit DT01 asks: `YYYY`, `YYYYMM` or `YYYYMMDD`, in the calendar, 1850 or later, its first possible day not after today.
 *
 * @returns `null` when it is not valid.
 */
export function readDate(value: string, today: NaaccrDay): PartialDate | null {
  const parsed = parsePartialDate(value);
  return parsed.ok && parsed.value.year >= FIRST_YEAR && earliestDay(parsed.value) <= today ? parsed.value : null;
}

/** Dates of one day on which edits are run, each text read once: a registry has few thousands of them. */
export type DateReader = (value: string) => PartialDate | null;

const KEPT = 50_000;

export function createDateReader(today: NaaccrDay): DateReader {
  const known = new Map<string, PartialDate | null>();
  return (value) => {
    let date = known.get(value);
    if (date === undefined) {
      date = readDate(value, today);
      if (known.size >= KEPT) known.clear();
      known.set(value, date);
    }
    return date;
  };
}

/** Month and day as one number, for birthdays: 29 February counts from 1 March in years without it. */
const inYear = (day: NaaccrDay): number => Number(day.slice(4));

/** Completed years from one day to another; negative when the second is before. */
export function completedYears(from: NaaccrDay, to: NaaccrDay): number {
  return Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (inYear(to) < inYear(from) ? 1 : 0);
}

/** The same month and day some years later, as text to compare with; 29 February stays 29 February. */
export const yearsLater = (day: NaaccrDay, years: number): string =>
  String(Number(day.slice(0, 4)) + years).padStart(4, '0') + day.slice(4);

const first = ({ year, month = 1, day = 1 }: PartialDate): number => dayNumber(year, month, day);
const last = ({ year, month = 12, day }: PartialDate): number =>
  dayNumber(year, month, day ?? daysInMonth(year, month));

/** Days from the last day that the first date can mean to the first day that the second can mean. May be negative. */
export const smallestGapDays = (from: PartialDate, to: PartialDate): number => first(to) - last(from);
