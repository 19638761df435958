import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type NumberedTumor, settleNumbers } from '../abstracts/numbers.js';
import { lineageOf, type Save, saveWithLineage } from '../lineage.js';
import { type RegistryTables } from '../tables.js';
import { type PlannedTumor, type StoredTumor } from './regroup.js';

/** The rule under which a merge gives another number. */
export const MERGED_NUMBER = 'sequence-number-of-merged';
/** The rule under which a tumor that stands alone again has its own. */
export const OWN_NUMBER = 'sequence-number-of-its-own';

/** The number that a tumor had of its own before merges gave it another. */
async function ownNumber(tx: EntityManager, { id, items }: StoredTumor): Promise<string[]> {
  let number: string | null = items.sequenceNumberCentral ?? null;
  for (const { changes } of await lineageOf(tx, 'tumor', id)) {
    const change = changes.sequenceNumberCentral;
    if (change === undefined) continue;
    if (change[2]?.rule !== MERGED_NUMBER) break;
    number = change[0];
  }
  return number === null ? [] : [number];
}

/** Central sequence numbers of the tumors that stand afterwards, where the registry gives them. */
export async function numbersAfter(
  tx: EntityManager,
  all: readonly StoredTumor[],
  rootOf: ReadonlyMap<string, string>,
  groups: readonly PlannedTumor[],
  tables: RegistryTables,
): Promise<ReadonlyMap<string, string>> {
  if (tables.registry.kind !== 'central') return new Map();
  const touched = new Map(groups.map((group) => [group.survivor.id, group]));
  const own = new Map<string, string[]>();
  for (const tumor of all) {
    const isTouched = touched.has(rootOf.get(tumor.id) ?? '');
    own.set(tumor.id, isTouched ? await ownNumber(tx, tumor) : [tumor.items.sequenceNumberCentral ?? []].flat());
  }
  const live = all.filter(({ id }) => rootOf.get(id) === id);
  const standing = live.flatMap(({ id, items }): NumberedTumor[] => {
    const group = touched.get(id);
    const numbers = all.filter((one) => rootOf.get(one.id) === id).flatMap((one) => own.get(one.id) ?? []);
    const numbered = { id, items: group?.values?.items ?? items, own: numbers };
    return group === undefined && numbers.length === 0 ? [] : [numbered];
  });
  const used = [...all.flatMap(({ items }) => items.sequenceNumberCentral ?? []), ...[...own.values()].flat()];
  const wasLive = all.filter(({ mergedInto, revision }) => mergedInto === null && revision > 0).length;
  return settleNumbers(standing, used, live.length < wasLive);
}

/** Numbers that moved: of tumors that are not part of the change, and of every abstract with its tumor. */
export async function renumberOthers(
  tx: EntityManager,
  all: readonly StoredTumor[],
  groups: readonly PlannedTumor[],
  numbers: ReadonlyMap<string, string>,
  rootOf: ReadonlyMap<string, string>,
  save: Save,
): Promise<void> {
  const byRule: Save = { actor: save.actor, origin: { kind: 'rule', rule: MERGED_NUMBER } };
  const touched = new Set(groups.map(({ survivor }) => survivor.id));
  for (const tumor of all) {
    const number = numbers.get(tumor.id);
    if (number === undefined || rootOf.get(tumor.id) !== tumor.id) continue;
    if (!touched.has(tumor.id) && tumor.items.sequenceNumberCentral !== number) {
      if ((await saveWithLineage(tx, 'tumor', tumor, { sequenceNumberCentral: number }, byRule)) === null)
        throw new Error('tumor moved while locked');
    }
    const abstracts = await tx.query<{ id: string; items: ItemValues; revision: number; facilityIds: string[] }[]>(
      `SELECT id, items, revision, ARRAY[facility_id] AS "facilityIds" FROM abstract
        WHERE tumor_id = $1 AND items ? 'sequenceNumberCentral' AND items->>'sequenceNumberCentral' <> $2 ORDER BY id`,
      [tumor.id, number],
    );
    for (const one of abstracts) await saveWithLineage(tx, 'abstract', one, { sequenceNumberCentral: number }, byRule);
  }
}
