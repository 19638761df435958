import { type EntityManager } from 'typeorm';
import { insertRevision, type Save } from '../lineage.js';

/** An open task as the use-cases move it. */
export interface TaskRow {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly state: 'due' | 'in_progress' | 'waiting' | 'closed';
  readonly closedReason: string | null;
  readonly assignedTo: string | null;
  readonly nextStep: string | null;
  readonly nextStepOn: string | null;
  readonly lost: boolean;
  readonly revision: number;
}

export const TASK_COLUMNS = `t.id, t.patient_id AS "patientId", t.facility_id AS "facilityId", t.state, t.closed_reason AS "closedReason", t.assigned_to AS "assignedTo",
  t.next_step AS "nextStep", t.next_step_on AS "nextStepOn", t.lost, t.revision`;

/** Columns that change, as `[old, new]`. */
export type TaskChange = Readonly<Record<string, readonly [unknown, unknown]>>;

/**
 * Change columns of a task if nobody did since it was read, with its lineage.
 *
 * @returns the new revision; the old one when nothing differs; null when the task moved on.
 */
export async function moveTask(
  tx: EntityManager,
  task: TaskRow,
  change: TaskChange,
  save: Save,
): Promise<number | null> {
  const moved = Object.entries(change).filter(([, [from, to]]) => from !== to);
  if (moved.length === 0) return task.revision;
  const set = moved.map(([column], at) => `${column} = $${at + 3}`).join(', ');
  const closes = moved.some(([column, [, to]]) => column === 'state' && to === 'closed');
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE follow_up_task SET ${set}, revision = revision + 1${closes ? ', closed_at = now(), lost = false' : ''} WHERE id = $1 AND revision = $2`,
    [task.id, task.revision, ...moved.map(([, [, to]]) => to)],
  );
  if (count !== 1) return null;
  const changes = Object.fromEntries(moved.map(([column, pair]) => [`@${column}`, pair]));
  await insertRevision(tx, 'follow_up_task', task.id, task.revision + 1, [task.facilityId], save, changes);
  return task.revision + 1;
}

/** Close a task. */
export const closeTask = (
  tx: EntityManager,
  task: TaskRow,
  reason: 'contact' | 'deceased' | 'excluded' | 'do_not_contact',
  save: Save,
): Promise<number | null> => moveTask(tx, task, { state: [task.state, 'closed'], closed_reason: [null, reason] }, save);

/** Open tasks of a patient, held for this transaction. */
export const openTasks = (tx: EntityManager, patientId: string): Promise<TaskRow[]> =>
  tx.query(
    `SELECT ${TASK_COLUMNS} FROM follow_up_task t WHERE t.patient_id = $1 AND t.state <> 'closed' ORDER BY t.id FOR UPDATE`,
    [patientId],
  );
