import { editsOfSet, type EditSetId, findVersion, type Severity, UnknownEditError } from '@perennial/edits';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';
import { setOf } from './sets-in-use.js';

/** A version of a set that somebody proposes to use. */
export interface ProposedVersion {
  readonly editSet: EditSetId;
  readonly baseVersion: string;
  readonly off: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
  readonly note: string;
}

/**
 * Propose a version of a set: nothing changes until it is taken into use.
 *
 * @throws DomainError 422 for a set, version or edit that does not exist.
 */
export async function proposeVersion(
  tx: EntityManager,
  wanted: ProposedVersion,
  actor: string,
  tables: RegistryTables,
): Promise<string> {
  try {
    findVersion(wanted.editSet, wanted.baseVersion);
    setOf(tables.edits, wanted.editSet, wanted);
    const inSet = editsOfSet(wanted.editSet, wanted.baseVersion);
    const strange = [...wanted.off, ...Object.keys(wanted.severity)].find((edit) => !inSet.includes(edit));
    if (strange !== undefined)
      throw new UnknownEditError(`edit ${strange} is not in version ${wanted.baseVersion} of set '${wanted.editSet}'`);
  } catch (error) {
    if (error instanceof UnknownEditError) throw new DomainError('edits.set-version', 422, error.message);
    throw error;
  }
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO edit_set_version (edit_set, base_version, off, severity, note, proposed_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [wanted.editSet, wanted.baseVersion, wanted.off, JSON.stringify(wanted.severity), wanted.note, actor],
  );
  return row?.id ?? '';
}

/**
 * Take a proposed version into use; the one before is retired. Only with an impact report that is done, so that nobody finds out in December.
 *
 * @throws DomainError 404; 409 when it is no proposal, or when there is no impact report of it.
 */
export async function takeVersion(tx: EntityManager, id: string, actor: string): Promise<void> {
  const [row] = await tx.query<{ edit_set: string; state: string; reported: boolean }[]>(
    `SELECT edit_set, state, EXISTS (SELECT FROM edit_run r WHERE r.set_version_id = v.id AND r.kind = 'impact' AND r.state = 'done') AS reported
       FROM edit_set_version v WHERE id = $1 FOR UPDATE`,
    [id],
  );
  if (row === undefined) throw notFound('set version');
  if (row.state !== 'proposed')
    throw new DomainError('edits.set-version-state', 409, `This version is ${row.state.replace('_', ' ')}.`, {
      state: row.state,
    });
  if (!row.reported)
    throw new DomainError('edits.impact-missing', 409, 'Run the impact report of this version first, and read it.');
  await tx.query(`UPDATE edit_set_version SET state = 'retired' WHERE edit_set = $1 AND state = 'in_use'`, [
    row.edit_set,
  ]);
  await tx.query(`UPDATE edit_set_version SET state = 'in_use', taken_by = $2, taken_at = now() WHERE id = $1`, [
    id,
    actor,
  ]);
}
