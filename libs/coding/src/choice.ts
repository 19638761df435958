import { type Reading } from './reading.js';
import { type EvidenceSpan } from './types.js';

/** A choice with the words that carry it, the most telling first. */
export interface Choice {
  readonly value: string;
  readonly spans: readonly EvidenceSpan[];
  readonly rule: string;
  readonly confidence: number;
}

/** Most spans that one value shows. */
const MOST_SPANS = 60;

interface Weighed {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Words as spans, the heaviest first, each place once. */
export function spansOf(reading: Reading, places: readonly Weighed[]): EvidenceSpan[] {
  const seen = new Set<number>();
  const spans: EvidenceSpan[] = [];
  for (const { from, to } of [...places].sort((a, b) => b.weight - a.weight || a.from - b.from)) {
    if (seen.has(from) || spans.length >= MOST_SPANS) continue;
    seen.add(from);
    spans.push(spanOf(reading, from, to));
  }
  return spans;
}

export function spanOf(reading: Reading, from: number, to: number): EvidenceSpan {
  return {
    start: reading.tokens.start[from] ?? 0,
    end: reading.tokens.end[to] ?? 0,
    section: reading.sections[reading.section[from] ?? 0]?.name ?? '',
  };
}

export const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
export const round = (value: number): number => Math.round(value * 1000) / 1000;

/** One sum for many statements: the strongest counts fully, the others a part, however many. */
export function pooled(weights: readonly number[], share: number, most: number): number {
  let best = 0;
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    if (weight > best) best = weight;
  }
  return best + Math.min((sum - best) * share, best * most);
}
