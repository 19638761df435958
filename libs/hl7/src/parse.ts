import { decode } from './charset.js';
import { readDelimiters } from './delimiters.js';
import { documentBytes, readDocument } from './documents.js';
import { openEnvelope } from './envelope.js';
import { datePart, patientItems, readPatient, reportItems } from './items.js';
import { reportText, type SubPart } from './report-text.js';
import { createReader, type Lines, rawField, type Reader, type Segment, splitSegments, toSegment } from './segments.js';
import {
  type AckCode,
  type Hl7Message,
  type Hl7Outcome,
  type Hl7Problem,
  type Hl7Report,
  type Hl7Result,
  type Hl7Specimen,
  type Organization,
  type ReportStatus,
} from './types.js';

const STATUS = /^[PFCAX]$/;
const VERSION = /^2\.(3\.1|4|5|5\.1|6|7|7\.1|8|8\.1|8\.2)$/;
/** Other values of table 0123 (and of OBR-25 in old systems) and what they come to. */
const KNOWN_STATUS: Readonly<Record<string, ReportStatus>> = {
  I: 'P',
  R: 'P',
  S: 'P',
  O: 'P',
  M: 'C',
  K: 'C',
  W: 'X',
  D: 'X',
  Z: 'F',
};

/**
 * Read the bytes of one message or of a batch (FHS, BHS), with or without MLLP frames.
 *
 * Never throws; whatever cannot be read is named by segment and field. Work is linear in the size of the input.
 *
 * @source HL7 v2.5.1 chapters 2 and 7; NAACCR Standards for Cancer Registries Volume V.
 */
export function parseHl7(bytes: Uint8Array): Hl7Result {
  const envelope = openEnvelope(bytes);
  if (envelope.messages.length === 0) {
    const empty = envelope.batch && envelope.warnings.every(({ code }) => !code.endsWith('.count'));
    return {
      // A nightly batch of a quiet day is no error.
      ack: empty ? 'AA' : null,
      messages: [],
      errors: empty
        ? []
        : [{ code: 'msh.missing', segment: 'MSH', field: null, message: 'no MSH segment' }, ...envelope.warnings],
      outcomes: [],
      batch: envelope.batch,
    };
  }
  const outcomes = envelope.messages.map(readMessage);
  const messages = outcomes.flatMap((outcome) => outcome.message ?? []);
  const [first, ...rest] = messages;
  return {
    ack: worst(outcomes.map((outcome) => outcome.ack)),
    messages: first === undefined ? [] : [{ ...first, warnings: [...envelope.warnings, ...first.warnings] }, ...rest],
    errors: [...outcomes.flatMap((outcome) => outcome.errors), ...(first === undefined ? envelope.warnings : [])],
    outcomes,
    batch: envelope.batch,
  };
}

function worst(codes: readonly AckCode[]): AckCode {
  if (codes.every((code) => code === 'AR')) return 'AR';
  return codes.every((code) => code === 'AA') ? 'AA' : 'AE';
}

/** Read the bytes of exactly one message, as `openEnvelope` gives them. */
export function readMessage(bytes: Uint8Array): Hl7Outcome {
  const decoded = decode(bytes);
  const split = splitSegments(decoded.text, decoded.text[3] ?? '|');
  const header = readDelimiters(split.lines[0] ?? '');
  if (!header.ok) return { ...refused(header.error), controlId: '', version: '' };
  const reader = createReader(header.value);
  const segments = split.lines.map((line) => toSegment(line, header.value));
  const [msh] = segments;
  const about = { controlId: reader.part(msh, 10), version: reader.part(msh, 12) };
  const type = [reader.part(msh, 9), reader.part(msh, 9, 2)].join('^');
  if (type !== 'ORU^R01') {
    const shown = /^[A-Z0-9]{3}\^[A-Z0-9]{0,3}$/.test(type) ? type : type === '^' ? 'is missing,' : 'given';
    const message = `message type ${shown} not supported (only ORU^R01)`;
    return { ...refused({ code: 'msh.type', segment: 'MSH', field: 9, message }), ...about };
  }
  if (about.version !== '' && !VERSION.test(about.version)) {
    const message = 'HL7 version is not supported (2.3.1 to 2.8)';
    return { ...refused({ code: 'msh.version', segment: 'MSH', field: 12, message }), ...about };
  }
  return readReports(segments, reader, about, [...textWarnings(decoded), ...lineWarnings(split)], split);
}

const refused = (error: Hl7Problem): Pick<Hl7Outcome, 'ack' | 'message' | 'errors'> => ({
  ack: 'AR',
  message: null,
  errors: [error],
});

const plainProblem = (code: string, message: string): Hl7Problem => ({ code, segment: '', field: null, message });

function textWarnings(decoded: { readonly controls: boolean; readonly mismatch: boolean }): Hl7Problem[] {
  return [
    ...(decoded.controls ? [plainProblem('text.controls', 'control characters were read as spaces')] : []),
    ...(decoded.mismatch
      ? [plainProblem('text.charset', 'the bytes are not in the character set of MSH-18; read as Western European')]
      : []),
  ];
}

function lineWarnings(split: Lines): Hl7Problem[] {
  return [
    ...(split.lineFeeds ? [plainProblem('segment.line-feed', 'segments end with LF, not CR')] : []),
    ...(split.continued
      ? [
          plainProblem(
            'segment.continued',
            'a line that begins no segment was read as the continuation of the field before it',
          ),
        ]
      : []),
    ...(split.unterminated ? [plainProblem('segment.unterminated', 'the last segment has no end')] : []),
  ];
}

function readReports(
  segments: readonly Segment[],
  reader: Reader,
  about: { readonly controlId: string; readonly version: string },
  common: readonly Hl7Problem[],
  split: Lines,
): Hl7Outcome {
  const [msh] = segments;
  const errors: Hl7Problem[] = [];
  const warnings: Hl7Problem[] = [...common];
  const error = (code: string, segment: string, field: number | null, message: string): void => {
    errors.push({ code, segment, field, message });
  };
  const warn = (code: string, segment: string, field: number | null, message: string): void => {
    warnings.push({ code, segment, field, message });
  };
  if (about.version === '') warn('msh.version-missing', 'MSH', 12, 'no MSH-12; read as HL7 2.5.1');
  else if (about.version !== '2.5.1') warn('msh.old-version', 'MSH', 12, versionMessage(about.version));
  const processing = reader.part(msh, 11).toUpperCase();
  if (processing !== '' && processing !== 'P')
    warn(
      'msh.processing',
      'MSH',
      11,
      `MSH-11 is ${/^[A-Z]$/.test(processing) ? processing : 'not P'}: not a production message`,
    );
  const pids = segments.filter((segment) => segment.name === 'PID');
  const [pid] = pids;
  const patient = readPatient(pid, reader);
  if (pid === undefined) error('pid.missing', 'PID', null, 'no PID segment');
  else if (patient.last === '') error('pid.name-missing', 'PID', 5, 'required PID-5 is missing');
  if (pids.length > 1)
    error('pid.several', 'PID', null, 'one message speaks of several patients; send one message for each');
  if (pid !== undefined && patient.birthDate === null)
    warn('pid.birth-date', 'PID', 7, rawField(pid, 7) === '' ? 'no PID-7' : 'PID-7 is no date');
  if (pid !== undefined && patient.mrn === null)
    warn('pid.number-missing', 'PID', 3, 'PID-3 gives no medical record number');
  const groups = groupReports(segments, reader);
  if (groups.length === 0) error('obr.missing', 'OBR', null, 'required OBR is missing');
  const sendingFacility: Organization = { name: reader.part(msh, 4), id: reader.part(msh, 4, 2) };
  const context = { reader, sender: sendingFacility, sent: reader.part(msh, 7), errors, warnings };
  const reports = groups.map((group) => readReport(group, context));
  if (about.controlId === '') error('msh.control-id', 'MSH', 10, 'required MSH-10 is missing');
  const torn = split.unterminated ? tornSegment(segments, reader) : null;
  if (torn !== null) error('message.truncated', torn, null, `the message ends inside ${torn}`);
  const message: Hl7Message = {
    controlId: about.controlId,
    type: 'ORU^R01',
    version: about.version,
    processing,
    sendingApplication: reader.part(msh, 3),
    sendingFacility,
    patient,
    patientItems: patientItems(
      { pid, nk1: segments.find(({ name }) => name === 'NK1'), pv1: segments.find(({ name }) => name === 'PV1') },
      patient,
      reader,
    ),
    reports,
    warnings,
  };
  return { ack: errors.length > 0 ? 'AE' : 'AA', ...about, message, errors };
}

const versionMessage = (version: string): string =>
  `HL7 ${version} / Volume V ${version === '2.3.1' ? '2.x' : 'other than 2.5.1'}`;

/**
 * The segment inside which a message was cut off; `null` when its last segment is whole but for its end.
 *
 * A last line without its CR is common and harmless; one that also lacks what its kind must have was cut.
 */
function tornSegment(segments: readonly Segment[], reader: Reader): string | null {
  const last = segments[segments.length - 1];
  if (last === undefined) return null;
  const { escape } = reader.delimiters;
  const tail = last.fields[last.fields.length - 1] ?? '';
  const openEscape =
    tail.split(escape).length % 2 === 0 && /^[A-Z.][^\s]{0,12}$/.test(tail.slice(tail.lastIndexOf(escape) + 1));
  if (last.name === 'OBX') {
    const others = segments.filter((segment) => segment.name === 'OBX' && segment !== last);
    const shorter = others.length > 0 && others.every((segment) => rawField(segment, 11) !== '');
    const nothing = rawField(last, 5) === '';
    return (rawField(last, 11) === '' && (shorter || nothing || openEscape)) || openEscape ? 'OBX' : null;
  }
  // Reports end with OBX, NTE, SPM or what follows them; a message that ends earlier has no result in its last report.
  const before = ['MSH', 'SFT', 'PID', 'PD1', 'NK1', 'PV1', 'PV2', 'ORC', 'OBR'];
  return before.includes(last.name) ? last.name : null;
}

/**
 * The bytes of a document inside a message, as `Hl7Document` names it.
 *
 * @param bytes one message. @param report filler number and study of the report. @param observation which OBX of it, from 1.
 * @returns `null` when there is none, or it is only pointed at.
 */
export function openDocument(
  bytes: Uint8Array,
  report: { readonly filler: string; readonly orderCode: string },
  observation: number,
): { readonly format: string; readonly bytes: Uint8Array } | null {
  const split = splitSegments(decode(bytes).text, '|');
  const header = readDelimiters(split.lines[0] ?? '');
  if (!header.ok) return null;
  const reader = createReader(header.value);
  const segments = split.lines.map((line) => toSegment(line, header.value));
  const group = groupReports(segments, reader).find(
    ({ orc, obr }) =>
      (reader.part(obr, 3) || reader.part(orc, 3)) === report.filler && reader.part(obr, 4) === report.orderCode,
  );
  const obx = group?.observations.filter(({ name }) => name === 'OBX')[observation - 1];
  const type = reader.part(obx, 2).toUpperCase();
  for (const raw of reader.repetitions(obx, 5)) {
    const content = documentBytes(type, raw, reader);
    if (content !== null) return { format: readDocument(type, raw, reader).format, bytes: content };
  }
  return null;
}

interface ReportGroup {
  readonly orc: Segment | undefined;
  readonly obr: Segment;
  /** OBX and the NTE among them, in order. */
  readonly observations: Segment[];
  readonly specimens: Segment[];
}

/**
 * Segments of each report: an OBR with the ORC before it and the OBX, NTE and SPM after it. Orders of one message with the same
 * filler number and study are one report in several parts; an order without a number of its own belongs to the one before it.
 */
function groupReports(segments: readonly Segment[], reader: Reader): ReportGroup[] {
  const groups: ReportGroup[] = [];
  const known = new Map<string, ReportGroup>();
  let orc: Segment | undefined;
  let current: ReportGroup | undefined;
  for (const segment of segments) {
    if (segment.name === 'ORC') orc = segment;
    else if (segment.name === 'OBR') {
      const key = `${reader.part(segment, 3) || reader.part(orc, 3)}|${reader.part(segment, 4)}`;
      const same = known.get(key);
      const nameless = key.startsWith('|') && current !== undefined;
      if (same === undefined && !nameless) {
        current = { orc, obr: segment, observations: [], specimens: [] };
        groups.push(current);
        known.set(key, current);
      } else current = same ?? current;
      orc = undefined;
    } else if (segment.name === 'OBX' || (segment.name === 'NTE' && current !== undefined))
      current?.observations.push(segment);
    else if (segment.name === 'SPM') current?.specimens.push(segment);
  }
  return groups;
}

interface Context {
  readonly reader: Reader;
  readonly sender: Organization;
  /** MSH-7 */
  readonly sent: string;
  readonly errors: Hl7Problem[];
  readonly warnings: Hl7Problem[];
}

function readReport(group: ReportGroup, { reader, sender, sent, errors, warnings }: Context): Hl7Report {
  const { orc, obr } = group;
  const filler = reader.part(obr, 3) || reader.part(orc, 3);
  if (filler === '')
    errors.push({ code: 'obr.filler-missing', segment: 'OBR', field: 3, message: 'required OBR-3 is missing' });
  const status = statusOf(reader.part(obr, 25).toUpperCase(), warnings);
  const { text, sections, documents, parts, warnings: ofText } = reportText(group.observations, reader);
  warnings.push(...ofText);
  // A cancelled report may come without its text, and a document may be all there is.
  if (text.trim() === '' && status !== 'X' && documents.length === 0)
    errors.push({
      code: 'obx.missing',
      segment: 'OBX',
      field: null,
      message: 'message ends inside a segment / no OBX with text',
    });
  const stamp = [reader.part(obr, 7), reader.part(group.specimens[0], 17), reader.part(obr, 14)].find(
    (one) => datePart(one) !== null,
  );
  if (stamp === undefined)
    warnings.push({
      code: 'obr.collected-missing',
      segment: 'OBR',
      field: 7,
      message: 'no date of specimen collection',
    });
  const [obx] = group.observations;
  const reportingId = sender.id || reader.part(obx, 23, 10) || reader.part(obx, 15) || sender.name;
  const orderingFacility = {
    name: reader.part(orc, 21),
    id: reader.part(orc, 21, 10) || reader.part(orc, 21, 3),
  };
  return {
    filler,
    status,
    orderCode: reader.part(obr, 4),
    orderName: reader.part(obr, 4, 2),
    collected: stamp === undefined ? null : datePart(stamp),
    reported: timeStamp(reader.part(obr, 22)) ?? timeStamp(sent),
    orderingFacility,
    text,
    sections,
    specimens: specimensOf(group, parts, reader),
    documents,
    items: reportItems(
      { orc, obr },
      {
        filler,
        facilityId: reportingId,
        orderingId: orderingFacility.id || orderingFacility.name,
        collected: stamp ?? '',
      },
      reader,
    ),
  };
}

/** Digits of a time stamp to the second, or `null`. */
const timeStamp = (text: string): string | null => /^\d{8}(\d{2}(\d{2}(\d{2})?)?)?/.exec(text)?.[0] ?? null;

function statusOf(given: string, warnings: Hl7Problem[]): ReportStatus {
  if (STATUS.test(given)) return given as ReportStatus;
  const status = KNOWN_STATUS[given] ?? 'F';
  warnings.push(
    given === ''
      ? { code: 'obr.status-missing', segment: 'OBR', field: 25, message: 'no OBR-25; taken as final' }
      : { code: 'obr.status-unknown', segment: 'OBR', field: 25, message: `OBR-25 was taken as ${status}` },
  );
  return status;
}

/** Specimens (SPM, or OBR-15 of old versions) with the parts of the text that their sub-ids name: a number, or a letter. */
function specimensOf(group: ReportGroup, parts: readonly SubPart[], reader: Reader): Hl7Specimen[] {
  const bySubId = new Map<string, { start: number; end: number }[]>();
  for (const { subId, start, end } of parts) {
    const spans = bySubId.get(subId.toUpperCase()) ?? [];
    spans.push({ start, end });
    bySubId.set(subId.toUpperCase(), spans);
  }
  if (group.specimens.length === 0) {
    const source = reader.part(group.obr, 15, 1, 0, 2) || reader.part(group.obr, 15, 1);
    const named = [...bySubId].filter(([subId]) => /^(\d{1,2}|[A-Z])$/.test(subId));
    if (named.length > 0)
      return named.map(([id, spans], index) => ({ id, type: index === 0 ? source : '', site: '', parts: spans }));
    return source === '' ? [] : [{ id: '', type: source, site: reader.part(group.obr, 15, 4, 0, 2), parts: [] }];
  }
  return group.specimens.map((spm, index) => {
    const letter = String.fromCharCode(65 + index);
    const number = reader.part(spm, 2, 2, 0, 1) || reader.part(spm, 2, 1, 0, 1) || reader.part(spm, 2);
    return {
      id: number,
      type: reader.part(spm, 4, 2) || reader.part(spm, 4),
      site: reader.part(spm, 8, 2) || reader.part(spm, 8),
      parts:
        bySubId.get(reader.part(spm, 1)) ??
        bySubId.get(String(index + 1)) ??
        (index < 26 ? bySubId.get(letter) : undefined) ??
        [],
    };
  });
}
