import { CUE, LABEL, type Reading, WEIGHT } from '../reading.js';
import { type CodingTables, type MorphologyEntry } from '../tables.js';
import { GAP } from '../text/tokens.js';
import { type Context, contextOf, REACH } from './context.js';
import { clauseBetween, newLineBetween, type Place, placeOf } from './place.js';

/** A morphology term in the text with its meaning there. */
export interface MorphologyMention extends Context, Place {
  readonly entry: MorphologyEntry;
  /** Code with the behavior that the words around it give; histology and behavior. */
  readonly code: string;
  /** A component, a focus or a background of something else. */
  readonly partial: boolean;
  readonly weight: number;
}

const RANK: Readonly<Record<string, number>> = { '3': 3, '2': 2, '1': 1, '0': 0 };

/** Every morphology term of the report with its context and weight. @param year of diagnosis; a term may have another code in another year. */
export function morphologyMentions(reading: Reading, tables: CodingTables, year: number): readonly MorphologyMention[] {
  const mentions: MorphologyMention[] = [];
  const { cue } = reading;
  for (const { from, to, entry: index } of reading.morphology) {
    const entry = tables.morphology[index];
    if (entry === undefined) continue;
    const place = placeOf(reading, from, to);
    if (entry.use === 'answer' && !(answersType(reading, from) && speaksOf(reading, entry.organ, tables))) continue;
    const context = contextOf(reading, from, to);
    const code = behaviorOf(reading, codeOf(entry, year), from, to, tables);
    const partial = isPartial(reading, from, to);
    const node = Number(code.slice(0, 4)) < 9590 && nodeBefore(reading, from);
    let weight = WEIGHT[place.kind];
    if (place.answer === LABEL.histology) weight = Math.max(weight, 8) * 1.4;
    else if (place.answer === LABEL.negative) weight *= 0.1;
    else if (place.answer === LABEL.site || place.answer === LABEL.specimen) weight *= 0.5;
    if (context.history) weight *= 0.15;
    if (context.uncertainty === 'accepted') weight *= 0.8;
    if (context.uncertainty === 'refused') weight *= 0.2;
    const metastatic = context.metastatic || node || place.kind === 'spread';
    if (metastatic) weight *= 0.6;
    if (partial) weight *= 0.25;
    // `Carcinoma from the margin`, `distance of carcinoma to ...` say little of what the tumor is.
    if (cue[to + 1] === CUE.margin) weight *= 0.5;
    mentions.push(mentionOf({ place, context, metastatic, entry, code, partial, weight }));
  }
  return withoutChoices(reading, withFragments(reading, mentions, tables));
}

/** A mention; all are made here, so that they have one shape, which speed needs. */
const mentionOf = ({
  place,
  context,
  metastatic,
  entry,
  code,
  partial,
  weight,
}: {
  place: Place;
  context: Omit<Context, 'metastatic'>;
  metastatic: boolean;
  entry: MorphologyEntry;
  code: string;
  partial: boolean;
  weight: number;
}): MorphologyMention => ({
  from: place.from,
  to: place.to,
  kind: place.kind,
  specimen: place.specimen,
  answer: place.answer,
  negated: context.negated,
  history: context.history,
  metastatic,
  uncertainty: context.uncertainty,
  entry,
  code,
  partial,
  weight,
});

/** Furthest that a kind stands behind its term, in words. */
const FRAGMENT_REACH = 16;

/** Kinds that are named behind a general term in its statement: "carcinoma of the kidney, 4 cm, papillary type". */
function withFragments(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  tables: CodingTables,
): readonly MorphologyMention[] {
  if (reading.fragments.length === 0) return mentions;
  const found: MorphologyMention[] = [];
  for (const one of mentions) found.push(one);
  for (const { from, to, entry: index } of reading.fragments) {
    const entry = tables.morphology[index];
    if (entry === undefined) continue;
    const before = mentions.findLast((one) => one.to < from);
    // A term of its own that holds these words says more.
    if (mentions.some((one) => one.from <= from && one.to >= from)) continue;
    if (before === undefined || from - before.to > FRAGMENT_REACH || clauseBetween(reading, before.to, from)) continue;
    const general = before.code.slice(0, 4);
    const kind = entry.codes.find((one) => tables.families.parentsOf(one.slice(0, 4)).has(general));
    if (kind === undefined) continue;
    // A kind of what is in situ is in situ.
    const code = before.code.endsWith('/2') ? `${kind.slice(0, 4)}/2` : kind;
    const partial = isPartial(reading, from, to) || before.partial;
    const place = { ...before, from, to };
    const { metastatic, weight } = before;
    found.push(mentionOf({ place, context: before, metastatic, entry, code, partial, weight }));
  }
  return found.sort((a, b) => a.from - b.from);
}

/**
 * A form that lists the possible histologies line by line, of which a person marked one by hand, states none of them: after such a list
 * stands "Other (specify)" or "cannot be determined".
 */
function withoutChoices(reading: Reading, mentions: readonly MorphologyMention[]): readonly MorphologyMention[] {
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
  if (listed.size === 0) return mentions;
  return mentions.map((one) =>
    listed.has(one) ? mentionOf({ ...one, place: one, context: one, weight: one.weight * 0.1 }) : one,
  );
}

/** Whether words answer the question for the histology, with a colon (`Histologic type: ductal`) or without. */
function answersType({ answers, tokens }: Reading, from: number): boolean {
  if (answers[from] === LABEL.histology)
    return ((tokens.gap[from] ?? 0) & GAP.COLON) !== 0 || answers[from - 1] === LABEL.histology;
  const before = tokens.text.slice(tokens.start[from - 2] ?? 0, tokens.end[from - 1] ?? 0);
  return from >= 2 && tokens.clause[from] !== 1 && /^(histologic(al)?|tumou?r|cell)\s+type$/i.test(before);
}

const speaksOf = ({ anatomy }: Reading, organ: string, tables: CodingTables): boolean =>
  organ === '' || anatomy.some(({ entry }) => tables.anatomy[entry]?.site.startsWith(organ) === true);

/** The code of the year where the book has one; else the most malignant code of a term, then the first of the book. */
function codeOf({ codes, eras }: MorphologyEntry, year: number): string {
  for (const { code, fromYear, toYear } of eras)
    if ((fromYear === null || fromYear <= year) && (toYear === null || year <= toYear)) return code;
  return codes.length === 1
    ? (codes[0] ?? '')
    : ([...codes].sort((a, b) => (RANK[b.slice(5)] ?? 0) - (RANK[a.slice(5)] ?? 0))[0] ?? '');
}

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
