import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { LINEAGE_COLUMNS, type LineageEntry } from './lineage.js';

/** A patient, tumor or abstract as it is now, with every change that led there: any earlier day is folded back from it. */
export interface RowHistory {
  readonly entity: 'patient' | 'tumor' | 'abstract';
  readonly id: string;
  /** Facility, tumor and state of an abstract; `null` for the consolidated ones. */
  readonly facilityId: string | null;
  readonly tumorId: string | null;
  readonly state: string | null;
  /** The tumor that stands for this one since a decision merged them. */
  readonly mergedInto: string | null;
  readonly items: ItemValues;
  /** Newest first. */
  readonly entries: readonly LineageEntry[];
}

const PATIENT_ROWS = `
  SELECT 'patient' AS entity, id, NULL::uuid AS "facilityId", NULL::uuid AS "tumorId", NULL AS state, NULL::uuid AS "mergedInto", items, created_at FROM consolidated_patient WHERE id = $1
  UNION ALL SELECT 'tumor', id, NULL, id, NULL, merged_into, items, created_at FROM tumor WHERE patient_id = $1
  UNION ALL SELECT 'abstract', id, facility_id, tumor_id, state, NULL, items, created_at FROM abstract WHERE patient_id = $1`;

/**
 * The history of a patient with tumors and abstracts, as far as the principal's scope goes (row security decides: what is consolidated of
 * several facilities is for those who see all of them).
 *
 * @returns the consolidated patient (where the reader sees all of it), tumors, abstracts; nothing for a patient out of scope.
 */
export const patientHistory = (tx: EntityManager, patientId: string): Promise<RowHistory[]> =>
  historyOf(tx, PATIENT_ROWS, patientId);

const TUMOR_ROWS = `
  SELECT 'tumor' AS entity, id, NULL::uuid AS "facilityId", id AS "tumorId", NULL AS state, merged_into AS "mergedInto", items, created_at FROM tumor WHERE id = $1
  UNION ALL SELECT 'abstract', id, facility_id, tumor_id, state, NULL, items, created_at FROM abstract WHERE tumor_id = $1`;

/**
 * The history of one tumor, in the same scope: the consolidated one where the reader sees every facility that it was made of, and the
 * abstracts that are in it.
 *
 * @returns nothing for a tumor of which no row is in scope.
 */
export const tumorHistory = (tx: EntityManager, tumorId: string): Promise<RowHistory[]> =>
  historyOf(tx, TUMOR_ROWS, tumorId);

/** @param source a query of rows with the columns of {@link RowHistory} and `created_at`, by the id of what they belong to. */
async function historyOf(tx: EntityManager, source: string, id: string): Promise<RowHistory[]> {
  const rows = await tx.query<Omit<RowHistory, 'entries'>[]>(
    `SELECT entity, id, "facilityId", "tumorId", state, "mergedInto", items FROM (${source}) r ORDER BY array_position(ARRAY['patient', 'tumor', 'abstract'], entity), created_at, id`,
    [id],
  );
  const entries = await tx.query<(LineageEntry & { readonly entityId: string })[]>(
    `SELECT r.entity_id AS "entityId", ${LINEAGE_COLUMNS} FROM revision r WHERE r.entity_id = ANY($1::uuid[]) ORDER BY r.entity_id, r.revision DESC`,
    [rows.map(({ id }) => id)],
  );
  const ofRow = new Map<string, LineageEntry[]>(rows.map(({ id }) => [id, []]));
  for (const { entityId, ...entry } of entries) ofRow.get(entityId)?.push(entry);
  return rows.map((row) => ({ ...row, entries: ofRow.get(row.id) ?? [] }));
}
