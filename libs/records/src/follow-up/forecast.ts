import {
  type Candidate,
  type ContactSource,
  curveDays,
  type EarlierAttempt,
  type FollowUpRate,
  learnYields,
  type ListedContact,
  monthBand,
  monthsBetween,
  rateOf,
  type RateTarget,
  shortestList,
  STEP_OF_SOURCE,
  type Tally,
  type YieldCount,
  type YieldModel,
} from '@perennial/follow-up';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { BLOCKED } from './do-not-contact.js';
import {
  COUNTED_FROM,
  earliest,
  ELIGIBLE,
  overPopulation,
  STATUS,
  thresholdsOf,
  thresholdsTable,
} from './population.js';
import { goalsOf, ratesOf } from './reports.js';
import { type FacilitySettings } from './settings.js';

/** What one rate will be on the day of the survey. */
export interface ForecastRow {
  readonly measure: 'since-reference-date' | 'last-five-years';
  /** As of today. */
  readonly now: FollowUpRate;
  /** If nothing more is done. */
  readonly nothingMore: FollowUpRate;
  /** If everybody is reached who falls due until then and may be asked. */
  readonly allDueReached: FollowUpRate;
}

export interface Forecast {
  readonly surveyDate: string;
  readonly rates: readonly ForecastRow[];
  /** Cases that each rate lacks if nothing more is done. */
  readonly missing: { readonly all: number; readonly recent: number };
  readonly reaches: boolean;
  /** The contacts to make, best expected yield first, each with its arithmetic. */
  readonly contacts: readonly (Omit<ListedContact, 'candidate'> & {
    readonly patientId: string;
    readonly taskId: string | null;
    readonly source: ContactSource;
    readonly monthsSinceContact: number;
    readonly earlier: EarlierAttempt;
    readonly cases: number;
    readonly recentCases: number;
  })[];
  /** What the expectations rest on: attempts of these facilities, and the share of them that succeeded. */
  readonly experience: { readonly attempts: number; readonly overall: number };
}

function judgeSurvey(surveyDate: string, today: string): void {
  if (surveyDate >= today) return;
  throw new DomainError('forecast.past', 422, 'A forecast is for today or a later day.', {
    errors: [{ pointer: '/surveyDate', detail: 'lies in the past' }],
  });
}

/**
 * Forecast both CoC rates of facilities for the day of a survey, and the shortest list of contacts that is expected to reach the goals.
 * Needs the registry's scope; the facilities are those the principal may see.
 *
 * @throws DomainError 422 for a day in the past.
 */
export async function forecast(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  surveyDate: string,
  today: string,
): Promise<Forecast> {
  judgeSurvey(surveyDate, today);
  const [now, then] = [
    await ratesOf(tx, facilities, today, 'cases', null),
    await ratesOf(tx, facilities, surveyDate, 'cases', null),
  ];
  const people = await candidates(tx, facilities, surveyDate, today);
  const model = await yieldsOf(
    tx,
    facilities.map(({ facilityId }) => facilityId),
  );
  const goals = goalsOf(facilities.map(({ settings }) => settings));
  const rates = forecastRows(now, then, people, goals);
  const target = (row: ForecastRow | undefined, goalPercent: number): RateTarget => ({
    eligible: row?.nothingMore.eligible ?? 0,
    followed: (row?.nothingMore.dead ?? 0) + (row?.nothingMore.current ?? 0),
    goalPercent,
  });
  const list = shortestList(
    people,
    { all: target(rates[0], goals.all), recent: target(rates[1], goals.recent) },
    model,
  );
  const tasks = new Map(people.map((one) => [one.id, one.taskId]));
  return {
    surveyDate,
    rates,
    missing: list.missing,
    reaches: list.reaches,
    contacts: list.contacts.map(({ candidate, ...rest }) => ({
      patientId: candidate.id,
      taskId: tasks.get(candidate.id) ?? null,
      source: candidate.source,
      monthsSinceContact: candidate.monthsSinceContact,
      earlier: candidate.earlier,
      cases: candidate.cases,
      recentCases: candidate.recentCases,
      ...rest,
    })),
    experience: { attempts: model.attempts, overall: model.overall },
  };
}

/** A contact of a forecast's list with the person behind it, as one of the facilities knows them. */
export type NamedContact = Forecast['contacts'][number] & {
  readonly name: string;
  readonly assignedName: string | null;
};

/** Names to the first contacts of a forecast, for those who will make them. */
export async function nameContacts(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  contacts: Forecast['contacts'],
): Promise<readonly NamedContact[]> {
  const rows = await tx.query<{ id: string; name: string; owner: string | null }[]>(
    `SELECT c.id, coalesce(own.name, '') AS name, u.name AS owner
       FROM unnest($1::uuid[], $2::uuid[]) AS c(id, task_id)
       LEFT JOIN follow_up_task t ON t.id = c.task_id LEFT JOIN app_user u ON u.id = t.assigned_to
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name FROM abstract a
          WHERE a.patient_id = c.id AND a.facility_id = ANY($3) AND a.state = 'complete') own ON true`,
    [
      contacts.map(({ patientId }) => patientId),
      contacts.map(({ taskId }) => taskId),
      facilities.map(({ facilityId }) => facilityId),
    ],
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return contacts.map((contact) => ({
    ...contact,
    name: known.get(contact.patientId)?.name ?? '',
    assignedName: known.get(contact.patientId)?.owner ?? null,
  }));
}

type Rates = Awaited<ReturnType<typeof ratesOf>>;

/** Both rates of a day: as they are now, if nothing more is done until then, and if everybody is reached who may be. */
function forecastRows(
  now: Rates,
  then: Rates,
  people: readonly Candidate[],
  goals: ReturnType<typeof goalsOf>,
): readonly ForecastRow[] {
  const reachable = {
    'since-reference-date': people.reduce((sum, { cases }) => sum + cases, 0),
    'last-five-years': people.reduce((sum, { recentCases }) => sum + recentCases, 0),
  };
  return (['since-reference-date', 'last-five-years'] as const).map((measure) => {
    const goal = measure === 'since-reference-date' ? goals.all : goals.recent;
    const none: Tally = { cases: 0, eligible: 0, dead: 0, current: 0, delinquent: 0 };
    const nothingMore = then.find((row) => row.measure === measure) ?? rateOf(none, goal);
    const gained = Math.min(reachable[measure], nothingMore.delinquent);
    return {
      measure,
      now: plain(now.find((row) => row.measure === measure) ?? rateOf(none, goal)),
      nothingMore: plain(nothingMore),
      allDueReached: rateOf(
        { ...nothingMore, current: nothingMore.current + gained, delinquent: nothingMore.delinquent - gained },
        goal,
      ),
    };
  });
}

/** Both rates on one day of the way to a survey. */
export interface CurvePoint {
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly rates: readonly {
    readonly measure: ForecastRow['measure'];
    readonly goalPercent: number;
    readonly nothingMorePercent: number | null;
    readonly allDueReachedPercent: number | null;
  }[];
}

/** Days of a curve between its first and its last: each is a count over all patients, so a large registry gets fewer. */
const DAYS_BETWEEN = { few: 3, many: 11 } as const;
const LARGE = 200_000;

/**
 * How both rates go from today to the day of a survey, if nothing more is done and if everybody is reached who falls due: today, ends of
 * months at equal distances, and the day itself. Needs the registry's scope.
 *
 * @throws DomainError 422 for a day in the past.
 */
export async function forecastCurve(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  surveyDate: string,
  today: string,
): Promise<readonly CurvePoint[]> {
  judgeSurvey(surveyDate, today);
  const [size] = await tx.query<{ patients: number }[]>(
    `SELECT greatest(reltuples, 0)::bigint::int AS patients FROM pg_class WHERE oid = 'patient'::regclass`,
  );
  const goals = goalsOf(facilities.map(({ settings }) => settings));
  const now = await ratesOf(tx, facilities, today, 'cases', null);
  const points: CurvePoint[] = [];
  for (const day of curveDays(
    today,
    surveyDate,
    (size?.patients ?? 0) > LARGE ? DAYS_BETWEEN.few : DAYS_BETWEEN.many,
  )) {
    const then = day === today ? now : await ratesOf(tx, facilities, day, 'cases', null);
    const rows = forecastRows(now, then, await candidates(tx, facilities, day, today), goals);
    points.push({
      day,
      rates: rows.map(({ measure, nothingMore, allDueReached }) => ({
        measure,
        goalPercent: nothingMore.goalPercent,
        nothingMorePercent: nothingMore.allPercent,
        allDueReachedPercent: allDueReached.allPercent,
      })),
    });
  }
  return points;
}

const plain = ({
  cases,
  eligible,
  dead,
  current,
  delinquent,
  allPercent,
  livingPercent,
  goalPercent,
  meets,
}: FollowUpRate): FollowUpRate => ({
  cases,
  eligible,
  dead,
  current,
  delinquent,
  allPercent,
  livingPercent,
  goalPercent,
  meets,
});

interface CandidateRow {
  readonly id: string;
  readonly counted: string;
  readonly cases: number;
  readonly recentCases: number;
  readonly next: string | null;
  readonly taskId: string | null;
  readonly last: boolean | null;
}

/** Living patients who would be delinquent on the day of the survey and may be asked by somebody. */
async function candidates(
  tx: EntityManager,
  facilities: readonly FacilitySettings[],
  surveyDate: string,
  today: string,
): Promise<readonly (Candidate & { readonly taskId: string | null })[]> {
  const rows = await overPopulation<CandidateRow>(
    tx,
    `WITH late AS (
       SELECT p.id, min(${COUNTED_FROM}) AS counted, count(*)::int AS cases, count(*) FILTER (WHERE ${earliest('a.date_of_diagnosis')} >= f.recent_from)::int AS "recentCases",
              min(a.items->>'nextFollowUpSource') AS next, array_agg(DISTINCT a.facility_id) AS facilities
         FROM consolidated_patient p JOIN abstract a ON a.patient_id = p.id AND a.state = 'complete' JOIN ${thresholdsTable('$1')} ON f.facility_id = a.facility_id
        WHERE p.vital_status IS DISTINCT FROM '0' AND ${ELIGIBLE} AND ${STATUS} = 'delinquent'
        GROUP BY p.id)
     SELECT l.id, l.counted, l.cases, l."recentCases", l.next,
            (SELECT t.id FROM follow_up_task t WHERE t.patient_id = l.id AND t.facility_id = ANY(l.facilities) AND t.state <> 'closed' ORDER BY t.counted_from LIMIT 1) AS "taskId",
            (SELECT c.patient_revision IS NOT NULL FROM follow_up_contact c WHERE c.patient_id = l.id AND c.facility_id = ANY(l.facilities) ORDER BY c.recorded_at DESC LIMIT 1) AS last
       FROM late l JOIN consolidated_patient p ON p.id = l.id
      WHERE NOT ${BLOCKED} @> ARRAY['physician', 'patient', 'contact', 'registry']`,
    [JSON.stringify(facilities.map((one) => thresholdsOf(one, surveyDate)))],
  );
  return rows.map((row) => ({
    id: row.id,
    taskId: row.taskId,
    source: STEP_OF_SOURCE[row.next ?? ''] ?? 'chart',
    // Nobody knows how long ago: longer than anything else.
    monthsSinceContact: row.counted === '' ? 999 : Math.max(0, monthsBetween(row.counted, today)),
    earlier: row.last === null ? 'none' : row.last ? 'answered' : 'unanswered',
    cases: row.cases,
    recentCases: row.recentCases,
  }));
}

/**
 * What attempts of these facilities brought. A letter and its answer are one attempt; a letter that may still be answered is none.
 * Months are those since the last contact that the task was counted from.
 */
export async function yieldsOf(tx: EntityManager, facilityIds: readonly string[]): Promise<YieldModel> {
  const rows = await tx.query<
    { source: ContactSource; months: number; earlier: EarlierAttempt; attempts: number; reached: number }[]
  >(
    `WITH attempts AS (
       SELECT c.patient_id, c.recorded_at, c.patient_revision IS NOT NULL AS reached,
              CASE c.channel WHEN 'letter' THEN CASE c.person WHEN 'physician' THEN 'physician' WHEN 'relative' THEN 'contact' WHEN 'registry' THEN 'hospital' ELSE 'patient' END
                             WHEN 'registry' THEN 'hospital' ELSE c.channel END AS source,
              greatest(0, (left(c.contacted_on, 4)::int - left(t.counted_from, 4)::int) * 12 + coalesce(nullif(substr(c.contacted_on, 5, 2), '')::int, 1) - substr(t.counted_from, 5, 2)::int) AS months
         FROM follow_up_contact c JOIN follow_up_task t ON t.id = c.task_id LEFT JOIN letter l ON l.id = c.letter_id
        WHERE c.facility_id = ANY($1) AND t.counted_from <> '' AND NOT (c.outcome = 'sent' AND l.state IN ('answered', 'returned', 'printed', 'queued'))),
     ordered AS (
       SELECT source, months, reached, lag(reached) OVER (PARTITION BY patient_id ORDER BY recorded_at) AS before FROM attempts)
     SELECT source, months, CASE WHEN before IS NULL THEN 'none' WHEN before THEN 'answered' ELSE 'unanswered' END AS earlier, count(*)::int AS attempts, count(*) FILTER (WHERE reached)::int AS reached
       FROM ordered GROUP BY 1, 2, 3`,
    [facilityIds],
  );
  return learnYields(rows.map((row): YieldCount => ({ ...row, band: monthBand(row.months) })));
}
