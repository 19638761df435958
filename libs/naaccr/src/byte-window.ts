import { countLines, invalidUtf8At, LT, wholeCharactersEnd } from './bytes.js';
import { type FatalCode, NaaccrFatal } from './fatal.js';
import { type Source } from './xml-syntax.js';

/** Bytes beyond the end that wide reads may touch. */
const SLACK = 16;

/**
 * The part of a file that is in memory: bytes are added at the end and given up at the front, so memory stays flat whatever the file's
 * size. Only bytes known to be valid UTF-8 are shown, and a `<` stands behind the last of them, so that loops need no second test.
 */
export class ByteWindow implements Source {
  bytes: Uint8Array;
  view: DataView;
  /** First byte that is not used up; always the start of a piece of markup, a value or white space. */
  pos = 0;
  /** End of the bytes that may be looked at. */
  end = 0;
  /** Line of `pos`, from 1. */
  line = 1;
  last = false;
  private filled = 0;
  private displaced = 0;
  private invalidAt = -1;
  private foreignEncoding: string | null = null;

  constructor(
    capacity: number,
    private readonly validUtf8: (bytes: Uint8Array) => boolean,
  ) {
    this.bytes = new Uint8Array(capacity + SLACK);
    this.view = new DataView(this.bytes.buffer);
    this.bytes[0] = LT;
  }

  /** Bytes that are in memory and not used up. */
  get pending(): number {
    return this.filled - this.pos;
  }

  /** Bytes were met that are not UTF-8; what comes after them is not looked at. */
  get broken(): boolean {
    return this.invalidAt >= 0;
  }

  /** Room for at least `size` more bytes, to be filled from its start and then committed. */
  reserve(size: number): Uint8Array {
    if (this.end < this.filled) this.bytes[this.end] = this.displaced;
    if (this.pos > 0) {
      this.bytes.copyWithin(0, this.pos, this.filled);
      this.filled -= this.pos;
      this.end -= this.pos;
      this.pos = 0;
    }
    if (this.filled + size + SLACK > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.filled + size + SLACK));
      larger.set(this.bytes.subarray(0, this.filled));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return this.bytes.subarray(this.filled, this.bytes.length - SLACK);
  }

  /** Show the first `size` bytes of what `reserve` gave. */
  commit(size: number): void {
    if (this.invalidAt >= 0) return;
    const from = this.end;
    this.filled += size;
    const to = this.last ? this.filled : wholeCharactersEnd(this.bytes, from, this.filled);
    this.end = to;
    if (this.foreignEncoding !== null) this.refuseBeyondAscii(from);
    if (this.invalidAt < 0 && !this.validUtf8(this.bytes.subarray(from, to))) {
      this.invalidAt = invalidUtf8At(this.bytes, from, to);
      if (this.invalidAt >= 0) this.end = this.invalidAt;
    }
    if (this.end < this.filled) this.displaced = this.bytes[this.end] as number;
    this.bytes[this.end] = LT;
  }

  /** The file says that it is in another encoding than UTF-8: from here on only bytes that both have in common can be right. */
  expectAscii(encoding: string): void {
    this.foreignEncoding = encoding;
    this.refuseBeyondAscii(this.pos);
  }

  private refuseBeyondAscii(from: number): void {
    for (let at = from; at < this.end; at++) {
      if ((this.bytes[at] as number) < 0x80) continue;
      this.invalidAt = at;
      this.end = at;
      this.displaced = this.bytes[at] as number;
      this.bytes[at] = LT;
      return;
    }
  }

  /** To be called when everything that could be used is used: bytes that are not UTF-8 end the reading here and not earlier. */
  refuseInvalid(): void {
    if (this.invalidAt < 0) return;
    const declared =
      this.foreignEncoding === null ? '' : `; the file declares ${this.foreignEncoding}, NAACCR XML is UTF-8`;
    this.fatal('xml.encoding', this.end, `bytes that are not UTF-8${declared}`);
  }

  fatal(code: FatalCode, at: number, message: string): never {
    throw new NaaccrFatal(code, this.line + countLines(this.bytes, this.pos, Math.min(at, this.end)), message);
  }
}
