import { type Dictionary, type ItemDefinition, type ItemLevel, type ItemType, type RecordType } from './items.js';
import { type BaseVersion } from './root.js';

/** Types as the scanner tells them apart; `SPECIAL` values are always looked at as text. */
export const TEXT = 0;
export const DIGITS = 1;
export const MIXED = 2;
export const ALPHA = 3;
export const NUMERIC = 4;
export const DATE = 5;
export const SPECIAL = 6;

const KINDS: Readonly<Record<ItemType, number>> = {
  text: TEXT,
  digits: DIGITS,
  mixed: MIXED,
  alpha: ALPHA,
  numeric: NUMERIC,
  date: DATE,
  dateTime: SPECIAL,
};
export const LEVELS: readonly ItemLevel[] = ['NaaccrData', 'Patient', 'Tumor'];

/** Items of a file's dictionaries as arrays, in the order of writing. */
export interface ItemTable {
  readonly items: readonly ItemDefinition[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly kind: Uint8Array;
  readonly length: Int32Array;
  /** Index into `LEVELS`. */
  readonly level: Uint8Array;
  /** False for base dictionaries of which only the items that v25 and v26 still have are known: other ids cannot be judged. */
  readonly complete: boolean;
}

/**
 * Items that a file may use: those of its base dictionary and of the user dictionaries it names.
 *
 * @param dictionaries of the base versions at hand (250 and 260). For an older version their union is used, newest first.
 */
export function createItemTable(
  version: BaseVersion,
  dictionaries: readonly Dictionary[],
  users: readonly (readonly ItemDefinition[])[],
): ItemTable {
  const exact = dictionaries.find((dictionary) => dictionary.version === version);
  const bases = exact ? [exact] : [...dictionaries].sort((a, b) => b.version.localeCompare(a.version));
  const indexOf = new Map<string, number>();
  const items: ItemDefinition[] = [];
  for (const list of [...bases.map((dictionary) => dictionary.items), ...users]) {
    for (const item of list) {
      if (indexOf.has(item.id)) continue;
      indexOf.set(item.id, items.length);
      items.push(item);
    }
  }
  return {
    items,
    indexOf,
    kind: Uint8Array.from(items, (item) =>
      item.pattern !== undefined || item.unlimitedText === true ? SPECIAL : KINDS[item.type],
    ),
    length: Int32Array.from(items, (item) => item.length),
    level: Uint8Array.from(items, (item) => LEVELS.indexOf(item.level)),
    complete: exact !== undefined,
  };
}

export const mayCarry = (item: ItemDefinition, recordType: RecordType): boolean =>
  item.recordTypes.includes(recordType);
