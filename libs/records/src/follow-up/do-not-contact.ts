import { notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { withdrawLetters } from './letter-states.js';
import { closeTask, openTasks } from './move-task.js';

export const RECIPIENTS = ['physician', 'patient', 'contact', 'registry'] as const;
export type Recipient = (typeof RECIPIENTS)[number];
export const ASKED_BY = ['patient', 'family', 'physician', 'registry'] as const;

export interface DoNotContactRequest {
  readonly patientId: string;
  readonly facilityId: string;
  /** Who may no longer be written to about the patient. */
  readonly recipients: readonly Recipient[];
  readonly askedBy: (typeof ASKED_BY)[number];
  readonly reason: string;
}

/** SQL: recipients that letters about a patient `p` may not go to. Item 1854 (no patient contact) of any facility's record covers patient and relatives. */
export const BLOCKED = `(SELECT coalesce(array_agg(DISTINCT r), '{}') FROM (
  SELECT unnest(d.recipients) AS r FROM do_not_contact d WHERE d.patient_id = p.id AND d.ended_at IS NULL
  UNION ALL SELECT unnest(ARRAY['patient', 'contact']) WHERE p.items->>'noPatientContactFlag' = '1'
     OR EXISTS (SELECT FROM abstract o WHERE o.patient_id = p.id AND o.state <> 'withdrawn' AND o.items->>'noPatientContactFlag' = '1')) AS marks)`;

/**
 * Keep a request not to be contacted. It holds for every facility, withdraws waiting letters to these recipients, and ends all open tasks
 * when nobody is left to ask; linkages go on. Needs the registry's scope.
 *
 * @throws DomainError 404.
 */
export async function addDoNotContact(
  tx: EntityManager,
  request: DoNotContactRequest,
  actor: string,
  today: string,
): Promise<{ id: string; tasksClosed: number; lettersWithdrawn: number }> {
  const [patient] = await tx.query<unknown[]>(
    `SELECT FROM consolidated_patient WHERE id = $1 AND facility_ids @> ARRAY[$2::uuid] FOR UPDATE`,
    [request.patientId, request.facilityId],
  );
  if (patient === undefined) throw notFound('patient');
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO do_not_contact (patient_id, facility_id, recipients, asked_by, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [request.patientId, request.facilityId, request.recipients, request.askedBy, request.reason, actor],
  );
  const lettersWithdrawn = await withdrawLetters(tx, request.patientId, 'do_not_contact', today, request.recipients);
  const [left] = await tx.query<{ blocked: string[] }[]>(
    `SELECT ${BLOCKED} AS blocked FROM consolidated_patient p WHERE p.id = $1`,
    [request.patientId],
  );
  const nobody = RECIPIENTS.every((recipient) => left?.blocked.includes(recipient));
  const tasks = nobody ? await openTasks(tx, request.patientId) : [];
  for (const task of tasks)
    await closeTask(tx, task, 'do_not_contact', { actor, origin: { kind: 'person', reason: request.reason } });
  return { id: row?.id ?? '', tasksClosed: tasks.length, lettersWithdrawn };
}

/** End a request, for example because the patient took it back. It stays in the history. @throws DomainError 404. */
export async function endDoNotContact(tx: EntityManager, id: string, actor: string): Promise<void> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE do_not_contact SET ended_at = now(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL`,
    [id, actor],
  );
  if (count !== 1) throw notFound('request');
}
