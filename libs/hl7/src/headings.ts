import { type ReportSection } from './types.js';

/** Sections of a pathology report by LOINC, with the titles they are shown under. @source LOINC; NAACCR Volume V, OBX-3. */
export const TITLES: Readonly<Record<string, string>> = {
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

/** Question and answer pairs. */
export const SYNOPTIC = 'CAPECC';

/** Headings as they are printed, the most telling first; an empty code is a section that LOINC has none of these for. */
const HEADINGS: readonly (readonly [pattern: RegExp, code: string, title: string])[] = [
  [/^(addend(um|a)|amend(ed|ment)|revised|corrected|supplement(al|ary)?)\b/, '22639-9', 'Supplemental'],
  [
    /^(synoptic|cancer case summary|cap (summary|protocol|cancer)|tumou?r (summary|synopsis)|summary of findings)\b/,
    SYNOPTIC,
    'Synoptic',
  ],
  [/^(intra-?operative|frozen section|operative consultation)/, '', 'Intraoperative consultation'],
  [/^pre-?op(erative)?\b/, '10219-4', 'Preoperative diagnosis'],
  [/^post-?op(erative)?\b/, '10218-6', 'Postoperative diagnosis'],
  [
    /^((relevant |pertinent |patient )?(clinical|history|hx\b|indication|reason for)|(patient|past|prior|previous) history)/,
    '22636-5',
    'Clinical history',
  ],
  [/^(gross|macroscopic)\b/, '22634-0', 'Gross pathology'],
  [/^(microscopic|histologic) (description|exam|findings|observation)|^microscopic$/, '22635-7', 'Microscopic'],
  [
    /^(final |pathologic(al)? |surgical |anatomic(al)? |histologic(al)? |cytologic(al)? |microscopic |path )*(diagnos[ie]s|interpretation|impression)\b/,
    '22637-3',
    'Final diagnosis',
  ],
  [/^(comment|note|remark)s?\b/, '22638-1', 'Comment'],
  // "Specimen A:" begins a line of a diagnosis and no section.
  [
    /^(nature of (the )?specimen|specimens?(\(s\))?( (submitted|received|sources?|types?|sites?|information|description))*$|source of specimen|tissues? submitted|materials? (received|submitted)|site of origin)/,
    '22633-2',
    'Nature of specimen',
  ],
];

/** The section that a heading begins; `null` when the words are no heading of a report. */
export function sectionOfHeading(heading: string): { readonly code: string; readonly title: string } | null {
  const plain = heading
    .toLowerCase()
    .replace(/^path(ology)? report[ .:]*/, '')
    .replace(/[\s_]+/g, ' ')
    .trim();
  const row = HEADINGS.find(([pattern]) => pattern.test(plain));
  return row === undefined ? null : { code: row[1], title: row[2] };
}

/** A line that could be a heading: a few words that end in a colon, or that are all of the line. */
const LINE = /^[ \t*#>=-]{0,8}(?:[A-Z0-9]{1,2}[.)] )?([A-Za-z][A-Za-z /&()'-]{2,48}?)[ \t*#=-]{0,8}(:|$)/;

/** Words that also begin sentences: they are headings only with a colon. */
const NEEDS_COLON = /^(note|comment|remark|specimen|source|history|impression|clinical|prior|previous)/i;

/**
 * Sections that headings in a text show, each reaching to the next one; text before the first heading is a part of its own.
 *
 * @returns nothing when the text has no heading that says more than one part.
 */
export function sectionsByHeading(text: string): ReportSection[] {
  const found: { code: string; title: string; start: number }[] = [];
  let start = 0;
  while (start <= text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, Math.min(end < 0 ? text.length : end, start + 80));
    const match = LINE.exec(line);
    const words = match?.[1] ?? '';
    const section =
      match === null || (match[2] !== ':' && (NEEDS_COLON.test(words) || words.split(' ').length > 4))
        ? null
        : sectionOfHeading(words);
    if (section !== null) found.push({ ...section, start });
    if (end < 0) break;
    start = end + 1;
  }
  if (found.length === 0) return [];
  const starts =
    text.slice(0, found[0]?.start).trim() === '' ? found : [{ code: '', title: 'Report', start: 0 }, ...found];
  return starts.map(({ code, title, start: from }, index) => ({
    code,
    title,
    start: from,
    end: from + text.slice(from, starts[index + 1]?.start ?? text.length).trimEnd().length,
  }));
}
