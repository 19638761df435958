import { type Reader, rawField, type Segment } from './segments.js';
import { type Hl7Problem, type ReportSection } from './types.js';

/** Sections of a pathology report by LOINC. */
const TITLES: Readonly<Record<string, string>> = {
  '22633-2': 'Nature of specimen',
  '22634-0': 'Gross pathology',
  '22635-7': 'Microscopic',
  '22636-5': 'Clinical history',
  '22637-3': 'Final diagnosis',
  '22638-1': 'Comment',
  '22639-9': 'Supplemental',
  '10219-4': 'Preoperative diagnosis',
  '10218-6': 'Postoperative diagnosis',
  '33746-9': 'Pathologic findings',
  '35265-8': 'Addendum',
};

/** Types whose value is not text: they are kept in the stored message and flagged. */
const BINARY = new Set(['ED', 'RP']);

export interface ReportText {
  readonly text: string;
  readonly sections: readonly ReportSection[];
  readonly warnings: readonly Hl7Problem[];
}

/** A value of OBX-5 as a person would read it. */
function valueOf(type: string, raw: string, reader: Reader): string {
  if (type === 'CWE' || type === 'CE' || type === 'CNE' || type === 'CF')
    return reader.component(raw, 2) || reader.component(raw, 9) || reader.component(raw, 1);
  if (type === 'SN') return [1, 2, 3, 4].map((part) => reader.component(raw, part)).join('');
  return reader.text(raw);
}

/**
 * Text and sections of a report from its observations, in their order: each value on its own lines, consecutive ones of a section
 * together, discrete answers as `Question: answer unit`.
 */
export function reportText(observations: readonly Segment[], reader: Reader): ReportText {
  const sections: ReportSection[] = [];
  const warnings: Hl7Problem[] = [];
  const pieces: string[] = [];
  let length = 0;
  let open: { code: string; title: string; start: number } | null = null;
  observations.forEach((obx, index) => {
    const type = reader.part(obx, 2).toUpperCase();
    const code = reader.part(obx, 3);
    const label = reader.part(obx, 3, 2);
    if (rawField(obx, 11) === '')
      warnings.push({
        code: 'obx.status-missing',
        segment: 'OBX',
        field: 11,
        message: `no OBX-11 in OBX ${index + 1}`,
      });
    if (BINARY.has(type)) {
      warnings.push({
        code: 'obx.not-text',
        segment: 'OBX',
        field: 5,
        message: `OBX ${index + 1} holds a document (${type}); it is kept in the message but not read`,
      });
      return;
    }
    const values = reader.repetitions(obx, 5).map((raw) => valueOf(type, raw, reader).replace(/\r\n?/g, '\n'));
    const unit = reader.part(obx, 6);
    const system = reader.part(obx, 3, 3);
    const title = TITLES[code];
    const isAnswer =
      title === undefined &&
      label !== '' &&
      (system.toUpperCase().includes('ECC') || ['CWE', 'CE', 'NM', 'SN', 'ST'].includes(type));
    const answer = values.join('; ');
    const value = isAnswer
      ? answer === ''
        ? ''
        : `${label}: ${answer}${type === 'NM' && unit !== '' && !/^(1|no units)$/i.test(unit) ? ` ${unit}` : ''}`
      : values.join('\n');
    if (value.trim() === '') return;
    const sectionCode = isAnswer ? 'CAPECC' : code;
    if (open !== null && open.code !== sectionCode) {
      sections.push({ ...open, end: length });
      open = null;
    }
    if (length > 0) {
      const gap = open === null ? '\n\n' : '\n';
      pieces.push(gap);
      length += gap.length;
    }
    open ??= { code: sectionCode, title: isAnswer ? 'Synoptic' : (title ?? (label || 'Report')), start: length };
    pieces.push(value);
    length += value.length;
  });
  if (open !== null) sections.push({ ...(open as { code: string; title: string; start: number }), end: length });
  return { text: pieces.join(''), sections, warnings };
}
