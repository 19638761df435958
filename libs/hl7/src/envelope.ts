import { type Hl7Problem } from './types.js';

/** A file taken apart: the bytes of each message, and what its batch headers and trailers say. */
export interface Envelope {
  readonly messages: readonly Uint8Array[];
  /** There is an FHS or BHS around the messages. */
  readonly batch: boolean;
  /** Wrong or missing counts; the messages that are there are taken all the same. */
  readonly warnings: readonly Hl7Problem[];
}

const CR = 0x0d;
const LF = 0x0a;
/** Bytes that end a line: segment ends, and the frames of the transport. */
const isBreak = (byte: number | undefined): boolean => byte === CR || byte === LF || byte === 0x0b || byte === 0x1c;
const isWord = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));

const NAMES = ['MSH', 'FHS', 'BHS', 'BTS', 'FTS'] as const;
type Name = (typeof NAMES)[number];

/** Header or trailer that begins at a place, if one does. */
function nameAt(bytes: Uint8Array, at: number): Name | null {
  const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  // All five end in S or H and begin with M, F or B: most lines are told apart by one byte.
  if (a !== 0x4d && a !== 0x46 && a !== 0x42) return null;
  const word = String.fromCharCode(a, b ?? 0, c ?? 0);
  return !isWord(bytes[at + 3]) && (NAMES as readonly string[]).includes(word) ? (word as Name) : null;
}

/** Text in two bytes a character becomes UTF-8, so that headers can be found in it. */
function narrow(bytes: Uint8Array): Uint8Array {
  const label =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (label !== null) return new TextEncoder().encode(new TextDecoder(label).decode(bytes));
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * Take a file or transmission apart: one message, several, or batches (FHS, BHS ... BTS, FTS), with or without frames. Bytes before
 * the first header are skipped. The slices share memory with the input where it is not UTF-16.
 *
 * @source HL7 v2.5.1, 2.10.3 (batch protocol): BTS-1 counts messages, FTS-1 counts batches.
 */
export function openEnvelope(input: Uint8Array): Envelope {
  const bytes = narrow(input);
  const messages: Uint8Array[] = [];
  const warnings: Hl7Problem[] = [];
  const warn = (code: string, segment: string, field: number | null, message: string): void => {
    warnings.push({ code, segment, field, message });
  };
  let start = -1;
  let batches = 0;
  let inBatch = 0;
  let batchOpen = false;
  let fileOpen = false;
  const close = (end: number): void => {
    if (start >= 0) messages.push(bytes.subarray(start, end));
    start = -1;
  };
  const noTrailer = (): void => warn('batch.no-trailer', 'BTS', null, 'the batch has no BTS segment');
  let at = 0;
  while (at < bytes.length && (isBreak(bytes[at]) || bytes[at] === 0x20)) at += 1;
  for (; at < bytes.length; at += 1) {
    const name = nameAt(bytes, at);
    if (name !== null) {
      close(at);
      if (name === 'MSH') {
        start = at;
        inBatch += 1;
      } else if (name === 'FHS') {
        fileOpen = true;
        batches = 0;
      } else if (name === 'BHS') {
        if (batchOpen) noTrailer();
        batchOpen = true;
        batches += 1;
        inBatch = 0;
      } else if (name === 'BTS') {
        const said = countIn(bytes, at);
        if (said !== null && said !== inBatch) warn('batch.count', 'BTS', 1, `BTS-1 says ${said}, found ${inBatch}`);
        if (!batchOpen) warn('batch.no-header', 'BHS', null, 'a BTS segment ends a batch that no BHS began');
        batchOpen = false;
        inBatch = 0;
      } else {
        const said = countIn(bytes, at);
        if (batchOpen) noTrailer();
        if (said !== null && said !== batches) warn('file.count', 'FTS', 1, `FTS-1 says ${said}, found ${batches}`);
        batchOpen = false;
        fileOpen = false;
      }
    }
    while (at < bytes.length && !isBreak(bytes[at])) at += 1;
    while (at + 1 < bytes.length && isBreak(bytes[at + 1])) at += 1;
  }
  close(bytes.length);
  if (batchOpen) noTrailer();
  if (fileOpen) warn('file.no-trailer', 'FTS', null, 'the file has no FTS segment');
  const batch = hasHeader(bytes);
  return { messages, batch, warnings };
}

/** Whether a batch or file header comes before everything else. */
function hasHeader(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && (isBreak(bytes[at]) || bytes[at] === 0x20)) at += 1;
  const name = nameAt(bytes, at);
  return name === 'FHS' || name === 'BHS';
}

/** First field of a trailer as a count; `null` when it gives none. */
function countIn(bytes: Uint8Array, at: number): number | null {
  let end = at + 4;
  while (end < bytes.length && end < at + 20 && !isBreak(bytes[end])) end += 1;
  const text = String.fromCharCode(...bytes.subarray(at + 4, end));
  const digits = /^\s*(\d{1,9})(?!\w)/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
