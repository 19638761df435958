import { type FollowUpRate, type FollowUpSettings, rateOf, SEER_GOALS, type Tally } from '@perennial/follow-up';
import { type EntityManager } from 'typeorm';
import {
  COUNTED_FROM,
  earliest,
  ELIGIBLE,
  EXCLUSION_REASON,
  overPopulation,
  STATUS,
  thresholdsOf,
  thresholdsTable,
} from './population.js';
import { type FacilitySettings } from './settings.js';

/** By what a rate may be broken down. */
export const DIMENSIONS = {
  diagnosisYear: `left(a.date_of_diagnosis, 4)`,
  site: `left(a.primary_site, 3)`,
  class: 'a.class_of_case',
  physician: `coalesce(a.items->>'npiPhysicianFollowUp', a.items->>'physicianFollowUp')`,
} as const;
export type Dimension = keyof typeof DIMENSIONS;

/** Whether cases (tumors) are counted, as the standard does, or patients. */
export type Unit = 'cases' | 'patients';

/** A row of a table of rates. */
export interface RateRow extends FollowUpRate {
  /** Value of the dimension; empty for the whole, and where it is not known. */
  readonly key: string;
  readonly measure: 'since-reference-date' | 'last-five-years';
}

export interface Excluded {
  readonly reason: string;
  readonly cases: number;
}

/** Everything that the reports count: each complete case of the facilities with its standing on a day. */
const CASES = `
  FROM consolidated_patient p JOIN abstract a ON a.patient_id = p.id AND a.state = 'complete' JOIN ${thresholdsTable('$1')} ON f.facility_id = a.facility_id`;

const asTable = (facilities: readonly FacilitySettings[], day: string): string =>
  JSON.stringify(facilities.map((one) => thresholdsOf(one, day)));

/**
 * CoC rates of facilities on a day, as a whole or by a property of the cases. Counted by the database with the conditions of the library;
 * one row of each measure for each value. Needs the registry's scope; the facilities are those the principal may see.
 */
export async function ratesOf(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
  unit: Unit,
  dimension: Dimension | null,
): Promise<readonly RateRow[]> {
  const key = dimension === null ? `''` : `coalesce(${DIMENSIONS[dimension]}, '')`;
  const standing = `SELECT ${key} AS key, p.id AS patient_id, ${ELIGIBLE} AS eligible, ${earliest('a.date_of_diagnosis')} >= f.recent_from AS recent, ${STATUS} AS status ${CASES}`;
  // A patient is counted once a value: eligible when any of the cases is.
  const source =
    unit === 'cases'
      ? standing
      : `SELECT key, patient_id, bool_or(eligible) AS eligible, bool_or(eligible AND coalesce(recent, false)) AS recent, max(status) FILTER (WHERE eligible) AS status FROM (${standing}) s GROUP BY key, patient_id`;
  const rows = await overPopulation<Tally & { key: string; recent: boolean }>(
    tx,
    `SELECT key, recent, count(*)::int AS cases, count(*) FILTER (WHERE eligible)::int AS eligible, count(*) FILTER (WHERE eligible AND status = 'dead')::int AS dead,
            count(*) FILTER (WHERE eligible AND status = 'current')::int AS current, count(*) FILTER (WHERE eligible AND status = 'delinquent')::int AS delinquent
       FROM (SELECT key, coalesce(recent, false) AS recent, eligible, status FROM (${source}) c) counted GROUP BY key, recent ORDER BY key`,
    [asTable(facilities, asOf)],
  );
  const goals = goalsOf(facilities.map(({ settings }) => settings));
  return [...new Set(rows.map((row) => row.key))].flatMap((value) => {
    const mine = rows.filter((row) => row.key === value);
    const cases = mine.reduce((sum, row) => sum + row.cases, 0);
    const all = mine.reduce((sum, row) => added(sum, row), NONE);
    const recent = mine.filter((row) => row.recent).reduce((sum, row) => added(sum, row), NONE);
    return [
      { key: value, measure: 'since-reference-date' as const, ...rateOf({ ...all, cases }, goals.all) },
      { key: value, measure: 'last-five-years' as const, ...rateOf({ ...recent, cases }, goals.recent) },
    ];
  });
}

const NONE: Tally = { cases: 0, eligible: 0, dead: 0, current: 0, delinquent: 0 };
const added = (a: Tally, b: Tally): Tally => ({
  cases: a.cases + b.cases,
  eligible: a.eligible + b.eligible,
  dead: a.dead + b.dead,
  current: a.current + b.current,
  delinquent: a.delinquent + b.delinquent,
});

/** Goals of several facilities together: the highest that one of them has. */
export const goalsOf = (settings: readonly FollowUpSettings[]): { readonly all: number; readonly recent: number } => ({
  all: Math.max(...settings.map(({ goalAllPercent }) => goalAllPercent)),
  recent: Math.max(...settings.map(({ goalRecentPercent }) => goalRecentPercent)),
});

/** How many cases are not counted, by the first reason against each. */
export const exclusions = (
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
): Promise<Excluded[]> =>
  overPopulation(
    tx,
    `SELECT reason, count(*)::int AS cases FROM (SELECT ${EXCLUSION_REASON} AS reason ${CASES}) x WHERE reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
    [asTable(facilities, asOf)],
  );

/** Completed years at diagnosis: as coded, else from the dates. */
const AGE = `CASE WHEN a.items->>'ageAtDiagnosis' ~ '^[0-9]{3}$' AND a.items->>'ageAtDiagnosis' <> '999' THEN (a.items->>'ageAtDiagnosis')::int
  WHEN a.date_of_diagnosis IS NOT NULL AND p.birth_date IS NOT NULL THEN greatest(0, left(a.date_of_diagnosis, 4)::int - left(p.birth_date, 4)::int
    - (right(${earliest('a.date_of_diagnosis')}, 4) < right(${earliest('p.birth_date')}, 4))::int) END`;

export interface SeerRow extends FollowUpRate {
  readonly behavior: string;
  readonly fromAge: number;
  readonly toAge: number;
  readonly minimumPercent: number;
  readonly meetsMinimum: boolean;
}

/** SEER rates of all cases by behavior and age at diagnosis. */
export async function seerRatesOf(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
): Promise<readonly SeerRow[]> {
  const rows = await overPopulation<{
    behavior: string;
    age: number | null;
    status: 'dead' | 'current' | 'delinquent';
    cases: number;
  }>(
    tx,
    `SELECT behavior, age, status, count(*)::int AS cases FROM (SELECT a.behavior, ${AGE} AS age, ${STATUS} AS status ${CASES}) x GROUP BY 1, 2, 3`,
    [asTable(facilities, asOf)],
  );
  const cases = rows.reduce((sum, row) => sum + row.cases, 0);
  return SEER_GOALS.map(({ behavior, fromAge, toAge, minimumPercent, goalPercent }) => {
    const whole = fromAge === 0 && toAge === 999;
    const mine = rows.filter(
      (row) =>
        row.behavior === (behavior === 'invasive' ? '3' : '2') &&
        (whole || (row.age !== null && row.age >= fromAge && row.age <= toAge)),
    );
    const of = (status: string): number =>
      mine.filter((row) => row.status === status).reduce((sum, row) => sum + row.cases, 0);
    const tally: Tally = {
      cases,
      dead: of('dead'),
      current: of('current'),
      delinquent: of('delinquent'),
      eligible: mine.reduce((sum, row) => sum + row.cases, 0),
    };
    return {
      behavior,
      fromAge,
      toAge,
      minimumPercent,
      ...rateOf(tally, goalPercent),
      meetsMinimum: rateOf(tally, minimumPercent).meets,
    };
  });
}

/** Living patients who are counted, by completed months since their last contact. */
export async function monthsSinceContact(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
): Promise<readonly { months: number | null; patients: number }[]> {
  // The day of the month is clipped to the end of the month that is counted to, as the library does.
  const lastOfMonth = new Date(Date.UTC(Number(asOf.slice(0, 4)), Number(asOf.slice(4, 6)), 0)).getUTCDate();
  return overPopulation(
    tx,
    `SELECT CASE WHEN counted = '' THEN NULL ELSE ($2::int * 12 + $3::int) - (left(counted, 4)::int * 12 + substr(counted, 5, 2)::int) - (least(substr(counted, 7, 2)::int, $5::int) > $4::int)::int END AS months,
            count(*)::int AS patients
       FROM (SELECT p.id, min(${COUNTED_FROM}) AS counted ${CASES} WHERE p.vital_status IS DISTINCT FROM '0' AND ${ELIGIBLE} GROUP BY p.id) x
      GROUP BY 1 ORDER BY 1`,
    [
      asTable(facilities, asOf),
      Number(asOf.slice(0, 4)),
      Number(asOf.slice(4, 6)),
      Number(asOf.slice(6, 8)),
      lastOfMonth,
    ],
  );
}

/** Where last contacts came from: items 1790 of the cases and 1791 of the patients that are counted. */
export const sourceMix = (
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
): Promise<{ item: 'followUpSource' | 'followUpSourceCentral'; code: string; cases: number }[]> =>
  overPopulation(
    tx,
    `SELECT item, coalesce(code, '') AS code, count(*)::int AS cases FROM (
       SELECT v.item, v.code ${CASES} CROSS JOIN LATERAL (VALUES ('followUpSource', a.items->>'followUpSource'), ('followUpSourceCentral', p.items->>'followUpSourceCentral')) AS v(item, code)
        WHERE ${ELIGIBLE}) x GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
    [asTable(facilities, asOf)],
  );

/** What was done in a period, by channel and outcome, and by whom. */
export const productivity = (
  tx: EntityManager,
  facilityIds: readonly string[],
  from: string,
  through: string,
): Promise<{ recordedBy: string; channel: string; outcome: string; contacts: number }[]> =>
  tx.query(
    `SELECT recorded_by AS "recordedBy", channel, outcome, count(*)::int AS contacts FROM follow_up_contact
      WHERE facility_id = ANY($1) AND recorded_at >= to_date($2, 'YYYYMMDD') AND recorded_at < to_date($3, 'YYYYMMDD') + 1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [facilityIds, from, through],
  );

/** A counted case of a living patient without contact for too long. */
export interface DelinquentCase {
  readonly abstractId: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly name: string;
  readonly accessionNumber: string | null;
  readonly primarySite: string | null;
  readonly dateOfDiagnosis: string | null;
  readonly dateOfLastContact: string | null;
  readonly countedFrom: string;
  readonly recent: boolean;
}

/** A page of the delinquent list, oldest contact first. */
export const delinquentCases = (
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  asOf: string,
  after: { readonly countedFrom: string; readonly id: string } | null,
  limit: number,
): Promise<DelinquentCase[]> =>
  overPopulation(
    tx,
    `SELECT a.id AS "abstractId", p.id AS "patientId", a.facility_id AS "facilityId", concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst') AS name, a.accession_number AS "accessionNumber",
            a.primary_site AS "primarySite", a.date_of_diagnosis AS "dateOfDiagnosis", p.date_of_last_contact AS "dateOfLastContact", ${COUNTED_FROM} AS "countedFrom",
            coalesce(${earliest('a.date_of_diagnosis')} >= f.recent_from, false) AS recent
       ${CASES} WHERE p.vital_status IS DISTINCT FROM '0' AND ${ELIGIBLE} AND ${COUNTED_FROM} < f.delinquent_before
        AND (${COUNTED_FROM}, a.id) > ($2, $3::uuid) ORDER BY ${COUNTED_FROM}, a.id LIMIT $4`,
    [asTable(facilities, asOf), after?.countedFrom ?? '', after?.id ?? '00000000-0000-0000-0000-000000000000', limit],
  );
