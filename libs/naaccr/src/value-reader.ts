import { CLASS, CR, GT, HIGH, isXmlSpace, LF, LT, OTHER, RARE, SLASH, STOP } from './bytes.js';
import {
  CDATA_OPEN,
  characterAllowed,
  classOf,
  isNonCharacter,
  miscellaneous,
  need,
  reference,
  type Source,
  startsWith,
} from './xml-syntax.js';

const encoder = new TextEncoder();

/**
 * Reads values that are not plain text up to `</Item>`: references, CDATA sections, comments, carriage returns, prefixed end tags.
 *
 * The result is in `source` from `start` to `stop`: bytes of the file where the value stands in one piece, else a copy.
 */
export class ValueReader {
  source: Uint8Array;
  start = 0;
  stop = 0;
  /** Union of the classes of the bytes. */
  all = 0;
  /** Offset after the end tag. */
  after = 0;
  private copy = new Uint8Array(4096);
  private used = 0;

  constructor(private readonly input: Source) {
    this.source = input.bytes;
  }

  /**
   * @param tag offset of the start tag, whose name of `nameSize` bytes the end tag must repeat.
   * @param from offset of the value.
   */
  read(tag: number, nameSize: number, from: number): void {
    if (this.plain(tag, nameSize, from) || this.wholeCdata(tag, nameSize, from)) return;
    const { input } = this;
    const { bytes } = input;
    this.used = 0;
    for (let at = from; ;) {
      const byte = bytes[at] as number;
      if (at >= input.end) need(input);
      if (byte === LT) {
        const next = at + 1 < input.end ? (bytes[at + 1] as number) : need(input);
        if (next === SLASH) {
          this.after = this.endTag(tag, nameSize, at);
          this.source = this.copy;
          this.start = 0;
          this.stop = this.used;
          this.all = classOf(this.copy, 0, this.used);
          return;
        }
        if (
          next === 0x21 &&
          (at + 2 < input.end ? bytes[at + 2] : need(input)) === 0x5b &&
          startsWith(input, at, CDATA_OPEN)
        ) {
          at = this.cdata(at + CDATA_OPEN.length);
        } else if (next === 0x21 || next === 0x3f) at = miscellaneous(input, at);
        else input.fatal('naaccr.element', at, 'an element within an item');
      } else if (byte === 0x26) {
        const { codePoint, end } = reference(input, at);
        for (const part of encoder.encode(String.fromCodePoint(codePoint))) this.put(part);
        at = end;
      } else at = this.character(at, false);
    }
  }

  /** Text without references, whose end tag has a prefix or spaces, or that holds rare characters which turn out to be harmless. */
  private plain(tag: number, nameSize: number, from: number): boolean {
    const { input } = this;
    const { bytes, end } = input;
    let at = from;
    let all = 0;
    for (;;) {
      const kind = CLASS[bytes[at] as number] as number;
      if ((kind & STOP) !== 0) break;
      if ((kind & RARE) !== 0) {
        const byte = bytes[at];
        if (byte === CR || (byte === 0x5d && bytes[at + 1] === 0x5d) || (byte === 0xef && isNonCharacter(bytes, at)))
          return false;
      }
      all |= kind;
      at++;
    }
    if (at + 1 >= end || bytes[at] !== LT || bytes[at + 1] !== SLASH) return false;
    this.after = this.endTag(tag, nameSize, at);
    this.keep(from, at, all);
    return true;
  }

  /** A value that is exactly one CDATA section. */
  private wholeCdata(tag: number, nameSize: number, from: number): boolean {
    const { input } = this;
    const { bytes, end } = input;
    if (bytes[from] !== LT || bytes[from + 1] !== 0x21 || bytes[from + 2] !== 0x5b || from + 12 > end) return false;
    if (!startsWith(input, from, CDATA_OPEN)) return false;
    const start = from + CDATA_OPEN.length;
    let at = start;
    let all = 0;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      const kind = CLASS[byte] as number;
      if ((kind & (STOP | RARE)) !== 0) {
        if (byte === 0x5d && bytes[at + 1] === 0x5d && bytes[at + 2] === GT) break;
        if (byte === CR) return false;
        if (byte < 0x20 || byte === 0xef) characterAllowed(input, at);
        all |= (kind & STOP) !== 0 ? OTHER : kind;
      } else all |= kind;
    }
    if (at + 5 >= end || bytes[at + 3] !== LT || bytes[at + 4] !== SLASH) return false;
    this.after = this.endTag(tag, nameSize, at + 3);
    this.keep(start, at, all);
    return true;
  }

  private keep(start: number, stop: number, all: number): void {
    this.source = this.input.bytes;
    this.start = start;
    this.stop = stop;
    this.all = all;
  }

  private endTag(tag: number, nameSize: number, at: number): number {
    const { input } = this;
    const { bytes } = input;
    for (let index = 0; index < nameSize; index++) {
      if (at + 2 + index >= input.end) need(input);
      if (bytes[at + 2 + index] !== bytes[tag + 1 + index])
        input.fatal('xml.syntax', at, 'an end tag that is not that of the item');
    }
    let close = at + 2 + nameSize;
    while (close < input.end && isXmlSpace(bytes[close] as number)) close++;
    if (close >= input.end) need(input);
    if (bytes[close] !== GT) input.fatal('xml.syntax', close, 'an end tag that is not that of the item');
    return close + 1;
  }

  private cdata(from: number): number {
    const { input } = this;
    for (let at = from; ;) {
      if (at >= input.end) need(input);
      if (input.bytes[at] === 0x5d) {
        if (at + 2 >= input.end) need(input);
        if (input.bytes[at + 1] === 0x5d && input.bytes[at + 2] === GT) return at + 3;
      }
      at = this.character(at, true);
    }
  }

  /** Take one byte of text; a carriage return, with or without line feed, is one line feed. @returns offset after it. */
  private character(at: number, inCdata: boolean): number {
    const { input } = this;
    const byte = input.bytes[at] as number;
    if (((CLASS[byte] as number) & (STOP | HIGH)) !== 0) characterAllowed(input, at);
    if (byte === CR) {
      if (at + 1 >= input.end && !input.last) need(input);
      this.put(LF);
      return at + (input.bytes[at + 1] === LF && at + 1 < input.end ? 2 : 1);
    }
    if (byte === 0x5d && !inCdata) {
      if (at + 2 >= input.end) need(input);
      if (input.bytes[at + 1] === 0x5d && input.bytes[at + 2] === GT)
        input.fatal('xml.syntax', at, ']]> outside of a CDATA section');
    }
    this.put(byte);
    return at + 1;
  }

  private put(byte: number): void {
    if (this.used === this.copy.length) {
      const larger = new Uint8Array(this.copy.length * 2);
      larger.set(this.copy);
      this.copy = larger;
    }
    this.copy[this.used++] = byte;
  }
}
