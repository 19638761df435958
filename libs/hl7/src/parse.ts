import { datePart, patientItems, readPatient, reportItems } from './items.js';
import { reportText } from './report-text.js';
import {
  createReader,
  decode,
  type Delimiters,
  readDelimiters,
  type Reader,
  type Segment,
  splitSegments,
  toSegment,
  rawField,
} from './segments.js';
import {
  type Hl7Message,
  type Hl7Problem,
  type Hl7Report,
  type Hl7Result,
  type Organization,
  type ReportStatus,
} from './types.js';

const STATUS = /^[PFCAX]$/;
const VERSION = /^2\.(3\.1|4|5|5\.1|6|7|7\.1|8|8\.1|8\.2)$/;
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

interface Outcome {
  readonly ack: 'AA' | 'AE' | 'AR';
  readonly message: Hl7Message | null;
  readonly errors: readonly Hl7Problem[];
}

/**
 * Read the bytes of one message or of a batch (FHS, BHS), with or without MLLP frames.
 *
 * Never throws; whatever cannot be read is named by segment and field. Work is linear in the size of the input.
 *
 * @source HL7 v2.5.1 chapters 2 and 7; NAACCR Standards for Cancer Registries Volume V.
 */
export function parseHl7(bytes: Uint8Array): Hl7Result {
  const { lines, lineFeeds, continued } = splitSegments(decode(bytes));
  const common: Hl7Problem[] = [];
  if (lineFeeds)
    common.push({ code: 'segment.line-feed', segment: '', field: null, message: 'segments end with LF, not CR' });
  if (continued)
    common.push({
      code: 'segment.continued',
      segment: '',
      field: null,
      message: 'a line that begins no segment was read as the continuation of the field before it',
    });
  const groups: string[][] = [];
  const trailers: string[] = [];
  let headers = 0;
  for (const line of lines) {
    if (/^(FHS|BHS)/.test(line)) headers += 1;
    else if (/^(BTS|FTS)/.test(line)) trailers.push(line);
    else if (line.startsWith('MSH')) groups.push([line]);
    else groups[groups.length - 1]?.push(line);
  }
  if (groups.length === 0)
    return {
      ack: null,
      messages: [],
      errors: [{ code: 'msh.missing', segment: 'MSH', field: null, message: 'no MSH segment' }],
    };
  const outcomes = groups.map((group) => readMessage(group, common));
  const batch = headers > 0 ? countProblems(trailers, groups.length) : [];
  const messages = outcomes.flatMap((outcome) => outcome.message ?? []);
  const worst = outcomes.every((outcome) => outcome.ack === 'AR')
    ? 'AR'
    : outcomes.some((outcome) => outcome.ack !== 'AA')
      ? 'AE'
      : 'AA';
  const [first, ...rest] = messages;
  return {
    ack: worst,
    messages: first === undefined ? [] : [{ ...first, warnings: [...batch, ...first.warnings] }, ...rest],
    errors: outcomes.flatMap((outcome) => outcome.errors),
  };
}

/** A batch says how many messages it holds; a wrong count is told, and what is there is taken. */
function countProblems(trailers: readonly string[], found: number): Hl7Problem[] {
  const batch = trailers.find((line) => line.startsWith('BTS'));
  if (batch === undefined)
    return [{ code: 'batch.no-trailer', segment: 'BTS', field: null, message: 'the batch has no BTS segment' }];
  const said = Number.parseInt(batch.slice(4), 10);
  return Number.isNaN(said) || said === found
    ? []
    : [{ code: 'batch.count', segment: 'BTS', field: 1, message: `BTS-1 says ${said}, found ${found}` }];
}

function readMessage(lines: readonly string[], common: readonly Hl7Problem[]): Outcome {
  const header = readDelimiters(lines[0] ?? '');
  if (!header.ok) return { ack: 'AR', message: null, errors: [header.error] };
  const reader = createReader(header.value);
  const segments = lines.map((line) => toSegment(line, header.value));
  const [msh] = segments;
  const type = [reader.part(msh, 9), reader.part(msh, 9, 2)].join('^');
  if (type !== 'ORU^R01') {
    return {
      ack: 'AR',
      message: null,
      errors: [
        {
          code: 'msh.type',
          segment: 'MSH',
          field: 9,
          message: `message type ${/^[A-Z0-9]{3}\^[A-Z0-9]{0,3}$/.test(type) ? type : 'given'} not supported (only ORU^R01)`,
        },
      ],
    };
  }
  const version = reader.part(msh, 12);
  if (!VERSION.test(version))
    return {
      ack: 'AR',
      message: null,
      errors: [
        { code: 'msh.version', segment: 'MSH', field: 12, message: 'HL7 version is not supported (2.3.1 to 2.8)' },
      ],
    };
  return readReports(segments, header.value, reader, type, version, common);
}

function readReports(
  segments: readonly Segment[],
  delimiters: Delimiters,
  reader: Reader,
  type: string,
  version: string,
  common: readonly Hl7Problem[],
): Outcome {
  const [msh] = segments;
  const errors: Hl7Problem[] = [];
  const warnings: Hl7Problem[] = [...common];
  if (version !== '2.5.1')
    warnings.push({ code: 'msh.old-version', segment: 'MSH', field: 12, message: `HL7 ${version} / Volume V 2.x` });
  const pid = segments.find((segment) => segment.name === 'PID');
  const patient = readPatient(pid, reader);
  if (pid === undefined) errors.push({ code: 'pid.missing', segment: 'PID', field: null, message: 'no PID segment' });
  else if (patient.last === '')
    errors.push({ code: 'pid.name-missing', segment: 'PID', field: 5, message: 'required PID-5 is missing' });
  if (pid !== undefined && patient.birthDate === null)
    warnings.push({ code: 'pid.birth-date', segment: 'PID', field: 7, message: 'PID-7 is no date' });
  const groups = groupReports(segments);
  if (groups.length === 0)
    errors.push({ code: 'obr.missing', segment: 'OBR', field: null, message: 'required OBR is missing' });
  const sendingFacility: Organization = { name: reader.part(msh, 4), id: reader.part(msh, 4, 2) };
  const reports = groups.map((group) => readReport(group, reader, sendingFacility, errors, warnings));
  const message: Hl7Message = {
    controlId: reader.part(msh, 10),
    type,
    version,
    sendingFacility,
    patient,
    patientItems: patientItems(pid, patient, reader),
    reports,
    warnings,
  };
  if (message.controlId === '')
    errors.push({ code: 'msh.control-id', segment: 'MSH', field: 10, message: 'required MSH-10 is missing' });
  return { ack: errors.length > 0 ? 'AE' : 'AA', message, errors };
}

interface ReportGroup {
  readonly orc: Segment | undefined;
  readonly obr: Segment;
  readonly observations: Segment[];
  readonly specimens: Segment[];
}

/** Segments of each report: an OBR with the ORC before it and the OBX and SPM after it. */
function groupReports(segments: readonly Segment[]): ReportGroup[] {
  const groups: ReportGroup[] = [];
  let orc: Segment | undefined;
  for (const segment of segments) {
    if (segment.name === 'ORC') orc = segment;
    else if (segment.name === 'OBR') {
      groups.push({ orc, obr: segment, observations: [], specimens: [] });
      orc = undefined;
    } else if (segment.name === 'OBX') groups[groups.length - 1]?.observations.push(segment);
    else if (segment.name === 'SPM') groups[groups.length - 1]?.specimens.push(segment);
  }
  return groups;
}

function readReport(
  group: ReportGroup,
  reader: Reader,
  sender: Organization,
  errors: Hl7Problem[],
  warnings: Hl7Problem[],
): Hl7Report {
  const { orc, obr } = group;
  const filler = reader.part(obr, 3) || reader.part(orc, 3);
  if (filler === '')
    errors.push({ code: 'obr.filler-missing', segment: 'OBR', field: 3, message: 'required OBR-3 is missing' });
  const given = reader.part(obr, 25).toUpperCase();
  if (given === '')
    warnings.push({ code: 'obr.status-missing', segment: 'OBR', field: 25, message: 'no OBR-25; taken as final' });
  const status = STATUS.test(given) ? (given as ReportStatus) : (KNOWN_STATUS[given] ?? 'F');
  if (given !== '' && !STATUS.test(given))
    warnings.push({ code: 'obr.status-unknown', segment: 'OBR', field: 25, message: `OBR-25 was taken as ${status}` });
  const { text, sections, warnings: ofText } = reportText(group.observations, reader);
  warnings.push(...ofText);
  // A cancelled report may come without its text.
  if (text === '' && status !== 'X')
    errors.push({
      code: 'obx.missing',
      segment: 'OBX',
      field: null,
      message: 'message ends inside a segment / no OBX with text',
    });
  const collected = datePart(reader.part(obr, 7)) ?? datePart(reader.part(group.specimens[0], 17));
  const reportingId = sender.id || sender.name;
  return {
    filler,
    status,
    orderCode: reader.part(obr, 4),
    orderName: reader.part(obr, 4, 2),
    collected,
    orderingFacility: { name: reader.part(orc, 21), id: reader.part(orc, 21, 10) || reader.part(orc, 21, 3) },
    text,
    sections,
    specimens: group.specimens.map((spm) => ({
      id: rawField(spm, 2),
      type: reader.part(spm, 4, 2),
      site: reader.part(spm, 8, 2),
    })),
    items: reportItems(obr, filler, reportingId, collected, reader),
  };
}
