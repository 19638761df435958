import { apply, dueMonth, dueStage, earliestOf } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { notFound, stale } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type Save } from '../lineage.js';
import { applyJudged, type SharedRow } from './apply-contact.js';
import { type Contact, INFORMATIVE, judgeAttempt, judgeNews, judgeReferences } from './judge-contact.js';
import { withdrawLetters } from './letter-states.js';
import { closeTask, moveTask, openTasks, TASK_COLUMNS, type TaskRow } from './move-task.js';
import { planStep } from './next-step.js';
import { proposeToOthers } from './proposals.js';
import { facilitySettings } from './settings.js';
import { type Step, taskClosed } from './tasks.js';

export interface RecordedContact {
  readonly contactId: string;
  readonly patientRevision: number;
  /** How the facility's task stands now; null when there was none. */
  readonly task: {
    readonly id: string;
    readonly state: string;
    readonly revision: number;
    /** What is planned next, and from which day on; null when the task is closed or no lead is left. */
    readonly nextStep: Step | null;
    readonly nextStepOn: string | null;
  } | null;
}

/** Outcomes after which the address or number that was used is bad. */
const SPOILS: Readonly<Record<string, string>> = {
  returned_mail: 'returned_mail',
  wrong_number: 'wrong_number',
  moved: 'moved',
};
/** The patient, if this facility follows them, held for this transaction. Needs the registry's scope. @throws DomainError 404. */
export async function lockPatient(tx: EntityManager, patientId: string, facilityId: string): Promise<SharedRow> {
  const [patient] = await tx.query<SharedRow[]>(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM consolidated_patient WHERE id = $1 AND facility_ids @> ARRAY[$2::uuid] FOR UPDATE`,
    [patientId, facilityId],
  );
  if (patient === undefined) throw notFound('patient');
  return patient;
}

/**
 * Record a contact. One that tells how the patient is moves last contact and vital status for all of the patient's tumors, and cancer
 * status and recurrence of those it was stated for, with lineage, in the consolidated record and in the complete abstracts of the facility.
 * It closes the facility's task when the patient is no longer due; a death closes every facility's and withdraws letters. To the other
 * facilities that follow the patient it is a proposal. An attempt without news is kept, marks a wrong number or address, and moves nothing.
 *
 * Needs the registry's scope: the caller has seen to it that the principal may act for the facility.
 *
 * @throws DomainError 404; 409 when the task was closed meanwhile and 412 when it moved on; 422 with every rule that the contact would
 * break. Nothing is applied then.
 */
export async function recordContact(
  tx: EntityManager,
  contact: Contact,
  actor: string,
  today: string,
): Promise<RecordedContact> {
  const patient = await lockPatient(tx, contact.patientId, contact.facilityId);
  const tasks = await openTasks(tx, patient.id);
  const task = await taskOf(tx, contact, tasks);
  judgeAttempt(contact, today);
  await judgeReferences(tx, contact);
  const moves = INFORMATIVE.has(contact.outcome);
  const tumors = moves ? await lockTumors(tx, patient.id) : [];
  const judged = moves ? judgeNews(contact, patient, tumors, today) : null;
  const contactId = await insertContact(tx, contact, task, actor);
  await spoilPoint(tx, contact, today);
  if (judged === null) {
    return { contactId, patientRevision: patient.revision, task: await stepTask(tx, task, contact, actor, today) };
  }
  const save: Save = { actor, origin: { kind: 'contact', contactId } };
  const revision = await applyJudged(tx, contact.facilityId, patient, tumors, judged, save);
  await tx.query(`UPDATE follow_up_contact SET patient_revision = $2 WHERE id = $1`, [contactId, revision]);
  const after = apply(patient.items, judged.patient);
  if (judged.closes === 'deceased') {
    for (const open of tasks) await closeTask(tx, open, 'deceased', save);
    await withdrawLetters(tx, patient.id, 'deceased', today);
  }
  const moved = revision !== patient.revision;
  if (moved) await proposeToOthers(tx, { patientId: patient.id, facilityId: contact.facilityId, contactId }, tasks);
  return {
    contactId,
    patientRevision: revision,
    task:
      task === undefined
        ? null
        : judged.closes === 'deceased'
          ? closedView(task)
          : await settle(tx, task, after, contact, save, today),
  };
}

const closedView = (task: TaskRow): RecordedContact['task'] => ({
  id: task.id,
  state: 'closed',
  revision: task.revision + 1,
  nextStep: null,
  nextStepOn: null,
});

/** After news of a living patient: closed when the patient is no longer due, else counted from the new day. */
async function settle(
  tx: EntityManager,
  task: TaskRow,
  after: ItemValues,
  contact: Contact,
  save: Save,
  today: string,
): Promise<RecordedContact['task']> {
  const [own] = await facilitySettings(tx, today, [contact.facilityId]);
  if (own === undefined) throw new Error('task of a facility that is gone');
  const stage = dueStage(after, today, own.settings);
  if (stage === 'not-due') {
    if ((await closeTask(tx, task, 'contact', save)) === null) throw stale(task.revision);
    return closedView(task);
  }
  const counted = earliestOf(after.dateOfLastContact) ?? '';
  const [row] = await tx.query<{ stage: string; due_month: string; counted_from: string }[]>(
    `SELECT stage, due_month, counted_from FROM follow_up_task WHERE id = $1`,
    [task.id],
  );
  const next = await nextOf(tx, task, contact, today);
  const revision = await moveTask(
    tx,
    task,
    {
      stage: [row?.stage, stage],
      counted_from: [row?.counted_from, counted],
      due_month: [row?.due_month, dueMonth(counted, own.settings) ?? row?.due_month],
      lost: [task.lost, false],
      ...steps(task, next),
    },
    save,
  );
  if (revision === null) throw stale(task.revision);
  return { id: task.id, state: task.state, revision, ...next };
}

interface NextStep {
  readonly nextStep: Step | null;
  readonly nextStepOn: string | null;
}

/** What a person said is to be done next, else what the rules plan from everything that was tried, this contact included. */
async function nextOf(
  tx: EntityManager,
  task: TaskRow,
  { nextStep, nextStepOn }: Contact,
  today: string,
): Promise<NextStep> {
  if (nextStep !== undefined || nextStepOn !== undefined)
    return { nextStep: nextStep ?? (task.nextStep as Step | null), nextStepOn: nextStepOn ?? task.nextStepOn };
  const { next } = await planStep(tx, task, today);
  return { nextStep: next?.step ?? null, nextStepOn: next?.on ?? null };
}

const steps = (task: TaskRow, { nextStep, nextStepOn }: NextStep): Record<string, readonly [unknown, unknown]> => ({
  next_step: [task.nextStep, nextStep],
  next_step_on: [task.nextStepOn, nextStepOn],
});

async function stepTask(
  tx: EntityManager,
  task: TaskRow | undefined,
  contact: Contact,
  actor: string,
  today: string,
): Promise<RecordedContact['task']> {
  if (task === undefined) return null;
  const next = await nextOf(tx, task, contact, today);
  const state = next.nextStepOn !== null && next.nextStepOn > today ? 'waiting' : 'in_progress';
  const revision = await moveTask(
    tx,
    task,
    { state: [task.state, state], ...steps(task, next) },
    { actor, origin: { kind: 'person' } },
  );
  if (revision === null) throw stale(task.revision);
  return { id: task.id, state, revision, ...next };
}

/** The open task that the contact is about. */
async function taskOf(tx: EntityManager, contact: Contact, tasks: readonly TaskRow[]): Promise<TaskRow | undefined> {
  const own = tasks.find((task) => task.facilityId === contact.facilityId);
  if (contact.taskId !== undefined && own?.id !== contact.taskId) {
    const [named] = await tx.query<TaskRow[]>(
      `SELECT ${TASK_COLUMNS} FROM follow_up_task t WHERE t.id = $1 AND t.patient_id = $2 AND t.facility_id = $3`,
      [contact.taskId, contact.patientId, contact.facilityId],
    );
    if (named === undefined) throw notFound('task');
    throw taskClosed(named);
  }
  if (contact.taskRevision !== undefined && own !== undefined && own.revision !== contact.taskRevision)
    throw stale(own.revision);
  return own;
}

const lockTumors = (tx: EntityManager, patientId: string): Promise<SharedRow[]> =>
  tx.query(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM tumor WHERE patient_id = $1 AND merged_into IS NULL ORDER BY created_at, id FOR UPDATE`,
    [patientId],
  );

async function insertContact(
  tx: EntityManager,
  contact: Contact,
  task: TaskRow | undefined,
  actor: string,
): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO follow_up_contact (patient_id, facility_id, task_id, contacted_on, channel, person, outcome, contact_point_id, physician_id, letter_id, items, tumor_items, reason, note, next_step, next_step_on, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id`,
    [
      contact.patientId,
      contact.facilityId,
      task?.id ?? null,
      contact.contactedOn,
      contact.channel,
      contact.person ?? null,
      contact.outcome,
      contact.contactPointId ?? null,
      contact.physicianId ?? null,
      contact.letterId ?? null,
      JSON.stringify(contact.items),
      JSON.stringify(contact.tumors ?? {}),
      contact.reason ?? null,
      contact.note ?? null,
      contact.nextStep ?? null,
      contact.nextStepOn ?? null,
      actor,
    ],
  );
  if (row === undefined) throw new Error('contact: insert returned no row');
  return row.id;
}

/** Mark the address or number that was used as bad, where the outcome says so. */
async function spoilPoint(tx: EntityManager, contact: Contact, today: string): Promise<void> {
  const reason = SPOILS[contact.outcome];
  if (reason === undefined) return;
  await tx.query(
    `UPDATE contact_point SET bad_since = $2, bad_reason = $3
      WHERE bad_since IS NULL AND id = coalesce($1::uuid, (SELECT contact_point_id FROM letter WHERE id = $4))`,
    [contact.contactPointId ?? null, today, reason, contact.letterId ?? null],
  );
  if (contact.letterId !== undefined && contact.outcome === 'returned_mail') {
    await tx.query(
      `UPDATE physician SET bad_since = $2 WHERE bad_since IS NULL AND id = (SELECT physician_id FROM letter WHERE id = $1)`,
      [contact.letterId, today],
    );
  }
}
