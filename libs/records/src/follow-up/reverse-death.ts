import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { requestFindings } from '../edits/refresh.js';
import { type Changes, type ItemPatch, lineageOf, type Save, saveWithLineage, undo } from '../lineage.js';
import { moveTask, TASK_COLUMNS, type TaskRow } from './move-task.js';
import { proposeToOthers, SHARED_ITEMS } from './proposals.js';
import { type SharedRow } from './apply-contact.js';
import { lockPatient } from './record-contact.js';

/** Patient items that a death sets. */
const DEATH_ITEMS = new Set<string>([...SHARED_ITEMS, 'dcStateFileNumber', 'followUpSourceCentral']);

/**
 * Take a death back that was recorded for the wrong person: last contact, vital status and death items are exactly what they were before
 * it, of the tumors and the abstracts as well what the death changed; tasks that it closed are open again and letters that it withdrew
 * are back. The death stays in the history. Needs the registry's scope.
 *
 * @throws DomainError 404; 409 when the patient is not known to be dead; 422 when the patient was dead from the first report on.
 */
export async function reverseDeath(
  tx: EntityManager,
  request: { readonly patientId: string; readonly facilityId: string; readonly reason: string },
  actor: string,
  today: string,
): Promise<{ contactId: string; patientRevision: number }> {
  const patient = await lockPatient(tx, request.patientId, request.facilityId);
  if (patient.items.vitalStatus !== '0')
    throw new DomainError('death.none', 409, 'The patient is not known to be dead.');
  const entries = await lineageOf(tx, 'patient', patient.id);
  const at = entries.findIndex(({ changes }) => changes.vitalStatus?.[1] === '0' && changes.vitalStatus[0] !== '0');
  const death = entries[at];
  if (death === undefined) {
    throw new DomainError(
      'death.origin',
      422,
      'The patient was reported dead from the beginning: there is no earlier state to go back to.',
      {
        errors: [{ pointer: '/patientId', detail: 'correct the abstract that reported the death' }],
      },
    );
  }
  const since = entries.slice(0, at + 1);
  const before = since.reduce((items, { changes }) => undo(items, changes), patient.items);
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO follow_up_contact (patient_id, facility_id, contacted_on, channel, outcome, reason, note, recorded_by) VALUES ($1, $2, $3, 'registry', 'death_reversed', 'death-reversed', $4, $5) RETURNING id`,
    [patient.id, request.facilityId, today, request.reason, actor],
  );
  const contactId = row?.id ?? '';
  const save: Save = { actor, origin: { kind: 'contact', contactId } };
  const patch = restored(patient, before, (item) => DEATH_ITEMS.has(item));
  const revision = await saveWithLineage(tx, 'patient', patient, patch, save);
  if (revision === null) throw new Error('patient moved while locked');
  await tx.query(`UPDATE follow_up_contact SET patient_revision = $2 WHERE id = $1`, [contactId, revision]);
  const contacts = new Set(since.flatMap(({ origin }) => (origin.kind === 'contact' ? [origin.contactId] : [])));
  await restoreOthers(tx, 'tumor', patient.id, contacts, save);
  await restoreOthers(tx, 'abstract', patient.id, contacts, save);
  await requestFindings(tx, patient.id);
  const reopened = await reopenTasks(tx, patient.id, death.at, save);
  await tx.query(
    `UPDATE letter l SET state = CASE b.state WHEN 'ready' THEN 'printed' ELSE 'queued' END, closed_on = NULL, closed_reason = NULL
       FROM letter_batch b WHERE b.id = l.batch_id AND l.patient_id = $1 AND l.state = 'withdrawn' AND l.closed_reason = 'deceased'
        AND NOT EXISTS (SELECT FROM letter o WHERE o.task_id = l.task_id AND o.recipient = l.recipient AND o.state IN ('queued', 'printed'))`,
    [patient.id],
  );
  await proposeToOthers(tx, { patientId: patient.id, facilityId: request.facilityId, contactId }, reopened);
  return { contactId, patientRevision: revision };
}

/** Items that lead from the present state back to an earlier one, of those that are asked for. */
function restored(row: SharedRow, before: SharedRow['items'], asked: (item: string) => boolean): ItemPatch {
  const [now, then] = [row.items, before] as Readonly<Record<string, string | undefined>>[];
  const items = new Set([...Object.keys(now ?? {}), ...Object.keys(then ?? {})].filter(asked));
  return Object.fromEntries(
    [...items].filter((item) => now?.[item] !== then?.[item]).map((item) => [item, then?.[item] ?? null]),
  );
}

/** Undo in tumors or abstracts what the contacts of the death wrote and nobody changed since. */
async function restoreOthers(
  tx: EntityManager,
  entity: 'tumor' | 'abstract',
  patientId: string,
  contacts: ReadonlySet<string>,
  save: Save,
): Promise<void> {
  const facilities = entity === 'tumor' ? 'e.facility_ids' : 'ARRAY[e.facility_id]';
  const stands = entity === 'tumor' ? 'AND e.merged_into IS NULL' : '';
  const rows = await tx.query<(SharedRow & { written: Changes[] })[]>(
    `SELECT e.id, e.items, e.revision, ${facilities} AS "facilityIds", jsonb_agg(v.changes ORDER BY v.revision DESC) AS written
       FROM ${entity} e JOIN revision v ON v.entity = $3 AND v.entity_id = e.id AND v.origin->>'contactId' = ANY($2)
      WHERE e.patient_id = $1 ${stands} GROUP BY e.id ORDER BY e.id`,
    [patientId, [...contacts], entity],
  );
  for (const row of rows) {
    const patch: Record<string, string | null> = {};
    const now: Record<string, string | null> = { ...(row.items as Record<string, string>) };
    for (const changes of row.written) {
      for (const [item, [was, became]] of Object.entries(changes)) {
        if (item.startsWith('@') || (now[item] ?? null) !== became) continue;
        now[item] = was;
        patch[item] = was;
      }
    }
    if (Object.keys(patch).length === 0) continue;
    if ((await saveWithLineage(tx, entity, row, patch, save)) === null) throw new Error(`${entity} moved while locked`);
  }
}

/** Tasks that the death closed, open as they were. */
async function reopenTasks(tx: EntityManager, patientId: string, since: Date, save: Save): Promise<readonly TaskRow[]> {
  const closed = await tx.query<(TaskRow & { was: TaskRow['state'] })[]>(
    `SELECT ${TASK_COLUMNS}, coalesce((SELECT v.changes->'@state'->>0 FROM revision v WHERE v.entity_id = t.id AND v.revision = t.revision), 'due') AS was
       FROM follow_up_task t WHERE t.patient_id = $1 AND t.state = 'closed' AND t.closed_reason = 'deceased' AND t.closed_at >= $2::timestamptz - interval '1 minute'
        AND NOT EXISTS (SELECT FROM follow_up_task o WHERE o.patient_id = t.patient_id AND o.facility_id = t.facility_id AND o.state <> 'closed') ORDER BY t.id FOR UPDATE`,
    [patientId, since],
  );
  for (const task of closed) {
    await moveTask(tx, task, { state: ['closed', task.was], closed_reason: [task.closedReason, null] }, save);
    await tx.query(`UPDATE follow_up_task SET closed_at = NULL WHERE id = $1`, [task.id]);
  }
  return closed.map(({ was, ...task }) => ({ ...task, state: was, closedReason: null, revision: task.revision + 1 }));
}
