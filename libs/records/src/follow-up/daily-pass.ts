import { enqueue, type Principal, type Scoped } from '@perennial/persistence';
import { shiftDays } from '@perennial/follow-up';
import { followUpPass } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import {
  COUNTED_FROM,
  dueMonthOf,
  ELIGIBLE,
  overPopulation,
  stageOf,
  thresholdsOf,
  thresholdsTable,
} from './population.js';
import { facilitySettings } from './settings.js';

/** What one pass did. */
export interface PassResult {
  readonly opened: number;
  /** Tasks whose stage, due month, counted day or mark `lost` changed. */
  readonly marked: number;
  readonly closed: number;
}

/** Patients that one part takes at most; a part is one transaction. */
const PATIENTS_A_PART = 130_000;
/** Parts that run at the same time. */
const PARTS_AT_ONCE = 2;

/**
 * Ask for a pass over all patients for a day of the registry's calendar. It runs in the background, in parts of the patients by id.
 *
 * @returns the id of the pass.
 */
export async function requestPass(tx: EntityManager, day: string, requestedBy: string): Promise<string> {
  const [size] = await tx.query<{ patients: number }[]>(
    `SELECT greatest(reltuples, 0)::bigint::int AS patients FROM pg_class WHERE oid = 'patient'::regclass`,
  );
  // Even numbers keep both of the parts that run together busy to the end.
  const parts = Math.max(1, 2 * Math.ceil((size?.patients ?? 0) / PATIENTS_A_PART / 2));
  const [pass] = await tx.query<{ id: string }[]>(
    `INSERT INTO follow_up_pass (day, parts, requested_by) VALUES ($1, $2, $3) RETURNING id`,
    [day, (size?.patients ?? 0) > PATIENTS_A_PART ? parts : 1, requestedBy],
  );
  if (pass === undefined) throw new Error('pass: insert returned no row');
  await enqueue(tx, followUpPass, { passId: pass.id });
  return pass.id;
}

/**
 * Plan the pass of a day if nobody did: whichever worker is first. A day on which no worker ran is caught up by the next pass, because
 * a pass compares what is with what should be and not with yesterday.
 *
 * @returns the id of the pass, or null when the day has one.
 */
export async function planDay(tx: EntityManager, day: string, actor: string): Promise<string | null> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('follow-up.plan'))`);
  const [known] = await tx.query<{ id: string }[]>(
    `SELECT id FROM follow_up_pass WHERE day >= $1 AND requested_by = $2 LIMIT 1`,
    [day, actor],
  );
  return known === undefined ? requestPass(tx, day, actor) : null;
}

/**
 * Run a pass to its end: its parts that are not done yet, two at a time. Each part is one transaction that also notes that it is done,
 * so a pass that was interrupted anywhere goes on where it was, and nothing happens twice.
 */
export async function runPass(scoped: Scoped, principal: Principal, passId: string): Promise<PassResult | null> {
  const plan = await scoped(principal, async (tx) => {
    const [pass] = await tx.query<{ day: string; parts: number }[]>(
      `SELECT day, parts FROM follow_up_pass WHERE id = $1 AND finished_at IS NULL`,
      [passId],
    );
    const done = await tx.query<{ part: number }[]>(`SELECT part FROM follow_up_pass_part WHERE pass_id = $1`, [
      passId,
    ]);
    return pass === undefined ? null : { ...pass, done: new Set(done.map(({ part }) => part)) };
  });
  if (plan === null) return null;
  const waiting = Array.from({ length: plan.parts }, (_, part) => part).filter((part) => !plan.done.has(part));
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const at = part;
      await scoped(principal, (tx) => passPart(tx, { passId, ...plan, part: at }, principal.actor));
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
  return scoped(principal, async (tx) => {
    await tx.query(`UPDATE follow_up_pass SET finished_at = now() WHERE id = $1`, [passId]);
    const [sum] = await tx.query<PassResult[]>(
      `SELECT sum(opened)::int AS opened, sum(marked)::int AS marked, sum(closed)::int AS closed FROM follow_up_pass_part WHERE pass_id = $1`,
      [passId],
    );
    return sum ?? null;
  });
}

/** A whole pass in the caller's transaction, for small registries and tests. */
export async function dailyPass(tx: EntityManager, day: string, actor: string): Promise<PassResult> {
  return applyPlan(tx, day, actor, [FIRST_ID, null]);
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** First id of a part, and the first of the next (null after the last): ids are random, so equal ranges hold about as many. */
export function idRange(part: number, parts: number): [string, string | null] {
  const bound = (at: number): string =>
    `${Math.floor((at * 2 ** 32) / parts)
      .toString(16)
      .padStart(8, '0')}${FIRST_ID.slice(8)}`;
  return [bound(part), part + 1 === parts ? null : bound(part + 1)];
}

async function passPart(
  tx: EntityManager,
  { passId, day, part, parts }: { passId: string; day: string; part: number; parts: number },
  actor: string,
): Promise<void> {
  // The row of the part is its lock: a second runner of the same pass waits here and then finds it done.
  const claimed = await tx.query<unknown[]>(
    `INSERT INTO follow_up_pass_part (pass_id, part, opened, marked, closed) VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING RETURNING part`,
    [passId, part],
  );
  if (claimed.length === 0) return;
  const result = await applyPlan(tx, day, actor, idRange(part, parts));
  await tx.query(
    `UPDATE follow_up_pass_part SET opened = $3, marked = $4, closed = $5 WHERE pass_id = $1 AND part = $2`,
    [passId, part, result.opened, result.marked, result.closed],
  );
}

/**
 * Who is followed by which facility and where each stands, then all differences to the open tasks: one statement, whatever the number
 * of patients.
 *
 * A task waits on while a contact of another facility is proposed to its own and not accepted.
 */
const PLAN = `
WITH f AS MATERIALIZED (SELECT * FROM ${thresholdsTable('$1')}),
cases AS (
  SELECT a.patient_id, a.facility_id, min(${COUNTED_FROM}) AS counted_from
    FROM consolidated_patient p JOIN abstract a ON a.patient_id = p.id AND a.state = 'complete' JOIN f ON f.facility_id = a.facility_id
   WHERE p.id >= $4 AND ($5::uuid IS NULL OR p.id < $5) AND a.patient_id >= $4 AND ($5::uuid IS NULL OR a.patient_id < $5)
     AND p.vital_status IS DISTINCT FROM '0' AND ${ELIGIBLE}
   GROUP BY a.patient_id, a.facility_id),
-- Patients of whom nobody at all may be asked.
nobody AS MATERIALIZED (
  SELECT d.patient_id FROM do_not_contact d CROSS JOIN LATERAL unnest(d.recipients) r WHERE d.ended_at IS NULL GROUP BY 1 HAVING count(DISTINCT r) = 4),
plan AS MATERIALIZED (
  SELECT c.patient_id, c.facility_id, c.counted_from, ${dueMonthOf('c.counted_from', '$2')} AS due_month, ${stageOf('c.counted_from')} AS stage,
         c.counted_from < f.due_before AS due
    FROM cases c JOIN f USING (facility_id)
   WHERE c.patient_id NOT IN (SELECT patient_id FROM nobody)),
held AS MATERIALIZED (
  SELECT (reason->>'taskId')::uuid AS task_id FROM work_item
   WHERE kind = 'contact_proposed' AND reason ? 'taskId' AND coalesce(reason->>'decision', 'dismissed') = 'dismissed'),
open AS (
  SELECT t.id, t.patient_id, t.facility_id, t.state, t.counted_from, t.due_month, t.stage, t.lost, t.id IN (SELECT task_id FROM held) AS held
    FROM follow_up_task t WHERE t.state <> 'closed' AND t.patient_id >= $4 AND ($5::uuid IS NULL OR t.patient_id < $5)),
compared AS MATERIALIZED (
  SELECT o.id, o.state, coalesce(o.patient_id, n.patient_id) AS patient_id, coalesce(o.facility_id, n.facility_id) AS facility_id,
         n.counted_from, n.due_month, n.stage, o.counted_from AS old_counted_from, o.due_month AS old_due_month, o.stage AS old_stage,
         CASE WHEN o.id IS NULL THEN CASE WHEN n.due THEN 'open' END
              WHEN n.patient_id IS NULL OR (NOT n.due AND NOT o.held) THEN 'close'
              WHEN NOT o.held AND (o.counted_from, o.due_month, o.stage) IS DISTINCT FROM (n.counted_from, n.due_month, n.stage) THEN 'mark'
              WHEN o.held AND o.stage <> ${stageOf('o.counted_from')} THEN 'stage' END AS action,
         ${stageOf('o.counted_from')} AS held_stage
    FROM open o FULL JOIN plan n ON n.patient_id = o.patient_id AND n.facility_id = o.facility_id
    LEFT JOIN f ON f.facility_id = coalesce(o.facility_id, n.facility_id)),
-- Ids that begin with the time lie together in the indexes, of the tasks and of their lineage.
stamp AS MATERIALIZED (
  SELECT overlay(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') PLACING '-' FROM 9 FOR 0) AS prefix),
opened AS (
  INSERT INTO follow_up_task (id, patient_id, facility_id, due_month, counted_from, stage)
  SELECT (stamp.prefix || substr(gen_random_uuid()::text, 14))::uuid, patient_id, facility_id, due_month, counted_from, stage FROM compared, stamp WHERE action = 'open' ORDER BY patient_id
  ON CONFLICT (patient_id, facility_id) WHERE state <> 'closed' DO NOTHING
  RETURNING id, facility_id, 1 AS revision, 'follow-up-due' AS rule, '{}'::jsonb AS changes),
marked AS (
  UPDATE follow_up_task t SET counted_from = CASE c.action WHEN 'mark' THEN c.counted_from ELSE t.counted_from END,
         due_month = CASE c.action WHEN 'mark' THEN c.due_month ELSE t.due_month END,
         stage = CASE c.action WHEN 'mark' THEN c.stage ELSE c.held_stage END, revision = t.revision + 1
    FROM compared c WHERE c.action IN ('mark', 'stage') AND t.id = c.id AND t.state <> 'closed' AND t.patient_id >= $4 AND ($5::uuid IS NULL OR t.patient_id < $5)
  RETURNING t.id, t.facility_id, t.revision, 'follow-up-stage' AS rule,
    CASE WHEN c.old_stage <> t.stage THEN jsonb_build_object('@stage', jsonb_build_array(c.old_stage, t.stage)) ELSE '{}' END
    || CASE WHEN c.old_due_month <> t.due_month THEN jsonb_build_object('@due_month', jsonb_build_array(c.old_due_month, t.due_month)) ELSE '{}' END
    || CASE WHEN c.old_counted_from <> t.counted_from THEN jsonb_build_object('@counted_from', jsonb_build_array(c.old_counted_from, t.counted_from)) ELSE '{}' END AS changes),
closed AS (
  UPDATE follow_up_task t SET state = 'closed', closed_at = now(), lost = false, revision = t.revision + 1,
         closed_reason = CASE WHEN p.vital_status = '0' THEN 'deceased' WHEN c.counted_from > t.counted_from THEN 'contact'
                              WHEN p.id IN (SELECT patient_id FROM nobody) THEN 'do_not_contact' ELSE 'excluded' END
    FROM compared c JOIN patient p ON p.id = c.patient_id
   WHERE c.action = 'close' AND t.id = c.id AND t.state <> 'closed' AND t.patient_id >= $4 AND ($5::uuid IS NULL OR t.patient_id < $5) AND p.id >= $4 AND ($5::uuid IS NULL OR p.id < $5)
  RETURNING t.id, t.facility_id, t.revision, 'follow-up-moot' AS rule,
    jsonb_build_object('@state', jsonb_build_array(c.state, 'closed'), '@closed_reason', jsonb_build_array(null, t.closed_reason)) AS changes),
done AS (SELECT * FROM opened UNION ALL SELECT * FROM marked UNION ALL SELECT * FROM closed),
kept AS (
  INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
  SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $3, jsonb_build_object('kind', 'rule', 'rule', rule), changes FROM done)
SELECT (SELECT count(*)::int FROM opened) AS opened, (SELECT count(*)::int FROM marked) AS marked, (SELECT count(*)::int FROM closed) AS closed`;

/**
 * Lost: delinquent, asked often enough by enough channels, and no lead left, that is no letter that may still be answered and no good
 * address or telephone that was not tried. A new lead takes the mark away.
 */
const LOST = `
WITH f AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS f(facility_id uuid, attempts int, channels int, letters_after text)),
tried AS (
  SELECT t.id, t.patient_id, t.facility_id, t.stage, t.lost, count(*) AS attempts, count(DISTINCT c.channel) AS channels
    FROM follow_up_contact c JOIN follow_up_task t ON t.id = c.task_id
   WHERE t.state <> 'closed' AND c.patient_revision IS NULL AND t.patient_id >= $3 AND ($4::uuid IS NULL OR t.patient_id < $4)
   GROUP BY t.id),
judged AS (
  SELECT w.id, w.lost AS was, w.stage = 'delinquent' AND w.attempts >= f.attempts AND w.channels >= f.channels
         AND NOT EXISTS (SELECT FROM letter l JOIN letter_batch b ON b.id = l.batch_id WHERE l.task_id = w.id AND (l.state = 'queued' OR (l.state = 'printed' AND b.dated > f.letters_after)))
         AND NOT EXISTS (SELECT FROM contact_point cp WHERE cp.patient_id = w.patient_id AND cp.facility_id = w.facility_id AND cp.bad_since IS NULL
                            AND NOT EXISTS (SELECT FROM follow_up_contact c WHERE c.task_id = w.id AND c.contact_point_id = cp.id)) AS lost
    FROM tried w JOIN f USING (facility_id)),
moved AS (
  UPDATE follow_up_task t SET lost = j.lost, revision = t.revision + 1 FROM judged j WHERE t.id = j.id AND j.lost <> j.was
  RETURNING t.id, t.facility_id, t.revision, j.was, j.lost),
kept AS (
  INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
  SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $2, '{"kind":"rule","rule":"follow-up-lost"}', jsonb_build_object('@lost', jsonb_build_array(was, lost)) FROM moved)
SELECT count(*)::int AS moved FROM moved`;

/** Every difference between the tasks of some patients and what they should be on a day. */
async function applyPlan(
  tx: EntityManager,
  day: string,
  actor: string,
  [from, before]: readonly [string, string | null],
): Promise<PassResult> {
  const facilities = await facilitySettings(tx, day);
  const thresholds = JSON.stringify(facilities.map((one) => thresholdsOf(one, day)));
  const [planned] = await overPopulation<PassResult>(tx, PLAN, [thresholds, day, actor, from, before]);
  // A letter about a closed task asks for nothing any more.
  await tx.query(
    `UPDATE letter l SET state = 'withdrawn', closed_on = $1, closed_reason = t.closed_reason FROM follow_up_task t
      WHERE t.id = l.task_id AND t.state = 'closed' AND l.state IN ('queued', 'printed') AND l.patient_id >= $2 AND ($3::uuid IS NULL OR l.patient_id < $3)`,
    [day, from, before],
  );
  const policies = facilities.map(({ facilityId, settings }) => ({
    facility_id: facilityId,
    attempts: settings.attemptsBeforeLost,
    channels: settings.channelsBeforeLost,
    letters_after: shiftDays(day, -settings.secondLetterDays),
  }));
  const [lost] = await tx.query<{ moved: number }[]>(LOST, [JSON.stringify(policies), actor, from, before]);
  const { opened = 0, marked = 0, closed = 0 } = planned ?? {};
  return { opened, marked: marked + (lost?.moved ?? 0), closed };
}
