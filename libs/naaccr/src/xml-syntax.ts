import { AMP, ascii, CLASS, CR, decodeUtf8, GT, HIGH, isXmlSpace, LF, LT, OTHER, SLASH, STOP } from './bytes.js';
import { type FatalCode } from './fatal.js';

/** Thrown inside when the bytes end before the markup does; the caller reads on and starts the markup again. */
export const NEED_MORE: unique symbol = Symbol('more bytes are needed');

/** Bytes with what to do when they are wrong or not enough. */
export interface Source {
  readonly bytes: Uint8Array;
  /** Bytes from here on are not there (yet). */
  readonly end: number;
  /** The last of the input is in `bytes`. */
  readonly last: boolean;
  fatal(code: FatalCode, at: number, message: string): never;
}

export interface Attribute {
  /** Offset of the name. */
  readonly at: number;
  readonly name: string;
  /** References resolved, white space normalized as XML says. */
  readonly value: string;
}

export interface StartTag {
  /** Qualified name. */
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly empty: boolean;
  /** Offset after `>`. */
  readonly end: number;
}

const MOST_ATTRIBUTES = 1000;
const NAME_START =
  /^[:A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]/u;
const NAME =
  /^[-.:\w\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c-\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]+$/u;
const QUALIFIED = /^[^:]+(:[^:]+)?$/;
const PREDEFINED: Readonly<Record<string, number>> = { lt: LT, gt: GT, amp: AMP, quot: 0x22, apos: 0x27 };
const COMMENT_OPEN = ascii('<!--');
export const CDATA_OPEN = ascii('<![CDATA[');
const DOCTYPE_OPEN = ascii('<!DOCTYPE');

export function need(source: Source): never {
  if (source.last) source.fatal('xml.syntax', source.end, 'the file ends inside markup or before its last end tag');
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a signal, caught by the scanner; no stack is wanted
  throw NEED_MORE;
}

/** Whether `word` stands at `at`; asks for more when the bytes end within it. */
export function startsWith(source: Source, at: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++) {
    if (at + index >= source.end) need(source);
    if (source.bytes[at + index] !== word[index]) return false;
  }
  return true;
}

const byteAt = (source: Source, at: number): number => (at < source.end ? (source.bytes[at] as number) : need(source));

function skipSpace(source: Source, from: number): number {
  let at = from;
  while (isXmlSpace(byteAt(source, at))) at++;
  return at;
}

/** Read a qualified name. @returns offset after it. */
function nameEnd(source: Source, from: number): number {
  let at = from;
  for (;;) {
    const byte = byteAt(source, at);
    if (isXmlSpace(byte) || byte === GT || byte === SLASH || byte === 0x3d || byte === LT || byte === 0x3f) break;
    at++;
  }
  return at;
}

function nameAt(source: Source, from: number, end: number): string {
  const name = decodeUtf8(source.bytes, from, end);
  if (!NAME_START.test(name) || !NAME.test(name)) source.fatal('xml.syntax', from, 'a name was expected');
  if (!QUALIFIED.test(name))
    source.fatal('xml.namespace', from, `the name ${name} has more than one colon or an empty part`);
  return name;
}

/** Character reference or one of the five predefined entities. @returns the code point and the offset after `;`. */
export function reference(source: Source, at: number): { readonly codePoint: number; readonly end: number } {
  let end = at + 1;
  while (byteAt(source, end) !== 0x3b) {
    const byte = source.bytes[end] as number;
    if (end - at > 12 || isXmlSpace(byte) || byte === LT || byte === AMP) {
      source.fatal('xml.syntax', at, 'an ampersand that does not begin a reference; write &amp;');
    }
    end++;
  }
  const word = decodeUtf8(source.bytes, at + 1, end);
  const number = /^#(?:(\d+)|x([\dA-Fa-f]+))$/.exec(word);
  if (!number) {
    const codePoint = Object.hasOwn(PREDEFINED, word) ? PREDEFINED[word] : undefined;
    if (codePoint === undefined) source.fatal('xml.syntax', at, 'an entity that is not one of the five of XML');
    return { codePoint, end: end + 1 };
  }
  const codePoint = number[1] === undefined ? parseInt(number[2] ?? '', 16) : Number(number[1]);
  if (!isXmlCharacter(codePoint)) source.fatal('xml.syntax', at, 'a reference to a character that XML does not allow');
  return { codePoint, end: end + 1 };
}

function isXmlCharacter(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 9 || codePoint === LF || codePoint === CR;
  return (
    codePoint <= 0xd7ff ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    (codePoint >= 0x10000 && codePoint <= 0x10ffff)
  );
}

/** U+FFFE and U+FFFF at `at`. */
export const isNonCharacter = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbf && (bytes[at + 2] as number) >= 0xbe;

/** Refuse control characters and U+FFFE, U+FFFF. */
export function characterAllowed(source: Source, at: number): void {
  const byte = source.bytes[at] as number;
  if (byte < 0x20 && !isXmlSpace(byte)) source.fatal('xml.syntax', at, 'a control character that XML does not allow');
  if (byte === 0xef && isNonCharacter(source.bytes, at))
    source.fatal('xml.syntax', at, 'a character that XML does not allow');
}

function attributeValue(source: Source, from: number): { readonly value: string; readonly end: number } {
  const quote = byteAt(source, from);
  if (quote !== 0x22 && quote !== 0x27) source.fatal('xml.syntax', from, 'an attribute value must be in quotes');
  let value = '';
  let start = from + 1;
  let at = start;
  for (;;) {
    const byte = byteAt(source, at);
    if (byte === quote) return { value: value + decodeUtf8(source.bytes, start, at), end: at + 1 };
    const kind = CLASS[byte] as number;
    if (byte === LT) source.fatal('xml.syntax', at, '< within an attribute value');
    if (byte === AMP) {
      const { codePoint, end } = reference(source, at);
      value += decodeUtf8(source.bytes, start, at) + String.fromCodePoint(codePoint);
      start = at = end;
      continue;
    }
    if ((kind & (STOP | HIGH)) !== 0) characterAllowed(source, at);
    if (isXmlSpace(byte) && byte !== 0x20) {
      value += `${decodeUtf8(source.bytes, start, at)} `;
      if (byte === CR && byteAt(source, at + 1) === LF) at++;
      start = at + 1;
    }
    at++;
  }
}

/** Read a start tag or empty-element tag that begins at `at` (`<`). */
export function startTag(source: Source, at: number): StartTag {
  const afterName = nameEnd(source, at + 1);
  const name = nameAt(source, at + 1, afterName);
  const attributes: Attribute[] = [];
  const seen = new Set<string>();
  let next = afterName;
  for (;;) {
    const afterSpace = skipSpace(source, next);
    const byte = source.bytes[afterSpace] as number;
    if (byte === GT) return { name, attributes, empty: false, end: afterSpace + 1 };
    if (byte === SLASH) {
      if (byteAt(source, afterSpace + 1) !== GT) source.fatal('xml.syntax', afterSpace, 'a slash within a tag');
      return { name, attributes, empty: true, end: afterSpace + 2 };
    }
    if (afterSpace === next) source.fatal('xml.syntax', next, 'attributes must be set apart by a space');
    const end = nameEnd(source, afterSpace);
    const attribute = nameAt(source, afterSpace, end);
    const equals = skipSpace(source, end);
    if (source.bytes[equals] !== 0x3d) source.fatal('xml.syntax', equals, `the attribute ${attribute} has no value`);
    const read = attributeValue(source, skipSpace(source, equals + 1));
    if (seen.has(attribute))
      source.fatal('xml.syntax', afterSpace, `the attribute ${attribute} stands twice in one tag`);
    seen.add(attribute);
    if (seen.size > MOST_ATTRIBUTES)
      source.fatal('limit', afterSpace, `more than ${MOST_ATTRIBUTES} attributes in one tag`);
    attributes.push({ at: afterSpace, name: attribute, value: read.value });
    next = read.end;
  }
}

/** Read an end tag that begins at `at` (`</`). */
export function endTag(source: Source, at: number): { readonly name: string; readonly end: number } {
  const afterName = nameEnd(source, at + 2);
  const name = nameAt(source, at + 2, afterName);
  const close = skipSpace(source, afterName);
  if (source.bytes[close] !== GT) source.fatal('xml.syntax', close, `the end tag ${name} is not closed`);
  return { name, end: close + 1 };
}

/** Read a comment or processing instruction that begins at `at`; anything else that begins with `<!` is refused. @returns offset after it. */
export function miscellaneous(source: Source, at: number): number {
  if (byteAt(source, at + 1) === 0x3f) return instruction(source, at);
  if (byteAt(source, at + 2) === 0x2d && startsWith(source, at, COMMENT_OPEN)) return comment(source, at);
  if (byteAt(source, at + 2) === 0x44 && startsWith(source, at, DOCTYPE_OPEN)) {
    source.fatal('xml.doctype', at, 'a document type declaration is not allowed');
  }
  if (byteAt(source, at + 2) === 0x5b && startsWith(source, at, CDATA_OPEN)) {
    source.fatal('naaccr.element', at, 'text outside of an item');
  }
  return source.fatal('xml.syntax', at, 'markup that XML does not have');
}

function comment(source: Source, from: number): number {
  for (let at = from + 4; ; at++) {
    const byte = byteAt(source, at);
    if (byte === 0x2d && byteAt(source, at + 1) === 0x2d) {
      if (byteAt(source, at + 2) !== GT) source.fatal('xml.syntax', at, '-- within a comment');
      return at + 3;
    }
    if (((CLASS[byte] as number) & (STOP | HIGH)) !== 0) characterAllowed(source, at);
  }
}

function instruction(source: Source, from: number): number {
  const end = nameEnd(source, from + 2);
  const target = nameAt(source, from + 2, end);
  if (target.toLowerCase() === 'xml')
    source.fatal('xml.syntax', from, 'an XML declaration that is not at the start of the file');
  if (target.includes(':')) source.fatal('xml.namespace', from, 'a colon in the name of a processing instruction');
  const first = byteAt(source, end);
  if (!isXmlSpace(first) && first !== 0x3f)
    source.fatal('xml.syntax', end, 'a processing instruction without a space after its name');
  for (let at = end; ; at++) {
    const byte = byteAt(source, at);
    if (byte === 0x3f && byteAt(source, at + 1) === GT) return at + 2;
    if (((CLASS[byte] as number) & (STOP | HIGH)) !== 0) characterAllowed(source, at);
  }
}

const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.\d+\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][\w.-]*)\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\4)?[ \t\r\n]*\?>$/;

/** Read the XML declaration when there is one at `at`. @returns the encoding it names, in capitals, and the offset after it. */
export function declaration(source: Source, at: number): { readonly encoding: string; readonly end: number } | null {
  if (byteAt(source, at) !== LT || !startsWith(source, at, ascii('<?xml'))) return null;
  if (!isXmlSpace(byteAt(source, at + 5))) return null;
  let end = at + 5;
  while (byteAt(source, end) !== 0x3e) {
    if (end - at > 500) source.fatal('xml.syntax', at, 'the XML declaration is not closed');
    end++;
  }
  const match = DECLARATION.exec(decodeUtf8(source.bytes, at, end + 1));
  if (!match) source.fatal('xml.syntax', at, 'the XML declaration is malformed');
  return { encoding: (match[3] ?? 'UTF-8').toUpperCase(), end: end + 1 };
}

/** Class of bytes of a value that came through references or CDATA: `<` and `&` are ordinary there. */
export function classOf(bytes: Uint8Array, start: number, end: number): number {
  let all = 0;
  for (let at = start; at < end; at++) {
    const kind = CLASS[bytes[at] as number] as number;
    all |= (kind & STOP) !== 0 ? OTHER : kind;
  }
  return all;
}
