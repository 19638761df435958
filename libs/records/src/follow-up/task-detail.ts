import { type PlannedStep, type Recipient } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { TASK_COLUMNS, type TaskRow } from './move-task.js';
import { type Stage } from './tasks.js';

/** A contact or an attempt as it stands in the log. */
export interface LoggedContact {
  readonly id: string;
  readonly taskId: string | null;
  readonly contactedOn: string;
  readonly channel: string;
  readonly person: string | null;
  readonly outcome: string;
  readonly contactPointId: string | null;
  readonly physicianId: string | null;
  readonly letterId: string | null;
  readonly items: ItemValues;
  readonly tumors: Readonly<Record<string, ItemValues>>;
  readonly reason: string | null;
  readonly note: string | null;
  readonly nextStep: string | null;
  readonly nextStepOn: string | null;
  /** Whether it told how the patient is. */
  readonly moved: boolean;
  readonly recordedBy: string;
  /** Name of the person behind `recordedBy`. */
  readonly recordedByName: string | null;
  readonly recordedAt: Date;
}

/** An address or telephone as one facility knows it, with what came of it so far. */
export interface KnownPoint {
  readonly id: string;
  readonly kind: 'address' | 'telephone';
  readonly party: 'patient' | 'contact';
  readonly name: string | null;
  readonly relationship: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly telephone: string | null;
  readonly source: string;
  readonly badSince: string | null;
  readonly badReason: string | null;
  /** Attempts through it, and those of them that told how the patient is. */
  readonly attempts: number;
  readonly reached: number;
}

export interface TaskLetter {
  readonly id: string;
  readonly batchId: string;
  readonly code: string;
  readonly recipient: Recipient;
  readonly number: number;
  readonly state: string;
  readonly dated: string;
  readonly closedOn: string | null;
  readonly closedReason: string | null;
}

export interface TaskTumor {
  readonly abstractId: string;
  readonly tumorId: string | null;
  readonly primarySite: string | null;
  readonly histology: string | null;
  readonly behavior: string | null;
  readonly dateOfDiagnosis: string | null;
  readonly cancerStatus: string | null;
  readonly dateOfLastCancerStatus: string | null;
  readonly physicianFollowUp: string | null;
  readonly followingRegistry: string | null;
  readonly nextFollowUpSource: string | null;
}

/** One task with everything that was done about the patient by its facility. */
export interface TaskDetail extends TaskRow {
  readonly stage: Stage;
  readonly delinquent: boolean;
  readonly dueMonth: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly medicalRecordNumber: string | null;
  readonly assignedName: string | null;
  readonly vitalStatus: string | null;
  readonly dateOfLastContact: string | null;
  readonly causeOfDeath: string | null;
  readonly patientRevision: number;
  readonly contacts: readonly LoggedContact[];
  readonly letters: readonly TaskLetter[];
  readonly contactPoints: readonly KnownPoint[];
  readonly doNotContact: readonly {
    readonly id: string;
    readonly recipients: readonly Recipient[];
    readonly askedBy: string;
    readonly reason: string;
    readonly setAt: Date;
  }[];
  readonly tumors: readonly TaskTumor[];
  /** What the rules would do next; the task's own `nextStep` is what somebody, or the last contact, decided. */
  readonly plan: PlannedStep | null;
  /** Whom nobody may ask about the patient, whichever facility was told so. */
  readonly blocked: readonly Recipient[];
}

/** Whose a task is. @throws DomainError 404. */
export async function taskOwner(
  tx: EntityManager,
  id: string,
): Promise<{ readonly id: string; readonly patientId: string; readonly facilityId: string }> {
  const [task] = await tx.query<{ id: string; patientId: string; facilityId: string }[]>(
    `SELECT id, patient_id AS "patientId", facility_id AS "facilityId" FROM follow_up_task WHERE id = $1`,
    [id],
  );
  if (task === undefined) throw notFound('task');
  return task;
}

/** A task without what is planned, which takes the registry's scope. @throws DomainError 404. */
export async function taskDetail(tx: EntityManager, id: string): Promise<Omit<TaskDetail, 'plan' | 'blocked'>> {
  const [task] = await tx.query<
    Omit<TaskDetail, 'contacts' | 'letters' | 'contactPoints' | 'doNotContact' | 'tumors'>[]
  >(
    `SELECT ${TASK_COLUMNS}, t.stage, t.stage = 'delinquent' AS delinquent, t.due_month AS "dueMonth", t.opened_at AS "openedAt", t.closed_at AS "closedAt", u.name AS "assignedName",
            p.vital_status AS "vitalStatus", p.date_of_last_contact AS "dateOfLastContact", p.cause_of_death AS "causeOfDeath", p.revision AS "patientRevision",
            coalesce(c.name, '') AS name, c.birth AS "dateOfBirth", c.mrn AS "medicalRecordNumber"
       FROM follow_up_task t JOIN patient p ON p.id = t.patient_id LEFT JOIN app_user u ON u.id = t.assigned_to
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name, max(a.items->>'dateOfBirth') AS birth, max(a.items->>'medicalRecordNumber') AS mrn
           FROM abstract a WHERE a.patient_id = t.patient_id AND a.facility_id = t.facility_id AND a.state = 'complete') c ON true
      WHERE t.id = $1`,
    [id],
  );
  if (task === undefined) throw notFound('task');
  const of = [task.patientId, task.facilityId];
  const letters = await tx.query<TaskLetter[]>(
    `SELECT l.id, l.batch_id AS "batchId", l.code, l.recipient, l.number, l.state, b.dated, l.closed_on AS "closedOn", l.closed_reason AS "closedReason"
       FROM letter l JOIN letter_batch b ON b.id = l.batch_id WHERE l.patient_id = $1 AND l.facility_id = $2 ORDER BY b.requested_at DESC`,
    of,
  );
  const doNotContact = await tx.query<TaskDetail['doNotContact']>(
    `SELECT id, recipients, asked_by AS "askedBy", reason, set_at AS "setAt" FROM do_not_contact WHERE patient_id = $1 AND facility_id = $2 AND ended_at IS NULL ORDER BY set_at`,
    of,
  );
  const cases = await tx.query<{ id: string; tumorId: string | null; items: ItemValues }[]>(
    `SELECT id, tumor_id AS "tumorId", items FROM abstract WHERE patient_id = $1 AND facility_id = $2 AND state = 'complete' ORDER BY date_of_diagnosis, id`,
    of,
  );
  return {
    ...task,
    contacts: await contactsOf(tx, task.patientId, task.facilityId),
    letters,
    contactPoints: await pointsOf(tx, task.patientId, task.facilityId),
    doNotContact,
    tumors: cases.map(tumorLine),
  };
}

const tumorLine = ({ id, tumorId, items }: { id: string; tumorId: string | null; items: ItemValues }): TaskTumor => ({
  abstractId: id,
  tumorId,
  primarySite: items.primarySite ?? null,
  histology: items.histologicTypeIcdO3 ?? null,
  behavior: items.behaviorCodeIcdO3 ?? null,
  dateOfDiagnosis: items.dateOfDiagnosis ?? null,
  cancerStatus: items.cancerStatus ?? null,
  dateOfLastCancerStatus: items.dateOfLastCancerStatus ?? null,
  physicianFollowUp: items.npiPhysicianFollowUp ?? items.physicianFollowUp ?? null,
  followingRegistry: items.npiFollowingRegistry ?? items.followingRegistry ?? null,
  nextFollowUpSource: items.nextFollowUpSource ?? null,
});

/** The log of contacts about a patient that one facility keeps, newest first. */
export const contactsOf = (tx: EntityManager, patientId: string, facilityId: string): Promise<LoggedContact[]> =>
  tx.query(
    `SELECT c.id, c.task_id AS "taskId", c.contacted_on AS "contactedOn", c.channel, c.person, c.outcome, c.contact_point_id AS "contactPointId", c.physician_id AS "physicianId",
            c.letter_id AS "letterId", c.items, c.tumor_items AS "tumors", c.reason, c.note, c.next_step AS "nextStep", c.next_step_on AS "nextStepOn",
            c.patient_revision IS NOT NULL AS moved, c.recorded_by AS "recordedBy", u.name AS "recordedByName", c.recorded_at AS "recordedAt"
       FROM follow_up_contact c LEFT JOIN app_user u ON 'user:' || u.id = c.recorded_by
      WHERE c.patient_id = $1 AND c.facility_id = $2 ORDER BY c.recorded_at DESC, c.id`,
    [patientId, facilityId],
  );

/** Addresses and telephones that one facility knows of a patient, good ones first, with what came of each. */
export const pointsOf = (tx: EntityManager, patientId: string, facilityId: string): Promise<KnownPoint[]> =>
  tx.query(
    `SELECT cp.id, cp.kind, cp.party, cp.name, cp.relationship, cp.line1, cp.line2, cp.city, cp.state, cp.postal_code AS "postalCode", cp.country, cp.telephone, cp.source,
            cp.bad_since AS "badSince", cp.bad_reason AS "badReason", count(c.id)::int AS attempts, count(c.patient_revision)::int AS reached
       FROM contact_point cp LEFT JOIN follow_up_contact c ON c.contact_point_id = cp.id AND c.patient_id = $1 AND c.outcome <> 'sent'
      WHERE cp.patient_id = $1 AND cp.facility_id = $2 GROUP BY cp.id ORDER BY cp.bad_since IS NOT NULL, cp.party DESC, cp.kind DESC, cp.added_at DESC`,
    [patientId, facilityId],
  );
