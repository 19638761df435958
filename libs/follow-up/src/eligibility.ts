import { type ItemValues, type NaaccrDay } from '@perennial/naaccr';
import { completedYears, earliestOf, latestOf, shiftMonths } from './dates.js';
import { countedFrom } from './due.js';
import { DEFAULT_SETTINGS, type FollowUpSettings } from './settings.js';

export type ExclusionReason =
  | 'before-reference-date'
  | 'class-of-case'
  | 'foreign-resident'
  | 'cervix-in-situ'
  | 'skin-nonmelanoma'
  | 'benign-borderline-not-cns'
  | 'over-100-not-contacted-12-months';

export interface Eligibility {
  readonly eligible: boolean;
  /** The first rule that holds; null when eligible. */
  readonly reason: ExclusionReason | null;
}

/** Patient and tumor items of one case, in one object. */
export type FollowUpItems = Pick<
  ItemValues,
  | 'dateOfBirth'
  | 'ageAtDiagnosis'
  | 'vitalStatus'
  | 'dateOfLastContact'
  | 'addrCurrentCountry'
  | 'dateOfDiagnosis'
  | 'classOfCase'
  | 'primarySite'
  | 'histologicTypeIcdO3'
  | 'behaviorCodeIcdO3'
>;

interface Question {
  readonly items: FollowUpItems;
  readonly asOf: NaaccrDay;
  readonly settings: FollowUpSettings;
}

/** Tumors of brain, spinal cord, meninges, other nervous system, pituitary, craniopharyngeal duct and pineal gland. */
const NERVOUS_SYSTEM = /^C(70|71|72|751|752|753)/;

/** In the order in which they are asked; the first that holds names the reason. */
const EXCLUSIONS: readonly (readonly [ExclusionReason, (question: Question) => boolean])[] = [
  ['before-reference-date', beforeReferenceDate],
  ['class-of-case', ({ items, settings }) => !followedClass(items.classOfCase, settings)],
  ['foreign-resident', ({ items }) => !['USA', 'ZZU', undefined].includes(items.addrCurrentCountry)],
  ['cervix-in-situ', ({ items }) => site(items).startsWith('C53') && items.behaviorCodeIcdO3 === '2'],
  ['skin-nonmelanoma', ({ items }) => site(items).startsWith('C44') && histologyWithin(items, 8000, 8110)],
  ['benign-borderline-not-cns', benignOutsideNervousSystem],
  ['over-100-not-contacted-12-months', overAgeWithoutContact],
];

/**
 * Whether CoC Standard 6.5 counts a case, with the first reason against it.
 *
 * @param items of the patient and the tumor. A partial diagnosis or contact counts from its earliest possible day, a partial birth from its
 * latest; an absent diagnosis date or country excludes nothing.
 * @param asOf day of the calculation.
 * @source CoC Standard 6.5, cases excluded from the follow-up calculation.
 */
export function eligibility(
  items: FollowUpItems,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): Eligibility {
  const question = { items, asOf, settings };
  const hit = EXCLUSIONS.find(([, holds]) => holds(question));
  return { eligible: hit === undefined, reason: hit?.[0] ?? null };
}

/** First day of diagnosis that counts on a day: the latest of reference date, archive cut-off and rolling window. */
export function effectiveReferenceDate(asOf: NaaccrDay, settings: FollowUpSettings): NaaccrDay {
  const { referenceDate, archivedBefore, rollingWindowYears } = settings;
  const window = rollingWindowYears === null ? '' : shiftMonths(asOf, -12 * rollingWindowYears);
  return [archivedBefore ?? '', window].reduce((latest, day) => (day > latest ? day : latest), referenceDate);
}

/** Whether a case belongs to the recent window: diagnosed in the last five years, or since the reference date where that is shorter. */
export function inRecentWindow(
  items: Pick<ItemValues, 'dateOfDiagnosis'>,
  asOf: NaaccrDay,
  settings: FollowUpSettings = DEFAULT_SETTINGS,
): boolean {
  const diagnosed = earliestOf(items.dateOfDiagnosis);
  if (diagnosed === undefined) return false;
  return diagnosed >= effectiveReferenceDate(asOf, settings) && diagnosed >= shiftMonths(asOf, -settings.recentMonths);
}

const site = (items: FollowUpItems): string => items.primarySite ?? '';

function histologyWithin(items: FollowUpItems, low: number, high: number): boolean {
  const code = Number(items.histologicTypeIcdO3);
  return code >= low && code <= high;
}

function followedClass(classOfCase: string | undefined, { lowestClass, highestClass }: FollowUpSettings): boolean {
  const code = /^\d\d$/.test(classOfCase ?? '') ? Number(classOfCase) : NaN;
  return code >= lowestClass && code <= highestClass;
}

function beforeReferenceDate({ items, asOf, settings }: Question): boolean {
  const diagnosed = earliestOf(items.dateOfDiagnosis);
  return diagnosed !== undefined && diagnosed < effectiveReferenceDate(asOf, settings);
}

function benignOutsideNervousSystem({ items }: Question): boolean {
  return /^[01]$/.test(items.behaviorCodeIcdO3 ?? '') && !NERVOUS_SYSTEM.test(site(items));
}

function overAgeWithoutContact({ items, asOf, settings }: Question): boolean {
  if (items.vitalStatus === '0') return false;
  const birth = latestOf(items.dateOfBirth);
  if (birth === undefined || completedYears(birth, asOf) <= settings.overAgeYears) return false;
  const from = countedFrom(items);
  return from === undefined || from < shiftMonths(asOf, -settings.overAgeContactMonths);
}
