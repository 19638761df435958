import { type Reading } from '../reading.js';
import { type SectionKind } from '../tables.js';
import { GAP } from '../text/tokens.js';

/** Where words stand in a report. */
export interface Place {
  /** First and last word. */
  readonly from: number;
  readonly to: number;
  readonly kind: SectionKind;
  readonly specimen: number;
  /** Index in `LABELS` of the question answered. */
  readonly answer: number;
}

/** In what section and specimen words stand, and what question they answer. */
export function placeOf(reading: Reading, from: number, to: number): Place {
  return {
    from,
    to,
    kind: reading.sections[reading.section[from] ?? 0]?.kind ?? 'other',
    specimen: reading.specimen[from] ?? 0,
    answer: reading.answers[from] ?? 0,
  };
}

export const wordOf = ({ tokens }: Reading, at: number): string => tokens.text.slice(tokens.start[at], tokens.end[at]);

/** Whether a new statement begins after a word, up to and with another. */
export function clauseBetween({ tokens }: Reading, from: number, to: number): boolean {
  for (let at = from + 1; at <= to; at += 1) if (tokens.clause[at] === 1) return true;
  return false;
}

/** Whether a new line begins after a word, up to and with another; a text wrapped into one line has periods for line ends. */
export function newLineBetween({ tokens }: Reading, from: number, to: number): boolean {
  for (let at = from + 1; at <= to; at += 1) {
    const bits = tokens.gap[at] ?? 0;
    if ((bits & GAP.NEWLINE) !== 0 || (tokens.wrapped && (bits & GAP.PERIOD) !== 0)) return true;
  }
  return false;
}
