import { type TestSpec } from './tests.js';

export type Decision = 'SINGLE_PRIMARY' | 'MULTIPLE_PRIMARIES' | 'QUESTIONABLE';

/** When all tests say yes, `then` is the answer; when some are unknown and none says no, it is the tentative answer. */
export interface Clause {
  readonly when: readonly TestSpec[];
  readonly then: Decision;
  /** Fires only when every test says yes; an unknown one is as good as no. */
  readonly certain?: true;
  /** Its answer is tentative even when every test says yes. */
  readonly tentative?: true;
}

/** One rule: the first of its clauses that fires decides it. */
export interface Rule {
  /** Number of the rule in the manual, for example `M12`. */
  readonly step: string;
  /** What the rule says, in our own words. */
  readonly says: string;
  readonly clauses: readonly Clause[];
}

/** Which tumors a set of rules is for; every part that is given must hold. */
export interface Scope {
  readonly years: readonly [from: number, to: number];
  readonly sites?: string;
  readonly codes?: string;
  readonly codesExcluded?: string;
  readonly behaviors: string;
}

/** An ordered set of rules for a group of tumors and years of diagnosis. Plain data: a new year is a new set. */
export interface RuleSet {
  readonly id: string;
  readonly name: string;
  /** Name of the group in the public reference's results. */
  readonly reference: string;
  readonly scopes: readonly Scope[];
  readonly rules: readonly Rule[];
}

export const single = (...when: readonly TestSpec[]): Clause => ({ when, then: 'SINGLE_PRIMARY' });
export const multiple = (...when: readonly TestSpec[]): Clause => ({ when, then: 'MULTIPLE_PRIMARIES' });
export const questionable = (...when: readonly TestSpec[]): Clause => ({ when, then: 'QUESTIONABLE' });
/** A clause that does not fire on unknowns. */
export const certain = (clause: Clause): Clause => ({ ...clause, certain: true });

/** Last year of sets that still apply. */
export const OPEN = 9_999;
/** Blood neoplasms and Kaposi sarcoma, which the rules for solid tumors leave out. */
export const NOT_SOLID = '9590-9993 9140';
export const BLOOD = '9590-9993';
