import { enqueue } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { buildSubmission } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import { findProfile } from './profiles.js';

export interface Frozen {
  readonly id: string;
  readonly records: number;
}

/** Abstracts of the facility that are complete and were not sent in this profile at this revision; sent before = changed (M). */
const OF_ABSTRACTS = `
  SELECT a.id AS entity_id, a.revision, a.patient_id, p.revision AS patient_revision, ARRAY[a.facility_id] AS facility_ids,
         CASE WHEN EXISTS (SELECT FROM submission_record r JOIN submission s ON s.id = r.submission_id WHERE r.entity_id = a.id AND r.sent AND s.profile = $1) THEN 'M' ELSE 'A' END AS record_type,
         a.created_at
    FROM abstract a JOIN patient p ON p.id = a.patient_id
   WHERE a.facility_id = $3 AND a.state = 'complete' AND a.items->>'behaviorCodeIcdO3' = ANY($5)
     AND NOT EXISTS (SELECT FROM submission_record r JOIN submission s ON s.id = r.submission_id WHERE r.entity_id = a.id AND r.revision = a.revision AND r.sent AND s.profile = $1)`;

/** Consolidated tumors that a complete abstract stands behind; of merged ones that which stands for them. */
const OF_TUMORS = `
  SELECT t.id AS entity_id, t.revision, t.patient_id, p.revision AS patient_revision, t.facility_ids, 'I' AS record_type, t.created_at
    FROM tumor t JOIN patient p ON p.id = t.patient_id
   WHERE t.merged_into IS NULL AND ($3::uuid IS NULL OR t.facility_ids @> ARRAY[$3::uuid])
     AND (t.behavior = ANY($5) OR (t.behavior IN ('0', '1') AND t.primary_site ~ '^C(70|71|72|75[123])'))
     AND EXISTS (SELECT FROM abstract a WHERE a.tumor_id = t.id AND a.state = 'complete')`;

/**
 * Freeze a submission: one statement of a REPEATABLE READ transaction notes which records at which revision belong to it. Nothing later
 * changes what it holds; the freeze time is the only time that its files carry.
 *
 * The caller opens the transaction with isolation REPEATABLE READ.
 *
 * @throws DomainError 422 for an unknown profile or a missing facility, 409 when there is nothing to send.
 */
export async function freezeSubmission(
  tx: EntityManager,
  profileId: string,
  facilityId: string | null,
  actor: string,
): Promise<Frozen> {
  const profile = findProfile(profileId);
  if (profile === undefined)
    throw new DomainError('submission.profile', 422, 'There is no such submission profile.', {
      errors: [{ pointer: '/profile', detail: 'is not a known profile' }],
    });
  if (profile.of === 'abstract' && facilityId === null) {
    throw new DomainError('submission.facility', 422, 'This profile is built for one facility.', {
      errors: [{ pointer: '/facilityId', detail: 'is required' }],
    });
  }
  const [row] = await tx.query<{ id: string; records: number }[]>(
    `WITH chosen AS (${profile.of === 'abstract' ? OF_ABSTRACTS : OF_TUMORS}),
     frozen AS (
       INSERT INTO submission (profile, profile_version, facility_id, state, frozen_at, record_count, requested_by, user_dictionary_ids)
       SELECT $1, $2, $3::uuid, 'frozen', date_trunc('second', now()), count(*), $4,
              CASE WHEN $6 THEN ARRAY(SELECT id FROM user_dictionary WHERE current ORDER BY uri) ELSE '{}' END FROM chosen HAVING count(*) > 0 RETURNING id, record_count),
     kept AS (
       INSERT INTO submission_record (submission_id, position, entity_id, revision, patient_id, patient_revision, facility_ids, record_type)
       SELECT f.id, row_number() OVER (ORDER BY c.patient_id, c.record_type, c.created_at, c.entity_id), c.entity_id, c.revision, c.patient_id, c.patient_revision, c.facility_ids, c.record_type
         FROM chosen c CROSS JOIN frozen f)
     SELECT id, record_count AS records FROM frozen`,
    [profile.id, profile.version, facilityId, actor, profile.behaviors, profile.userItems],
  );
  if (row === undefined)
    throw new DomainError('submission.empty', 409, 'There is nothing to send: no new or changed records.');
  await enqueue(tx, buildSubmission, { submissionId: row.id });
  return row;
}
