/**
 * What a staging algorithm file says, in the shape the engine takes. One algorithm and one version each.
 *
 * The published files are JSON objects with other spellings of the same fields; `readAlgorithm` makes this of them.
 */

/** Text of a cell; `null` (rare) matches anything. */
export type CellText = string | null;

/** A requirement and the diagnosis years for which it holds; an open end is absent. */
export interface Metadata {
  /** `SSDI`, `SEER_REQUIRED`, `NPCR_REQUIRED`, `COC_REQUIRED`, `CCCR_REQUIRED`, `SEER_REQUIRED_WHEN_COC_ANALYTIC`. */
  readonly name: string;
  readonly start?: number;
  readonly end?: number;
}

export interface InputSource {
  readonly key: string;
  readonly name: string;
  readonly naaccrItem?: number;
  readonly naaccrXmlId?: string;
  /** Taken when the key is absent (never for an explicit blank): a text, or `{{key}}` for the value of another key. */
  readonly default?: string;
  readonly defaultTable?: string;
  /** Table of the values it may hold. */
  readonly table?: string;
  readonly usedForStaging: boolean;
  readonly unit?: string;
  readonly decimalPlaces?: number;
  readonly metadata?: readonly Metadata[];
}

export interface OutputSource {
  readonly key: string;
  readonly name: string;
  readonly naaccrItem?: number;
  readonly naaccrXmlId?: string;
  readonly default?: string;
  readonly table?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string | null;
}

export interface KeyMapping {
  readonly from: string;
  readonly to: string;
}

export interface StepSource {
  readonly table: string;
  readonly inputMapping?: readonly KeyMapping[];
  readonly outputMapping?: readonly KeyMapping[];
}

export interface MappingSource {
  readonly id: string;
  readonly name: string;
  readonly inclusionTables?: readonly StepSource[];
  readonly exclusionTables?: readonly StepSource[];
  readonly initialContext?: readonly KeyValue[];
  readonly steps: readonly StepSource[];
}

export type OnInvalidInput = 'CONTINUE' | 'FAIL' | 'FAIL_WHEN_USED_FOR_STAGING';

export interface SchemaSource {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly selectionTable: string;
  /** Keys beside site and histology that selection may need. */
  readonly discriminators: readonly string[];
  readonly onInvalidInput: OnInvalidInput;
  readonly initialContext?: readonly KeyValue[];
  readonly inputs: readonly InputSource[];
  readonly outputs: readonly OutputSource[];
  readonly mappings: readonly MappingSource[];
}

export type ColumnType = 'INPUT' | 'DESCRIPTION' | 'ENDPOINT';

export interface ColumnSource {
  /** Absent only on columns that need none. */
  readonly key?: string;
  readonly name?: string;
  readonly type: ColumnType;
}

export interface TableSource {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly columns: readonly ColumnSource[];
  readonly rows: readonly (readonly CellText[])[];
}

/** Help of a schema or table as it stands in the file (markdown), by kind: notes, rationale, coding guidelines and so on. */
export type HelpText = Readonly<Record<string, string>>;

export interface GlossaryEntry {
  readonly name: string;
  readonly definition: string;
  readonly alternateNames: readonly string[];
}

export interface AlgorithmSource {
  /** Id of the algorithm, for example `eod_public`. */
  readonly algorithm: string;
  /** Version as printed, for example `3.3`. */
  readonly version: string;
  readonly schemas: readonly SchemaSource[];
  readonly tables: readonly TableSource[];
  /** Help by `schema:<id>` and `table:<id>`; only when an algorithm file was read. */
  readonly help?: Readonly<Record<string, HelpText>>;
  readonly glossary?: readonly GlossaryEntry[];
}

/** Tables that every algorithm must have: the sites and histologies it knows. */
export const SITE_TABLE = 'primary_site';
export const HISTOLOGY_TABLE = 'histology';
