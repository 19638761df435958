import { type Match } from './text/lexicon.js';
import { GAP, MAX_TEXT, type Tokens, tokensOf } from './text/tokens.js';
import { type CodingTables, CUES, LABELS, SECTION_KINDS, type SectionKind } from './tables.js';
import { type CodableText } from './types.js';

/** A part of the report with what it is worth. */
export interface Section {
  readonly name: string;
  readonly kind: SectionKind;
}

/**
 * A report as the coder reads it: words, and for each word its section, specimen, the question it answers and its word of context.
 * Columns run along the words.
 */
export interface Reading {
  readonly text: string;
  readonly tokens: Tokens;
  readonly sections: readonly Section[];
  readonly section: Uint16Array;
  /** Specimen as the report letters or numbers them (0 none); the same key in the list of specimens and in the diagnosis. */
  readonly specimen: Uint8Array;
  /** Index in `LABELS` of the question that the word answers. */
  readonly answers: Uint8Array;
  /** Index in `CUES`. */
  readonly cue: Uint8Array;
  /** First word of the phrase of context that the word belongs to. */
  readonly cueFrom: Int32Array;
  /** First words of the phrases that name a side, in order. */
  readonly sides: readonly number[];
  /** 1 where a line begins that names an organ and what was done with it: `OVARY, LEFT, EXCISION`. */
  readonly head: Uint8Array;
  readonly morphology: readonly Match[];
  readonly anatomy: readonly Match[];
  readonly fragments: readonly Match[];
  /** Section kinds that occur. */
  readonly has: ReadonlySet<SectionKind>;
}

/** What a section's words weigh as statements of the diagnosis; history states nothing. */
export const WEIGHT: Readonly<Record<SectionKind, number>> = {
  addendum: 9,
  synoptic: 8,
  diagnosis: 8,
  free: 8,
  spread: 8,
  other: 6,
  comment: 4,
  microscopic: 4,
  frozen: 2,
  specimen: 1.5,
  gross: 1,
  history: 0.4,
  ancillary: 0.6,
};

const BY_LOINC: Readonly<Record<string, SectionKind>> = {
  '22633-2': 'specimen',
  '22634-0': 'gross',
  '22635-7': 'microscopic',
  '22636-5': 'history',
  '22637-3': 'diagnosis',
  '22638-1': 'comment',
  '22639-9': 'addendum',
  '35265-8': 'addendum',
  '10219-4': 'history',
  '10215-2': 'history',
  '11529-5': 'other',
  '33746-9': 'diagnosis',
  '34574-4': 'other',
  '60573-3': 'other',
  '60572-5': 'synoptic',
  '59847-4': 'synoptic',
  '35266-6': 'synoptic',
  CAPECC: 'synoptic',
};

/** Headings that are words of plain sentences too: they need a colon or a line of their own. */
const PLAIN_HEADING =
  /^(note|notes|history|specimens?|impression|comments?|gross|clinical|procedures?|template|source|microscopic|conclusions?|histology|interpretation|stains|diagnos[ie]s|operations?|symptoms|synoptic|checklist|references|criteria|indications?|discussion|remarks?|addend(um|a)|grossing|biomarkers|frozen sections?|cassettes|microscopy|dissection|specimen type|specimen site|type of specimen|histopathology)$/i;

export function readReport(report: CodableText, tables: CodingTables): Reading {
  const tokens = tokensOf(report.text, tables.vocabulary);
  const found = tables.lexicon.scan(tokens);
  const { sections, section } = sectionsOf(report, tokens, found.heading, found.label);
  const has = new Set<SectionKind>();
  for (const one of sections) has.add(one.kind);
  const specimen = specimensOf(tokens, sections, section);
  const head = headsOf(tokens, found.anatomy);
  const answers = answersOf(tokens, found.label);
  const cue = new Uint8Array(tokens.count);
  const cueFrom = new Int32Array(tokens.count);
  const sides: number[] = [];
  for (const { from, to, entry } of found.cue) {
    if (SIDES.has(entry)) sides.push(from);
    for (let at = from; at <= to; at += 1) {
      cue[at] = entry;
      cueFrom[at] = from;
    }
  }
  return {
    text: tokens.text,
    tokens,
    sections,
    section,
    specimen,
    answers,
    cue,
    cueFrom,
    sides,
    head,
    morphology: found.morphology,
    anatomy: found.anatomy,
    fragments: found.fragment,
    has,
  };
}

/** Index of each cue. */
export const CUE = Object.fromEntries(CUES.map((name, index) => [name, index])) as Readonly<
  Record<(typeof CUES)[number], number>
>;
export const LABEL = Object.fromEntries(LABELS.map((name, index) => [name, index])) as Readonly<
  Record<(typeof LABELS)[number], number>
>;

const SIDES = new Set([CUE.left, CUE.right, CUE.bilateral, CUE.midline]);

function sectionsOf(
  report: CodableText,
  tokens: Tokens,
  headings: readonly Match[],
  labels: readonly Match[],
): { sections: Section[]; section: Uint16Array } {
  const section = new Uint16Array(tokens.count + 1);
  const sections: Section[] = [{ name: '', kind: 'other' }];
  const given = report.sections ?? [];
  // The message's own sections, where it has any.
  const base = new Uint16Array(tokens.count + 1);
  for (const { code, title, start, end } of given) {
    if (start >= MAX_TEXT) continue;
    const kind = BY_LOINC[code] ?? kindOfTitle(title) ?? 'other';
    const index = sections.push({ name: code || title, kind }) - 1;
    for (let at = firstAt(tokens, start); at < tokens.count && (tokens.start[at] ?? 0) < end; at += 1) base[at] = index;
  }
  let current = 0;
  let next = 0;
  let question = 0;
  let began = 0;
  for (let at = 0; at < tokens.count; at += 1) {
    if (at === 0 || base[at] !== base[at - 1]) current = base[at] ?? 0;
    while (next < headings.length && (headings[next]?.from ?? 0) < at) next += 1;
    const heading = headings[next];
    if (heading !== undefined && heading.from === at && isHeading(tokens, heading) && headsList(tokens, heading)) {
      const kind = SECTION_KINDS[heading.entry] ?? 'other';
      const name = tokens.text.slice(tokens.start[heading.from], tokens.end[heading.to]);
      const inside = sections[current]?.kind;
      const own = sections[base[at] ?? 0];
      // "Diagnosis:" of a frozen section stays one; a message's named section is left only for what is told apart inside it.
      const stays =
        (kind === 'specimen' && inside === 'synoptic') ||
        (kind === 'diagnosis' && inside === 'frozen' && at - began < FROZEN_HEAD && /^diagnos[ei]s$/i.test(name)) ||
        (own !== undefined && base[at] !== 0 && own.kind !== 'other' && !splits(own.kind, kind));
      if (!stays && sections.length < 60_000) {
        began = at;
        current = sections.push({ name: base[at] === 0 ? name : (own?.name ?? name), kind }) - 1;
      }
    }
    while (question < labels.length && (labels[question]?.from ?? 0) < at) question += 1;
    const label = labels[question];
    // Questions for type and grade behind "Procedure:" are a synoptic report that has no heading of its own.
    if (label?.from === at && sections[current]?.kind === 'specimen' && base[at] === 0 && asksForTumor(tokens, label)) {
      current = sections.push({ name: sections[current]?.name ?? '', kind: 'synoptic' }) - 1;
    }
    section[at] = current;
  }
  section[tokens.count] = current;
  return { sections, section };
}

const asksForTumor = (tokens: Tokens, { to, entry }: Match): boolean =>
  (entry === LABEL.histology || entry === LABEL.grade) && isQuestion(tokens, to);

/** Words from the heading of a frozen section within which "Diagnosis:" is its own. */
const FROZEN_HEAD = 12;

/** Parts that are told apart inside of a section that the message named. */
const splits = (own: SectionKind, found: SectionKind): boolean =>
  own === 'diagnosis' &&
  ['synoptic', 'comment', 'addendum', 'history', 'frozen', 'gross', 'microscopic', 'free', 'spread'].includes(found);

function kindOfTitle(title: string): SectionKind | undefined {
  const plain = title.toLowerCase();
  if (/synoptic|cap|ecc|checklist/.test(plain)) return 'synoptic';
  if (/addend|amend/.test(plain)) return 'addendum';
  if (/history|clinical|pre.?op|post.?op/.test(plain)) return 'history';
  if (/gross|macroscop/.test(plain)) return 'gross';
  if (/frozen|intraop/.test(plain)) return 'frozen';
  if (/diagnos|impression|interpretation|conclusion/.test(plain)) return 'diagnosis';
  if (/microscop/.test(plain)) return 'microscopic';
  if (/comment|note/.test(plain)) return 'comment';
  return /specimen|source|procedure/.test(plain) ? 'specimen' : undefined;
}

function firstAt(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.start[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isHeading(tokens: Tokens, { from, to }: Match): boolean {
  const before = tokens.gap[from] ?? 0;
  const after = to + 1 < tokens.count ? (tokens.gap[to + 1] ?? 0) : GAP.NEWLINE;
  const starts = from === 0 || (before & (GAP.NEWLINE | GAP.BLANK | GAP.BULLET)) !== 0 || tokens.clause[from] === 1;
  const colon = (after & GAP.COLON) !== 0;
  if (!starts && !(colon && to > from)) return false;
  const text = tokens.text.slice(tokens.start[from], tokens.end[to]);
  const upper = text === text.toUpperCase();
  const alone = (after & (GAP.NEWLINE | GAP.BLANK)) !== 0 && (before & (GAP.NEWLINE | GAP.BLANK)) !== 0;
  const stopped = (after & GAP.PERIOD) !== 0 && (before & (GAP.PERIOD | GAP.NEWLINE | GAP.BULLET)) !== 0;
  if ((before & GAP.OPEN) !== 0) return false;
  if (PLAIN_HEADING.test(text.replace(/\s+/g, ' '))) {
    return colon ? starts : starts && (alone || (upper && (stopped || (after & GAP.DASH) !== 0)));
  }
  if (colon) return starts || (upper && to > from);
  return starts && (alone || stopped || (upper && text.length > 8));
}

const LISTS = new Set(['free', 'spread'].map((kind) => SECTION_KINDS.indexOf(kind as SectionKind)));

/** A heading over a list needs its colon, or speaks of specimens in so many words: "fatty tissue, negative for tumor" heads nothing. */
function headsList({ text, start, end, gap, count }: Tokens, { from, to, entry }: Match): boolean {
  if (!LISTS.has(entry) || (to + 1 < count && ((gap[to + 1] ?? 0) & GAP.COLON) !== 0)) return true;
  return /^(the following|following|specimens|all other specimens)\s[^,;]*$/i.test(text.slice(start[from], end[to]));
}

/**
 * Letters and numbers that mark specimens, as keys 1 to 255 that agree between the list of specimens and the diagnosis. Where a section marks them
 * in one way, the other way marks points of what is said of one: `PART 2: OVARY` over `A. Carcinoma`.
 */
function specimensOf(tokens: Tokens, sections: readonly Section[], section: Uint16Array): Uint8Array {
  const keys = new Uint8Array(tokens.count);
  const { count, start, end, gap, clause, text } = tokens;
  let current = 0;
  let last = 0;
  /** The marks began with the first of their kind or are called parts, not with a stray letter. */
  let ordered = false;
  let kind: SectionKind = 'other';
  let lastSection = -1;
  for (let at = 0; at < count; at += 1) {
    if (section[at] !== lastSection) {
      lastSection = section[at] ?? 0;
      const next = sections[lastSection]?.kind ?? 'other';
      // A comment inside the diagnosis does not end a specimen's part; other headings do.
      if (next !== 'comment' && next !== 'synoptic') {
        current = 0;
        last = 0;
        ordered = false;
      }
      kind = next;
    }
    const length = (end[at] ?? 0) - (start[at] ?? 0);
    if (length <= 2 && kind !== 'gross' && kind !== 'ancillary' && kind !== 'history') {
      const before = gap[at] ?? 0;
      const after = at + 1 < count ? (gap[at + 1] ?? 0) : 0;
      const word = text.slice(start[at], end[at]);
      const named = at > 0 && /^(parts?|specimens?|#)$/i.test(text.slice(start[at - 1], end[at - 1]));
      const opens = clause[at] === 1 || (before & GAP.NEWLINE) !== 0 || named;
      const closes =
        (after & (GAP.CLOSE | GAP.COLON)) !== 0 ||
        ((after & (GAP.PERIOD | GAP.DASH)) !== 0 && (after & (GAP.SPACE | GAP.NEWLINE)) !== 0) ||
        (named && /^(\d{1,2}|[A-Z])$/.test(word));
      if (opens && closes) {
        const key = keyOfMark(word);
        if (key > 0 && (named || !ordered || key > 100 === last > 100) && follows(key, last)) {
          if (last === 0 || key > 100 !== last > 100) ordered = named || key === 1 || key === 101;
          current = key;
          last = key;
        }
      }
    }
    keys[at] = current;
  }
  return keys;
}

function keyOfMark(word: string): number {
  if (/^\d{1,2}$/.test(word)) return Number(word) <= 60 ? Number(word) + 100 : 0;
  return /^[A-Z]$/.test(word) ? word.charCodeAt(0) - 64 : 0;
}

/** A mark follows the one before it in order, or begins the order. */
const follows = (key: number, last: number): boolean =>
  last === 0 || key > 100 !== last > 100 ? key === 1 || key === 101 || last === 0 : key > last && key <= last + 4;

/** Words after which a line goes on. */
const GOES_ON = /^(of|the|and|or|in|with|to|from|by|involving|involves|into|at|a|for|on|both|left|right)$/i;

/** Lines that begin with an organ and a comma, colon or dash head a statement of their own. Marks them as beginnings of clauses too. */
function headsOf(tokens: Tokens, anatomy: readonly Match[]): Uint8Array {
  const head = new Uint8Array(tokens.count + 1);
  for (const { from, to } of anatomy) {
    const first = lineStartBefore(tokens, from);
    if (first < 0) continue;
    const after = tokens.gap[to + 1] ?? 0;
    if (to + 1 >= tokens.count || (after & (GAP.COMMA | GAP.COLON | GAP.SEMI | GAP.DASH | GAP.OPEN)) === 0) continue;
    if (first > 0 && tokens.clause[first] !== 1) {
      if (((tokens.gap[first] ?? 0) & GAP.COMMA) !== 0) continue;
      if (GOES_ON.test(tokens.text.slice(tokens.start[first - 1], tokens.end[first - 1]))) continue;
      tokens.clause[first] = 1;
    }
    head[first] = 1;
  }
  return head;
}

/** The word that begins the line of a word that stands first on it, but for a side, a letter or a word or two. */
function lineStartBefore({ gap, clause }: Tokens, from: number): number {
  for (let at = from; at >= Math.max(0, from - 2); at -= 1) {
    if (at === 0 || ((gap[at] ?? 0) & GAP.NEWLINE) !== 0 || clause[at] === 1) return at;
    if (((gap[at] ?? 0) & (GAP.COMMA | GAP.COLON | GAP.DASH)) !== 0) return -1;
  }
  return -1;
}

/** Words that answer a question of a synoptic report: `Histologic type: ...` up to the end of its statement. */
function answersOf(tokens: Tokens, labels: readonly Match[]): Uint8Array {
  const answers = new Uint8Array(tokens.count);
  const { count, gap, clause } = tokens;
  for (const { to, entry } of labels) {
    const first = to + 1;
    if (first >= count || !isQuestion(tokens, to)) continue;
    for (let at = first; at < Math.min(count, first + 24); at += 1) {
      const bits = gap[at] ?? 0;
      if (at > first && (clause[at] === 1 || (bits & GAP.COLON) !== 0)) break;
      answers[at] = entry;
    }
  }
  return answers;
}

/** A colon or dots after the words; `Site (specify):` too. */
function isQuestion({ gap, count, clause }: Tokens, to: number): boolean {
  for (let at = to + 1; at <= Math.min(count - 1, to + 3); at += 1) {
    const bits = gap[at] ?? 0;
    if ((bits & GAP.COLON) !== 0) return at === to + 1;
    if ((bits & GAP.OPEN) === 0 && (bits & GAP.CLOSE) === 0) return false;
    if (clause[at] === 1) return false;
  }
  return false;
}
