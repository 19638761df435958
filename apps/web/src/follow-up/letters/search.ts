import { type Recipient } from '../words.js';

export const LETTER_STATES = ['queued', 'printed', 'answered', 'returned', 'withdrawn', 'superseded'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** What the address of the letters says. */
export interface LettersSearch {
  readonly facilityId?: string;
  readonly recipient?: Recipient;
  readonly number?: 1 | 2;
  /** A batch to look at. */
  readonly batch?: string;
  readonly state?: LetterState;
  readonly at?: string;
}
