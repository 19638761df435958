import { CUE, LABEL, type Reading, WEIGHT } from './reading.js';
import { GAP } from './text/tokens.js';
import { type CodingTables, type MorphologyEntry, type SectionKind, type SiteEntry } from './tables.js';

/** How a statement is meant. */
export interface Context {
  readonly negated: boolean;
  /** Of the past, of the family, or only asked for. */
  readonly history: boolean;
  readonly metastatic: boolean;
  readonly uncertainty: 'none' | 'accepted' | 'refused';
}

interface Place {
  /** First and last word. */
  readonly from: number;
  readonly to: number;
  readonly kind: SectionKind;
  readonly specimen: number;
  /** Index in `LABELS` of the question answered. */
  readonly answer: number;
}

/** A morphology term in the text with its meaning there. */
export interface MorphologyMention extends Context, Place {
  readonly entry: MorphologyEntry;
  /** Code with the behavior that the words around it give; histology and behavior. */
  readonly code: string;
  /** A component, a focus or a background of something else. */
  readonly partial: boolean;
  readonly weight: number;
}

/** What a word of anatomy is said to be. */
export type SiteRole = 'primary' | 'plain' | 'involved' | 'elsewhere' | 'negative';

export interface SiteMention extends Place {
  readonly entry: SiteEntry;
  readonly role: SiteRole;
  readonly weight: number;
}

/** Furthest that a word of context reaches, in words. */
const REACH = 14;

/** Judge the words around a term: back to where the statement began, and a little beyond the term. */
function contextOf(reading: Reading, from: number, to: number): Context {
  const { tokens, cue, cueFrom } = reading;
  let negated = false;
  let history = false;
  let metastatic = false;
  let uncertainty: Context['uncertainty'] = 'none';
  let broken = false;
  let shown = false;
  let object = false;
  let acceptedAt = -1;
  let lines = 0;
  for (let at = from; at >= Math.max(0, from - REACH); at -= 1) {
    if (at < from) {
      const kind = cue[at] ?? 0;
      if (kind !== 0 && (cueFrom[at] ?? at) <= at) {
        const far = from - at;
        switch (kind) {
          case CUE.away:
            if (far <= 2) negated = true;
            break;
          case CUE.negated:
          case CUE.benign:
            // "No evidence of tumor" on the line above has its object already.
            if (lines > 0 && (object || kind === CUE.benign)) break;
            // "Not CK7, in keeping with carcinoma": the nearer words turn the statement.
            if (acceptedAt > at + 1) break;
            if (!broken && !(shown && far > 2) && lines < 2 && (kind !== CUE.benign || startsWithNo(reading, at)))
              negated = true;
            break;
          case CUE.tumorWord:
            if (lines > 0) object = true;
            break;
          case CUE.contrast:
            broken = true;
            break;
          case CUE.shows:
            shown = true;
            break;
          case CUE.history:
          case CUE.family:
            if (!shown) history = true;
            break;
          case CUE.metastatic:
          case CUE.metastasisFrom:
            if (far <= 6) metastatic = true;
            break;
          case CUE.invading:
            break;
          case CUE.accepted:
            if (acceptedAt < 0) acceptedAt = cueFrom[at] ?? at;
            if (uncertainty === 'none' && far <= 10) uncertainty = 'accepted';
            break;
          case CUE.refused:
            if (far <= 10) uncertainty = 'refused';
            break;
          default:
        }
      }
    }
    if (tokens.clause[at] === 1) break;
    const bits = tokens.gap[at] ?? 0;
    if ((bits & GAP.NEWLINE) !== 0) lines += 1;
    // A colon ends what was said before it, but "negative for:" goes on.
    if ((bits & GAP.COLON) !== 0 && at > 0 && !(cue[at - 1] === CUE.negated || cue[at - 1] === CUE.history)) {
      if (!(cue[at - 1] === CUE.refused || cue[at - 1] === CUE.accepted)) break;
    }
  }
  // Inside of "negative for malignancy" and the like.
  if (cue[from] === CUE.benign && (cueFrom[from] ?? from) < from && startsWithNo(reading, from)) negated = true;
  const after = afterOf(reading, to);
  if (after.negated) negated = true;
  if (after.refused) uncertainty = 'refused';
  if (after.metastatic) metastatic = true;
  return { negated, history, metastatic, uncertainty };
}

/** Whether a phrase of benignity denies something (`no`, `negative`, `free`) rather than names something benign. */
function startsWithNo({ tokens, cueFrom }: Reading, at: number): boolean {
  const first = cueFrom[at] ?? at;
  return /^(no|negative|free|not|uninvolved)$/i.test(tokens.text.slice(tokens.start[first], tokens.end[first]));
}

const LINKS = new Set([
  'is',
  'are',
  'was',
  'were',
  'be',
  'component',
  'definitely',
  'definitively',
  'has',
  'have',
  'been',
]);

function afterOf(reading: Reading, to: number): { negated: boolean; refused: boolean; metastatic: boolean } {
  const { tokens, cue } = reading;
  let links = true;
  for (let at = to + 1; at < Math.min(tokens.count, to + 8); at += 1) {
    const bits = tokens.gap[at] ?? 0;
    const colon = (bits & GAP.COLON) !== 0;
    if (tokens.clause[at] === 1) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.refused && /^can(not)?$/i.test(wordOf(reading, at)))
      return { negated: false, refused: true, metastatic: false };
    if (
      kind === CUE.refused &&
      links &&
      at <= to + 2 &&
      /^(possible|questionable|suggested)$/i.test(wordOf(reading, at))
    )
      return { negated: false, refused: true, metastatic: false };
    if (kind === CUE.refusedAfter) return { negated: false, refused: true, metastatic: false };
    if (kind === CUE.negatedAfter || kind === CUE.negated) {
      const direct = at === to + 1;
      const word = tokens.text.slice(tokens.start[at], tokens.end[at]).toLowerCase();
      const bare = word === 'no' || word === 'negative' || word === 'none' || word === 'absent' || word === 'n';
      if (kind === CUE.negatedAfter && links && (bare ? direct && colon : true)) {
        return { negated: true, refused: false, metastatic: false };
      }
      // `Carcinoma in situ: no`.
      if (kind === CUE.negated && direct && colon && word === 'no' && endsStatement(reading, at))
        return { negated: true, refused: false, metastatic: false };
      if (kind === CUE.negated) break;
    }
    if (colon && at !== to + 1) break;
    if ((bits & (GAP.COMMA | GAP.SEMI)) !== 0) links = false;
    if (!LINKS.has(tokens.text.slice(tokens.start[at], tokens.end[at]).toLowerCase()) && kind !== CUE.inSitu)
      links = false;
    if (kind === CUE.metastatic && at <= to + 2) return { negated: false, refused: false, metastatic: true };
  }
  return { negated: false, refused: false, metastatic: false };
}

const wordOf = ({ tokens }: Reading, at: number): string => tokens.text.slice(tokens.start[at], tokens.end[at]);

const endsStatement = ({ tokens }: Reading, at: number): boolean =>
  at + 1 >= tokens.count || tokens.clause[at + 1] === 1 || ((tokens.gap[at + 1] ?? 0) & (GAP.NEWLINE | GAP.STOP)) !== 0;

/** In what section and specimen words stand, and what question they answer. */
function placeOf(reading: Reading, from: number, to: number): Place {
  return {
    from,
    to,
    kind: reading.sections[reading.section[from] ?? 0]?.kind ?? 'other',
    specimen: reading.specimen[from] ?? 0,
    answer: reading.answers[from] ?? 0,
  };
}

const RANK: Readonly<Record<string, number>> = { '3': 3, '2': 2, '1': 1, '0': 0 };

/** Every morphology term of the report with its context and weight. */
export function morphologyMentions(reading: Reading, tables: CodingTables): MorphologyMention[] {
  const mentions: MorphologyMention[] = [];
  const { cue } = reading;
  for (const { from, to, entry: index } of reading.morphology) {
    const entry = tables.morphology[index];
    if (entry === undefined) continue;
    const place = placeOf(reading, from, to);
    if (entry.use === 'answer' && !answersType(reading, from)) continue;
    const context = contextOf(reading, from, to);
    const code = behaviorOf(reading, codeOf(entry), from, to, tables);
    const partial = isPartial(reading, from, to);
    const node = Number(code.slice(0, 4)) < 9590 && nodeBefore(reading, from);
    let weight = WEIGHT[place.kind];
    if (place.answer === LABEL.histology) weight = Math.max(weight, 8) * 1.4;
    else if (place.answer === LABEL.negative) weight *= 0.1;
    else if (place.answer === LABEL.site || place.answer === LABEL.specimen) weight *= 0.5;
    if (context.history) weight *= 0.15;
    if (context.uncertainty === 'accepted') weight *= 0.8;
    if (context.uncertainty === 'refused') weight *= 0.2;
    if (context.metastatic || node) weight *= 0.6;
    if (partial) weight *= 0.25;
    // `Carcinoma from the margin`, `distance of carcinoma to ...` say little of what the tumor is.
    if (cue[to + 1] === CUE.margin) weight *= 0.5;
    mentions.push({
      ...place,
      ...context,
      metastatic: context.metastatic || node,
      entry,
      code,
      partial,
      weight,
    });
  }
  return withoutChoices(reading, withFragments(reading, mentions, tables));
}

/** Furthest that a kind stands behind its term, in words. */
const FRAGMENT_REACH = 16;

/** Kinds that are named behind a general term in its statement: "carcinoma of the kidney, 4 cm, papillary type". */
function withFragments(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  tables: CodingTables,
): MorphologyMention[] {
  const found = [...mentions];
  for (const { from, to, entry: index } of reading.fragments) {
    const entry = tables.morphology[index];
    if (entry === undefined) continue;
    const before = mentions.findLast((one) => one.to < from);
    // A term of its own that holds these words says more.
    if (mentions.some((one) => one.from <= from && one.to >= from)) continue;
    if (before === undefined || from - before.to > FRAGMENT_REACH || clauseBetween(reading, before.to, from)) continue;
    const general = before.code.slice(0, 4);
    const code = entry.codes.find((one) => tables.families.parentsOf(one.slice(0, 4)).has(general));
    if (code === undefined) continue;
    found.push({ ...before, from, to, entry, code, partial: isPartial(reading, from, to) || before.partial });
  }
  return found.sort((a, b) => a.from - b.from);
}

function clauseBetween({ tokens }: Reading, from: number, to: number): boolean {
  for (let at = from + 1; at <= to; at += 1) if (tokens.clause[at] === 1) return true;
  return false;
}

/**
 * A form that lists the possible histologies line by line, of which a person marked one by hand, states none of them: after such a list
 * stands "Other (specify)" or "cannot be determined".
 */
function withoutChoices(reading: Reading, mentions: readonly MorphologyMention[]): MorphologyMention[] {
  const { tokens } = reading;
  const listed = new Set<MorphologyMention>();
  for (let first = 0; first < mentions.length; first += 1) {
    let last = first;
    const codes = new Set<string>();
    for (; last < mentions.length; last += 1) {
      const one = mentions[last];
      const before = mentions[last - 1];
      if (one === undefined || (last > first && before !== undefined && one.from - before.to > 10)) break;
      if (last > first && !newLineBetween(reading, before?.to ?? 0, one.from)) break;
      codes.add(one.code);
    }
    if (codes.size >= 3) {
      const end = mentions[last - 1]?.to ?? 0;
      const from = mentions[first]?.from ?? 0;
      const text = tokens.text.slice(tokens.start[from], tokens.end[Math.min(tokens.count - 1, end + 14)]);
      if (/other\W{0,3}\(?spec|cannot be determined|type cannot/i.test(text))
        for (let at = first; at < last; at += 1) listed.add(mentions[at] as MorphologyMention);
    }
    first = Math.max(first, last - 1);
  }
  return mentions.map((one) => (listed.has(one) ? { ...one, weight: one.weight * 0.1 } : one));
}

function newLineBetween({ tokens }: Reading, from: number, to: number): boolean {
  for (let at = from + 1; at <= to; at += 1) {
    const bits = tokens.gap[at] ?? 0;
    if ((bits & GAP.NEWLINE) !== 0 || (tokens.wrapped && (bits & GAP.PERIOD) !== 0)) return true;
  }
  return false;
}

/** Whether words answer the question for the histology, with a colon (`Histologic type: ductal`) or without. */
function answersType({ answers, tokens }: Reading, from: number): boolean {
  if (answers[from] === LABEL.histology)
    return ((tokens.gap[from] ?? 0) & GAP.COLON) !== 0 || answers[from - 1] === LABEL.histology;
  const before = tokens.text.slice(tokens.start[from - 2] ?? 0, tokens.end[from - 1] ?? 0);
  return from >= 2 && tokens.clause[from] !== 1 && /^(histologic(al)?|tumou?r|cell)\s+type$/i.test(before);
}

/** The most malignant code of a term, then the first of the book. */
const codeOf = ({ codes }: MorphologyEntry): string =>
  codes.length === 1
    ? (codes[0] ?? '')
    : ([...codes].sort((a, b) => (RANK[b.slice(5)] ?? 0) - (RANK[a.slice(5)] ?? 0))[0] ?? '');

/** Words of behavior beside a term outrank the book's behavior (ICD-O-3 rule F). */
function behaviorOf(reading: Reading, code: string, from: number, to: number, tables: CodingTables): string {
  const { tokens, cue } = reading;
  const histology = code.slice(0, 4);
  const behavior = code.slice(5);
  if (behavior === '3' && Number(histology) < 9590) {
    for (let at = to + 1; at <= Math.min(tokens.count - 1, to + 3); at += 1) {
      if (tokens.clause[at] === 1 || ((tokens.gap[at] ?? 0) & GAP.COLON) !== 0) break;
      if (cue[at] === CUE.inSitu)
        return negatedHere(reading, at) || componentNext(reading, at) ? code : `${histology}/2`;
      const word = tokens.word[at] ?? -1;
      if (word >= 0 && !tables.lexicon.isSkippable(word)) break;
      if (cue[at] === CUE.invasive) break;
    }
    const before = cue[from - 1];
    if (before === CUE.inSitu && tokens.clause[from] !== 1 && from > 0 && !joinedByAnd(reading, from)) {
      return `${histology}/2`;
    }
  }
  if ((behavior === '0' || behavior === '1') && cue[from - 1] === CUE.malignant && tokens.clause[from] !== 1) {
    return `${histology}/3`;
  }
  if (behavior === '2') {
    // `invasive` directly before a term that the book has in situ: `invasive intraductal ...` stays, `with invasion` is handled by other terms.
    return code;
  }
  return code;
}

/** "Melanoma, in situ component and invasion" is invasive. */
function componentNext({ tokens, cue }: Reading, from: number): boolean {
  for (let at = from; at <= Math.min(tokens.count - 1, from + 3); at += 1) {
    if (/^(components?|and|with)$/i.test(tokens.text.slice(tokens.start[at], tokens.end[at]))) return true;
    if (at > from && cue[at] !== CUE.inSitu) break;
  }
  return false;
}

const negatedHere = (reading: Reading, at: number): boolean => reading.cue[at - 1] === CUE.negated;

function joinedByAnd({ tokens }: Reading, from: number): boolean {
  return /^(and|with)$/i.test(tokens.text.slice(tokens.start[from - 2], tokens.end[from - 2]));
}

/** A component, focus, feature or background. */
function isPartial(reading: Reading, from: number, to: number): boolean {
  const { tokens, cue } = reading;
  for (let at = from - 1; at >= Math.max(0, from - 4); at -= 1) {
    if (tokens.clause[at + 1] === 1) break;
    if (cue[at] === CUE.focal) return true;
    if (cue[at] === CUE.margin) break;
  }
  for (let at = to + 1; at <= Math.min(tokens.count - 1, to + 2); at += 1) {
    if (tokens.clause[at] === 1 || ((tokens.gap[at] ?? 0) & (GAP.COMMA | GAP.COLON)) !== 0) break;
    const kind = cue[at];
    if (kind === CUE.focal) {
      return !/^(focal|focally|foci|associated|adjacent|with|incidental|background|arising)/i.test(
        tokens.text.slice(tokens.start[at], tokens.end[at]),
      );
    }
  }
  return false;
}

/** Whether lymph nodes are spoken of before a term in its statement: "one of five lymph nodes involved by carcinoma". */
function nodeBefore(reading: Reading, from: number): boolean {
  const { tokens, cue } = reading;
  for (let at = from - 1; at >= Math.max(0, from - REACH); at -= 1) {
    if (tokens.clause[at + 1] === 1) return false;
    if (cue[at] === CUE.node) return true;
  }
  return false;
}

/** Every word of anatomy with what is said of it. Parts are left to the choice of the site, which knows the organ. */
export function siteMentions(reading: Reading, tables: CodingTables): SiteMention[] {
  const mentions: SiteMention[] = [];
  for (const { from, to, entry: index } of reading.anatomy) {
    const entry = tables.anatomy[index];
    if (entry === undefined) continue;
    const place = placeOf(reading, from, to);
    const role = roleOf(reading, from, to, entry);
    let weight = WEIGHT[place.kind];
    if (place.answer === LABEL.site) weight = Math.max(weight, 8) * 2.2;
    else if (place.answer === LABEL.specimen) weight = Math.max(weight, 4);
    else if (place.kind === 'specimen') weight = 4;
    else if (place.kind === 'gross') weight = 1.2;
    else if (place.kind === 'history') weight = 2.5;
    if (entry.operation) weight *= 0.6;
    mentions.push({
      from,
      to,
      kind: place.kind,
      specimen: place.specimen,
      answer: place.answer,
      entry,
      role,
      weight,
    });
  }
  return mentions;
}

/** What is said of an organ: where the tumor began, what it grew into, what is free of it. */
function roleOf(reading: Reading, from: number, to: number, entry: SiteEntry): SiteRole {
  const { tokens, cue } = reading;
  const node = entry.site.startsWith('C77');
  for (let at = to + 1; at <= Math.min(tokens.count - 1, to + 4); at += 1) {
    if (tokens.clause[at] === 1 || ((tokens.gap[at] ?? 0) & (GAP.COLON | GAP.COMMA)) !== 0) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.node && !node) return 'elsewhere';
    if (kind === CUE.margin && at <= to + 3) return 'elsewhere';
    if (kind === CUE.negatedAfter || kind === CUE.benign) return 'negative';
    // "Pleural invasion".
    if (at <= to + 2 && /^(invasion|extension|involvement|implants?|margin)$/i.test(wordOf(reading, at)))
      return 'involved';
    if (kind === CUE.primary && at <= to + 2) return 'primary';
  }
  for (let at = from - 1; at >= Math.max(0, from - 9); at -= 1) {
    if (tokens.clause[at + 1] === 1) break;
    const bits = tokens.gap[at + 1] ?? 0;
    if ((bits & GAP.COLON) !== 0) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.benign && from - at <= 3) return 'negative';
    if (kind === CUE.metastasisFrom) return 'primary';
    if (kind === CUE.primary && from - at <= 5) return 'primary';
    if (kind === CUE.away && from - at <= 4) return 'elsewhere';
    if (kind === CUE.invading && from - at <= 8) return 'involved';
    if (kind === CUE.negated && from - at <= 4) return 'negative';
    if (kind === CUE.node && !node && from - at <= 4) return 'elsewhere';
  }
  return 'plain';
}
