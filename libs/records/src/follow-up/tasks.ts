import { DomainError, notFound, stale } from '@perennial/problem';
import { parsePartialDate } from '@perennial/naaccr';
import { planNextStep, shiftDays, type Step, STEPS } from '@perennial/follow-up';
import { type Principal } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { judgeAssignee } from './assign-tasks.js';
import { moveTask, TASK_COLUMNS, type TaskRow } from './move-task.js';
import { thresholdsOf } from './population.js';
import { type FacilitySettings, facilitySettings } from './settings.js';

export const STAGES = ['due', 'reminder', 'delinquent'] as const;
export { STEPS, type Step };
export type Stage = (typeof STAGES)[number];

/** What of the due list is wanted. */
export interface TaskFilter {
  readonly facilityId?: string;
  /** Due in this month (`YYYYMM`) or earlier. */
  readonly through?: string;
  readonly stage?: Stage;
  readonly state?: 'due' | 'in_progress' | 'waiting';
  readonly lost?: boolean;
  /** A user, or `none` for tasks of nobody. */
  readonly assignedTo?: string;
  readonly patientId?: string;
  /** Planned for this day (`YYYYMMDD`) or earlier. */
  readonly stepBy?: string;
}

/** A line of the due list: one patient at one facility, with the tumors that this facility reported. */
export interface TaskLine {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly medicalRecordNumber: string | null;
  readonly tumors: readonly {
    readonly primarySite: string;
    readonly histology: string;
    readonly dateOfDiagnosis: string;
  }[];
  readonly state: string;
  readonly stage: Stage;
  /** More than 15 months since the last contact. */
  readonly delinquent: boolean;
  readonly lost: boolean;
  readonly dueMonth: string;
  readonly dateOfLastContact: string | null;
  readonly assignedTo: string | null;
  readonly assignedName: string | null;
  /** As a person or the last contact set it; before the first contact what item 1800 and the record ask for. */
  readonly nextStep: Step | null;
  readonly nextStepOn: string | null;
  readonly attempts: number;
  readonly revision: number;
}

/** Place in the due list. */
export interface TaskPlace {
  readonly countedFrom: string;
  readonly id: string;
}

/** Days by which a stage of today may differ from that of a last pass that is not known. */
const SLACK_DAYS = 45;

/** Day of the last pass that ran to its end. */
async function lastPassDay(tx: EntityManager): Promise<string | null> {
  const [row] = await tx.query<{ day: string | null }[]>(
    `SELECT max(day) AS day FROM follow_up_pass WHERE finished_at IS NOT NULL`,
  );
  return row?.day ?? null;
}

/**
 * Days counted from that a stage can have: stages were marked by the last pass, or by a contact since. The mark itself decides; the range
 * only leads the index to the few that can have it.
 */
function stageRange(
  facility: FacilitySettings,
  stage: Stage | undefined,
  today: string,
  lastPass: string | null,
): { readonly from: string; readonly to: string } {
  if (stage === undefined) return { from: '', to: LAST_DAY };
  const days = lastPass === null ? [shiftDays(today, -SLACK_DAYS), today] : [lastPass, today].sort();
  const [early, late] = days.map((day) => thresholdsOf(facility, day));
  return {
    from: { delinquent: '', reminder: early?.delinquent_before, due: early?.reminder_through }[stage] ?? '',
    to: { delinquent: late?.delinquent_before, reminder: late?.reminder_through, due: LAST_DAY }[stage] ?? LAST_DAY,
  };
}

const LAST_DAY = '99999999';
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Facilities whose tasks the principal may see, or the one of them that is asked for. */
export async function facilitiesOf(
  tx: EntityManager,
  principal: Principal,
  facilityId?: string,
): Promise<readonly string[]> {
  if (facilityId !== undefined) {
    if (!principal.allFacilities && !principal.facilityIds.includes(facilityId)) throw notFound('facility');
    return [facilityId];
  }
  if (!principal.allFacilities) return principal.facilityIds;
  return (await tx.query<{ id: string }[]>(`SELECT id FROM facility`)).map(({ id }) => id);
}

/**
 * A page of open tasks, longest without contact first, each facility read in the order of its index, so that the page costs the same
 * however many tasks there are.
 *
 * @param range what comes after one place (counted day and id of the last line that was seen), up to and with another.
 */
export async function listTasks(
  tx: EntityManager,
  principal: Principal,
  filter: TaskFilter,
  today: string,
  limit: number,
  { after, until }: { readonly after: TaskPlace | null; readonly until: TaskPlace | null },
): Promise<readonly (TaskLine & { readonly countedFrom: string })[]> {
  const facilities = await facilitySettings(tx, today, await facilitiesOf(tx, principal, filter.facilityId));
  const lastPass = filter.stage === undefined ? null : await lastPassDay(tx);
  const ranges = facilities.map((facility) => {
    const { from, to } = stageRange(facility, filter.stage, today, lastPass);
    // One bound only: of two, the index would begin at the lower one and read all between them.
    const begin = after !== null && after.countedFrom >= from ? after : { countedFrom: from, id: FIRST_ID };
    return { facility_id: facility.facilityId, from: begin.countedFrom, from_id: begin.id, to };
  });
  const values: unknown[] = [JSON.stringify(ranges), limit];
  const conditions: string[] = [`t.state <> 'closed'`];
  const where = (condition: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (until !== null) {
    values.push(until.countedFrom, until.id);
    conditions.push(`(t.counted_from, t.id) <= ($${values.length - 1}, $${values.length}::uuid)`);
  }
  if (filter.through !== undefined) where((p) => `t.due_month <= ${p}`, filter.through);
  if (filter.stage !== undefined) where((p) => `t.stage = ${p}`, filter.stage);
  if (filter.state === 'due') conditions.push(`t.state = 'due'`);
  // Written out so that the indexes of the few started and lost ones are used.
  else if (filter.state !== undefined)
    conditions.push(`t.state IN ('in_progress', 'waiting') AND t.state = '${filter.state}'`);
  if (filter.lost !== undefined) conditions.push(filter.lost ? 't.lost' : 'NOT t.lost');
  if (filter.assignedTo === 'none') conditions.push('t.assigned_to IS NULL');
  else if (filter.assignedTo !== undefined)
    where((p) => `t.assigned_to IS NOT NULL AND t.assigned_to = ${p}`, filter.assignedTo);
  if (filter.patientId !== undefined)
    where(
      (p) => `t.id = ANY (ARRAY(SELECT o.id FROM follow_up_task o WHERE o.patient_id = ${p} AND o.state <> 'closed'))`,
      filter.patientId,
    );
  // Only started tasks have a day: the index of the few leads to them.
  if (filter.stepBy !== undefined)
    where((p) => `t.state IN ('in_progress', 'waiting') AND t.next_step_on <= ${p}`, filter.stepBy);
  // The planner cannot see how many days a facility's range holds, and would rather fetch and sort them all than walk the index in its order.
  await tx.query(`SELECT set_config('enable_bitmapscan', 'off', true)`);
  const lines = await tx.query<(TaskLine & { readonly countedFrom: string } & Known)[]>(
    `WITH page AS MATERIALIZED (
       SELECT t.* FROM jsonb_to_recordset($1::jsonb) AS s(facility_id uuid, "from" text, from_id uuid, "to" text) CROSS JOIN LATERAL (
         SELECT t.* FROM follow_up_task t WHERE t.facility_id = s.facility_id AND t.counted_from <= s."to"
            AND (t.counted_from, t.id) > (s."from", s.from_id) AND ${conditions.join(' AND ')} ORDER BY t.counted_from, t.id LIMIT $2) t
       ORDER BY t.counted_from, t.id LIMIT $2)
     SELECT ${TASK_COLUMNS}, t.stage, t.stage = 'delinquent' AS delinquent, t.due_month AS "dueMonth", t.counted_from AS "countedFrom", u.name AS "assignedName",
            p.date_of_last_contact AS "dateOfLastContact", coalesce(c.name, '') AS name, c.birth AS "dateOfBirth", c.mrn AS "medicalRecordNumber",
            coalesce(c.tumors, '[]') AS tumors, c.source, coalesce(c.physician, false) AS physician, coalesce(c.registry, false) AS registry, coalesce(c.telephone, false) AS telephone,
            (SELECT count(*)::int FROM follow_up_contact f WHERE f.task_id = t.id) AS attempts
       FROM page t JOIN patient p ON p.id = t.patient_id LEFT JOIN app_user u ON u.id = t.assigned_to
       LEFT JOIN LATERAL (
         SELECT (array_agg(a.items->>'nextFollowUpSource' ORDER BY a.date_of_diagnosis DESC, a.id) FILTER (WHERE a.items ? 'nextFollowUpSource'))[1] AS source,
                bool_or(a.items ?| ARRAY['npiPhysicianFollowUp', 'physicianFollowUp']) AS physician, bool_or(a.items ?| ARRAY['npiFollowingRegistry', 'followingRegistry']) AS registry,
                bool_or(a.items ? 'telephone') AS telephone,
                max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name, max(a.items->>'dateOfBirth') AS birth, max(a.items->>'medicalRecordNumber') AS mrn,
                jsonb_agg(jsonb_build_object('primarySite', a.primary_site, 'histology', a.histology, 'dateOfDiagnosis', a.date_of_diagnosis) ORDER BY a.date_of_diagnosis, a.id) AS tumors
           FROM abstract a WHERE a.patient_id = t.patient_id AND a.facility_id = t.facility_id AND a.state = 'complete') c ON true
      ORDER BY t.counted_from, t.id`,
    values,
  );
  await tx.query(`RESET enable_bitmapscan`);
  return lines.map(({ source, physician, registry, telephone, ...line }) => ({
    ...line,
    nextStep:
      line.nextStep ?? (line.attempts > 0 ? null : firstStep({ source, physician, registry, telephone }, today)),
  }));
}

/** What the first step about a patient is planned from: what the complete abstracts of the facility say. */
interface Known {
  readonly source: string | null;
  readonly physician: boolean;
  readonly registry: boolean;
  readonly telephone: boolean;
}

/** Where to begin: a page of the list cannot ask for every address and mark of its patients; the task itself does. */
const firstStep = ({ source, physician, registry, telephone }: Known, today: string): Step | null =>
  planNextStep(
    {
      attempts: [],
      leads: telephone ? [{ id: 'abstract', kind: 'telephone', party: 'patient' }] : [],
      physician,
      registry,
      nextSource: source,
      blocked: [],
    },
    today,
  )?.step ?? null;

/** How many open tasks are due in which month, and how many of them are delinquent or lost. */
export async function dueByMonth(
  tx: EntityManager,
  principal: Principal,
  facilityId?: string,
): Promise<readonly { month: string; tasks: number; delinquent: number; lost: number }[]> {
  // Row security keeps to the principal's facilities; who sees all of them is spared a comparison for each of a million tasks.
  const facilities =
    principal.allFacilities && facilityId === undefined ? null : await facilitiesOf(tx, principal, facilityId);
  return tx.query(
    `SELECT due_month AS month, count(*)::int AS tasks, count(*) FILTER (WHERE stage = 'delinquent')::int AS delinquent, count(*) FILTER (WHERE lost)::int AS lost
       FROM follow_up_task WHERE state <> 'closed' ${facilities === null ? '' : 'AND facility_id = ANY($1)'} GROUP BY 1 ORDER BY 1`,
    facilities === null ? [] : [facilities],
  );
}

/** What a person may change of an open task. Null takes away, absent keeps. */
export interface TaskPatch {
  readonly assignedTo?: string | null;
  readonly nextStep?: Step | null;
  /** `YYYYMMDD`. */
  readonly nextStepOn?: string | null;
  readonly state?: 'due' | 'in_progress' | 'waiting';
}

/**
 * Assign a task, or say what is to be done next and when.
 *
 * @throws DomainError 404; 409 when the task is closed; 412 when it moved on; 422 for a day that is none.
 */
export async function changeTask(
  tx: EntityManager,
  id: string,
  expected: number,
  patch: TaskPatch,
  actor: string,
): Promise<number> {
  const [task] = await tx.query<TaskRow[]>(`SELECT ${TASK_COLUMNS} FROM follow_up_task t WHERE t.id = $1 FOR UPDATE`, [
    id,
  ]);
  if (task === undefined) throw notFound('task');
  if (task.state === 'closed') throw taskClosed(task);
  if (task.revision !== expected) throw stale(task.revision);
  judgeDay('/nextStepOn', patch.nextStepOn);
  if (typeof patch.assignedTo === 'string') {
    await judgeAssignee(tx, patch.assignedTo, [task.facilityId]);
  }
  const revision = await moveTask(
    tx,
    task,
    {
      ...(patch.assignedTo === undefined ? {} : { assigned_to: [task.assignedTo, patch.assignedTo] as const }),
      ...(patch.nextStep === undefined ? {} : { next_step: [task.nextStep, patch.nextStep] as const }),
      ...(patch.nextStepOn === undefined ? {} : { next_step_on: [task.nextStepOn, patch.nextStepOn] as const }),
      ...(patch.state === undefined ? {} : { state: [task.state, patch.state] as const }),
    },
    { actor, origin: { kind: 'person' } },
  );
  if (revision === null) throw stale(task.revision);
  return revision;
}

/** The refusal of whoever comes second. */
export const taskClosed = ({ closedReason, revision }: Pick<TaskRow, 'closedReason' | 'revision'>): DomainError =>
  new DomainError(
    'task.closed',
    409,
    'The task was closed in the meantime. Look at what was recorded before you record more.',
    {
      closedReason,
      currentRevision: revision,
    },
  );

/** @throws DomainError 422 when a text is given that is no complete day. */
export function judgeDay(pointer: string, day: string | null | undefined): void {
  if (day === null || day === undefined) return;
  const parsed = parsePartialDate(day);
  if (parsed.ok && parsed.value.day !== undefined) return;
  throw new DomainError('task.day', 422, 'A day is needed.', {
    errors: [{ pointer, detail: 'is no complete day (YYYYMMDD)' }],
  });
}
