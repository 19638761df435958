import { type NaaccrDay } from '@perennial/naaccr';
import { daysBetween, shiftDays, shiftMonths } from '../dates.js';

/**
 * Days on which a rate is looked at between two days: the first, ends of months between them, and the last. Of too many ends of months
 * every second, third and so on is taken.
 *
 * @param most how many lie between the first and the last at most.
 */
export function curveDays(from: NaaccrDay, to: NaaccrDay, most: number): readonly NaaccrDay[] {
  if (daysBetween(from, to) <= 0) return [from];
  const ends: NaaccrDay[] = [];
  for (let first = shiftMonths(`${from.slice(0, 6)}01`, 1); first <= to; first = shiftMonths(first, 1)) {
    const end = shiftDays(first, -1);
    if (end > from && end < to) ends.push(end);
  }
  const step = Math.max(1, Math.ceil(ends.length / Math.max(1, most)));
  // Counted from the end, so that the distances next to the last day are equal.
  const taken = ends.filter((_, at) => (ends.length - 1 - at) % step === 0);
  return [from, ...taken, to];
}
