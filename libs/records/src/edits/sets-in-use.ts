import { type EditSet, editSet, type EditSetId, type EditTables, type Severity } from '@perennial/edits';
import { type EntityManager } from 'typeorm';

/** Which set judges what is stored: a facility's abstract, and the consolidated tumors with their patient. */
export const SET_OF_ABSTRACTS: EditSetId = 'hospital';
export const SET_OF_TUMORS: EditSetId = 'central';

/** A version of a set as a registry uses it. */
export interface SetUse {
  readonly baseVersion: string;
  readonly off: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
}

/** Sets are compiled once a version; tables are those of the process. */
const compiled = new WeakMap<EditTables, Map<string, EditSet>>();

/** A set as a registry uses it, compiled. @throws UnknownEditError when the product no longer has the version or an edit. */
export function setOf(tables: EditTables, id: EditSetId, use: SetUse | null): EditSet {
  const known = compiled.get(tables) ?? new Map<string, EditSet>();
  compiled.set(tables, known);
  const key = JSON.stringify([id, use]);
  const set =
    known.get(key) ??
    (use === null
      ? editSet(id, tables)
      : editSet(id, tables, use.baseVersion, { off: use.off, severity: use.severity }));
  known.set(key, set);
  return set;
}

/** How the registry uses a set; `null` when it uses the newest version as it ships. */
export async function useOf(tx: EntityManager, id: EditSetId): Promise<SetUse | null> {
  const [row] = await tx.query<SetUse[]>(
    `SELECT base_version AS "baseVersion", off, severity FROM edit_set_version WHERE edit_set = $1 AND state = 'in_use'`,
    [id],
  );
  return row ?? null;
}

/** The set in use. */
export const setInUse = async (tx: EntityManager, tables: EditTables, id: EditSetId): Promise<EditSet> =>
  setOf(tables, id, await useOf(tx, id));
