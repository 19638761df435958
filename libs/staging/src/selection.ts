import { type Cell, cellHolds, cellMatches, compileCell, inRanges, plainNumber, type Value } from './cells.js';
import { HISTOLOGY_TABLE, type SchemaSource, SITE_TABLE, type TableSource } from './source.js';
import { type Slots } from './table.js';

/** Keys of site and histology in every algorithm. */
export const SITE_KEY = 'site';
export const HISTOLOGY_KEY = 'hist';

/** A row of a schema's selection table. */
interface Row {
  readonly schema: number;
  readonly site: Cell | undefined;
  readonly histology: Cell | undefined;
  /** Its other INPUT columns. */
  readonly others: readonly { readonly slot: number; readonly cell: Cell }[];
}

/** Finds the schemas of a case. */
export interface SelectionIndex {
  /** Whether the algorithm knows the site, exactly as written. */
  knowsSite(site: string): boolean;
  knowsHistology(histology: string): boolean;
  /**
   * Schemas one of whose rows matches, looking only at the columns whose keys are there.
   *
   * @param context untrimmed values by slot; `undefined` = the key was not supplied, "" = supplied and blank.
   * @param anyOther whether some key beside site and histology has a value that is not empty.
   * @returns indexes into the algorithm's list of schemas, in its order.
   */
  find(context: readonly Value[], anyOther: boolean): readonly number[];
}

/** All values of a table's one INPUT column, numeric ranges spelled out. */
function valuesOf(table: TableSource | undefined): (value: string) => boolean {
  const at = table?.columns.findIndex((column) => column.type === 'INPUT') ?? -1;
  if (table === undefined || at < 0) return () => false;
  const cells = table.rows.map((row) => compileCell(row[at] ?? null));
  const literals = new Set(cells.flatMap((cell) => cell.literals));
  const ranges = cells.flatMap((cell) => cell.ranges);
  return ranges.length === 0
    ? (value) => literals.has(value)
    : (value) => literals.has(value) || inRanges(ranges, value, plainNumber(value));
}

/**
 * Index the selection tables: rows by site and rows by histology as bits, each worked out when a code is first met, so that a
 * look-up is one AND and a glance at what is left.
 *
 * @source reference on staging, schema selection.
 */
export function createSelection(
  schemas: readonly SchemaSource[],
  tables: ReadonlyMap<string, TableSource>,
  slots: Slots,
): SelectionIndex {
  const [siteSlot, histologySlot] = [slots.of(SITE_KEY), slots.of(HISTOLOGY_KEY)];
  const rows = schemas.flatMap((schema, index) => rowsOf(tables.get(schema.selectionTable), index, slots));
  const words = (rows.length + 31) >>> 5;
  const all = new Int32Array(words).fill(-1);
  // Only codes that the algorithm knows reach the maps, so that these stay small whatever is asked.
  const bits = (knows: (value: string) => boolean, pick: (row: Row) => Cell | undefined) => {
    const known = new Map<string, Int32Array>();
    return (value: string): Int32Array | undefined => {
      const found = known.get(value);
      if (found !== undefined || !knows(value)) return found;
      const made = new Int32Array(words);
      rows.forEach((row, at) => {
        const cell = pick(row);
        if (cell === undefined || cellMatches(cell, value, () => undefined)) {
          made[at >>> 5] = (made[at >>> 5] ?? 0) | (1 << (at & 31));
        }
      });
      known.set(value, made);
      return made;
    };
  };
  const knowsSite = valuesOf(tables.get(SITE_TABLE));
  const knowsHistology = valuesOf(tables.get(HISTOLOGY_TABLE));
  const bySite = bits(knowsSite, (row) => row.site);
  const byHistology = bits(knowsHistology, (row) => row.histology);

  return {
    knowsSite,
    knowsHistology,
    find(context, anyOther) {
      const site = context[siteSlot];
      const histology = context[histologySlot];
      if (site == null && histology == null) return [];
      const here = site == null ? all : bySite(site);
      const there = histology == null ? all : byHistology(histology);
      if (here === undefined || there === undefined) return [];
      if (anyOther && (site == null || site === '' || histology == null || histology === '')) return [];
      const found: number[] = [];
      for (let word = 0; word < words; word++) {
        let left = (here[word] ?? 0) & (there[word] ?? 0);
        while (left !== 0) {
          const at = word * 32 + 31 - Math.clz32(left & -left);
          left &= left - 1;
          const row = rows[at];
          if (row === undefined || found[found.length - 1] === row.schema) continue;
          if (othersMatch(row, context, slots)) found.push(row.schema);
        }
      }
      return found;
    },
  };
}

function othersMatch(row: Row, context: readonly Value[], slots: Slots): boolean {
  for (const { slot, cell } of row.others) {
    const value = context[slot];
    if (value === undefined || cell.any) continue;
    if (cell.dynamic.length === 0) {
      if (!cellHolds(cell, value ?? '')) return false;
    } else if (!cellMatches(cell, value, (key) => context[slots.of(key)])) return false;
  }
  return true;
}

function rowsOf(table: TableSource | undefined, schema: number, slots: Slots): Row[] {
  if (table === undefined) return [];
  const columns = table.columns.flatMap((column, at) =>
    column.type === 'INPUT' ? [{ key: column.key ?? '', at }] : [],
  );
  return table.rows.map((cells) => {
    const cellOf = (key: string): Cell | undefined => {
      const column = columns.find((one) => one.key === key);
      return column === undefined ? undefined : compileCell(cells[column.at] ?? null);
    };
    return {
      schema,
      site: cellOf(SITE_KEY),
      histology: cellOf(HISTOLOGY_KEY),
      others: columns.flatMap(({ key, at }) =>
        key === SITE_KEY || key === HISTOLOGY_KEY
          ? []
          : [{ slot: slots.of(key), cell: compileCell(cells[at] ?? null) }],
      ),
    };
  });
}
