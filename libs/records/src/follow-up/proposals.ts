import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type ItemPatch, type Save } from '../lineage.js';
import { closeTask, openTasks, type TaskRow } from './move-task.js';
import { patchAbstracts } from './apply-contact.js';
import { lockPatient } from './record-contact.js';

/** Patient items of a contact that other facilities take over, or not. */
export const SHARED_ITEMS = [
  'dateOfLastContact',
  'vitalStatus',
  'causeOfDeath',
  'icdRevisionNumber',
  'autopsy',
  'placeOfDeathState',
  'placeOfDeathCountry',
] as const;

/**
 * Propose a contact to the other facilities that follow the patient. An older proposal that nobody decided on gives way to it, so that
 * each facility has at most one to look at. Needs the registry's scope.
 */
export async function proposeToOthers(
  tx: EntityManager,
  by: { readonly patientId: string; readonly facilityId: string; readonly contactId: string },
  open: readonly TaskRow[],
): Promise<void> {
  const others = await tx.query<{ facility_id: string }[]>(
    `SELECT DISTINCT facility_id FROM abstract WHERE patient_id = $1 AND state = 'complete' AND facility_id <> $2`,
    [by.patientId, by.facilityId],
  );
  for (const { facility_id } of others) {
    const task = open.find((one) => one.facilityId === facility_id);
    await tx.query(
      `UPDATE work_item SET state = 'done', done_at = now(), reason = reason || '{"decision": "superseded"}'
        WHERE kind = 'contact_proposed' AND state = 'open' AND entity_id = $1 AND facility_id = $2`,
      [by.patientId, facility_id],
    );
    await tx.query(
      `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) VALUES ('contact_proposed', 'patient', $1, $2, $3)`,
      [
        by.patientId,
        facility_id,
        JSON.stringify({ contactId: by.contactId, ...(task === undefined ? {} : { taskId: task.id }) }),
      ],
    );
  }
}

/** A contact of another facility as this one is shown it: the items that are shared, nothing of who was asked or how. */
export interface Proposal {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly taskId: string | null;
  /** As this facility knows the patient. */
  readonly name: string;
  readonly dateOfLastContact: string | null;
  readonly vitalStatus: string | null;
  readonly causeOfDeath: string | null;
  readonly proposedAt: Date;
}

/** Open proposals to some facilities, oldest first. */
export const listProposals = (tx: EntityManager, facilityIds: readonly string[], limit: number): Promise<Proposal[]> =>
  tx.query(
    `SELECT w.id, w.entity_id AS "patientId", w.facility_id AS "facilityId", w.reason->>'taskId' AS "taskId", coalesce(own.name, '') AS name, p.date_of_last_contact AS "dateOfLastContact",
            p.vital_status AS "vitalStatus", p.cause_of_death AS "causeOfDeath", w.created_at AS "proposedAt"
       FROM work_item w JOIN patient p ON p.id = w.entity_id
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name FROM abstract a
          WHERE a.patient_id = w.entity_id AND a.facility_id = w.facility_id AND a.state = 'complete') own ON true
      WHERE w.kind = 'contact_proposed' AND w.state = 'open' AND w.facility_id = ANY($1) ORDER BY w.created_at, w.id LIMIT $2`,
    [facilityIds, limit],
  );

/**
 * Decide on a proposal: accepted, the facility's complete abstracts take the shared items and its task ends; dismissed, the task goes on
 * until the facility has news of its own. Needs the registry's scope.
 *
 * @throws DomainError 404; 409 when it is decided already.
 */
export async function decideProposal(
  tx: EntityManager,
  id: string,
  facilityIds: readonly string[] | null,
  decision: 'accepted' | 'dismissed',
  why: string | undefined,
  actor: string,
): Promise<void> {
  const [found] = await tx.query<
    { patientId: string; facilityId: string; state: string; contactId: string; taskId: string | null }[]
  >(
    `SELECT entity_id AS "patientId", facility_id AS "facilityId", state, reason->>'contactId' AS "contactId", reason->>'taskId' AS "taskId"
       FROM work_item WHERE id = $1 AND kind = 'contact_proposed' AND ($2::uuid[] IS NULL OR facility_id = ANY($2)) FOR UPDATE`,
    [id, facilityIds],
  );
  if (found === undefined) throw notFound('proposal');
  if (found.state !== 'open') throw new DomainError('proposal.decided', 409, 'This proposal is decided already.');
  await tx.query(
    `UPDATE work_item SET state = 'done', done_at = now(), reason = reason || jsonb_build_object('decision', $2::text, 'by', $3::text, 'why', $4::text) WHERE id = $1`,
    [id, decision, actor, why ?? null],
  );
  if (decision === 'dismissed') return;
  const patient = await lockPatient(tx, found.patientId, found.facilityId);
  const save: Save = { actor, origin: { kind: 'contact', contactId: found.contactId } };
  const items = patient.items as Readonly<Record<string, string | undefined>>;
  const patch: ItemPatch = Object.fromEntries(SHARED_ITEMS.map((item) => [item, items[item] ?? null]));
  await patchAbstracts(tx, patient.id, found.facilityId, patch, new Map(), save);
  const task = (await openTasks(tx, patient.id)).find((one) => one.id === found.taskId);
  if (task !== undefined) await closeTask(tx, task, patient.items.vitalStatus === '0' ? 'deceased' : 'contact', save);
}
