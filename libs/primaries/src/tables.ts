import { CodeSet } from './codes.js';

/** Rows of `libs/primaries/data/tables.json`. */
export interface TableBundle {
  readonly rows: readonly (
    | readonly [kind: 'codes' | 'sitelist' | 'nos', name: string, codes: string]
    | readonly [kind: 'row' | 'subtype', name: string, values: readonly (readonly [code: string, value: string])[]]
    | readonly [kind: 'sites', name: string, tables: readonly [table: string, sites: string]]
  )[];
}

/** Rows of `libs/primaries/data/hematopoietic.json`. */
export interface HematopoieticBundle {
  readonly version: string;
  readonly rows: readonly (readonly [
    kind: 'same' | 'to' | 'from',
    code: string,
    firstYear: number,
    lastYear: number,
    others: string,
  ])[];
}

/** Value of a code in one table, by `histology * 10 + behavior`; a bare histology stands for all its behaviors and comes first. */
type Values = ReadonlyMap<number, string>;

/** Tables of histologies by name, ready to ask. */
export interface PairTables {
  readonly lists: ReadonlyMap<string, string>;
  readonly siteLists: ReadonlyMap<string, string>;
  rows(name: string): Values;
  subtypes(name: string): Values;
  /** Name of the table that holds a site's histologies, for example `head-neck T01`. */
  siteTable(family: string, site: number): string | undefined;
  /** Histologies listed as more specific forms of a general one. */
  readonly nos: ReadonlyMap<number, CodeSet>;
}

const EMPTY: Values = new Map();

function valuesOf(entries: readonly (readonly [string, string])[]): Values {
  const values = new Map<number, string>();
  for (const [code, value] of entries) if (code.includes('/')) values.set(Number(code.replace('/', '')), value);
  for (const [code, value] of entries) {
    if (code.includes('/')) continue;
    for (let behavior = 0; behavior < 10; behavior++) values.set(Number(code) * 10 + behavior, value);
  }
  return values;
}

/** Index the tables of histologies. */
export function createPairTables(bundle: TableBundle): PairTables {
  const lists = new Map<string, string>();
  const siteLists = new Map<string, string>();
  const rows = new Map<string, Values>();
  const subtypes = new Map<string, Values>();
  const sites = new Map<string, string[]>();
  const nos = new Map<number, CodeSet>();
  for (const row of bundle.rows) {
    switch (row[0]) {
      case 'codes':
        lists.set(row[1], row[2]);
        break;
      case 'sitelist':
        siteLists.set(row[1], row[2]);
        break;
      case 'nos':
        nos.set(Number(row[1]), new CodeSet(row[2], lists));
        break;
      case 'row':
        rows.set(row[1], valuesOf(row[2]));
        break;
      case 'subtype':
        subtypes.set(row[1], valuesOf(row[2]));
        break;
      case 'sites': {
        const own = sites.get(row[1]) ?? [];
        for (const site of row[2][1].split(' ')) own[Number(site.slice(1))] = `${row[1]} ${row[2][0]}`;
        sites.set(row[1], own);
        break;
      }
    }
  }
  return {
    lists,
    siteLists,
    nos,
    rows: (name) => rows.get(name) ?? EMPTY,
    subtypes: (name) => subtypes.get(name) ?? EMPTY,
    siteTable: (family, site) => sites.get(family)?.[site],
  };
}

/** The pair tables of blood neoplasms by year of diagnosis. */
export interface HematopoieticPairs {
  readonly version: string;
  /** Whether the row of `code` names `other` in a year: as the same primary, as what it turns into, or as what it came from. */
  holds(kind: 'same' | 'to' | 'from', code: number, other: number, year: number): boolean;
}

const KINDS = { same: 0, to: 1, from: 2 } as const;

/** Index the hematopoietic pairs. */
export function createHematopoieticPairs(bundle: HematopoieticBundle): HematopoieticPairs {
  const keyOf = (kind: keyof typeof KINDS, code: number, other: number): number =>
    (KINDS[kind] * 20_000 + code - 80_000) * 20_000 + other - 80_000;
  const years = new Map<number, number[]>();
  for (const [kind, code, first, last, others] of bundle.rows) {
    for (const other of others.split(' ')) {
      const key = keyOf(kind, Number(code.replace('/', '')), Number(other.replace('/', '')));
      years.set(key, [...(years.get(key) ?? []), first, last]);
    }
  }
  return {
    version: bundle.version,
    holds(kind, code, other, year) {
      const spans = years.get(keyOf(kind, code, other));
      if (spans === undefined) return false;
      for (let at = 0; at < spans.length; at += 2) {
        if (year >= (spans[at] ?? 0) && year <= (spans[at + 1] ?? 0)) return true;
      }
      return false;
    },
  };
}
