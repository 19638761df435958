/**
 * Eligibility, status and stage of `libs/follow-up` as SQL over all patients. The days that they compare with are computed by the
 * library, so that a calendar exists only once; a test holds every case of both against each other.
 */
import { effectiveReferenceDate, type FollowUpSettings, shiftMonths } from '@perennial/follow-up';
import { type EntityManager } from 'typeorm';
import { type FacilitySettings } from './settings.js';

/** What the settings of a facility mean on a day, as days (`YYYYMMDD`) that texts are compared with. */
export interface Thresholds {
  readonly facility_id: string;
  readonly due_months: number;
  /** Counted before this day: due. First of the month after the one that falls due now. */
  readonly due_before: string;
  readonly reminder_through: string;
  readonly delinquent_before: string;
  readonly reference_from: string;
  readonly recent_from: string;
  /** Classes of case that are followed. */
  readonly classes: readonly string[];
  /** Born on this day or before: over the age limit. */
  readonly over_age_birth: string;
  readonly over_age_contact: string;
}

/** @param day `YYYYMMDD`. */
export function thresholdsOf({ facilityId, settings }: FacilitySettings, day: string): Thresholds {
  const months = (count: number): string => shiftMonths(day, -count);
  const nextMonth = shiftMonths(`${day.slice(0, 6)}01`, 1 - settings.dueMonths);
  const over = Number(day.slice(0, 4)) - settings.overAgeYears - 1;
  const reference = effectiveReferenceDate(day, settings);
  const recent = months(settings.recentMonths);
  return {
    facility_id: facilityId,
    due_months: settings.dueMonths,
    due_before: nextMonth,
    reminder_through: months(settings.reminderMonths),
    delinquent_before: months(settings.delinquentMonths),
    reference_from: reference,
    recent_from: recent > reference ? recent : reference,
    classes: followedClasses(settings),
    over_age_birth: `${String(over).padStart(4, '0')}${day.slice(4)}`,
    over_age_contact: months(settings.overAgeContactMonths),
  };
}

function followedClasses({ lowestClass, highestClass }: FollowUpSettings): readonly string[] {
  return Array.from({ length: highestClass - lowestClass + 1 }, (_, at) => String(lowestClass + at).padStart(2, '0'));
}

/** The parameter's rows as a relation `f`. */
export const thresholdsTable = (parameter: string): string =>
  `jsonb_to_recordset(${parameter}::jsonb) AS f(facility_id uuid, due_months int, due_before text, reminder_through text, delinquent_before text, reference_from text, recent_from text, classes text[], over_age_birth text, over_age_contact text)`;

/** Earliest day that a partial date can mean: an unknown month is January, an unknown day the first. Compared byte by byte, which is quick. */
export const earliest = (date: string): string => `left(${date} || '0101', 8) COLLATE "C"`;

/** Day from which the months of a patient `p` are counted, with a case `a`; empty when neither contact nor diagnosis is known. */
export const COUNTED_FROM = `coalesce(${earliest('p.date_of_last_contact')}, ${earliest('a.date_of_diagnosis')}, '')`;

/** Latest day that a partial birth date can mean. */
const LATEST_BIRTH = `CASE length(p.birth_date) WHEN 8 THEN p.birth_date WHEN 4 THEN p.birth_date || '1231'
  WHEN 6 THEN to_char(to_date(p.birth_date, 'YYYYMM') + interval '1 month - 1 day', 'YYYYMMDD') END`;

/** The exclusions in order, as condition and reason. `a` is the case, `p` its patient, `f` the thresholds of its facility. */
const EXCLUSIONS: readonly (readonly [reason: string, condition: string])[] = [
  ['before-reference-date', `${earliest('a.date_of_diagnosis')} < f.reference_from`],
  ['class-of-case', `(a.class_of_case = ANY (f.classes)) IS NOT TRUE`],
  ['foreign-resident', `p.country_current NOT IN ('USA', 'ZZU')`],
  ['cervix-in-situ', `(a.primary_site LIKE 'C53%' AND a.behavior = '2')`],
  ['skin-nonmelanoma', `(a.primary_site LIKE 'C44%' AND a.histology COLLATE "C" BETWEEN '8000' AND '8110')`],
  [
    'benign-borderline-not-cns',
    `(a.behavior IN ('0', '1') AND coalesce(left(a.primary_site, 3) NOT IN ('C70', 'C71', 'C72') AND a.primary_site NOT IN ('C751', 'C752', 'C753'), true))`,
  ],
  [
    'over-100-not-contacted-12-months',
    `(p.vital_status IS DISTINCT FROM '0' AND left(p.birth_date, 4) <= left(f.over_age_birth, 4) AND ${LATEST_BIRTH} <= f.over_age_birth AND ${COUNTED_FROM} < f.over_age_contact)`,
  ],
];

/** Why a case is not counted; null when it is. */
export const EXCLUSION_REASON = `CASE ${EXCLUSIONS.map(([reason, condition]) => `WHEN ${condition} THEN '${reason}'`).join(' ')} END`;

/** Whether a case is counted. */
export const ELIGIBLE = EXCLUSIONS.map(([, condition]) => `${condition} IS NOT TRUE`).join('\n     AND ');

/** Dead, current or delinquent. */
export const STATUS = `CASE WHEN p.vital_status = '0' THEN 'dead' WHEN ${COUNTED_FROM} >= f.delinquent_before THEN 'current' ELSE 'delinquent' END`;

/** Stage of a task counted from a day; one without any day is delinquent. */
export const stageOf = (countedFrom: string): string =>
  `CASE WHEN ${countedFrom} < f.delinquent_before THEN 'delinquent' WHEN ${countedFrom} <= f.reminder_through THEN 'reminder' ELSE 'due' END`;

/** Month in which one counted from a day falls due; one without any day is due in the month of the day given. */
export function dueMonthOf(countedFrom: string, day: string): string {
  const month = `(left(${countedFrom}, 4)::int * 12 + substr(${countedFrom}, 5, 2)::int - 1 + f.due_months)`;
  return `CASE WHEN ${countedFrom} = '' THEN left(${day}, 6) ELSE ${month} / 12 || lpad((${month} % 12 + 1)::text, 2, '0') END`;
}

/**
 * A query over the whole population. Its joins are of all with all, by hash or in order; without this the planner, which cannot know how
 * many cases the conditions leave (and after a load knows nothing), may choose to look patients up one by one, or worse.
 */
export async function overPopulation<T extends object>(
  tx: EntityManager,
  sql: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  await tx.query(`SELECT set_config('work_mem', '128MB', true), set_config('enable_nestloop', 'off', true)`);
  const rows = await tx.query<T[]>(sql, [...parameters]);
  await tx.query(`RESET work_mem; RESET enable_nestloop`);
  return rows;
}
