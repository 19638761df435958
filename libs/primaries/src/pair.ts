import { type Tumor } from './tumor.js';

/** Answers of a test: the rules need a third one where a date or a side is unknown. */
export const NO = 0;
export const YES = 1;
export const UNKNOWN = 2;
export type Answer = typeof NO | typeof YES | typeof UNKNOWN;

export const answer = (value: boolean): Answer => (value ? YES : NO);
export const not = (value: Answer): Answer => (value === UNKNOWN ? UNKNOWN : value === YES ? NO : YES);

/** Which of the two was diagnosed later. */
export type Order = 'first-later' | 'second-later' | 'equal' | 'unknown';

/** Year, then month, then day; a part that is needed and unknown on either side makes the order unknown. */
function orderOf(a: Tumor, b: Tumor): Order {
  if (a.year !== b.year) return a.year > b.year ? 'first-later' : 'second-later';
  if (a.month === 0 || b.month === 0) return 'unknown';
  if (a.month !== b.month) return a.month > b.month ? 'first-later' : 'second-later';
  if (a.day === 0 || b.day === 0) return 'unknown';
  return a.day === b.day ? 'equal' : a.day > b.day ? 'first-later' : 'second-later';
}

/** Two tumors as the rules compare them. */
export class Pair {
  readonly a: Tumor;
  readonly b: Tumor;
  readonly order: Order;

  constructor(a: Tumor, b: Tumor) {
    this.a = a;
    this.b = b;
    this.order = orderOf(a, b);
  }

  /** The tumor diagnosed earlier; the first one where that is unknown or the dates are equal. */
  get earlier(): Tumor {
    return this.order === 'first-later' ? this.b : this.a;
  }

  get later(): Tumor {
    return this.order === 'first-later' ? this.a : this.b;
  }

  /** Whether the diagnoses lie at most some days apart, by the intervals that their dates can mean. */
  withinDays(days: number): Answer {
    if (this.order === 'equal') return YES;
    if (this.order === 'unknown') {
      const widest = Math.max(this.a.lastDay - this.b.firstDay, this.b.lastDay - this.a.firstDay);
      return widest <= days ? YES : UNKNOWN;
    }
    const { earlier, later } = this;
    if (later.firstDay - earlier.lastDay > days) return NO;
    return later.lastDay - earlier.firstDay <= days ? YES : UNKNOWN;
  }

  /** Whether the diagnoses lie more than some full years apart, or exactly so many. */
  yearsApart(years: number): Answer {
    const gap = Math.abs(this.a.year - this.b.year);
    if (gap !== years) return answer(gap > years);
    const [earlier, later] = this.a.year <= this.b.year ? [this.a, this.b] : [this.b, this.a];
    if (earlier.month === 0 || later.month === 0) return UNKNOWN;
    if (earlier.month !== later.month) return answer(later.month > earlier.month);
    if (earlier.day === 0 || later.day === 0) return UNKNOWN;
    return answer(later.day >= earlier.day);
  }

  /** Whether `tumor`, one of the two, is the later one. */
  isLater(tumor: Tumor): Answer {
    if (this.order === 'unknown') return UNKNOWN;
    return answer(this.order === (tumor === this.a ? 'first-later' : 'second-later'));
  }

  get sidesKnown(): boolean {
    return isSide(this.a.laterality) && isSide(this.b.laterality);
  }

  /** The tumor of a pair that a condition holds for, the first one where it holds for both. */
  find(condition: (tumor: Tumor) => boolean): Tumor | undefined {
    return condition(this.a) ? this.a : condition(this.b) ? this.b : undefined;
  }
}

const isSide = (laterality: string): boolean => laterality === '1' || laterality === '2';
