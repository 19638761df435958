import { type Document, readDocument, rtfValue } from './documents.js';
import { sectionOfHeading, sectionsByHeading, SYNOPTIC, TITLES } from './headings.js';
import { type Reader, type Segment } from './segments.js';
import { type Hl7Document, type Hl7Problem, type ReportSection } from './types.js';

/** Part of the text that carries a sub-id (OBX-4). */
export interface SubPart {
  readonly subId: string;
  readonly start: number;
  readonly end: number;
}

export interface ReportText {
  readonly text: string;
  readonly sections: readonly ReportSection[];
  readonly documents: readonly Hl7Document[];
  readonly parts: readonly SubPart[];
  readonly warnings: readonly Hl7Problem[];
}

/** A value as it goes into the text. */
interface Entry {
  readonly code: string;
  readonly title: string;
  readonly answer: boolean;
  readonly question: string;
  readonly subId: string;
  text: string;
}

/** Statuses of a value that was taken back: it is no part of the report any more. @source HL7 table 0085 */
const TAKEN_BACK = new Set(['D', 'W']);
/** Field separators in one text that are still mended. */
const MOST_SEPARATORS = 40;
const RESULT_STATUS = /^[ABCDFINOPRSUVWX]$/;
/** Headings that end a section which the message names: the sender put the whole report under one code. */
const OTHER_PARTS = new Set(['22634-0', '22635-7', '22636-5', '10219-4', '10218-6', '22639-9', SYNOPTIC, '']);

/** A value of OBX-5 as a person would read it. */
function valueOf(type: string, raw: string, reader: Reader): string {
  if (type === 'CWE' || type === 'CE' || type === 'CNE' || type === 'CF' || type === 'CD') {
    // Text, alternate text, original text, and the bare code where nothing else is said.
    const text =
      reader.component(raw, 2) || reader.component(raw, 9) || reader.component(raw, 5) || reader.component(raw, 1);
    return text.replace(/^\?+\s*/, '');
  }
  if (type === 'SN') return [1, 2, 3, 4].map((part) => reader.component(raw, part)).join('');
  if (type === 'FT') {
    const { component, escape } = reader.delimiters;
    // A component mark before a formatting command means the command alone (2.7.6).
    return reader.text(raw.replaceAll(`${component}${escape}.`, `${escape}.`));
  }
  return reader.text(raw);
}

const shortId = (subId: string): string => subId.replace(/^\+/, '').split('.')[0] ?? '';

/**
 * Text and sections of a report from its observations and notes, in their order: each value on its own lines, consecutive ones of a
 * section together, discrete answers as `Question: answer unit`. Sections are named by LOINC, else by the observation's own name, else
 * by headings in the text.
 */
export function reportText(segments: readonly Segment[], reader: Reader): ReportText {
  const warnings: Hl7Problem[] = [];
  const documents: Hl7Document[] = [];
  const entries: Entry[] = [];
  const warn = (code: string, field: number, message: string): void => {
    warnings.push({ code, segment: 'OBX', field, message });
  };
  let index = 0;
  for (const given of segments) {
    const segment = mended(given, reader);
    if (segment.name === 'NTE') {
      const note = reader
        .repetitions(segment, 3)
        .map((raw) => reader.text(raw))
        .join('\n')
        .trim();
      const before = entries[entries.length - 1];
      if (note !== '')
        entries.push({
          code: before?.code ?? '22638-1',
          title: before?.title ?? 'Comment',
          answer: before?.answer ?? false,
          question: '',
          subId: '',
          text: note,
        });
      continue;
    }
    index += 1;
    if (segment !== given)
      warn(
        'obx.delimiter-in-text',
        5,
        `OBX ${index} has field separators in its text that are not escaped; read as text`,
      );
    const status = reader.part(segment, 11).toUpperCase();
    if (status === '') warn('obx.status-missing', 11, `no OBX-11 in OBX ${index}`);
    else if (!RESULT_STATUS.test(status))
      warn(
        'obx.status-unknown',
        11,
        `OBX-11 in OBX ${index} is no result status: a delimiter in the text may not be escaped`,
      );
    if (TAKEN_BACK.has(status)) {
      warn('obx.taken-back', 11, `OBX ${index} was taken back by its sender (${status}) and is not part of the text`);
      continue;
    }
    const entry = entryOf(segment, index, reader, documents, warn);
    if (entry === null) continue;
    const last = entries[entries.length - 1];
    // "Specify" answers: the value that was typed belongs to the answer that was chosen.
    const belongs =
      entry.answer &&
      last?.answer === true &&
      last.question === entry.question &&
      entry.subId !== '' &&
      shortId(last.subId) === shortId(entry.subId);
    if (belongs) last.text += entry.text.slice(entry.title.length);
    else entries.push(entry.answer ? { ...entry, title: 'Synoptic' } : entry);
  }
  return { ...assemble(entries), documents, warnings };
}

/**
 * An OBX of text whose sender did not escape the field separator: the status stands a few fields too far right and everything
 * between is empty, so the fields after OBX-5 are the rest of the text.
 */
function mended(obx: Segment, reader: Reader): Segment {
  const { fields } = obx;
  if (obx.name !== 'OBX' || !/^(TX|FT|ST)?$/.test(fields[2] ?? '') || RESULT_STATUS.test(fields[11] ?? '')) return obx;
  for (let extra = 1; extra <= MOST_SEPARATORS; extra += 1) {
    if (!RESULT_STATUS.test(fields[11 + extra] ?? '')) continue;
    if (fields.slice(6 + extra, 11 + extra).some((field) => field !== '')) return obx;
    const text = fields.slice(5, 6 + extra).join(reader.delimiters.field);
    return { name: obx.name, fields: [...fields.slice(0, 5), text, ...fields.slice(6 + extra)] };
  }
  return obx;
}

/** One observation; `null` when it adds no text. An answer's title is its question until it is joined or closed. */
function entryOf(
  obx: Segment,
  index: number,
  reader: Reader,
  documents: Hl7Document[],
  warn: (code: string, field: number, message: string) => void,
): Entry | null {
  const type = reader.part(obx, 2).toUpperCase();
  const code = reader.part(obx, 3);
  const label = (reader.part(obx, 3, 2) || reader.part(obx, 3, 5)).replace(/^\?+\s*/, '');
  const subId = reader.part(obx, 4);
  const found: Document[] = [];
  const values = reader.repetitions(obx, 5).map((raw) => {
    if (raw === '') return '';
    if (type === 'ED' || type === 'RP') {
      const document = readDocument(type, raw, reader);
      found.push(document);
      return document.text ?? '';
    }
    const value = valueOf(type, raw, reader);
    const rtf = rtfValue(value);
    if (rtf !== null) found.push({ format: 'RTF', text: rtf });
    return rtf ?? value;
  });
  for (const { format, text } of found) {
    documents.push({ observation: index, format, read: text !== null });
    warn(
      text === null ? 'obx.document-unread' : 'obx.document',
      5,
      text === null
        ? `OBX ${index} holds a document (${format}) that is kept in the message and not read: open it`
        : `OBX ${index} holds a document (${format}); its words are in the text`,
    );
  }
  const named = TITLES[code] === undefined ? sectionOfHeading(label) : { code, title: TITLES[code] };
  const system = `${reader.part(obx, 3, 3)} ${reader.part(obx, 3, 6)}`.toUpperCase();
  const discrete = ['CWE', 'CE', 'CNE', 'CF', 'NM', 'SN', 'ST', 'DT', 'TM', 'TS', 'DTM'].includes(type);
  if (label !== '' && found.length === 0 && (system.includes('ECC') || (discrete && named === null))) {
    const answer = values.join('; ').trim();
    const unit = reader.part(obx, 6, 1);
    const spoken = type === 'NM' && unit !== '' && !/^(1|no units)$/i.test(unit) ? `${answer} ${unit}` : answer;
    return answer === ''
      ? null
      : { code: SYNOPTIC, title: label, answer: true, question: code, subId, text: `${label}: ${spoken}` };
  }
  const text = values.join('\n');
  if (text.trim() === '') return null;
  const section = named ?? { code, title: label || 'Report' };
  return { ...section, answer: false, question: code, subId, text };
}

/** Entries as one text with the places of sections and sub-ids. */
function assemble(entries: readonly Entry[]): Pick<ReportText, 'text' | 'sections' | 'parts'> {
  const sections: ReportSection[] = [];
  const parts: SubPart[] = [];
  const pieces: string[] = [];
  let length = 0;
  const push = (piece: string): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (let at = 0; at < entries.length;) {
    const first = entries[at];
    if (first === undefined) break;
    const group: Entry[] = [];
    if (length > 0) push('\n\n');
    const start = length;
    for (let entry = entries[at]; entry !== undefined; entry = entries[at]) {
      if (entry.code !== first.code || entry.title !== first.title) break;
      if (group.length > 0) push('\n');
      const from = length;
      push(entry.text);
      if (entry.subId !== '' && !entry.answer) parts.push({ subId: entry.subId, start: from, end: length });
      group.push(entry);
      at += 1;
    }
    sections.push(...sectionsOfGroup(group, start, length));
  }
  return { text: pieces.join(''), sections, parts };
}

/** A group is one section, or several where its text has headings of its own. */
function sectionsOfGroup(group: readonly Entry[], start: number, end: number): ReportSection[] {
  const [first] = group;
  if (first === undefined) return [];
  const { code, title } = first;
  const whole = [{ code, title, start, end }];
  if (first.answer) return whole;
  const known = TITLES[code] !== undefined;
  const text = group.map((entry) => entry.text).join('\n');
  const inner = sectionsByHeading(text)
    .filter((section, index) => index === 0 || !known || OTHER_PARTS.has(section.code))
    .map((section, index) =>
      index === 0 && known && (section.code === '' || !OTHER_PARTS.has(section.code))
        ? { ...section, code, title, start: 0 }
        : section,
    );
  if (inner.length < (known ? 2 : 1)) return whole;
  return inner.map((section, index) => {
    const next = inner[index + 1]?.start ?? text.length;
    return {
      ...section,
      start: start + section.start,
      end: start + section.start + text.slice(section.start, next).trimEnd().length,
    };
  });
}
