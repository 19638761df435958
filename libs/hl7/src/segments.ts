import { type Hl7Problem } from './types.js';

/** The five delimiters of a message, read from its header. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** One segment; fields are raw and numbered as the standard does (MSH-1 is the separator itself). */
export interface Segment {
  readonly name: string;
  readonly fields: readonly string[];
}

const SEGMENT = /^[A-Z][A-Z0-9]{2}(?=$|[^A-Za-z0-9])/;

/** Bytes as text: MLLP frames taken off, the character set of MSH-18 or else UTF-8, with Latin-1 where the bytes are no UTF-8. */
export function decode(bytes: Uint8Array): string {
  let start = 0;
  let end = bytes.length;
  while (
    start < end &&
    (bytes[start] === 0x0b || bytes[start] === 0x0a || bytes[start] === 0x0d || bytes[start] === 0x20)
  )
    start += 1;
  while (
    end > start &&
    (bytes[end - 1] === 0x1c || bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a || bytes[end - 1] === 0x00)
  )
    end -= 1;
  const body = bytes.subarray(start, end);
  const head = latin1(body.subarray(0, 2_000));
  if (/8859[/-]1(?!\d)/.test(head.slice(0, head.search(/[\r\n]/) + 1 || undefined))) return latin1(body);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return latin1(body);
  }
}

/** Every byte is one character, so nothing can be lost. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

/** Segments of a file. Text that begins no segment belongs to the one before it: a sender broke a line inside a field. */
export function splitSegments(text: string): { lines: string[]; lineFeeds: boolean; continued: boolean } {
  const lines: string[] = [];
  let continued = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const bare = line.replace(/^[\u000b\u001c]+/, '');
    if (SEGMENT.test(bare)) lines.push(bare);
    else if (bare.trim() !== '' && lines.length > 0) {
      lines[lines.length - 1] += `\n${bare}`;
      continued = true;
    } else if (bare.trim() !== '') lines.push(bare);
  }
  return { lines, lineFeeds: /(^|[^\r])\n/.test(text), continued };
}

/** Delimiters of a header segment (MSH, FHS, BHS), or why they cannot be used. */
export function readDelimiters(header: string): { ok: true; value: Delimiters } | { ok: false; error: Hl7Problem } {
  const segment = header.slice(0, 3);
  const field = header[3] ?? '';
  const end = header.indexOf(field, 4);
  const encoding = end < 0 ? header.slice(4) : header.slice(4, end);
  const all = [field, ...encoding];
  const problem = (code: string, number: number, message: string): { ok: false; error: Hl7Problem } => ({
    ok: false,
    error: { code, segment, field: number, message },
  });
  if (field === '' || /[A-Za-z0-9\s]/.test(field))
    return problem('msh.separator', 1, `${segment}-1 is not a usable field separator`);
  if (encoding.length < 3 || encoding.length > 5 || /[A-Za-z0-9\s]/.test(encoding))
    return problem('msh.encoding', 2, `${segment}-2 must hold four delimiters`);
  if (new Set(all).size !== all.length) return problem('msh.encoding-repeats', 2, `${segment}-2 repeats a delimiter`);
  const [component = '^', repetition = '~', escape = '\\', subcomponent = '&'] = encoding;
  return { ok: true, value: { field, component, repetition, escape, subcomponent } };
}

/** A line as a segment. */
export function toSegment(line: string, delimiters: Delimiters): Segment {
  const name = line.slice(0, 3);
  const fields = line.split(delimiters.field);
  return { name, fields: /^(MSH|FHS|BHS)$/.test(name) ? [name, delimiters.field, ...fields.slice(1)] : fields };
}

/** Raw field, empty when absent. The HL7 null `""` counts as empty. */
export function rawField(segment: Segment | undefined, number: number): string {
  const value = segment?.fields[number] ?? '';
  return value === '""' ? '' : value;
}

/** Reads parts of fields with escapes resolved. */
export interface Reader {
  /** Component `c` (from 1) of repetition `r` (from 0) of a field, subcomponents joined unless `s` is given (from 1). */
  part(segment: Segment | undefined, field: number, c?: number, r?: number, s?: number): string;
  /** Repetitions of a field, raw. */
  repetitions(segment: Segment | undefined, field: number): string[];
  /** Component of a raw repetition. */
  component(raw: string, c: number, s?: number): string;
  /** Text with escapes resolved. */
  text(raw: string): string;
}

const FORMATTING: Readonly<Record<string, string>> = { br: '\n', fi: '\n', nf: '\n', ce: '\n' };

/**
 * Resolve the escapes of a text: F S T R E, formatting (.br .sp .in .ti ...), hexadecimal bytes. An escape that does not end, or that
 * nobody knows, stays as it is written: nothing is lost.
 *
 * @source HL7 v2.5.1, chapter 2.7, use of escape sequences in text fields.
 */
export function unescape(raw: string, d: Delimiters): string {
  if (!raw.includes(d.escape)) return raw;
  const literal: Readonly<Record<string, string>> = {
    F: d.field,
    S: d.component,
    T: d.subcomponent,
    R: d.repetition,
    E: d.escape,
    H: '',
    N: '',
  };
  let out = '';
  for (let at = 0; at < raw.length;) {
    const open = raw.indexOf(d.escape, at);
    const close = open < 0 ? -1 : raw.indexOf(d.escape, open + 1);
    if (open < 0 || close < 0) return out + raw.slice(at);
    out += raw.slice(at, open);
    const body = raw.slice(open + 1, close);
    const resolved = literal[body] ?? formatting(body) ?? hexadecimal(body);
    if (resolved === undefined) {
      // Not an escape after all: keep the opening mark and look again from the next character.
      out += d.escape;
      at = open + 1;
    } else {
      out += resolved;
      at = close + 1;
    }
  }
  return out;
}

function formatting(body: string): string | undefined {
  const match = /^\.(br|sp|in|ti|fi|nf|ce|sk)\s*([+-]?\d{0,3})$/.exec(body);
  if (match === null) return undefined;
  const count = Math.abs(Number(match[2] ?? '')) || 1;
  if (match[1] === 'sp') return '\n'.repeat(count);
  if (match[1] === 'in' || match[1] === 'ti' || match[1] === 'sk') return ' '.repeat(count);
  return FORMATTING[match[1] ?? ''];
}

function hexadecimal(body: string): string | undefined {
  if (!/^X([0-9A-Fa-f]{2})+$/.test(body)) return undefined;
  const bytes = Uint8Array.from(body.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch {
    return latin1(bytes);
  }
}

/** A reader for the delimiters of one message. */
export function createReader(d: Delimiters): Reader {
  const component = (raw: string, c: number, s?: number): string => {
    const whole = raw.split(d.component)[c - 1] ?? '';
    const part = s === undefined ? whole : (whole.split(d.subcomponent)[s - 1] ?? '');
    return unescape(part, d).trim();
  };
  const repetitions = (segment: Segment | undefined, field: number): string[] =>
    rawField(segment, field).split(d.repetition);
  return {
    component,
    repetitions,
    part: (segment, field, c = 1, r = 0, s) => component(repetitions(segment, field)[r] ?? '', c, s),
    text: (raw) => unescape(raw, d),
  };
}
