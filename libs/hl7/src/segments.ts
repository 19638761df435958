import { type Delimiters } from './delimiters.js';
import { unescape } from './escapes.js';

/** One segment; fields are raw and numbered as the standard does (MSH-1 is the separator itself). */
export interface Segment {
  readonly name: string;
  readonly fields: readonly string[];
}

const SEGMENT = /^[A-Z][A-Z0-9]{2}(?=$|[^A-Za-z0-9\s])/;

export interface Lines {
  readonly lines: readonly string[];
  readonly lineFeeds: boolean;
  /** A line that begins no segment was joined to the one before it. */
  readonly continued: boolean;
  /** The last segment has no end of its own. */
  readonly unterminated: boolean;
}

/**
 * Segments of a message. Text that begins no segment belongs to the one before it: a sender broke a line inside a field. An ADD
 * segment carries on the last field of the segment before it.
 *
 * @source HL7 v2.5.1, 2.10.2 (continuation by ADD and DSC).
 */
export function splitSegments(text: string, separator: string): Lines {
  const lines: string[] = [];
  let continued = false;
  const body = text.replace(/[\u000b\u001c]/g, '\r');
  for (const line of body.split(/\r\n|\r|\n/)) {
    const last = lines.length - 1;
    if (line.startsWith(`ADD${separator}`) && last >= 0) lines[last] += line.slice(4);
    else if (SEGMENT.test(line)) lines.push(line);
    else if (line.trim() === '') continue;
    else if (last >= 0) {
      lines[last] += `\n${line}`;
      continued = true;
    } else lines.push(line);
  }
  return {
    lines,
    lineFeeds: /(^|[^\r])\n/.test(body),
    continued,
    unterminated: !/[\r\n]/.test(body.slice(body.trimEnd().length)),
  };
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
  readonly delimiters: Delimiters;
  /** Component `c` (from 1) of repetition `r` (from 0) of a field, subcomponents joined unless `s` is given (from 1). */
  part(segment: Segment | undefined, field: number, c?: number, r?: number, s?: number): string;
  /** Repetitions of a field, raw. */
  repetitions(segment: Segment | undefined, field: number): string[];
  /** Component of a raw repetition. */
  component(raw: string, c: number, s?: number): string;
  /** Text with escapes resolved. */
  text(raw: string): string;
}

/** A reader for the delimiters of one message. */
export function createReader(d: Delimiters): Reader {
  const component = (raw: string, c: number, s?: number): string => {
    const whole = raw.split(d.component)[c - 1] ?? '';
    const part = s === undefined ? whole : (whole.split(d.subcomponent)[s - 1] ?? '');
    return part === '""' ? '' : unescape(part, d).trim();
  };
  const repetitions = (segment: Segment | undefined, field: number): string[] =>
    rawField(segment, field).split(d.repetition);
  return {
    delimiters: d,
    component,
    repetitions,
    part: (segment, field, c = 1, r = 0, s) => component(repetitions(segment, field)[r] ?? '', c, s),
    text: (raw) => unescape(raw, d),
  };
}
