import { readLetterCode } from '@perennial/follow-up';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type Contact } from '../judge-contact.js';
import { recordContact, type RecordedContact } from '../record-contact.js';

/** An answer, without what the letter says itself. */
export type LetterAnswer = Omit<Contact, 'patientId' | 'facilityId' | 'channel' | 'letterId' | 'person'>;

interface LetterRow {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly recipient: 'physician' | 'patient' | 'contact' | 'registry';
  readonly state: string;
  readonly closedOn: string | null;
  readonly taskId: string;
  readonly physicianId: string | null;
  readonly contactPointId: string | null;
}

const PERSONS = { physician: 'physician', patient: 'patient', contact: 'relative', registry: 'registry' } as const;

/**
 * The letter of a code as somebody typed it.
 *
 * @param facilityIds facilities of the principal; null: all.
 * @throws DomainError 422 when the text cannot be a code; 404 when no letter of these facilities has it.
 */
export async function letterByCode(
  tx: EntityManager,
  typed: string,
  facilityIds: readonly string[] | null,
): Promise<LetterRow> {
  const code = readLetterCode(typed);
  if (code === null) {
    throw new DomainError('letter.code', 422, 'This is no code of a letter: a character is wrong or missing.', {
      errors: [
        { pointer: '/code', detail: 'looks like K7Q2-9FMX-4; it never holds 0, 1, A, B, E, G, I, L, O, S, U or Z' },
      ],
    });
  }
  const [letter] = await tx.query<LetterRow[]>(
    `SELECT id, patient_id AS "patientId", facility_id AS "facilityId", recipient, state, closed_on AS "closedOn", task_id AS "taskId", physician_id AS "physicianId", contact_point_id AS "contactPointId"
       FROM letter WHERE code = $1 AND ($2::uuid[] IS NULL OR facility_id = ANY($2)) FOR UPDATE`,
    [code, facilityIds],
  );
  if (letter === undefined) throw notFound('letter');
  return letter;
}

/** A letter as whoever types its answer must see it: about whom it asks, and whether it was answered. */
export interface LetterOfCode {
  readonly id: string;
  readonly code: string;
  readonly batchId: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly taskId: string;
  readonly recipient: LetterRow['recipient'];
  readonly number: number;
  /** Day on the letter, `YYYYMMDD`. */
  readonly dated: string;
  readonly to: string;
  readonly state: 'queued' | 'printed' | 'answered' | 'returned' | 'withdrawn' | 'superseded';
  readonly closedOn: string | null;
  readonly closedReason: string | null;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly medicalRecordNumber: string | null;
  readonly vitalStatus: string | null;
  readonly dateOfLastContact: string | null;
  readonly tumors: readonly {
    readonly tumorId: string | null;
    readonly primarySite: string | null;
    readonly histology: string | null;
    readonly dateOfDiagnosis: string | null;
  }[];
}

/** The letter of a code with what is known of its patient. @throws DomainError 422, 404 as `letterByCode`. */
export async function describeLetter(
  tx: EntityManager,
  typed: string,
  facilityIds: readonly string[] | null,
): Promise<LetterOfCode> {
  const { id } = await letterByCode(tx, typed, facilityIds);
  const [letter] = await tx.query<LetterOfCode[]>(
    `SELECT l.id, l.code, l.batch_id AS "batchId", l.patient_id AS "patientId", l.facility_id AS "facilityId", l.task_id AS "taskId", l.recipient, l.number, b.dated,
            coalesce(ph.name, cp.name, c.plain, '') AS "to", l.state, l.closed_on AS "closedOn", l.closed_reason AS "closedReason", coalesce(c.name, '') AS name, c.birth AS "dateOfBirth",
            c.mrn AS "medicalRecordNumber", p.vital_status AS "vitalStatus", p.date_of_last_contact AS "dateOfLastContact", coalesce(c.tumors, '[]') AS tumors
       FROM letter l JOIN letter_batch b ON b.id = l.batch_id JOIN patient p ON p.id = l.patient_id
       LEFT JOIN physician ph ON ph.id = l.physician_id LEFT JOIN contact_point cp ON cp.id = l.contact_point_id
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name, max(concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast')) AS plain,
                max(a.items->>'dateOfBirth') AS birth, max(a.items->>'medicalRecordNumber') AS mrn,
                jsonb_agg(jsonb_build_object('tumorId', a.tumor_id, 'primarySite', a.primary_site, 'histology', a.histology, 'dateOfDiagnosis', a.date_of_diagnosis) ORDER BY a.date_of_diagnosis, a.id) AS tumors
           FROM abstract a WHERE a.patient_id = l.patient_id AND a.facility_id = l.facility_id AND a.state = 'complete') c ON true
      WHERE l.id = $1`,
    [id],
  );
  if (letter === undefined) throw notFound('letter');
  return letter;
}

/**
 * Record the answer to a letter, or that it came back. It is a contact like any other, through the letter; a late answer to a letter that
 * was withdrawn or followed by a second one counts as well. Needs the registry's scope.
 *
 * @throws DomainError 404, 409 when the letter is answered already, 422.
 */
export async function answerLetter(
  tx: EntityManager,
  typed: string,
  facilityIds: readonly string[] | null,
  answer: LetterAnswer,
  actor: string,
  today: string,
): Promise<RecordedContact & { readonly letterId: string; readonly patientId: string }> {
  const letter = await letterByCode(tx, typed, facilityIds);
  if (letter.state === 'answered' || letter.state === 'returned') {
    const when = letter.closedOn === null ? '' : ` on ${letter.closedOn.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')}`;
    throw new DomainError('letter.done', 409, `This letter is ${letter.state} already${when}.`);
  }
  if (letter.state === 'queued') throw new DomainError('letter.not-sent', 409, 'This letter is not printed yet.');
  const recorded = await recordContact(
    tx,
    {
      ...answer,
      patientId: letter.patientId,
      facilityId: letter.facilityId,
      channel: 'letter',
      person: PERSONS[letter.recipient],
      letterId: letter.id,
      ...(letter.physicianId === null ? {} : { physicianId: letter.physicianId }),
      ...(letter.contactPointId === null ? {} : { contactPointId: letter.contactPointId }),
    },
    actor,
    today,
  );
  await tx.query(`UPDATE letter SET state = $2, closed_on = $3, closed_reason = NULL WHERE id = $1`, [
    letter.id,
    answer.outcome === 'returned_mail' ? 'returned' : 'answered',
    today,
  ]);
  return { ...recorded, letterId: letter.id, patientId: letter.patientId };
}
