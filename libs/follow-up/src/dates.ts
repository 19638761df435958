import {
  addMonths,
  dayNumber,
  earliestDay,
  formatPartialDate,
  latestDay,
  type NaaccrDay,
  parsePartialDate,
  type PartialDate,
} from '@perennial/naaccr';

/** A month written `YYYYMM`; text order is time order. */
export type NaaccrMonth = string;

/** Year, month and day of `YYYYMMDD`; the text is trusted to be a day of the calendar. */
function parts(day: NaaccrDay): Required<PartialDate> {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(4, 6)), day: Number(day.slice(6, 8)) };
}

/** A date of the standard as known parts; undefined when absent or not a date. */
export function readDate(text: string | undefined): PartialDate | undefined {
  if (text === undefined) return undefined;
  const parsed = parsePartialDate(text);
  return parsed.ok ? parsed.value : undefined;
}

/** Earliest day that a date of the standard can mean; undefined when absent or not a date. */
export function earliestOf(text: string | undefined): NaaccrDay | undefined {
  const date = readDate(text);
  return date === undefined ? undefined : earliestDay(date);
}

/** Latest day that a date of the standard can mean; undefined when absent or not a date. */
export function latestOf(text: string | undefined): NaaccrDay | undefined {
  const date = readDate(text);
  return date === undefined ? undefined : latestDay(date);
}

/** A day moved by calendar months; a day past the end of the target month becomes its last (30 November less 9 months is 28 or 29 February). */
export function shiftMonths(day: NaaccrDay, months: number): NaaccrDay {
  return formatPartialDate(addMonths(parts(day), months));
}

/** A day moved by days. */
export function shiftDays(day: NaaccrDay, days: number): NaaccrDay {
  const { year, month, day: dayOfMonth } = parts(day);
  return dayFromNumber(dayNumber(year, month, dayOfMonth) + days);
}

/** The day whose number since 1970-01-01 is given. */
export function dayFromNumber(number: number): NaaccrDay {
  const date = new Date(number * 86_400_000);
  return formatPartialDate({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
}

/** Days from one day to another; negative when the second is earlier. */
export function daysBetween(from: NaaccrDay, to: NaaccrDay): number {
  const a = parts(from);
  const b = parts(to);
  return dayNumber(b.year, b.month, b.day) - dayNumber(a.year, a.month, a.day);
}

/** Completed calendar months from one day to a later one, with the end-of-month rule of `shiftMonths`; negative when the second is earlier. */
export function monthsBetween(from: NaaccrDay, to: NaaccrDay): number {
  const a = parts(from);
  const b = parts(to);
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return shiftMonths(from, months) > to ? months - 1 : months;
}

/** Completed years of life on a day; a birthday on 29 February is reached on 1 March of other years. */
export function completedYears(birth: NaaccrDay, on: NaaccrDay): number {
  const years = Number(on.slice(0, 4)) - Number(birth.slice(0, 4));
  return on.slice(4) < birth.slice(4) ? years - 1 : years;
}
