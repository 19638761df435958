import {
  type Dictionary,
  type ItemDefinition,
  type ItemLevel,
  type ItemValues,
  type PatientRecord,
  type RecordType,
} from './items.js';

export interface WriterOptions {
  readonly dictionary: Dictionary;
  readonly recordType: RecordType;
  /** ISO 8601; passed in, because the same data must give the same bytes. */
  readonly timeGenerated: string;
  /** Items of the file itself (`registryId`, `recordType` ...). */
  readonly rootItems: ItemValues;
  readonly lineEnding?: '\n' | '\r\n';
  /** Fill numbers that are shorter than their item with zeros on the left, where the dictionary says so. */
  readonly padLeftZero?: boolean;
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

/**
 * A deterministic writer: items in dictionary order, items of user dictionaries after them by id, and only items that the record type
 * may carry. The same values give the same bytes.
 *
 * @source NAACCR XML specification 1.8.
 */
export function createNaaccrWriter(options: WriterOptions): NaaccrWriter {
  const end = options.lineEnding ?? '\n';
  const order = new Map(options.dictionary.items.map((item, index) => [item.id as string, index]));
  const last = options.dictionary.items.length;
  const allowed = (item: ItemDefinition | undefined, level: ItemLevel): boolean =>
    item === undefined || (item.level === level && item.recordTypes.includes(options.recordType));
  const padded = (item: ItemDefinition | undefined, value: string): string =>
    options.padLeftZero === true && item?.padLeftZero === true ? value.padStart(item.length, '0') : value;
  const items = (values: ItemValues, level: ItemLevel, indent: string): string => {
    const ids = Object.keys(values).sort((a, b) => (order.get(a) ?? last) - (order.get(b) ?? last) || (a < b ? -1 : 1));
    let out = '';
    for (const id of ids) {
      const item = options.dictionary.byId.get(id);
      const value = (values as Readonly<Record<string, string | undefined>>)[id];
      if (value === undefined || value === '' || !allowed(item, level)) continue;
      out += `${indent}<Item naaccrId="${escapeAttribute(id)}">${escapeText(padded(item, value))}</Item>${end}`;
    }
    return out;
  };
  return {
    head: () =>
      `<?xml version="1.0" encoding="UTF-8"?>${end}<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-${options.dictionary.version}.xml" recordType="${options.recordType}" timeGenerated="${escapeAttribute(options.timeGenerated)}" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">${end}${items(options.rootItems, 'NaaccrData', '  ')}`,
    patient: (record) =>
      `  <Patient>${end}${items(record.items, 'Patient', '    ')}${record.tumors.map((tumor) => `    <Tumor>${end}${items(tumor, 'Tumor', '      ')}    </Tumor>${end}`).join('')}  </Patient>${end}`,
    tail: () => `</NaaccrData>${end}`,
  };
}
