import { decode, decodePlain, plain, plainText } from './charset.js';
import { type Reader } from './segments.js';

/** A document inside a message. */
export interface Document {
  /** `PDF`, `RTF`, `TEXT`, `HTML` ... in capitals; `POINTER` for a reference to something elsewhere. */
  readonly format: string;
  /** Its text where it can be read; `null` when a person must open the document. */
  readonly text: string | null;
}

/** Text of a base64 block; white space inside is allowed. `null` when it is none. */
function base64(block: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(block.replace(/\s+/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const isRtf = (text: string): boolean => /^\s*\{\\rtf/.test(text);

/**
 * A document of an ED value (encapsulated data) or a pointer to one (RP). Plain text and RTF are read; everything else is named.
 *
 * @source HL7 v2.5.1, 2.A.24 (ED: source application, type of data, subtype, encoding, data) and 2.A.65 (RP).
 */
export function readDocument(type: string, raw: string, reader: Reader): Document {
  if (type === 'RP') return { format: 'POINTER', text: null };
  const encoding = reader.component(raw, 4).toUpperCase();
  const kind = `${reader.component(raw, 2)} ${reader.component(raw, 3)}`.toUpperCase();
  // Data is the fifth component; senders that leave out the first are common.
  const parts = raw.split(reader.delimiters.component);
  const data = parts.length > 5 ? parts.slice(4).join(reader.delimiters.component) : (parts[4] ?? '');
  const bytes = encoding.startsWith('BASE64') ? base64(data) : null;
  const text = bytes === null ? reader.text(data) : plain(decodePlain(bytes));
  if (/PDF/.test(kind) || text.startsWith('%PDF')) return { format: 'PDF', text: null };
  if (/RTF|RICHTEXT/.test(kind) || isRtf(text)) return { format: 'RTF', text: isRtf(text) ? rtfToText(text) : null };
  const named = /\b(HTML|XML|JPEG|JPG|TIFF?|PNG|GIF|DICOM|ZIP|DOCX?|WORD|POSTSCRIPT)\b/.exec(kind)?.[1];
  if (named !== undefined) return { format: named, text: null };
  if (/TEXT|PLAIN|^ *TX|FT/.test(kind) && !(encoding.startsWith('BASE64') && bytes === null))
    return { format: 'TEXT', text: text.replace(/\r\n?/g, '\n') };
  return { format: kind.trim().split(' ')[0] || 'DOCUMENT', text: null };
}

/** First bytes of files that are no text. */
const SIGNATURES: readonly (readonly [format: string, bytes: readonly number[]])[] = [
  ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['OFFICE OR ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['OFFICE', [0xd0, 0xcf, 0x11, 0xe0]],
  ['IMAGE', [0x89, 0x50, 0x4e, 0x47]],
  ['IMAGE', [0x47, 0x49, 0x46, 0x38]],
  ['IMAGE', [0xff, 0xd8, 0xff]],
  ['IMAGE', [0x49, 0x49, 0x2a, 0x00]],
  ['IMAGE', [0x4d, 0x4d, 0x00, 0x2a]],
];

/**
 * A file that somebody gave as a report: plain text in any character set that can be told, or RTF.
 *
 * @returns its format, and its text or `null` when it is something else (PDF, an office document, an image).
 */
export function readTextFile(bytes: Uint8Array): Document {
  const known = SIGNATURES.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte));
  if (known !== undefined) return { format: known[0], text: null };
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!wide && bytes.subarray(0, 4_000).includes(0)) return { format: 'BINARY', text: null };
  const text = wide ? decode(bytes).text : decodePlain(bytes).replace(/^\ufeff/, '');
  return isRtf(text)
    ? { format: 'RTF', text: rtfToText(text) }
    : { format: 'TEXT', text: plainText(text).replace(/\r\n?/g, '\n') };
}

/** The bytes of a document inside an ED value; `null` when it holds none, or only points elsewhere. */
export function documentBytes(type: string, raw: string, reader: Reader): Uint8Array | null {
  if (type !== 'ED') return null;
  const data = raw.split(reader.delimiters.component).slice(4).join(reader.delimiters.component);
  if (data === '') return null;
  return reader.component(raw, 4).toUpperCase().startsWith('BASE64')
    ? base64(data)
    : new TextEncoder().encode(reader.text(data));
}

/** RTF inside an ordinary text value: its words, or `null` when the value is no RTF. */
export const rtfValue = (text: string): string | null => (isRtf(text) ? rtfToText(text) : null);

/** Groups of RTF that hold no words of the document. */
const DESTINATIONS =
  /^(fonttbl|colortbl|stylesheet|info|pict|object|header[lrf]?|footer[lrf]?|generator|themedata|datastore|listtable|listoverridetable|rsidtbl|xmlnstbl)$/;
const LINE_WORDS = /^(par|line|row|sect|page|pard?sep)$/;

/**
 * Words of an RTF document, one paragraph a line. Reads control words, groups, `\'hh` bytes (Windows-1252) and `\uN` characters; one pass.
 *
 * @source Rich Text Format Specification 1.9.1, "Contents of an RTF file".
 */
export function rtfToText(rtf: string): string {
  let out = '';
  /** Depth at which a group without words began; deeper ones are inside it. */
  let skipFrom = -1;
  let depth = 0;
  let replacements = 0;
  const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)/gi;
  for (let match = token.exec(rtf); match !== null; match = token.exec(rtf)) {
    const [, word, number, hex, symbol, brace, text] = match;
    if (brace === '{') depth += 1;
    else if (brace === '}') {
      if (depth === skipFrom) skipFrom = -1;
      depth -= 1;
    } else if (skipFrom >= 0) continue;
    else if (word !== undefined) {
      if (DESTINATIONS.test(word)) skipFrom = depth;
      else if (LINE_WORDS.test(word)) out += '\n';
      else if (word === 'tab' || word === 'cell') out += '\t';
      else if (word === 'u' && number !== undefined) {
        const unit = Number(number);
        out += String.fromCharCode(unit < 0 ? unit + 65_536 : unit);
        replacements = 1;
      }
    } else if (hex !== undefined) {
      if (replacements > 0) replacements -= 1;
      else out += decodePlain(Uint8Array.of(Number.parseInt(hex, 16)));
    } else if (symbol !== undefined) {
      if (symbol === '*') skipFrom = depth;
      else if (symbol === '~') out += ' ';
      else if (symbol === '_') out += '-';
      else if (symbol === '\n' || symbol === '\r') out += '\n';
      else if (symbol !== '-') out += symbol;
    } else if (text !== undefined) {
      out += text.slice(Math.min(replacements, text.startsWith('?') ? 1 : 0));
      replacements = 0;
    }
  }
  return plainText(out)
    .replace(/[ \t]+\n/g, '\n')
    .trim();
}
