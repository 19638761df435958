import { type Icdo3, type SiteTypeBundle } from '@perennial/icdo3';
import { type Dictionary, type ItemValues, type NaaccrId } from '@perennial/naaccr';
import { type PairResult } from '@perennial/primaries';
import { type CellTest, codesTest } from './cells.js';
import { type Program } from './types.js';
import { createSelection, type SchemaSelection, type SelectionRow } from './schema-selection.js';

/** Columns as in `libs/edits/data/*.json`. */
export interface EditBundles {
  readonly schemas: { readonly rows: readonly SchemaRow[] };
  readonly inputCodes: { readonly rows: readonly (readonly [table: string, codes: readonly string[]])[] };
  readonly stagedHistologies: { readonly rows: readonly (readonly [codes: string])[] };
  readonly histologyYears: {
    readonly rows: readonly (readonly [code: string, first?: number | string, last?: number | string])[];
  };
  readonly surgeryCodes: { readonly rows: readonly (readonly [sites: string, codes: string])[] };
  readonly counties: { readonly rows: readonly (readonly [state: string, counties: string])[] };
}

type InputRow = readonly [item: string, table: string, ssdi?: string, npcr?: string, seer?: string, coc?: string];
type SchemaRow = readonly [
  number: string,
  id: string,
  name: string,
  selection: readonly SelectionRow[],
  inputs: readonly InputRow[],
];

/** Years in which something holds: `Y` always, `2021-` from, `2018-2020` from and to; empty never. */
export type Years = readonly [from: number, to: number] | null;

/** An item that a schema asks for beyond those that all tumors have. */
export interface SchemaInput {
  readonly item: NaaccrId;
  readonly allows: CellTest;
}

/** A site-specific item that a program wants filled, and in which diagnosis years. Never one whose table accepts a blank. */
export interface RequiredInput {
  readonly item: NaaccrId;
  readonly years: Years;
}

export interface Schema {
  /** Item 3800, five digits. */
  readonly number: string;
  readonly id: string;
  readonly name: string;
  /** Diagnosis years; null when no row of its selection asks for the year. */
  readonly years: CellTest | null;
  readonly inputs: ReadonlyMap<NaaccrId, SchemaInput>;
  readonly required: Readonly<Record<Program, readonly RequiredInput[]>>;
}

/** Engines of other libraries, handed in so that the edits stay pure and small. Each answers `null` when it cannot say. */
export interface EditEngines {
  /** Summary stage 2018 derived from EOD for a schema number. Blank items take their defaults. `null` when nothing is derived. */
  readonly deriveSummaryStage?: (schema: string, items: ItemValues, currentYear: number) => string | null;
  /** Whether two tumors are one primary. */
  readonly comparePrimaries?: (first: ItemValues, second: ItemValues, currentYear: number) => PairResult;
}

/** What the edits look up. Made once by `createEditTables`. */
export interface EditTables extends EditEngines {
  readonly dictionary: Dictionary;
  /** ICD-O-3 topography codes. */
  readonly sites: ReadonlySet<string>;
  /** Behaviors listed for each histology, for example `8500` -> `23`. */
  readonly behaviors: ReadonlyMap<string, string>;
  /** Whether the SEER list holds the site with the morphology (`8500/3`). */
  siteTypeAllows(site: string, morphology: string): boolean;
  /** Morphologies that the SEER site list knows anywhere. */
  readonly siteTypeMorphologies: ReadonlySet<string>;
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly selection: SchemaSelection;
  /** First and last diagnosis year of a morphology, where it has one. */
  readonly histologyYears: ReadonlyMap<string, readonly [first: number, last: number]>;
  /** Surgery codes of a site (item 1291). */
  readonly surgeryCodes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly counties: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Codes of a list such as `C000-C006 C079` or `8000-8005 8010`, ends included. */
export function expandCodes(list: string): string[] {
  return list.split(/[ ,]+/).flatMap((part) => {
    const [from = '', to] = part.split('-');
    if (to === undefined) return from === '' ? [] : [from];
    const prefix = /^[A-Z]*/.exec(from)?.[0] ?? '';
    const width = from.length - prefix.length;
    const first = Number(from.slice(prefix.length));
    const last = Number(to.slice(prefix.length));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
      prefix.concat(String(first + index).padStart(width, '0')),
    );
  });
}

function yearsOf(text = ''): Years {
  if (text === '') return null;
  if (text === 'Y') return [0, 9999];
  const [from = '', to = ''] = text.split('-');
  return [Number(from), to === '' ? 9999 : Number(to)];
}

/** Whether a year is within. */
export const within = (years: Years, year: number): boolean => years !== null && year >= years[0] && year <= years[1];

/** Prepare the tables of the edits. */
export function createEditTables(
  bundles: EditBundles,
  {
    icdo3,
    siteType,
    dictionary,
  }: { readonly icdo3: Icdo3; readonly siteType: SiteTypeBundle; readonly dictionary: Dictionary },
  engines: EditEngines = {},
): EditTables {
  const behaviors = new Map<string, string>();
  for (const code of icdo3.morphology.keys()) {
    const histology = code.slice(0, 4);
    behaviors.set(histology, (behaviors.get(histology) ?? '').concat(code.slice(5)));
  }
  const tests = new Map(bundles.inputCodes.rows.map(([table, codes]) => [table, codesTest(codes)]));
  const schemas = bundles.schemas.rows.map(([number, id, name, selection, inputs]): Schema => {
    const asked = selection.map((row) => row[4] ?? null);
    const allowing = (table: string): CellTest => {
      const test = tests.get(table);
      if (test === undefined) throw new Error(`edits: no codes for table ${table}`);
      return test;
    };
    const required = (of: (row: InputRow) => string | undefined): RequiredInput[] =>
      inputs
        .filter((row) => (row[2] ?? '') !== '' && !allowing(row[1])(''))
        .map((row) => ({ item: row[0] as NaaccrId, years: yearsOf(of(row)) }))
        .filter(({ years }) => years !== null);
    return {
      number,
      id,
      name,
      years: asked.every((cell): cell is string => cell !== null && cell !== '*') ? codesTest(asked) : null,
      inputs: new Map(
        inputs.map(([item, table]) => [item as NaaccrId, { item: item as NaaccrId, allows: allowing(table) }]),
      ),
      required: { NPCR: required((row) => row[3]), SEER: required((row) => row[4]), COC: required((row) => row[5]) },
    };
  });
  const sites = new Set(icdo3.topography.keys());
  return {
    ...engines,
    dictionary,
    sites,
    behaviors,
    siteTypeAllows: (site, morphology) => icdo3.siteTypeAllows(site, morphology),
    siteTypeMorphologies: new Set(siteType.rows.flatMap(([, morphologies]) => morphologies.split(' '))),
    schemas: new Map(schemas.map((schema) => [schema.number, schema])),
    selection: createSelection(
      bundles.schemas.rows.map(([number, , , selection]) => ({ number, rows: selection })),
      new Set(bundles.stagedHistologies.rows.flatMap(([codes]) => expandCodes(codes))),
    ),
    histologyYears: new Map(
      bundles.histologyYears.rows.map(([code, first, last]) => [
        code,
        [typeof first === 'number' ? first : 0, typeof last === 'number' ? last : 9999],
      ]),
    ),
    surgeryCodes: new Map(
      bundles.surgeryCodes.rows.flatMap(([list, codes]) => {
        const set = new Set(codes.split(' '));
        return expandCodes(list).map((site) => [site, set] as const);
      }),
    ),
    counties: new Map(bundles.counties.rows.map(([state, codes]) => [state, new Set(codes.split(' '))])),
  };
}
