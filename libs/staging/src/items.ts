import { type ItemValues } from '@perennial/naaccr';
import { type Algorithm } from './algorithm.js';
import { type SchemaSource } from './source.js';
import { selectSchemas, type Selection } from './select.js';
import { stageInSchema, type StagingClock, type StagingInputs, type StagingResult, YEAR_KEY } from './stage.js';

/** Ids of older algorithm files by the item that holds the value today. */
const RENAMED: Readonly<Record<string, string>> = { sex: 'sexAssignedAtBirth' };

const SCHEMA_ID_ITEM = 'schemaId';

interface ItemMap {
  /** NAACCR XML id by key of the algorithm. */
  readonly itemOf: ReadonlyMap<string, string>;
  /** Key by NAACCR XML id. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** Keys that some selection table looks at. */
  readonly selectionKeys: readonly string[];
  readonly byNumber: ReadonlyMap<string, SchemaSource>;
}

const maps = new WeakMap<Algorithm, ItemMap>();

function mapOf(algorithm: Algorithm): ItemMap {
  const known = maps.get(algorithm);
  if (known !== undefined) return known;
  const itemOf = new Map<string, string>();
  const selectionKeys = new Set<string>();
  const byNumber = new Map<string, SchemaSource>();
  for (const schema of algorithm.source.schemas) {
    for (const { key, naaccrXmlId } of schema.inputs) {
      if (naaccrXmlId !== undefined) itemOf.set(key, RENAMED[naaccrXmlId] ?? naaccrXmlId);
    }
    for (const column of algorithm.tables.get(schema.selectionTable)?.columns ?? []) {
      if (column.type === 'INPUT' && column.key !== undefined) selectionKeys.add(column.key);
    }
    const number = schema.outputs.find((output) => output.naaccrXmlId === SCHEMA_ID_ITEM)?.default;
    if (number !== undefined) byNumber.set(number, schema);
  }
  const keyOf = new Map([...itemOf].map(([key, item]) => [item, key]));
  const made = { itemOf, keyOf, selectionKeys: [...selectionKeys].sort(), byNumber };
  maps.set(algorithm, made);
  return made;
}

/** The NAACCR item that an input of the algorithm is, by id; `undefined` for one that is no item. */
export const itemOfKey = (algorithm: Algorithm, key: string): string | undefined => mapOf(algorithm).itemOf.get(key);

/** The algorithm's key of a NAACCR item. */
export const keyOfItem = (algorithm: Algorithm, itemId: string): string | undefined =>
  mapOf(algorithm).keyOf.get(itemId);

/** The schema with a value of item 3800 (`00480`). */
export const schemaByNumber = (algorithm: Algorithm, number: string): SchemaSource | undefined =>
  mapOf(algorithm).byNumber.get(number);

function valuesOf(algorithm: Algorithm, keys: Iterable<string>, items: ItemValues): StagingInputs {
  const record = items as Readonly<Record<string, string | undefined>>;
  const values: Record<string, string> = {};
  for (const key of keys) {
    const item = itemOfKey(algorithm, key);
    const value = item === undefined ? undefined : record[item];
    // The year of a date that may be partial is its first four digits.
    if (value !== undefined && value !== '') values[key] = key === YEAR_KEY ? value.slice(0, 4) : value;
  }
  return values;
}

/** What selection asks of a record: site, histology and discriminators that are filled; a blank one is left out. */
export const selectionInputsOf = (algorithm: Algorithm, items: ItemValues): StagingInputs =>
  valuesOf(algorithm, mapOf(algorithm).selectionKeys, items);

/** Inputs of a schema from a record; blank items are left out, so that they take their defaults. */
export const schemaInputsOf = (algorithm: Algorithm, schema: SchemaSource, items: ItemValues): StagingInputs =>
  valuesOf(
    algorithm,
    schema.inputs.map((input) => input.key),
    items,
  );

/** The schemas a record may belong to. */
export const selectForItems = (algorithm: Algorithm, items: ItemValues): Selection =>
  selectSchemas(algorithm, selectionInputsOf(algorithm, items));

export interface StagedItems {
  readonly selection: Selection;
  /** `null` unless exactly one schema fits. */
  readonly staging: StagingResult | null;
  /** Outputs that are NAACCR items and have a value, by item id. Empty unless staged. */
  readonly derived: ItemValues;
}

/**
 * Stage a record of NAACCR items: select, take what the schema declares, run it.
 *
 * @source reference on staging: keys are matched by NAACCR id, so that an algorithm may rename them from version to version.
 */
export function stageItems(algorithm: Algorithm, items: ItemValues, clock: StagingClock): StagedItems {
  const selection = selectForItems(algorithm, items);
  const [id] = selection.schemaIds;
  const schema = id === undefined || selection.schemaIds.length > 1 ? undefined : algorithm.schemas.get(id);
  const { site, hist } = selectionInputsOf(algorithm, items);
  if (schema === undefined || site === undefined || hist === undefined)
    return { selection, staging: null, derived: {} };
  const staging = stageInSchema(algorithm, schema.id, schemaInputsOf(algorithm, schema, items), clock);
  return { selection, staging, derived: staging.result === 'STAGED' ? derivedItems(schema, staging) : {} };
}

/** Outputs of a staged case that are NAACCR items and not blank. */
export function derivedItems(schema: SchemaSource, staging: StagingResult): ItemValues {
  const derived: Record<string, string> = {};
  for (const { key, naaccrXmlId } of schema.outputs) {
    const value = staging.outputs[key];
    if (naaccrXmlId !== undefined && value !== undefined && value !== null && value !== '')
      derived[naaccrXmlId] = value;
  }
  return derived;
}
