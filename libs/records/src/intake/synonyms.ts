import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';

/** A word and the code it means, as a facility or the registry added it. */
export interface Synonym {
  readonly kind: 'morphology' | 'topography';
  readonly term: string;
  readonly code: string;
}

/**
 * Tables of the standards with the coder's tables of each facility: its own synonyms and the registry's before the book's words.
 *
 * @returns a function from a facility to its tables; facilities without words of their own share the common ones.
 */
export async function codingTablesOf(
  tx: EntityManager,
  tables: RegistryTables,
  facilityIds: readonly string[],
): Promise<(facilityId: string) => RegistryTables> {
  const extend = tables.withSynonyms;
  if (extend === undefined || facilityIds.length === 0) return () => tables;
  const rows = await tx.query<(Synonym & { facilityId: string | null })[]>(
    `SELECT facility_id AS "facilityId", kind, term, code FROM facility_synonym
      WHERE retired_at IS NULL AND (facility_id IS NULL OR facility_id = ANY($1::uuid[])) ORDER BY kind, term, facility_id NULLS FIRST`,
    [[...new Set(facilityIds)]],
  );
  if (rows.length === 0) return () => tables;
  const made = new Map<string, RegistryTables>();
  return (facilityId) => {
    const known = made.get(facilityId);
    if (known !== undefined) return known;
    // A facility's own word wins over the registry's.
    const own = new Map(
      rows
        .filter((row) => row.facilityId === null || row.facilityId === facilityId)
        .map(({ kind, term, code }) => [`${kind}|${term}`, { kind, term, code }]),
    );
    const extended = own.size === 0 ? tables : { ...tables, coding: extend([...own.values()]) };
    made.set(facilityId, extended);
    return extended;
  };
}
