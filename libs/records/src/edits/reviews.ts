import { isReviewable, runEdits } from '@perennial/edits';
import { type Principal } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { asPatientRecord, type RegistryTables } from '../tables.js';
import { type CaseFinding, type EditEntity, judgePatient, storedKey } from './judge.js';
import { SET_OF_ABSTRACTS, SET_OF_TUMORS, setInUse } from './sets-in-use.js';
import { readPatients } from './stored.js';

/** A review as a person records it. */
export interface Review {
  readonly entity: EditEntity;
  readonly entityId: string;
  /** Key of the finding, as it was shown. */
  readonly key: string;
  readonly reason: string;
}

/**
 * Record that a person looked at a warning and found it right. It is not asked again unless a value that it involves changes.
 *
 * @returns id of the review. @throws DomainError 404 for a case out of scope; 409 when the case no longer has this finding; 422 for an error, which
 * is corrected and not reviewed.
 */
export async function recordReview(
  tx: EntityManager,
  review: Review,
  principal: Principal,
  today: string,
  tables: RegistryTables,
): Promise<string> {
  const { entity, entityId, key, reason } = review;
  const found = await currentFindings(tx, entity, entityId, today, tables);
  const match = found.find(({ of, finding }) => of.id === entityId && storedKey(finding) === key);
  if (match === undefined)
    throw new DomainError('edits.finding-gone', 409, 'The case no longer has this finding: its values have changed.');
  if (!isReviewable(match.finding))
    throw new DomainError('edits.not-reviewable', 422, 'An error is corrected, not reviewed.', {
      errors: [{ pointer: '/key', detail: `is a finding of ${match.finding.edit}, an error` }],
    });
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO edit_review (entity, entity_id, facility_ids, edit, key, reason, reviewed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (entity_id, key) WHERE withdrawn_at IS NULL DO UPDATE SET reason = excluded.reason, reviewed_by = excluded.reviewed_by, reviewed_at = now()
     RETURNING id`,
    [entity, entityId, match.of.facilityIds, match.finding.edit, key, reason, principal.actor],
  );
  await tx.query(`UPDATE edit_finding SET state = 'reviewed' WHERE entity_id = $1 AND key = $2`, [entityId, key]);
  return row?.id ?? '';
}

/** Take a review back: the warning is open again. @throws DomainError 404; 409 when it was taken back before. */
export async function withdrawReview(tx: EntityManager, id: string, actor: string): Promise<void> {
  const [review] = await tx.query<{ entity_id: string; key: string; withdrawn_at: Date | null }[]>(
    `SELECT entity_id, key, withdrawn_at FROM edit_review WHERE id = $1 FOR UPDATE`,
    [id],
  );
  if (review === undefined) throw notFound('review');
  if (review.withdrawn_at !== null)
    throw new DomainError('edits.review-withdrawn', 409, 'This review was taken back before.');
  await tx.query(`UPDATE edit_review SET withdrawn_at = now(), withdrawn_by = $2 WHERE id = $1`, [id, actor]);
  await tx.query(`UPDATE edit_finding SET state = 'open' WHERE entity_id = $1 AND key = $2`, [
    review.entity_id,
    review.key,
  ]);
}

/** Findings of a case as it is now, in the scope of whoever asks. */
async function currentFindings(
  tx: EntityManager,
  entity: EditEntity,
  id: string,
  today: string,
  tables: RegistryTables,
): Promise<CaseFinding[]> {
  if (entity === 'abstract') {
    const [row] = await tx.query<{ patientId: string; facilityId: string; items: Record<string, string> }[]>(
      `SELECT patient_id AS "patientId", facility_id AS "facilityId", items FROM abstract WHERE id = $1`,
      [id],
    );
    if (row === undefined) throw notFound('abstract');
    const set = await setInUse(tx, tables.edits, SET_OF_ABSTRACTS);
    const of = { entity, id, patientId: row.patientId, facilityIds: [row.facilityId] };
    return runEdits(set, asPatientRecord(tables.dictionary, row.items), today).map((finding) => ({ of, finding }));
  }
  const [owner] =
    entity === 'patient'
      ? [{ patientId: id }]
      : await tx.query<{ patientId: string }[]>(`SELECT patient_id AS "patientId" FROM tumor WHERE id = $1`, [id]);
  const [patient] = owner === undefined ? [] : await readPatients(tx, [owner.patientId]);
  if (patient === undefined) throw notFound(entity);
  return judgePatient(await setInUse(tx, tables.edits, SET_OF_TUMORS), patient, today);
}
