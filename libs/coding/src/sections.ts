import { type CodableText, type SectionOfReport } from './types.js';

/** What a part of a report is worth as a source of codes. */
export type SectionKind =
  | 'synoptic'
  | 'diagnosis'
  | 'addendum'
  | 'microscopic'
  | 'comment'
  | 'gross'
  | 'history'
  | 'specimen'
  | 'frozen'
  | 'other';

/** Higher counts more. History never states a diagnosis of this report. */
export const WEIGHT: Readonly<Record<SectionKind, number>> = {
  synoptic: 6,
  addendum: 6,
  diagnosis: 5,
  other: 4,
  microscopic: 3,
  comment: 3,
  frozen: 2,
  gross: 1,
  specimen: 1,
  history: 0,
};

export interface TypedSection extends SectionOfReport {
  readonly kind: SectionKind;
}

const BY_LOINC: Readonly<Record<string, SectionKind>> = {
  '22633-2': 'specimen',
  '22634-0': 'gross',
  '22635-7': 'microscopic',
  '22636-5': 'history',
  '22637-3': 'diagnosis',
  '22638-1': 'comment',
  '22639-9': 'addendum',
  '35265-8': 'addendum',
  CAPECC: 'synoptic',
};

/** Headings as they are printed, the most telling first. */
const HEADINGS: readonly (readonly [RegExp, SectionKind])[] = [
  [/^(addendum|amended|revised|corrected)/, 'addendum'],
  [/^(synoptic|cancer case summary|cap (summary|protocol)|tumou?r summary|summary of findings)/, 'synoptic'],
  [/^(intraoperative|frozen section|operative consultation)/, 'frozen'],
  [
    /^(clinical|history|pre-?operative|post-?operative|indication|reason for|patient history|previous|prior)/,
    'history',
  ],
  [/^(gross|macroscopic)/, 'gross'],
  [/^(microscopic|histologic description)/, 'microscopic'],
  [
    /^(final |pathologic(al)? |surgical |anatomic |histologic(al)? |cytologic(al)? |microscopic )*(diagnos[ie]s|di?agnoses|interpretation|impression)/,
    'diagnosis',
  ],
  [/^(comment|note|remark)/, 'comment'],
  [/^(specimen|source|nature of specimen|tissue submitted|materials? (received|submitted)|site of origin)/, 'specimen'],
];

/** Parts of a report: those the message named, else those its headings show; a report without headings is one part. */
export function sectionsOf(report: CodableText): TypedSection[] {
  if (report.sections !== undefined && report.sections.length > 0) {
    return report.sections.map((section) => ({
      ...section,
      kind: BY_LOINC[section.code] ?? kindOfTitle(section.title) ?? 'other',
    }));
  }
  const found: { start: number; title: string; kind: SectionKind }[] = [];
  // A heading begins a line or a sentence and ends in a colon, or is a line of its own in capitals.
  const pattern = /(^|\n|[.?] )[ \t*#>-]{0,6}([A-Za-z][A-Za-z /&()#0-9-]{2,48}?)[ \t]*(:|\n|$)/g;
  for (let match = pattern.exec(report.text); match !== null; match = pattern.exec(report.text)) {
    const title = match[2] ?? '';
    const kind = match[1]?.endsWith(' ') && match[3] !== ':' ? null : kindOfTitle(title);
    const start = match.index + (match[1]?.length ?? 0);
    if (kind !== null && (match[3] === ':' || title === title.toUpperCase() || title.split(' ').length <= 3))
      found.push({ start, title, kind });
    if (match[3] === '\n') pattern.lastIndex -= 1;
  }
  const starts = found[0]?.start === 0 ? found : [{ start: 0, title: '', kind: 'other' as const }, ...found];
  return starts.map(({ start, title, kind }, index) => ({
    code: '',
    title,
    kind,
    start,
    end: starts[index + 1]?.start ?? report.text.length,
  }));
}

function kindOfTitle(title: string): SectionKind | null {
  const plain = title
    .toLowerCase()
    .replace(/0/g, 'o')
    .replace(/1/g, 'l')
    .replace(/\bflnal/, 'final')
    .replace(/dlagnosls|dlagnosis|diagnosls/, 'diagnosis')
    .trim();
  return HEADINGS.find(([heading]) => heading.test(plain))?.[1] ?? null;
}
