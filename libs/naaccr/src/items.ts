import { type NaaccrId } from './naaccr-id.generated.js';

export { type NaaccrId };

/** Id of an item that a user dictionary defines. Kept as it is and written back unchanged. */
export type UserItemId = string & { readonly __brand: 'UserItemId' };

/** Every item is known by its NAACCR XML id, in files, forms, edits and storage alike. */
export type ItemId = NaaccrId | UserItemId;

/**
 * Values of one patient or tumor, exactly as the standard writes them (`C504`, `20240229`, `202402`).
 *
 * An absent item is an absent key; there is no empty string. Codes keep their leading zeros; partial dates stay partial.
 */
export type ItemValues = Readonly<Partial<Record<ItemId, string>>>;

/** One patient with its own items and those of each tumor, the shape of NAACCR XML. */
export interface PatientRecord {
  readonly items: ItemValues;
  readonly tumors: readonly ItemValues[];
}

/** Where an item stands in a NAACCR XML file. */
export type ItemLevel = 'NaaccrData' | 'Patient' | 'Tumor';
export type ItemType = 'alpha' | 'digits' | 'mixed' | 'numeric' | 'text' | 'date' | 'dateTime';

/** A = abstract with text, M = modified abstract, C = confidential, I = incidence (no identifiers, no text). */
export type RecordType = 'A' | 'M' | 'C' | 'I';

/** Edition of the standard by its base dictionary. Storage is `260`. */
export type NaaccrVersion = '250' | '260';

/** What the four bodies ask for, as printed in the standard: `R`, `RS`, `RC`, `RH`, `D`, `DH`, `S` or `.`, with a suffix `*`, `#` or `^`. */
export interface CollectStatus {
  readonly npcr: string;
  readonly coc: string;
  readonly seer: string;
  readonly cccr: string;
}

export interface ItemDefinition {
  readonly number: number;
  readonly id: ItemId;
  readonly name: string;
  /** Characters; for `alpha`, `digits` and `mixed` the exact length, for others the most that fits. */
  readonly length: number;
  readonly type: ItemType;
  readonly level: ItemLevel;
  /** Letters of the record types that may carry the item, for example `AMC`. */
  readonly recordTypes: string;
  readonly padLeftZero: boolean;
  readonly section: string;
  /** Allowable values and format in the words of the standard; may be empty. */
  readonly allowed: string;
  readonly format: string;
  readonly collect: CollectStatus;
  /** Only in user dictionaries of specification 1.5 and before: longer values are fine. */
  readonly unlimitedText?: boolean;
  /** Only in user dictionaries: a regular expression for the whole value, on top of the data type. */
  readonly pattern?: string;
}

/** Columns as in `libs/naaccr/data/<version>/items.json`. */
export interface ItemBundle {
  readonly version: string;
  readonly source: string;
  readonly date: string;
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Look-up of the items of one edition (and, later, of user dictionaries laid over it). */
export interface Dictionary {
  readonly version: NaaccrVersion;
  /** In dictionary order, which is the order of writing. */
  readonly items: readonly ItemDefinition[];
  readonly byId: ReadonlyMap<string, ItemDefinition>;
  readonly byNumber: ReadonlyMap<number, ItemDefinition>;
}

/**
 * Build the look-up of one edition from its bundle.
 *
 * @param bundle parsed `data/<version>/items.json`; made by `scripts/bundles/naaccr.mjs`.
 */
export function createDictionary(bundle: ItemBundle): Dictionary {
  const items = bundle.rows.map((row): ItemDefinition => {
    const [number, id, name, length, type, level, recordTypes, padding, section, allowed, format, collect] = row;
    const [npcr = '.', coc = '.', seer = '.', cccr = '.'] = String(collect).split(' ');
    return {
      number: Number(number),
      id: String(id) as ItemId,
      name: String(name),
      length: Number(length),
      type: type as ItemType,
      level: level as ItemLevel,
      recordTypes: String(recordTypes),
      padLeftZero: padding === 'leftZero',
      section: String(section),
      allowed: String(allowed),
      format: String(format),
      collect: { npcr, coc, seer, cccr },
    };
  });
  return {
    version: bundle.version as NaaccrVersion,
    items,
    byId: new Map(items.map((item) => [item.id, item])),
    byNumber: new Map(items.map((item) => [item.number, item])),
  };
}

/** One allowed code of an item; a `range` such as `001-998` stands for all codes in it, a `blank` says that absence is allowed. */
export interface ItemCode {
  readonly code: string;
  readonly label: string;
  readonly kind: 'code' | 'range' | 'blank';
}

/** Columns as in `libs/naaccr/data/<version>/codes.json`. */
export interface CodeBundle {
  readonly version: string;
  readonly rows: readonly (readonly [id: string, codes: readonly (readonly string[])[]])[];
}

/** Allowed codes of each item that has a list; items not in the map take any value of their type. */
export type CodeTables = ReadonlyMap<string, readonly ItemCode[]>;

/** Build the code tables of one edition from its bundle. */
export function createCodeTables(bundle: CodeBundle): CodeTables {
  return new Map(
    bundle.rows.map(([id, codes]) => [
      id,
      codes.map(([code = '', label = '', kind = 'code']): ItemCode => ({
        code,
        label,
        kind: kind as ItemCode['kind'],
      })),
    ]),
  );
}
