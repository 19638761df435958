import { type SurvivalDate } from './survival-dates.js';

/** What decides the order of a patient's tumors. */
export interface OrderedTumor {
  readonly diagnosis: SurvivalDate;
  /** As `readSequence` gives it. */
  readonly sequence: number;
}

/** Sequence numbers 60 to 97 (tumors that only the state asks for) rank after all others. */
const STATE_RANK = 100;

/** Rank of a sequence number: 60 to 97 after all others, not numeric before all. */
export function readSequence(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  return value >= 60 && value <= 97 ? value + STATE_RANK : value;
}

const isState = (tumor: OrderedTumor): boolean => tumor.sequence >= STATE_RANK;

/** Order by the parts that both dates know; 0 when those tie. */
function compareDates(a: SurvivalDate, b: SurvivalDate): number {
  for (const part of ['year', 'month', 'day'] as const) {
    const [one, other] = [a[part], b[part]];
    if (one === null || other === null) return 0;
    if (one !== other) return one - other;
  }
  return 0;
}

const compareTumors = (a: OrderedTumor, b: OrderedTumor): number =>
  compareDates(a.diagnosis, b.diagnosis) || a.sequence - b.sequence;

const missingPart = ({ diagnosis: { year, month, day } }: OrderedTumor): number =>
  year === null ? 3 : month === null ? 2 : day === null ? 1 : 0;

/**
 * Tumors in order of diagnosis (item 1775): complete dates by date and sequence number; then those that lack the day, the month, the year
 * are put among them, each behind the last tumor that it cannot come before.
 */
export function orderOfTumors<T extends OrderedTumor>(tumors: readonly T[]): readonly T[] {
  const ordered: T[] = [];
  // One comparison over all would not be an order: with unknown parts a < b < c < a is possible.
  for (const missing of [0, 1, 2, 3]) {
    const group = tumors.filter((tumor) => missingPart(tumor) === missing).sort(compareTumors);
    for (const tumor of group) ordered.splice(missing === 0 ? ordered.length : placeFor(tumor, ordered), 0, tumor);
  }
  return ordered;
}

function placeFor(tumor: OrderedTumor, ordered: readonly OrderedTumor[]): number {
  for (let at = ordered.length - 1; at >= 0; at--) {
    const other = ordered[at];
    if (other === undefined) continue;
    const difference = compareDates(tumor.diagnosis, other.diagnosis);
    if (difference > 0 || (difference === 0 && mayFollow(tumor, other, ordered.slice(0, at + 1)))) return at + 1;
  }
  return 0;
}

/** Whether a tumor may stand behind one that it ties with. */
function mayFollow(tumor: OrderedTumor, other: OrderedTumor, upToOther: readonly OrderedTumor[]): boolean {
  if (!isState(tumor)) return tumor.sequence >= other.sequence;
  if (isState(other) && tumor.sequence >= other.sequence) return true;
  const tied = upToOther.filter((one) => isState(one) && compareDates(tumor.diagnosis, one.diagnosis) === 0);
  const inOrder = tied.every((one, at) => at === 0 || (tied[at - 1]?.sequence ?? 0) <= one.sequence);
  const last = tied.at(-1);
  return last === undefined || !inOrder || tumor.sequence > last.sequence;
}
