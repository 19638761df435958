import { type NaaccrDay } from '@perennial/naaccr';
import { completedYears, earliestOf } from './dates.js';
import { type FollowUpStatus, followUpStatus } from './due.js';
import { effectiveReferenceDate, eligibility, type FollowUpItems, inRecentWindow } from './eligibility.js';
import { DEFAULT_SETTINGS, type FollowUpSettings } from './settings.js';

/** How many were counted, and how they stand. */
export interface Tally {
  readonly cases: number;
  readonly eligible: number;
  readonly dead: number;
  readonly current: number;
  readonly delinquent: number;
}

/** A tally with its rates in percent; null where nobody is counted. */
export interface FollowUpRate extends Tally {
  /** (dead + current) / eligible. */
  readonly allPercent: number | null;
  /** current / (current + delinquent). */
  readonly livingPercent: number | null;
  readonly goalPercent: number;
  /** Whether `allPercent` reaches the goal; nobody to follow misses none. */
  readonly meets: boolean;
}

export interface CocRate extends FollowUpRate {
  readonly measure: 'since-reference-date' | 'last-five-years';
  readonly asOf: NaaccrDay;
  readonly referenceDate: NaaccrDay;
}

/** Population, minimum and quality goal of one SEER measure, in percent. */
export interface SeerGoal {
  readonly behavior: 'invasive' | 'in-situ';
  /** Completed years at diagnosis, both inclusive. */
  readonly fromAge: number;
  readonly toAge: number;
  readonly minimumPercent: number;
  readonly goalPercent: number;
}

/** @source SEER follow-up goals by behavior and age at diagnosis. */
export const SEER_GOALS: readonly SeerGoal[] = [
  { behavior: 'invasive', fromAge: 0, toAge: 19, minimumPercent: 80, goalPercent: 90 },
  { behavior: 'invasive', fromAge: 20, toAge: 64, minimumPercent: 80, goalPercent: 90 },
  { behavior: 'invasive', fromAge: 65, toAge: 999, minimumPercent: 90, goalPercent: 95 },
  { behavior: 'in-situ', fromAge: 0, toAge: 999, minimumPercent: 80, goalPercent: 90 },
];

export interface SeerRate extends FollowUpRate {
  readonly measure: SeerGoal;
  readonly meetsMinimum: boolean;
}

type Counts = { -readonly [key in keyof Tally]: number };
const none = (): Counts => ({ cases: 0, eligible: 0, dead: 0, current: 0, delinquent: 0 });

function count(counts: Counts, status: FollowUpStatus): void {
  counts.eligible += 1;
  counts[status] += 1;
}

/** Rates of a tally against a goal in percent. The comparison is on whole numbers, so that exactly the goal reaches it. */
export function rateOf(tally: Tally, goalPercent: number): FollowUpRate {
  const { cases, eligible, dead, current, delinquent } = tally;
  const living = current + delinquent;
  return {
    ...{ cases, eligible, dead, current, delinquent },
    allPercent: eligible === 0 ? null : ((dead + current) / eligible) * 100,
    livingPercent: living === 0 ? null : (current / living) * 100,
    goalPercent,
    meets: (dead + current) * 100 >= goalPercent * eligible,
  };
}

/**
 * The two rates of CoC Standard 6.5: all eligible cases since the reference date, and those diagnosed in the last five years.
 *
 * @param cases patient and tumor items together, one element a case; for rates by patient pass one element a patient (`onePerPatient`).
 * `cases` of both rows counts all that were given.
 */
export function cocRates(
  cases: Iterable<FollowUpItems>,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): readonly [CocRate, CocRate] {
  const all = none();
  const recent = none();
  for (const items of cases) {
    all.cases += 1;
    recent.cases += 1;
    if (!eligibility(items, asOf, settings).eligible) continue;
    const status = followUpStatus(items, asOf, settings);
    count(all, status);
    if (inRecentWindow(items, asOf, settings)) count(recent, status);
  }
  const head = { asOf, referenceDate: effectiveReferenceDate(asOf, settings) };
  return [
    { measure: 'since-reference-date', ...head, ...rateOf(all, settings.goalAllPercent) },
    { measure: 'last-five-years', ...head, ...rateOf(recent, settings.goalRecentPercent) },
  ];
}

/** Rates since the reference date by any property of a case (diagnosis year, site, class, physician), in order of the key. */
export function ratesBy<T extends FollowUpItems>(
  cases: Iterable<T>,
  keyOf: (items: T) => string,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): readonly (FollowUpRate & { readonly key: string })[] {
  const groups = new Map<string, Counts>();
  for (const items of cases) {
    const key = keyOf(items);
    const counts = groups.get(key) ?? none();
    groups.set(key, counts);
    counts.cases += 1;
    if (eligibility(items, asOf, settings).eligible) count(counts, followUpStatus(items, asOf, settings));
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, counts]) => ({ key, ...rateOf(counts, settings.goalAllPercent) }));
}

/**
 * SEER rates of all cases by behavior and age at diagnosis. A case whose age is not known counts in none of the invasive groups.
 *
 * @param settings only the months after which a living patient is delinquent are used.
 */
export function seerRates(
  cases: Iterable<FollowUpItems>,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
  goals: readonly SeerGoal[] = SEER_GOALS,
): readonly SeerRate[] {
  const tallies = goals.map((goal) => ({ goal, counts: none() }));
  for (const items of cases) {
    for (const { goal, counts } of tallies) {
      counts.cases += 1;
      if (countsFor(items, goal)) count(counts, followUpStatus(items, asOf, settings));
    }
  }
  return tallies.map(({ goal, counts }) => ({
    measure: goal,
    ...rateOf(counts, goal.goalPercent),
    meetsMinimum: rateOf(counts, goal.minimumPercent).meets,
  }));
}

function countsFor(items: FollowUpItems, goal: SeerGoal): boolean {
  if (items.behaviorCodeIcdO3 !== (goal.behavior === 'invasive' ? '3' : '2')) return false;
  if (goal.fromAge === 0 && goal.toAge === 999) return true;
  const age = ageAtDiagnosis(items);
  return age !== undefined && age >= goal.fromAge && age <= goal.toAge;
}

function ageAtDiagnosis(items: FollowUpItems): number | undefined {
  const coded = items.ageAtDiagnosis;
  if (coded !== undefined && /^\d{3}$/.test(coded) && coded !== '999') return Number(coded);
  const birth = earliestOf(items.dateOfBirth);
  const diagnosed = earliestOf(items.dateOfDiagnosis);
  return birth === undefined || diagnosed === undefined ? undefined : Math.max(0, completedYears(birth, diagnosed));
}

/**
 * One element a patient, for rates by patient: the first eligible case of each, else the first case.
 *
 * @param patientOf what tells the patients apart.
 */
export function onePerPatient<T extends FollowUpItems>(
  cases: Iterable<T>,
  patientOf: (items: T) => string,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): readonly T[] {
  const chosen = new Map<string, { items: T; rank: number }>();
  for (const items of cases) {
    const eligible = eligibility(items, asOf, settings).eligible;
    // A patient belongs to the recent window when any of the eligible tumors does.
    const rank = eligible ? (inRecentWindow(items, asOf, settings) ? 2 : 1) : 0;
    const known = chosen.get(patientOf(items));
    if (known === undefined || known.rank < rank) chosen.set(patientOf(items), { items, rank });
  }
  return [...chosen.values()].map(({ items }) => items);
}
