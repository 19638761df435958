import { type Dictionary, type ItemId, type ItemValues, type NaaccrId, type RecordType } from '@perennial/naaccr';
import { type EditTables } from './tables.js';
import { type EditValues } from './values.js';

export type Severity = 'error' | 'warning';
export type Level = 'field' | 'tumor' | 'patient';
/** P = follows a publicly described standard edit; D = drafted from code definitions, to be checked before it is called equivalent. */
export type Basis = 'P' | 'D';
/** Who asks for a file: decides which site-specific items must be filled and which reportability rules hold. */
export type Program = 'SEER' | 'NPCR' | 'COC';

/** What an edit needs beside the record. Passed in with the set; nothing is read from a clock or a machine. */
export interface EditSettings {
  /** Items that this type of record does not carry make the edits that need them skip. */
  readonly recordType: RecordType;
  /** The program whose rules of identification and reportability hold (SF26, MO07). */
  readonly submission: Program;
  /** The program whose required site-specific items must be filled (SC08). */
  readonly requiredBy: Program;
  /** Benign and borderline tumors that the registry collects beyond the standard (MO05), as site ranges. */
  readonly ownReportable: readonly string[];
  /** First names, in capitals, that are almost only given to one sex (SX03). */
  readonly firstNames: { readonly female: readonly string[]; readonly male: readonly string[] };
}

export const DEFAULT_SETTINGS: EditSettings = {
  recordType: 'A',
  submission: 'SEER',
  requiredBy: 'NPCR',
  ownReportable: [],
  firstNames: {
    female: ['ELIZABETH', 'LINDA', 'MARY', 'PATRICIA'],
    male: ['JAMES', 'JOHN', 'MICHAEL', 'ROBERT'],
  },
};

export interface EditContext {
  /** `YYYYMMDD`. */
  readonly today: string;
  readonly tables: EditTables;
  readonly settings: EditSettings;
}

/** What is wrong, in the words of the edit, and where the rule implies it what to do. */
export interface Violation {
  /** The items to look at; all items of the edit when absent. */
  readonly items?: readonly NaaccrId[];
  readonly allowed?: string;
  readonly fix?: Readonly<Partial<Record<NaaccrId, string>>>;
  /** Indexes of the tumors concerned, the one to change first. Only of inter-record edits. */
  readonly tumors?: readonly number[];
}

/** An over-ride item of the standard and the values of it that say "reviewed and right". */
export interface Override {
  readonly item: NaaccrId;
  readonly values: readonly string[];
}

interface EditFacts {
  readonly id: string;
  /** Raised when the logic changes. */
  readonly version: number;
  readonly name: string;
  /** Official tag, where a published edit is followed closely enough to name it. */
  readonly tag?: string;
  readonly basis: Basis;
  readonly severity: Severity;
  readonly message: string;
  /** What is checked, in words. */
  readonly logic: string;
  readonly override?: Override;
  /** Records that pass and that fail, in the short notation of `readExample`. */
  readonly examples: { readonly pass: readonly string[]; readonly fail: readonly string[] };
  /** Optional tables or engines without which the edit cannot run: it is then listed as not available. */
  readonly engine?: 'staging' | 'primaries';
}

/** A rule on one item at a time. A value that fails it counts as invalid for every other edit. */
export interface FieldEdit extends EditFacts {
  readonly level: 'field';
  readonly items: readonly NaaccrId[];
  /** True when the item must be filled. */
  readonly required?: boolean;
  /** What is allowed, for people. */
  readonly allowed: string;
  /** Whether a filled value is allowed. */
  test(value: string, context: EditContext, item: NaaccrId): boolean;
}

/** What a rule on several items says of its reading. */
interface Reading {
  /** Must be filled and valid, else the edit is skipped. */
  readonly needs: readonly NaaccrId[];
  /** The edit itself checks whether these are filled: a blank is no reason to skip, an invalid value is. */
  readonly presence?: readonly NaaccrId[];
  /** At least one must be filled; each filled one is checked. */
  readonly anyOf?: readonly NaaccrId[];
  /** Read when filled. */
  readonly also?: readonly NaaccrId[];
  /** Edits beyond the single-field ones whose failure makes this one pointless. */
  readonly depends?: readonly string[];
  readonly appliesTo?: {
    /** Diagnosis years; a record without one is left alone. */
    readonly years?: { readonly from?: number; readonly to?: number };
    /** Types of reporting source; a record without one is left alone. */
    readonly sources?: readonly string[];
  };
}

/** A rule within one tumor and its patient. */
export interface TumorEdit extends EditFacts, Reading {
  readonly level: 'tumor';
  /**
   * @param needed values of the needed items, in their order.
   * @returns what is wrong; true = wrong, with nothing more to say.
   */
  check(
    needed: readonly string[],
    values: EditValues,
    context: EditContext,
  ): boolean | Violation | readonly Violation[];
}

/** A rule over all tumors of one patient. Tumors that lack a needed item are left out before. */
export interface PatientEdit extends EditFacts, Reading {
  readonly level: 'patient';
  check(tumors: readonly EditValues[], context: EditContext): readonly Violation[];
}

export type Edit = FieldEdit | TumorEdit | PatientEdit;

/** One thing that an edit found. */
export interface Finding {
  /** Id of the edit, or `edit-failed-to-run`. */
  readonly edit: string;
  readonly version: number;
  readonly name: string;
  readonly tag?: string;
  readonly severity: Severity;
  readonly level: Level;
  readonly basis: Basis;
  /** Index of the tumor in the patient record; of an inter-record edit the one to look at first. */
  readonly tumor: number;
  /** Inter-record edits only: every tumor concerned, with its values where they are not in `values`. */
  readonly related?: readonly { readonly tumor: number; readonly values: ItemValues }[];
  readonly items: readonly ItemId[];
  /** Values of those items; absent ones are left out. */
  readonly values: ItemValues;
  readonly message: string;
  readonly allowed?: string;
  readonly fix?: ItemValues;
  /** What would clear the finding, where the standard has an over-ride item for it. */
  readonly override?: Override;
  /** Id of the edit that threw, when `edit` is `edit-failed-to-run`. */
  readonly failed?: string;
}

/** An edit of a set that is not run, and why. */
export interface NotRun {
  readonly edit: string;
  readonly reason: 'not-available' | 'record-type' | 'switched-off';
  readonly detail: string;
}

export type { Dictionary };

const known = new WeakMap<Edit, readonly NaaccrId[]>();

/** Every item that an edit reads, in the order in which they are shown. */
export function itemsOf(edit: Edit): readonly NaaccrId[] {
  const items = known.get(edit) ?? readItems(edit);
  known.set(edit, items);
  return items;
}

function readItems(edit: Edit): readonly NaaccrId[] {
  if (edit.level === 'field') return edit.items;
  const years = edit.appliesTo?.years === undefined ? [] : (['dateOfDiagnosis'] as const);
  const sources = edit.appliesTo?.sources === undefined ? [] : (['typeOfReportingSource'] as const);
  const override = edit.override === undefined ? [] : [edit.override.item];
  return [
    ...new Set<NaaccrId>([
      ...edit.needs,
      ...(edit.presence ?? []),
      ...(edit.anyOf ?? []),
      ...(edit.also ?? []),
      ...years,
      ...sources,
      ...override,
    ]),
  ];
}
