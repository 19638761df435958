import { DomainError, notFound } from '@perennial/problem';
import { earliestDay, type ItemValues, latestDay, parsePartialDate } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { saveWithLineage } from '../lineage.js';

export const CHANNELS = ['chart', 'physician', 'contact', 'telephone', 'letter', 'linkage', 'registry'] as const;
export const OUTCOMES = [
  'reached',
  'no_answer',
  'wrong_number',
  'returned_mail',
  'refused',
  'told_of_death',
  'moved',
] as const;

/** A contact as a person records it. */
export interface Contact {
  readonly patientId: string;
  readonly facilityId: string;
  /** Day of the contact or of death: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  readonly contactedOn: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly outcome: (typeof OUTCOMES)[number];
  /** What was learned about the patient: vital status, and on death its cause. */
  readonly items: ItemValues;
}

const LEARNED = new Set([
  'vitalStatus',
  'causeOfDeath',
  'icdRevisionNumber',
  'autopsy',
  'placeOfDeathState',
  'placeOfDeathCountry',
]);
const INFORMATIVE = new Set<string>(['reached', 'told_of_death', 'moved']);

/**
 * Record a contact. One that tells how the patient is moves last contact and vital status for all of the patient's tumors, with lineage;
 * it closes the open task of the facility, and the next pass opens the next one twelve months on. An attempt without news is kept and
 * moves nothing.
 *
 * @throws DomainError 404; 422 with the rule that the contact would break (future, before birth or diagnosis, earlier than known, death
 * without cause).
 */
export async function recordContact(
  tx: EntityManager,
  contact: Contact,
  actor: string,
  today: string,
): Promise<{ contactId: string; patientRevision: number }> {
  const [patient] = await tx.query<{ id: string; items: ItemValues; revision: number; facilityIds: string[] }[]>(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM consolidated_patient WHERE id = $1 AND facility_ids @> ARRAY[$2::uuid] FOR UPDATE`,
    [contact.patientId, contact.facilityId],
  );
  if (patient === undefined) throw notFound('patient');
  const moves = INFORMATIVE.has(contact.outcome);
  const dead = contact.items.vitalStatus === '0';
  await judge(tx, contact, patient.items, moves, dead, today);
  const [task] = await tx.query<{ id: string }[]>(
    `SELECT id FROM follow_up_task WHERE patient_id = $1 AND facility_id = $2 AND state <> 'closed' FOR UPDATE`,
    [contact.patientId, contact.facilityId],
  );
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO follow_up_contact (patient_id, facility_id, task_id, contacted_on, channel, outcome, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [
      contact.patientId,
      contact.facilityId,
      task?.id ?? null,
      contact.contactedOn,
      contact.channel,
      contact.outcome,
      actor,
    ],
  );
  const contactId = row?.id ?? '';
  if (!moves) {
    if (task !== undefined)
      await tx.query(`UPDATE follow_up_task SET state = 'in_progress', revision = revision + 1 WHERE id = $1`, [
        task.id,
      ]);
    return { contactId, patientRevision: patient.revision };
  }
  const alive = { vitalStatus: '1', causeOfDeath: '0000', icdRevisionNumber: '0', autopsy: '0' };
  const learned = dead ? contact.items : { ...alive, ...contact.items };
  const patch = { dateOfLastContact: contact.contactedOn, ...(learned as Record<string, string>) };
  const revision = await saveWithLineage(tx, 'patient', patient, patch, {
    actor,
    origin: { kind: 'contact', contactId },
  });
  if (revision === null) throw new Error('patient moved while locked');
  await closeTasks(tx, contact, dead, actor);
  return { contactId, patientRevision: revision };
}

/** A contact ends the task of its facility; a death ends every facility's task for the patient. */
async function closeTasks(tx: EntityManager, contact: Contact, dead: boolean, actor: string): Promise<void> {
  await tx.query(
    `WITH ended AS (
       UPDATE follow_up_task SET state = 'closed', closed_reason = $3, closed_at = now(), revision = revision + 1
        WHERE patient_id = $1 AND state <> 'closed' AND ($4 OR facility_id = $2) RETURNING id, facility_id, revision)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $5, '{"kind":"person"}', jsonb_build_object('@state', jsonb_build_array('open', 'closed'), '@closed_reason', jsonb_build_array(null, $3::text)) FROM ended`,
    [contact.patientId, contact.facilityId, dead ? 'deceased' : 'contact', dead, actor],
  );
}

async function judge(
  tx: EntityManager,
  contact: Contact,
  known: ItemValues,
  moves: boolean,
  dead: boolean,
  today: string,
): Promise<void> {
  const refuse = (code: string, pointer: string, detail: string): never => {
    throw new DomainError(code, 422, 'The contact cannot be recorded like this.', { errors: [{ pointer, detail }] });
  };
  const on = parsePartialDate(contact.contactedOn);
  if (!on.ok) return refuse('contact.date', '/contactedOn', 'is no date (YYYY, YYYYMM or YYYYMMDD)');
  if (earliestDay(on.value) > today) return refuse('contact.future', '/contactedOn', 'lies in the future');
  const unknown = Object.keys(contact.items).find((item) => !LEARNED.has(item));
  if (unknown !== undefined) return refuse('contact.item', `/items/${unknown}`, 'is not an item that a contact tells');
  if (dead !== (contact.outcome === 'told_of_death'))
    return refuse(
      'contact.death',
      '/outcome',
      'a death is recorded with outcome told_of_death and vitalStatus 0, and only then',
    );
  if (
    dead &&
    (contact.items.causeOfDeath === undefined ||
      contact.items.causeOfDeath === '0000' ||
      contact.items.icdRevisionNumber === undefined ||
      contact.items.icdRevisionNumber === '0')
  ) {
    return refuse(
      'contact.cause-of-death',
      '/items/causeOfDeath',
      'a death needs its cause (7777 or 7797 when unknown) and the ICD revision',
    );
  }
  if (!moves) return;
  const birth = known.dateOfBirth === undefined ? undefined : parsePartialDate(known.dateOfBirth);
  if (birth?.ok === true && latestDay(on.value) < earliestDay(birth.value))
    return refuse('contact.before-birth', '/contactedOn', 'lies before birth');
  const [first] = await tx.query<{ date: string | null }[]>(
    `SELECT max(date_of_diagnosis) AS date FROM tumor WHERE patient_id = $1`,
    [contact.patientId],
  );
  const diagnosis = first?.date === null || first === undefined ? undefined : parsePartialDate(first.date);
  if (diagnosis?.ok === true && latestDay(on.value) < earliestDay(diagnosis.value))
    return refuse('contact.before-diagnosis', '/contactedOn', 'lies before a diagnosis of the patient');
  const last = known.dateOfLastContact === undefined ? undefined : parsePartialDate(known.dateOfLastContact);
  if (last?.ok === true && latestDay(on.value) < earliestDay(last.value))
    return refuse('contact.earlier', '/contactedOn', 'lies before the last contact that is known');
  if (known.vitalStatus === '0' && !dead)
    return refuse(
      'contact.after-death',
      '/items/vitalStatus',
      'the patient is known to be dead; correct the death first',
    );
}
