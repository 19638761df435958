import { type LetterNumber, type Recipient, shiftDays } from '@perennial/follow-up';
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

/** A task that was looked at, and where its letter would go or why nowhere. */
export interface LetterCandidate {
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
 * Which letters a batch would hold, and which patients would get none, without making anything but the points of contact that abstracts
 * name. Needs the registry's scope.
 */
export async function planBatch(
  tx: EntityManager,
  request: BatchRequest,
  today: string,
): Promise<readonly LetterCandidate[]> {
  const { facilityId, recipient, number } = request;
  const [own] = await facilitySettings(tx, today, [facilityId]);
  if (own === undefined) throw new Error('letters of a facility that is gone');
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
  return tx.query<LetterCandidate[]>(CANDIDATES, [
    chosen.map((one) => one.id),
    chosen.map((one) => one.patient_id),
    chosen.map((one) => one.counted_from),
    chosen.map((one) => one.first_letter_id),
    facilityId,
    recipient,
  ]);
}

/** Patients without a letter, counted by reason in the order of the reasons. */
export function countSkipped(candidates: readonly LetterCandidate[]): readonly Skipped[] {
  return SKIPPED.flatMap((reason) => {
    const patients = candidates.filter((candidate) => candidate.reason === reason).length;
    return patients === 0 ? [] : [{ reason, patients }];
  });
}

export interface Skipped {
  readonly reason: (typeof SKIPPED)[number];
  readonly patients: number;
}

/** A line of a plan: a patient with the letter's addressee, or with the reason why there is none. */
export interface PlanLine {
  readonly taskId: string;
  readonly patientId: string;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly dateOfLastContact: string | null;
  readonly to: string | null;
  readonly place: string | null;
  readonly reason: (typeof SKIPPED)[number] | null;
}

/** Names to candidates, in their order: the facility's own for the patient. */
export const planLines = (
  tx: EntityManager,
  facilityId: string,
  candidates: readonly LetterCandidate[],
): Promise<PlanLine[]> =>
  tx.query(
    `SELECT c.task_id AS "taskId", c.patient_id AS "patientId", coalesce(own.name, '') AS name, own.birth AS "dateOfBirth", p.date_of_last_contact AS "dateOfLastContact",
            CASE WHEN ph.id IS NOT NULL THEN ph.name WHEN cp.id IS NOT NULL THEN coalesce(cp.name, own.plain) END AS "to",
            CASE WHEN ph.id IS NOT NULL THEN concat_ws(', ', ph.city, ph.state) WHEN cp.id IS NOT NULL THEN concat_ws(', ', cp.city, cp.state) END AS place, c.reason
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) WITH ORDINALITY AS c(task_id, patient_id, point_id, physician_id, reason, at)
       JOIN patient p ON p.id = c.patient_id LEFT JOIN physician ph ON ph.id = c.physician_id LEFT JOIN contact_point cp ON cp.id = c.point_id
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name, max(concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast')) AS plain, max(a.items->>'dateOfBirth') AS birth
           FROM abstract a WHERE a.patient_id = c.patient_id AND a.facility_id = $6 AND a.state = 'complete') own ON true
      ORDER BY c.at`,
    [
      candidates.map(({ taskId }) => taskId),
      candidates.map(({ patientId }) => patientId),
      candidates.map(({ pointId }) => pointId),
      candidates.map(({ physicianId }) => physicianId),
      candidates.map(({ reason }) => reason),
      facilityId,
    ],
  );

/** How many letters of a kind could be made now: looked at to the limit of one batch. */
export interface LetterSuggestion {
  readonly recipient: Recipient;
  readonly number: LetterNumber;
  readonly letters: number;
  /** Different physicians or registries among the addressees; for people, letters. */
  readonly addressees: number;
  readonly skipped: readonly Skipped[];
  /** There are more tasks than were looked at. */
  readonly more: boolean;
}

const KINDS: readonly (readonly [Recipient, LetterNumber])[] = [
  ['physician', 1],
  ['physician', 2],
  ['patient', 1],
  ['patient', 2],
  ['contact', 1],
  ['contact', 2],
  ['registry', 1],
  ['registry', 2],
];

/** Tasks that a suggestion looks at. */
const LOOKED_AT = 1_000;

/** What letters a facility could make now, by recipient, first and second ones. Needs the registry's scope. */
export async function suggestLetters(
  tx: EntityManager,
  facilityId: string,
  today: string,
): Promise<readonly LetterSuggestion[]> {
  const suggestions: LetterSuggestion[] = [];
  for (const [recipient, number] of KINDS) {
    const candidates = await planBatch(tx, { facilityId, recipient, number, limit: LOOKED_AT }, today);
    const letters = candidates.filter(({ reason }) => reason === null);
    const professional = recipient === 'physician' || recipient === 'registry';
    suggestions.push({
      recipient,
      number,
      letters: letters.length,
      addressees: professional ? new Set(letters.map(({ physicianId }) => physicianId)).size : letters.length,
      skipped: countSkipped(candidates),
      more: candidates.length >= LOOKED_AT,
    });
  }
  return suggestions;
}
