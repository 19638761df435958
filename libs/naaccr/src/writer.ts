import {
  type Dictionary,
  type ItemDefinition,
  type ItemLevel,
  type ItemValues,
  type PatientRecord,
  type RecordType,
} from './items.js';

/** Why an item with a value is not written: the dictionary has no such item, it belongs in another element, or the record type may not carry it. */
export type DropReason = 'unknown-id' | 'wrong-level' | 'wrong-record-type';

export interface WriterOptions {
  /** Base dictionary, with user dictionaries laid over it where the file uses them (`withUserDictionaries`). */
  readonly dictionary: Dictionary;
  readonly recordType: RecordType;
  /** ISO 8601; passed in, because the same data must give the same bytes. Null leaves the attribute out. */
  readonly timeGenerated: string | null;
  /** Items of the file itself (`registryId`, `recordType` ...). */
  readonly rootItems: ItemValues;
  /** By which readers find the user dictionaries. */
  readonly userDictionaryUris?: readonly string[];
  /** Default 1.8. */
  readonly specificationVersion?: string;
  readonly lineEnding?: '\n' | '\r\n';
  /** Fill values of digits that are shorter than their item with zeros on the left, where the dictionary says so. */
  readonly padLeftZero?: boolean;
  /** Write `naaccrNum` beside `naaccrId`. */
  readonly numbers?: boolean;
  /** Told of each value that is left out. */
  readonly dropped?: (id: string, reason: DropReason) => void;
}

/** Writes a NAACCR XML file piece by piece; the caller joins or streams the pieces. */
export interface NaaccrWriter {
  head(): string;
  patient(record: PatientRecord): string;
  tail(): string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Text for an element; characters that XML 1.0 cannot carry become the replacement character. */
const escapeText = (value: string): string =>
  /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value)
    ? value
        .replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? character)
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    : value;

const escapeAttribute = (value: string): string =>
  escapeText(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

interface WritableItem {
  /** Place in the dictionary, which is the order of writing. */
  readonly order: number;
  readonly definition: ItemDefinition;
  /** `<Item naaccrId="...">`. */
  readonly tag: string;
}

/**
 * A deterministic writer: items in dictionary order (those of user dictionaries after the base), and only those that their level and the
 * record type may carry. The same values give the same bytes, whatever the order of their keys.
 *
 * @source NAACCR XML specification 1.8.
 */
export function createNaaccrWriter(options: WriterOptions): NaaccrWriter {
  const { dictionary, recordType, padLeftZero = false, dropped } = options;
  const end = options.lineEnding ?? '\n';
  const writable = new Map<string, WritableItem>(
    dictionary.items.map((definition, order) => {
      const number = options.numbers === true ? ` naaccrNum="${definition.number}"` : '';
      return [
        definition.id,
        { order, definition, tag: `<Item naaccrId="${escapeAttribute(definition.id)}"${number}>` },
      ];
    }),
  );
  const items = (values: ItemValues, level: ItemLevel, indent: string): string => {
    const given = values as Readonly<Record<string, string | undefined>>;
    const found: WritableItem[] = [];
    for (const id of Object.keys(given)) {
      const value = given[id];
      if (value === undefined || value === '') continue;
      const item = writable.get(id);
      if (item === undefined) dropped?.(id, 'unknown-id');
      else if (item.definition.level !== level) dropped?.(id, 'wrong-level');
      else if (!item.definition.recordTypes.includes(recordType)) dropped?.(id, 'wrong-record-type');
      else found.push(item);
    }
    found.sort((a, b) => a.order - b.order);
    let out = '';
    for (const { definition, tag } of found) {
      const value = given[definition.id] ?? '';
      const full = padLeftZero && definition.padLeftZero && /^\d+$/.test(value);
      out += `${indent}${tag}${escapeText(full ? value.padStart(definition.length, '0') : value)}</Item>${end}`;
    }
    return out;
  };
  const attributes = [
    `baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-${dictionary.version}.xml"`,
    ...(options.userDictionaryUris?.length
      ? [`userDictionaryUri="${escapeAttribute(options.userDictionaryUris.join(' '))}"`]
      : []),
    `recordType="${recordType}"`,
    ...(options.timeGenerated === null ? [] : [`timeGenerated="${escapeAttribute(options.timeGenerated)}"`]),
    `specificationVersion="${options.specificationVersion ?? '1.8'}"`,
    'xmlns="http://naaccr.org/naaccrxml"',
  ].join(' ');
  return {
    head: () =>
      `<?xml version="1.0" encoding="UTF-8"?>${end}<NaaccrData ${attributes}>${end}${items(options.rootItems, 'NaaccrData', '  ')}`,
    patient: (record) => {
      let out = `  <Patient>${end}${items(record.items, 'Patient', '    ')}`;
      for (const tumor of record.tumors) {
        out += `    <Tumor>${end}${items(tumor, 'Tumor', '      ')}    </Tumor>${end}`;
      }
      return `${out}  </Patient>${end}`;
    },
    tail: () => `</NaaccrData>${end}`,
  };
}
