import { randomBytes } from 'node:crypto';
import {
  envelopeName,
  judgeTemplate,
  letterCode,
  type LetterContent,
  type LetterNumber,
  namesTheDisease,
  type Recipient,
  shiftDays,
  TEMPLATES,
} from '@perennial/follow-up';
import { enqueue } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { printLetters } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import { syncContactPoints } from '../contact-points.js';
import { BLOCKED } from '../do-not-contact.js';
import { thresholdsOf } from '../population.js';
import { facilitySettings } from '../settings.js';

/** Letters of one facility to one kind of recipient that are to be printed together. */
export interface BatchRequest {
  readonly facilityId: string;
  readonly recipient: Recipient;
  /** 2 for the second letter to those who did not answer the first. */
  readonly number: LetterNumber;
  /** Patients due in this month (`YYYYMM`) or earlier; absent: this month. */
  readonly through?: string;
  /** Only these tasks. */
  readonly taskIds?: readonly string[];
  readonly limit: number;
}

/** Why no letter could be made about a patient. */
export const SKIPPED = [
  'do_not_contact',
  'no_address',
  'bad_address',
  'no_physician',
  'no_registry',
  'physician_without_letters',
  'physician_bad_address',
  'proposal_waits',
] as const;

export interface MadeBatch {
  readonly id: string;
  readonly letters: number;
  /** Patients who are due and get no letter in this batch, by reason. */
  readonly skipped: readonly { readonly reason: (typeof SKIPPED)[number]; readonly patients: number }[];
}

interface Candidate {
  readonly taskId: string;
  readonly patientId: string;
  readonly pointId: string | null;
  readonly physicianId: string | null;
  readonly firstLetterId: string | null;
  readonly reason: (typeof SKIPPED)[number] | null;
}

/** Which of the tasks get a letter. The first letter waits for due (a physician's for the months of the setting), the second for the first. */
const CHOSEN = `
  SELECT t.id, t.patient_id, t.counted_from, l.id AS first_letter_id FROM follow_up_task t
    LEFT JOIN letter l ON l.task_id = t.id AND l.recipient = $2 AND l.state = 'printed' AND l.number = 1
    LEFT JOIN letter_batch b ON b.id = l.batch_id
   WHERE t.facility_id = $1 AND t.state <> 'closed' AND t.due_month <= $3 AND ($5::uuid[] IS NULL OR t.id = ANY($5))
     AND CASE $4::int WHEN 1 THEN NOT EXISTS (SELECT FROM letter o WHERE o.task_id = t.id AND o.recipient = $2 AND o.state IN ('queued', 'printed')) AND ($2 <> 'physician' OR t.counted_from <= $6)
                      ELSE l.id IS NOT NULL AND b.dated <= $7 END
   ORDER BY t.counted_from, t.id LIMIT $8`;

/** Where the letter of each would go, or why nowhere. An NPI is stronger than a local code; the newest good address is used. */
const CANDIDATES = `
WITH chosen AS MATERIALIZED (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS c(id, patient_id, counted_from, first_letter_id))
SELECT c.id AS "taskId", c.patient_id AS "patientId", c.first_letter_id AS "firstLetterId", point.id AS "pointId", who.id AS "physicianId",
       CASE WHEN ${BLOCKED} @> ARRAY[$6::text] THEN 'do_not_contact'
            WHEN EXISTS (SELECT FROM work_item w WHERE w.kind = 'contact_proposed' AND w.state = 'open' AND w.facility_id = $5 AND w.entity_id = c.patient_id) THEN 'proposal_waits'
            WHEN $6 IN ('patient', 'contact') THEN CASE WHEN point.id IS NULL THEN 'no_address' WHEN point.bad_since IS NOT NULL THEN 'bad_address' END
            WHEN who.id IS NULL THEN CASE $6 WHEN 'physician' THEN 'no_physician' ELSE 'no_registry' END
            WHEN who.no_letters THEN 'physician_without_letters' WHEN who.bad_since IS NOT NULL THEN 'physician_bad_address' END AS reason
  FROM chosen c JOIN consolidated_patient p ON p.id = c.patient_id
  LEFT JOIN LATERAL (
    SELECT cp.id, cp.bad_since FROM contact_point cp WHERE cp.patient_id = c.patient_id AND cp.facility_id = $5 AND cp.kind = 'address' AND cp.party = $6
     ORDER BY cp.bad_since IS NOT NULL, cp.added_at DESC, cp.id LIMIT 1) point ON $6 IN ('patient', 'contact')
  LEFT JOIN LATERAL (
    SELECT ph.id, ph.no_letters, ph.bad_since FROM abstract a JOIN physician ph
        ON ph.npi = CASE $6 WHEN 'physician' THEN a.items->>'npiPhysicianFollowUp' ELSE a.items->>'npiFollowingRegistry' END
        OR ph.local_code = CASE $6 WHEN 'physician' THEN a.items->>'physicianFollowUp' ELSE a.items->>'followingRegistry' END
     WHERE a.patient_id = c.patient_id AND a.facility_id = $5 AND a.state = 'complete'
     ORDER BY ph.no_letters, ph.bad_since IS NOT NULL, a.date_of_diagnosis DESC, ph.npi IS NULL, ph.id LIMIT 1) who ON $6 IN ('physician', 'registry')
 ORDER BY who.id, c.counted_from, c.id`;

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
  const [own] = await facilitySettings(tx, today, [facilityId]);
  if (own === undefined) throw new Error('letters of a facility that is gone');
  // Two people who make the same batch at once: the second finds the letters of the first.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('letters'), hashtext($1))`, [facilityId]);
  const chosen = await tx.query<
    { id: string; patient_id: string; counted_from: string; first_letter_id: string | null }[]
  >(CHOSEN, [
    facilityId,
    recipient,
    request.through ?? today.slice(0, 6),
    number,
    request.taskIds ?? null,
    thresholdsOf({ ...own, settings: { ...own.settings, reminderMonths: own.settings.physicianLetterMonths } }, today)
      .reminder_through,
    shiftDays(today, -own.settings.secondLetterDays),
    request.limit,
  ]);
  if (recipient === 'patient' || recipient === 'contact') {
    await syncContactPoints(
      tx,
      facilityId,
      chosen.map((one) => one.patient_id),
    );
  }
  const candidates = await tx.query<Candidate[]>(CANDIDATES, [
    chosen.map((one) => one.id),
    chosen.map((one) => one.patient_id),
    chosen.map((one) => one.counted_from),
    chosen.map((one) => one.first_letter_id),
    facilityId,
    recipient,
  ]);
  const letters = candidates.filter(({ reason }) => reason === null);
  const skipped = SKIPPED.flatMap((reason) => {
    const patients = candidates.filter((candidate) => candidate.reason === reason).length;
    return patients === 0 ? [] : [{ reason, patients }];
  });
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

/** Words of a letter: the facility's own, else the registry's, else the usual ones. */
export async function templateOf(
  tx: EntityManager,
  facilityId: string,
  recipient: Recipient,
  number: LetterNumber,
): Promise<LetterContent> {
  const [row] = await tx.query<{ content: LetterContent }[]>(
    `SELECT content FROM letter_template WHERE (facility_id = $1 OR facility_id IS NULL) AND recipient = $2 AND number = $3 ORDER BY facility_id IS NULL, saved_at DESC LIMIT 1`,
    [facilityId, recipient, number],
  );
  return row?.content ?? TEMPLATES[recipient][number];
}

/** Keep a facility's own words. @throws DomainError 422 with every place that is wrong. */
export async function saveTemplate(
  tx: EntityManager,
  facilityId: string,
  recipient: Recipient,
  number: LetterNumber,
  content: LetterContent,
  actor: string,
): Promise<void> {
  const judged = judgeTemplate(recipient, content);
  if (!judged.ok) {
    throw new DomainError(judged.error[0]?.code ?? 'template.refused', 422, 'The letter cannot be written like this.', {
      errors: judged.error.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail })),
    });
  }
  await tx.query(
    `INSERT INTO letter_template (facility_id, recipient, number, content, saved_by) VALUES ($1, $2, $3, $4, $5)`,
    [facilityId, recipient, number, JSON.stringify(content), actor],
  );
}

/** Who writes. The envelope's name is what strangers read. */
export interface Sender {
  readonly letterhead: string;
  readonly envelope: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly telephone: string | null;
}

/** The sender of a facility's letters; where none was entered, its name, and on envelopes a name that does not tell what it treats. */
export async function senderOf(tx: EntityManager, facilityId: string): Promise<Sender> {
  const [row] = await tx.query<Sender[]>(
    `SELECT letterhead, envelope, line1, line2, city, state, postal_code AS "postalCode", telephone FROM letter_sender WHERE facility_id = $1`,
    [facilityId],
  );
  if (row !== undefined) return row;
  const [facility] = await tx.query<{ name: string }[]>(`SELECT name FROM facility WHERE id = $1`, [facilityId]);
  const name = facility?.name ?? '';
  return {
    letterhead: name,
    envelope: envelopeName(name),
    line1: '',
    line2: null,
    city: '',
    state: '',
    postalCode: '',
    telephone: null,
  };
}

/** Keep a facility's sender. @throws DomainError 422 when the envelope would name the disease. */
export async function saveSender(tx: EntityManager, facilityId: string, sender: Sender, actor: string): Promise<void> {
  for (const part of ['envelope', 'line1', 'line2'] as const) {
    const word = namesTheDisease(sender[part] ?? '');
    if (word === null) continue;
    throw new DomainError('sender.reveals', 422, 'An envelope does not say what the letter is about.', {
      errors: [{ pointer: `/${part}`, detail: `stands on the envelope and says "${word}"` }],
    });
  }
  await tx.query(
    `INSERT INTO letter_sender (facility_id, letterhead, envelope, line1, line2, city, state, postal_code, telephone, saved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (facility_id) DO UPDATE SET letterhead = excluded.letterhead, envelope = excluded.envelope, line1 = excluded.line1, line2 = excluded.line2, city = excluded.city,
       state = excluded.state, postal_code = excluded.postal_code, telephone = excluded.telephone, saved_by = excluded.saved_by, saved_at = now()`,
    [
      facilityId,
      sender.letterhead,
      sender.envelope,
      sender.line1,
      sender.line2,
      sender.city,
      sender.state,
      sender.postalCode,
      sender.telephone,
      actor,
    ],
  );
}
