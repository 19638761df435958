import { type CompiledSchema, compileSchema } from './schema.js';
import { createSelection, HISTOLOGY_KEY, type SelectionIndex, SITE_KEY } from './selection.js';
import { type AlgorithmSource, type SchemaSource, type TableSource } from './source.js';
import { type CompiledTable, compileTable, createSlots, type Slots } from './table.js';

/** Keys that tables may refer to beside those of the case: the algorithm's version and the current year. */
const VERSION_CONTEXT = 'ctx_alg_version';
const YEAR_CONTEXT = 'ctx_year_current';

/**
 * One version of one algorithm, ready to use. Never changes: it is shared by all requests, and several stand side by side.
 *
 * Tables and schemas are compiled when they are first used.
 */
export interface Algorithm {
  readonly id: string;
  readonly version: string;
  readonly source: AlgorithmSource;
  readonly slots: Slots;
  /** Slots of the keys that the engine itself knows. */
  readonly known: {
    readonly site: number;
    readonly histology: number;
    readonly version: number;
    readonly year: number;
  };
  readonly schemas: ReadonlyMap<string, SchemaSource>;
  readonly tables: ReadonlyMap<string, TableSource>;
  readonly selection: SelectionIndex;
  /** @returns `undefined` when there is no such table. */
  table(id: string): CompiledTable | undefined;
  /** @returns `undefined` when there is no such schema. */
  schema(id: string): CompiledSchema | undefined;
}

/** Things made once, on first demand. */
function lazily<T>(make: (id: string) => T | undefined): (id: string) => T | undefined {
  const made = new Map<string, T>();
  return (id) => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const fresh = make(id);
    if (fresh !== undefined) made.set(id, fresh);
    return fresh;
  };
}

/**
 * Make an algorithm of its source.
 *
 * @param source checked by `readAlgorithm` or `openPrepared`; a source that was not may throw later, on an endpoint that is none.
 */
export function createAlgorithm(source: AlgorithmSource): Algorithm {
  const slots = createSlots();
  // What a case supplies is put into slots before anything is compiled, so every key has its slot from the start.
  for (const { inputs } of source.schemas) for (const { key } of inputs) slots.of(key);
  for (const { columns } of source.tables)
    for (const { key, type } of columns) if (type === 'INPUT') slots.of(key ?? '');
  const tables = new Map(source.tables.map((table) => [table.id, table]));
  const schemas = new Map(source.schemas.map((schema) => [schema.id, schema]));
  const table = lazily((id) => {
    const found = tables.get(id);
    return found === undefined ? undefined : compileTable(found, slots);
  });
  let selection: SelectionIndex | undefined;
  const algorithm: Algorithm = {
    id: source.algorithm,
    version: source.version,
    source,
    slots,
    known: {
      site: slots.of(SITE_KEY),
      histology: slots.of(HISTOLOGY_KEY),
      version: slots.of(VERSION_CONTEXT),
      year: slots.of(YEAR_CONTEXT),
    },
    schemas,
    tables,
    get selection() {
      selection ??= createSelection(source.schemas, tables, slots);
      return selection;
    },
    table,
    schema: lazily((id) => {
      const found = schemas.get(id);
      return found === undefined ? undefined : compileSchema(found, slots, table);
    }),
  };
  return algorithm;
}
