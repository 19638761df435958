import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type Changes, undo } from '../lineage.js';

/** A record of a frozen submission with its items as they were when it was frozen. */
export interface FrozenRecord {
  readonly position: number;
  readonly entityId: string;
  readonly revision: number;
  readonly patientId: string;
  readonly recordType: 'A' | 'M' | 'I';
  readonly held: boolean;
  readonly items: ItemValues;
  readonly patientItems: ItemValues;
}

interface Row {
  readonly position: number;
  readonly entity_id: string;
  readonly revision: number;
  readonly patient_id: string;
  readonly record_type: 'A' | 'M' | 'I';
  readonly held: boolean;
  readonly items: ItemValues;
  readonly patient_items: ItemValues;
  readonly later: Changes[] | null;
  readonly patient_later: Changes[] | null;
}

/**
 * A page of records after a position. Where a row moved on since the freeze, its later changes are folded back, so that the same
 * submission gives the same bytes whenever it is built.
 */
export async function frozenPage(
  tx: EntityManager,
  submissionId: string,
  of: 'abstract' | 'tumor',
  after: number,
  limit: number,
): Promise<FrozenRecord[]> {
  const rows = await tx.query<Row[]>(
    `SELECT r.position, r.entity_id, r.revision, r.patient_id, r.record_type, r.held, e.items, p.items AS patient_items,
            CASE WHEN e.revision > r.revision THEN (SELECT jsonb_agg(v.changes ORDER BY v.revision DESC) FROM revision v WHERE v.entity_id = r.entity_id AND v.revision > r.revision) END AS later,
            CASE WHEN p.revision > r.patient_revision THEN (SELECT jsonb_agg(v.changes ORDER BY v.revision DESC) FROM revision v WHERE v.entity_id = r.patient_id AND v.revision > r.patient_revision) END AS patient_later
       FROM submission_record r JOIN ${of} e ON e.id = r.entity_id JOIN consolidated_patient p ON p.id = r.patient_id
      WHERE r.submission_id = $1 AND r.position > $2 ORDER BY r.position LIMIT $3`,
    [submissionId, after, limit],
  );
  const back = (items: ItemValues, later: readonly Changes[] | null): ItemValues =>
    (later ?? []).reduce<ItemValues>((state, changes) => undo(state, changes), items);
  return rows.map((row) => ({
    position: row.position,
    entityId: row.entity_id,
    revision: row.revision,
    patientId: row.patient_id,
    recordType: row.record_type,
    held: row.held,
    items: back(row.items, row.later),
    patientItems: back(row.patient_items, row.patient_later),
  }));
}
