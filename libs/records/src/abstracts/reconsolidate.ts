import { type EntityManager } from 'typeorm';
import { type Save } from '../lineage.js';
import { stagingDeriver } from '../staging/derive.js';
import { type RegistryTables } from '../tables.js';
import { consolidatedTumor, type ConsolidatedValues } from './consolidated-tumor.js';
import { placedAbstracts, reporter, toldOf } from './reports.js';
import { saveTumorValues, type TumorRow } from './save-tumor.js';
import { decidedOf, standingDecisions } from './value-decisions.js';

/** A tumor's values from what is stored: its abstracts, contacts, and what persons set. `null`: no abstract stands behind it. */
export async function consolidatedFrom(
  tx: EntityManager,
  tumor: TumorRow,
  tables: RegistryTables,
): Promise<ConsolidatedValues | null> {
  const merged = await tx.query<{ id: string }[]>(`SELECT id FROM tumor WHERE merged_into = $1`, [tumor.id]);
  const ids = [tumor.id, ...merged.map(({ id }) => id)];
  const placed = await placedAbstracts(
    tx,
    { patientId: tumor.patientId, tumorId: tumor.id },
    await reporter(tx, tables),
  );
  const reports = placed.flatMap(({ report }) => (report === null ? [] : [report]));
  if (reports.length === 0) return null;
  const told = await toldOf(tx, ids, tumor.facilityIds);
  return consolidatedTumor(reports, told, decidedOf(await standingDecisions(tx, ids)));
}

/**
 * Consolidate the tumor of an abstract again because the abstract says nothing any more. A tumor that no abstract is left of keeps its values;
 * it is neither sent nor followed. Needs the registry's scope and the patient held.
 *
 * @returns the patient, where a tumor was concerned.
 */
export async function reconsolidateTumorOf(
  tx: EntityManager,
  abstractId: string,
  save: Save,
  tables: RegistryTables,
): Promise<string | null> {
  const [tumor] = await tx.query<TumorRow[]>(
    `SELECT t.id, t.patient_id AS "patientId", t.items, t.revision, t.facility_ids AS "facilityIds"
       FROM tumor t JOIN abstract a ON a.tumor_id = t.id WHERE a.id = $1 FOR UPDATE OF t`,
    [abstractId],
  );
  if (tumor === undefined) return null;
  const values = await consolidatedFrom(tx, tumor, tables);
  if (values === null) return null;
  const stage = await stagingDeriver(tx, tables);
  await saveTumorValues(tx, tumor, { values, facilityIds: tumor.facilityIds }, save, stage);
  return tumor.patientId;
}
