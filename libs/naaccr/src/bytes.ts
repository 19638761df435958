/**
 * Classes of bytes, so that a value is judged while it is passed over: the union of the classes of its bytes says whether it is all
 * digits, all capitals, plain text and so on.
 */
export const UPPER = 1;
export const DIGIT = 2;
/** Space or tab. */
export const BLANK = 4;
export const OTHER = 8;
export const NEWLINE = 16;
/** Part of a character beyond ASCII. */
export const HIGH = 32;
/** `]`, carriage return and the byte that starts U+FFFE and U+FFFF: legal or not by what follows, so looked at closely. */
export const RARE = 64;
/** `<`, `&`, and characters that XML 1.0 does not allow. */
export const STOP = 128;

export const LT = 0x3c;
export const GT = 0x3e;
export const AMP = 0x26;
export const CR = 0x0d;
export const LF = 0x0a;
export const SLASH = 0x2f;

/** Class of each byte. */
export const CLASS: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(OTHER);
  table.fill(STOP, 0, 0x20);
  table.fill(HIGH, 0x80);
  table.fill(DIGIT, 0x30, 0x3a);
  table.fill(UPPER, 0x41, 0x5b);
  table[0x09] = table[0x20] = BLANK;
  table[LF] = NEWLINE;
  table[CR] = BLANK | RARE;
  table[0x5d] = OTHER | RARE;
  table[0xef] = HIGH | RARE;
  table[LT] = table[AMP] = STOP;
  return table;
})();

export const isXmlSpace = (byte: number): boolean => byte === 0x20 || byte === LF || byte === CR || byte === 0x09;

/** Bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** How many of the bytes are line feeds. */
export function countLines(bytes: Uint8Array, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) if (bytes[at] === LF) lines++;
  return lines;
}

/** Characters (code points, not UTF-16 units) of valid UTF-8: every byte but the continuations. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let characters = 0;
  for (let at = start; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) characters++;
  return characters;
}

/** Where a character begins that the bytes do not hold to its end; `end` when the last character is whole. */
export function wholeCharactersEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let back = 1; back <= 3 && end - back >= start; back++) {
    const byte = bytes[end - back] as number;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? end - back : end;
  }
  return end;
}

/**
 * Where the bytes stop being valid UTF-8 (overlong forms, surrogates and values past U+10FFFF are not valid).
 *
 * @returns offset of the first byte of the offending sequence, or -1.
 * @source RFC 3629, section 4.
 */
export function invalidUtf8At(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const length = lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) === 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
    if (length === 0 || at + length > end) return at;
    const second = bytes[at + 1] as number;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return at;
    for (let next = 2; next < length; next++) if (((bytes[at + next] as number) & 0xc0) !== 0x80) return at;
    at += length;
  }
  return -1;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

const SLOTS = 8192;
const LONGEST = 24;

/**
 * Texts of short ASCII values, each made once: coded values repeat so much that a look-up by bytes is both faster than decoding and
 * keeps one string instead of thousands.
 */
export class TextCache {
  private readonly texts = new Array<string>(SLOTS).fill('');

  text(bytes: Uint8Array, start: number, end: number, isAscii: boolean): string {
    const length = end - start;
    if (!isAscii || length > LONGEST) return decodeUtf8(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    const known = this.texts[slot] as string;
    if (known.length === length) {
      let at = 0;
      while (at < length && known.charCodeAt(at) === bytes[start + at]) at++;
      if (at === length) return known;
    }
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
    this.texts[slot] = text;
    return text;
  }
}
