import { type Dictionary, type ItemValues } from '@perennial/naaccr';
import { type Algorithm, isValidCode, stageItems, YEAR_KEY } from '@perennial/staging';
import { type EntityManager } from 'typeorm';
import { type ItemOrigin, type ItemPatch } from '../lineage.js';
import { type RegistryTables } from '../tables.js';
import { holdStaging, type Staging } from './algorithms.js';

const SCHEMA_ID = 'schemaId';
const VERSION_CURRENT = 'schemaIdVersionCurrent';
const VERSION_ORIGINAL = 'schemaIdVersionOriginal';

/** Items that staging gives and nobody types, whichever algorithm derives them. */
export const STAGING_ITEMS: ReadonlySet<string> = new Set([
  SCHEMA_ID,
  VERSION_CURRENT,
  VERSION_ORIGINAL,
  'derivedSummaryStage2018',
  'derivedSummaryGrade2018',
  'derivedRaiStage',
  'derivedEod2018T',
  'derivedEod2018N',
  'derivedEod2018M',
  'derivedEod2018StageGroup',
  'derivedPediatricT',
  'derivedPediatricN',
  'derivedPediatricM',
  'derivedPediatricStageGroup',
]);

/** What staging makes of a record: only what differs from what the record says already. */
export interface Derived {
  readonly patch: ItemPatch;
  /** The rule of each changed item: algorithm and version. */
  readonly origins: Readonly<Record<string, ItemOrigin>>;
}

export type StagingDeriver = (items: ItemValues) => Derived;

export const ruleOf = ({ id, version }: Algorithm): string => `staging:${id}:${version}`;

/** Output items of an algorithm, of all its schemas. */
const outputItems = new WeakMap<Algorithm, readonly string[]>();
function outputItemsOf(algorithm: Algorithm): readonly string[] {
  const known = outputItems.get(algorithm);
  if (known !== undefined) return known;
  const ids = algorithm.source.schemas.flatMap(({ outputs }) => outputs.flatMap(({ naaccrXmlId = [] }) => naaccrXmlId));
  const made = [...new Set(ids)];
  outputItems.set(algorithm, made);
  return made;
}

/** Whether the algorithm stages diagnoses of the record's year; a record without one may be of any. */
function coversYear(algorithm: Algorithm, items: ItemValues, year: number): boolean {
  const diagnosed = items.dateOfDiagnosis?.slice(0, 4);
  if (diagnosed === undefined) return true;
  const schema = algorithm.source.schemas.find(({ inputs }) => inputs.some(({ key }) => key === YEAR_KEY));
  return schema !== undefined && isValidCode(algorithm, schema.id, YEAR_KEY, diagnosed, { year });
}

/**
 * What algorithms derive for a record.
 *
 * A record of a year that an algorithm does not cover keeps what it has: its stage is of another system. Where no single schema fits, or the
 * schema refuses the values, what was derived before is taken away: it would belong to another tumor than the one described.
 *
 * @param algorithms in the order of `currentAlgorithms`: an item belongs to the first that derives it.
 * @param year current calendar year.
 */
export function derive(
  algorithms: readonly Algorithm[],
  items: ItemValues,
  year: number,
  dictionary: Dictionary,
): Derived {
  const record = items as Readonly<Record<string, string | undefined>>;
  const patch: Record<string, string | null> = {};
  const origins: Record<string, ItemOrigin> = {};
  const taken = new Set<string>();
  for (const algorithm of algorithms) {
    if (!coversYear(algorithm, items, year)) continue;
    const { derived } = stageItems(algorithm, items, { year });
    const values = withVersions(derived, items, algorithm) as Readonly<Record<string, string | undefined>>;
    const own = outputItemsOf(algorithm);
    for (const id of own.includes(SCHEMA_ID) ? [...own, VERSION_CURRENT, VERSION_ORIGINAL] : own) {
      if (taken.has(id) || !dictionary.byId.has(id)) continue;
      taken.add(id);
      const value = values[id] ?? null;
      if ((record[id] ?? null) === value) continue;
      patch[id] = value;
      origins[id] = { rule: ruleOf(algorithm) };
    }
  }
  return { patch, origins };
}

/** Items 2117 and 2118: the version that gave the schema now, and the one that first did. */
function withVersions(derived: ItemValues, items: ItemValues, { version }: Algorithm): ItemValues {
  const original = items.schemaIdVersionOriginal;
  if (derived.schemaId === undefined) return original === undefined ? {} : { schemaIdVersionOriginal: original };
  return { ...derived, schemaIdVersionCurrent: version, schemaIdVersionOriginal: original ?? version };
}

/** What staging derives now, for any number of records that one transaction writes; see `holdStaging`. */
export async function stagingDeriver(tx: EntityManager, tables: RegistryTables): Promise<StagingDeriver> {
  return deriverOf(await holdStaging(tx, tables), tables);
}

export function deriverOf({ algorithms, year }: Staging, tables: RegistryTables): StagingDeriver {
  return (items) => derive(algorithms, items, year, tables.dictionary);
}

/** A record after a patch. */
export function patched(items: ItemValues, patch: ItemPatch): ItemValues {
  const next: Record<string, string> = { ...(items as Record<string, string>) };
  for (const [id, value] of Object.entries(patch)) {
    if (value === null) delete next[id];
    else next[id] = value;
  }
  return next;
}
