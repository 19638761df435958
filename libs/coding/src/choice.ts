import { type Reading } from './reading.js';
import { type EvidenceSpan } from './types.js';

/** A choice with the words that carry it, the most telling first. */
export interface Choice {
  readonly value: string;
  readonly spans: readonly EvidenceSpan[];
  readonly rule: string;
  readonly confidence: number;
}

/** Something made when it is first asked for: choices are made and dropped while site and histology are seen in the light of each other. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
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
  for (const { from, to } of inOrder(places)) {
    if (seen.has(from) || spans.length >= MOST_SPANS) continue;
    seen.add(from);
    spans.push(spanOf(reading, from, to));
  }
  return spans;
}

/** Places in one shape, whatever they were taken from, the heaviest first. */
function inOrder(places: readonly Weighed[]): Weighed[] {
  const plain: Weighed[] = [];
  for (const { from, to, weight } of places) plain.push({ from, to, weight });
  return plain.sort((a, b) => b.weight - a.weight || a.from - b.from);
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

/** A table of points `[raw, right]`, rising in both: how often choices of a raw score were right. */
export type Calibration = readonly (readonly [raw: number, right: number])[];

/** A raw score as the share that is right, by straight lines between the points of a table. */
export function calibrated(raw: number, table: Calibration): number {
  let [before] = table;
  for (const point of table) {
    if (raw <= point[0]) {
      if (before === undefined || before === point) return point[1];
      return before[1] + ((raw - before[0]) / (point[0] - before[0])) * (point[1] - before[1]);
    }
    before = point;
  }
  return before?.[1] ?? raw;
}
