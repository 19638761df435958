import { type Principal } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
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

export interface ListedSynonym extends Synonym {
  readonly id: string;
  /** `null`: for the whole registry. */
  readonly facilityId: string | null;
  readonly createdAt: string;
}

const mayUse = (principal: Principal, facilityId: string | null): boolean =>
  principal.allFacilities || (facilityId !== null && principal.facilityIds.includes(facilityId));

/** Words that hold: the registry's, and those of the facilities in scope or of one of them. */
export async function listSynonyms(
  tx: EntityManager,
  principal: Principal,
  facilityId?: string,
): Promise<ListedSynonym[]> {
  const rows = await tx.query<ListedSynonym[]>(
    `SELECT id, facility_id AS "facilityId", kind, term, code, created_at AS "createdAt" FROM facility_synonym
      WHERE retired_at IS NULL AND ($1::uuid IS NULL OR facility_id = $1 OR facility_id IS NULL) ORDER BY kind, term, id`,
    [facilityId ?? null],
  );
  return rows.filter((row) => row.facilityId === null || mayUse(principal, row.facilityId));
}

/**
 * Let a word mean a code. A word that a facility (or the registry) has already gets the new code.
 *
 * @param term any case; kept in small letters. @throws DomainError 403 for the registry's words when the scope is narrower, 404, 422.
 */
export async function addSynonym(
  tx: EntityManager,
  word: Synonym & { readonly facilityId: string | null },
  by: Principal,
  tables: RegistryTables,
): Promise<string> {
  if (!mayUse(by, word.facilityId))
    throw word.facilityId === null
      ? new DomainError('synonym.registry', 403, 'Words of the whole registry are for those who see all of it.')
      : notFound('facility');
  const term = word.term.toLowerCase().replace(/\s+/g, ' ').trim();
  const { icdo3 } = tables.coding;
  const known = word.kind === 'topography' ? icdo3.topography.has(word.code) : icdo3.morphology.has(word.code);
  const errors = [
    ...(known
      ? []
      : [
          {
            pointer: '/code',
            detail: `is not a ${word.kind} code of ICD-O-3, for example ${word.kind === 'topography' ? 'C504' : '8500/3'}`,
          },
        ]),
    ...(/[\p{L}]{2}/u.test(term) && term.length >= 3 ? [] : [{ pointer: '/term', detail: 'has no word' }]),
  ];
  if (errors.length > 0) throw new DomainError('synonym.invalid', 422, 'This word cannot be added.', { errors });
  await tx.query(
    `UPDATE facility_synonym SET retired_at = now() WHERE kind = $1 AND term = $2 AND facility_id IS NOT DISTINCT FROM $3 AND retired_at IS NULL`,
    [word.kind, term, word.facilityId],
  );
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO facility_synonym (facility_id, kind, term, code, created_by) SELECT $1, $2, $3, $4, $5
      WHERE $1::uuid IS NULL OR EXISTS (SELECT FROM facility WHERE id = $1) RETURNING id`,
    [word.facilityId, word.kind, term, word.code, by.actor],
  );
  if (row === undefined) throw notFound('facility');
  return row.id;
}

/** A word means nothing more from now on. @throws DomainError 404 when it is not there or out of scope. */
export async function retireSynonym(tx: EntityManager, id: string, by: Principal): Promise<void> {
  const [row] = await tx.query<{ facilityId: string | null }[]>(
    `SELECT facility_id AS "facilityId" FROM facility_synonym WHERE id = $1 AND retired_at IS NULL FOR UPDATE`,
    [id],
  );
  if (row === undefined || !mayUse(by, row.facilityId)) throw notFound('synonym');
  await tx.query(`UPDATE facility_synonym SET retired_at = now() WHERE id = $1`, [id]);
}
