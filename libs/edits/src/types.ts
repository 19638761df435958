import { type ItemId, type ItemValues, type NaaccrId } from '@perennial/naaccr';

export type Severity = 'error' | 'warning';
export type Level = 'field' | 'tumor' | 'patient';

/** What an edit is judged against beside the record. Passed in; nothing is read from clock or machine. */
export interface EditTables {
  /** ICD-O-3 topography codes. */
  readonly sites: ReadonlySet<string>;
  /** Histologies that have any behavior in ICD-O-3. */
  readonly histologies: ReadonlySet<string>;
}

/** Values of one tumor with its patient's, as an edit sees them. */
export interface EditValues {
  /** A value that is present and passes its own single-field edits; otherwise `undefined`. */
  get(item: NaaccrId): string | undefined;
  /** The value as it is in the record. */
  raw(item: NaaccrId): string | undefined;
}

export interface EditContext {
  /** `YYYYMMDD`. */
  readonly today: string;
  readonly tables: EditTables;
}

/** What is wrong, in the words of the edit, and where the rule implies it what to do. */
export interface Violation {
  /** The items to look at; the edit's own items when absent. */
  readonly items?: readonly NaaccrId[];
  readonly allowed?: string;
  readonly fix?: Readonly<Partial<Record<NaaccrId, string>>>;
}

/** One rule: data and a pure function. */
export interface Edit {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** P = follows a publicly described standard edit; D = drafted from code definitions. */
  readonly basis: 'P' | 'D';
  readonly severity: Severity;
  readonly level: Level;
  /** Items that must be present and valid, else the edit is skipped. */
  readonly needs: readonly NaaccrId[];
  /** Items that are read when filled; for an edit that checks presence, the items it speaks of. */
  readonly also?: readonly NaaccrId[];
  readonly message: string;
  check(values: EditValues, context: EditContext): readonly Violation[];
}

/** One thing that an edit found. */
export interface Finding {
  readonly edit: string;
  readonly version: number;
  readonly severity: Severity;
  readonly level: Level;
  readonly basis: 'P' | 'D';
  /** Index of the tumor in the patient record. */
  readonly tumor: number;
  readonly items: readonly ItemId[];
  /** Values of those items; absent ones are left out. */
  readonly values: ItemValues;
  readonly message: string;
  readonly allowed?: string;
  readonly fix?: ItemValues;
}

/** A compiled selection of edits. */
export interface EditSet {
  readonly id: string;
  readonly version: string;
  readonly edits: readonly Edit[];
  readonly tables: EditTables;
  /** Single-field edits by item: a value that fails one counts as invalid for the others. */
  readonly fieldEdits: ReadonlyMap<string, readonly Edit[]>;
}
