import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { recordCreation, type Save } from '../lineage.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { matchPatient } from './identity.js';

/**
 * The patient a report speaks of, found by the identity rules or made. `lockKeys(personKeys(...))` must be held.
 *
 * A found patient is joined to the facility; what this facility says about them stays in its abstract until completion.
 */
export async function findOrCreatePatient(
  tx: EntityManager,
  facilityId: string,
  items: ItemValues,
  save: Save,
  tables: RegistryTables,
): Promise<string> {
  const match = await matchPatient(tx, facilityId, items);
  const patientId = match.kind === 'match' ? match.patientId : await createPatient(tx, facilityId, items, save, tables);
  if (match.kind === 'match') {
    await tx.query(
      `UPDATE consolidated_patient SET facility_ids = facility_ids || $2::uuid WHERE id = $1 AND NOT facility_ids @> ARRAY[$2::uuid]`,
      [patientId, facilityId],
    );
  }
  if (match.kind === 'review') {
    await tx.query(
      `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) VALUES ('review_patient', 'patient', $1, $2, $3)`,
      [patientId, facilityId, JSON.stringify({ why: match.why, candidates: match.candidates })],
    );
  }
  if (items.medicalRecordNumber !== undefined) {
    await tx.query(
      `INSERT INTO patient_identifier (patient_id, facility_id, medical_record_number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [patientId, facilityId, items.medicalRecordNumber],
    );
  }
  return patientId;
}

async function createPatient(
  tx: EntityManager,
  facilityId: string,
  items: ItemValues,
  save: Save,
  tables: RegistryTables,
): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO patient (items, facility_ids) VALUES ($1, $2) RETURNING id`,
    [JSON.stringify(splitLevels(tables.dictionary, items).patient), [facilityId]],
  );
  if (row === undefined) throw new Error('patient: insert returned no row');
  await recordCreation(tx, 'patient', row.id, [facilityId], save);
  return row.id;
}
