import { randomBytes } from 'node:crypto';
import { letterCode } from '@perennial/follow-up';
import { enqueue } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { printLetters } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import { type BatchRequest, countSkipped, planBatch, type Skipped } from './plan-batch.js';
import { templateOf } from './words.js';

export interface MadeBatch {
  readonly id: string;
  readonly letters: number;
  /** Patients who are due and get no letter in this batch, by reason. */
  readonly skipped: readonly Skipped[];
}

/**
 * Make the letters of a batch and queue their printing. One letter a patient, whatever the number of tumors; letters to a physician stand
 * together. Addresses are those that the facility knows and that are not marked bad. Needs the registry's scope.
 *
 * @throws DomainError 409 with the reasons when there is no letter to make.
 */
export async function makeBatch(
  tx: EntityManager,
  request: BatchRequest,
  actor: string,
  today: string,
): Promise<MadeBatch> {
  const { facilityId, recipient, number } = request;
  // Two people who make the same batch at once: the second finds the letters of the first.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('letters'), hashtext($1))`, [facilityId]);
  const candidates = await planBatch(tx, request, today);
  const letters = candidates.filter(({ reason }) => reason === null);
  const skipped = countSkipped(candidates);
  if (letters.length === 0) {
    throw new DomainError('letters.none', 409, 'There is no letter to write.', { skipped });
  }
  const content = await templateOf(tx, facilityId, recipient, number);
  const [batch] = await tx.query<{ id: string }[]>(
    `INSERT INTO letter_batch (facility_id, recipient, number, content, letters, dated, requested_by) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [facilityId, recipient, number, JSON.stringify(content), letters.length, today, actor],
  );
  if (batch === undefined) throw new Error('batch: insert returned no row');
  await tx.query(
    `UPDATE letter SET state = 'superseded', closed_on = $2, closed_reason = 'second_letter' WHERE id = ANY($1)`,
    [letters.flatMap(({ firstLetterId }) => firstLetterId ?? []), today],
  );
  await tx.query(
    `INSERT INTO letter (batch_id, position, code, patient_id, facility_id, task_id, recipient, number, physician_id, contact_point_id)
     SELECT $1, l.position, l.code, l.patient_id, $2, l.task_id, $3, $4, l.physician_id, l.point_id
       FROM unnest($5::int[], $6::text[], $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[]) AS l(position, code, patient_id, task_id, physician_id, point_id)`,
    [
      batch.id,
      facilityId,
      recipient,
      number,
      letters.map((_, at) => at),
      codes(letters.length),
      letters.map(({ patientId }) => patientId),
      letters.map(({ taskId }) => taskId),
      letters.map(({ physicianId }) => (recipient === 'physician' || recipient === 'registry' ? physicianId : null)),
      letters.map(({ pointId }) => pointId),
    ],
  );
  await enqueue(tx, printLetters, { batchId: batch.id });
  return { id: batch.id, letters: letters.length, skipped };
}

function codes(count: number): readonly string[] {
  const made = new Set<string>();
  while (made.size < count) made.add(letterCode(randomBytes(8)));
  return [...made];
}
