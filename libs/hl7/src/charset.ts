/** Character sets of MSH-18 (HL7 table 0211) as labels of the Encoding standard. ASCII is read as its superset of Western Europe. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^UNICODE UTF-?8$|^UTF-?8$/, 'utf-8'],
  [/^8859[/-](\d{1,2})$/, 'iso-8859-'],
  [/^(WINDOWS|CP)-?(125\d)$/, 'windows-'],
  [/^UNICODE UTF-?16$/, 'utf-16le'],
  [/^BIG-?5$/, 'big5'],
  [/^GB 18030-2000$/, 'gb18030'],
  [/^KS X 1001$/, 'euc-kr'],
];

/** Bytes as text, and what had to be done to read them. */
export interface Decoded {
  readonly text: string;
  /** Bytes or characters that no text may hold (NUL and other controls) were replaced by spaces. */
  readonly controls: boolean;
  /** The bytes are not in the character set that the header names, or no UTF-8 where it names none. */
  readonly mismatch: boolean;
}

/** Characters of Windows-1252 from 0x80 to 0x9f; the rest of that set is Latin-1. */
const CP1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/**
 * Windows-1252, in which every byte is a character, so that nothing can be lost. Written out because the decoder of some runtimes
 * reads that set as Latin-1.
 */
function singleByte(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text.replace(/[\u0080-\u009f]/g, (one) => CP1252[one.charCodeAt(0) - 0x80] ?? one);
}

/** Separators before MSH-18: the first one is MSH-1 itself. */
const FIELDS_BEFORE = 17;

/** The label of a character set as MSH-18 names it; `null` when it names none that is known. */
function labelOf(name: string): string | null {
  const plain = name.trim().toUpperCase();
  for (const [pattern, label] of LABELS) {
    const match = pattern.exec(plain);
    if (match !== null) return label.endsWith('-') ? `${label}${match[match.length - 1] ?? ''}` : label;
  }
  return null;
}

/** First repetition of MSH-18, read from the bytes themselves: only ASCII stands before it. */
function declared(bytes: Uint8Array): string {
  const separator = bytes[3];
  const repetition = bytes[5];
  let fields = 0;
  for (let at = 3; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x0d || byte === 0x0a) return '';
    if (byte !== separator) continue;
    fields += 1;
    if (fields < FIELDS_BEFORE) continue;
    let end = at + 1;
    while (end < bytes.length && end < at + 40) {
      const next = bytes[end];
      if (next === separator || next === repetition || next === 0x0d || next === 0x0a) break;
      end += 1;
    }
    return String.fromCharCode(...bytes.subarray(at + 1, end));
  }
  return '';
}

/**
 * Bytes of one message as text: by a byte order mark, else by the character set that MSH-18 names, else as UTF-8; bytes that are no
 * UTF-8 are read one by one as Western European. Control characters become spaces: no database text may hold a NUL.
 *
 * @source HL7 v2.5.1, 2.15.9.18 (MSH-18) and table 0211; WHATWG Encoding standard.
 */
export function decode(bytes: Uint8Array): Decoded {
  const [raw, mismatch] = toText(bytes);
  const text = plain(raw);
  return { text, controls: text !== raw, mismatch };
}

function toText(bytes: Uint8Array): [text: string, mismatch: boolean] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return [new TextDecoder('utf-16le').decode(bytes), false];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return [new TextDecoder('utf-16be').decode(bytes), false];
  const label = labelOf(declared(bytes));
  if (label === 'iso-8859-1' || label === 'windows-1252') return [singleByte(bytes), false];
  try {
    return [new TextDecoder(label ?? 'utf-8', { fatal: true }).decode(bytes), false];
  } catch {
    return [singleByte(bytes), true];
  }
}

/** Text without control characters; line ends, tabs and frames stay. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000c\u000e-\u001b\u001d-\u001f\u007f]/g, ' ');

/** Text that every store can hold: no control characters, no half of a character. The length stays. */
export const plainText = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** Bytes of a hexadecimal escape as text. */
export function decodePlain(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return singleByte(bytes);
  }
}
