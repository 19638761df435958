import { type HistologyChoice } from '../histology.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading, WEIGHT } from '../reading.js';
import { type CodingTables } from '../tables.js';
import { type Vocabulary } from '../text/vocabulary.js';
import { GAP } from '../text/tokens.js';
import { type Method } from './tables.js';

/** A statement of grade: its way, what qualifies it (`nuclear`, `figo` ...), and its rank (1 to 5; 1 low, 2 intermediate, 3 high for levels). */
export interface GradeMention {
  readonly method: Method;
  readonly qualifier: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

const ROMAN: Readonly<Record<string, number>> = {
  i: 1,
  l: 1,
  '1': 1,
  ii: 2,
  ll: 2,
  '11': 2,
  il: 2,
  li: 2,
  '2': 2,
  iii: 3,
  ill: 3,
  lll: 3,
  '111': 3,
  '3': 3,
  iv: 4,
  lv: 4,
  '4': 4,
  '5': 5,
  g1: 1,
  g2: 2,
  g3: 3,
  g4: 4,
  gi: 1,
  gii: 2,
  giii: 3,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  grade1: 1,
  grade2: 2,
  grade3: 3,
  grade4: 4,
};
const DIFFERENTIATION: Readonly<Record<string, number>> = { well: 1, moderately: 2, moderate: 2, poorly: 3, poor: 3 };
const LEVEL: Readonly<Record<string, number>> = { low: 1, intermediate: 2, high: 3 };
const QUALIFIERS =
  /^(nuclear|fuhrman|furhman|isup|figo|who|nottingham|histologic|histological|overall|combined|scarff|bloom|richardson|sbr|elston|edmondson|gleason|fnclcc|architectural|tumor|mitotic|cns|dci|dcis|situ|cytologic)$/;

/** Statements of the tumor that the distance of a grade is measured to. */
const NEAREST_OF = 60;

/** Words that a statement of grade is read from, and how. */
const READ_FROM: Readonly<Record<string, Reader>> = {
  gleason,
  grade: graded,
  grading: graded,
  differentiated,
  differentiation: differentiated,
  undifferentiated: (_reading, at, _wordAt, add) => add('differentiation', '', 4, at, at),
  g1: lettered,
  g2: lettered,
  g3: lettered,
  g4: lettered,
  nottingham: score,
  score,
};
const READERS = Object.values(READ_FROM);

const gradeWordsByVocabulary = new WeakMap<Vocabulary, Uint8Array>();

/** For each word of the lexicon the place of its reader, from 1; 0 for words that say nothing of a grade. */
function gradeWordsOf(vocabulary: Vocabulary): Uint8Array {
  const known = gradeWordsByVocabulary.get(vocabulary);
  if (known !== undefined) return known;
  const places = new Uint8Array(vocabulary.size);
  gradeWordsByVocabulary.set(vocabulary, places);
  for (const [place, word] of Object.keys(READ_FROM).entries()) {
    const id = vocabulary.idOf(word);
    if (id >= 0) places[id] = place + 1;
  }
  return places;
}

/** Every statement of grade, with a weight by its section and its distance from the statement of the tumor. */
export function gradeMentions(reading: Reading, histology: HistologyChoice, tables: CodingTables): GradeMention[] {
  const { tokens } = reading;
  const found: GradeMention[] = [];
  const wordAt = (at: number): string => {
    const id = tokens.word[at] ?? -1;
    return id >= 0
      ? tables.vocabulary.wordOf(id)
      : tokens.text.slice(tokens.start[at], Math.min(tokens.end[at] ?? 0, (tokens.start[at] ?? 0) + 18)).toLowerCase();
  };
  const main = histology.main.filter((one) => one.weight > 0).slice(0, NEAREST_OF);
  const add = (method: Method, qualifier: string, value: number, from: number, to: number): void => {
    found.push({ method, qualifier, value, from, to, weight: weightAt(reading, from, main) });
  };
  const gradeWords = gradeWordsOf(tables.vocabulary);
  for (const at of wordsOfGrade(reading, gradeWords))
    READERS[(gradeWords[tokens.word[at] ?? 0] ?? 0) - 1]?.(reading, at, wordAt, add, main);
  return found;
}

function wordsOfGrade({ tokens }: Reading, gradeWords: Uint8Array): number[] {
  const { count, word } = tokens;
  const places: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const id = word[at] ?? -1;
    if (id >= 0 && gradeWords[id] !== 0) places.push(at);
  }
  return places;
}

/** `G2` where it is a grade: the answer to a question, behind "grade", in brackets beside the tumor, or directly behind its term. */
function lettered(reading: Reading, at: number, wordAt: WordAt, add: Add, main: readonly MorphologyMention[]): void {
  if (
    reading.answers[at] === LABEL.grade ||
    wordAt(at - 1) === 'grade' ||
    main.some((one) => one.to === at - 1) ||
    (((reading.tokens.gap[at] ?? 0) & GAP.OPEN) !== 0 && besideTumor(reading, at, main, wordAt))
  )
    add('number', '', Number(wordAt(at).slice(1)), at, at);
}

/** `Adenocarcinoma (G2)` or `(G3, pT2)`: letters and numbers that are a grade and not a block of tissue. */
function besideTumor(
  { tokens }: Reading,
  at: number,
  main: readonly { from: number; to: number }[],
  wordAt: WordAt,
): boolean {
  if (main.some((one) => one.to < at && at - one.to <= 12)) return true;
  for (let next = at + 1; next < Math.min(tokens.count, at + 4); next += 1)
    if (/^y?pt\d/.test(wordAt(next))) return true;
  return false;
}

/** Grades of other things: inflammation, fibrosis, precursors. */
const OTHER_GRADE =
  /^(hepatitis|steatohepatitis|steatosi|steatosis|fibrosis|inflammation|siderosis|portoperiportal|periportal|piecemeal|neoplasia|panin|pin|prostatitis|esophagitis|regression|reflux|rejection|toxicity)$/;

type Add = (method: Method, qualifier: string, value: number, from: number, to: number) => void;
type WordAt = (at: number) => string;
/** Reads the statement of grade that a word belongs to. */
type Reader = (reading: Reading, at: number, wordAt: WordAt, add: Add, main: readonly MorphologyMention[]) => void;

function weightAt(
  reading: Reading,
  from: number,
  main: readonly { from: number; to: number; specimen: number }[],
): number {
  const kind = reading.sections[reading.section[from] ?? 0]?.kind ?? 'other';
  let weight = WEIGHT[kind];
  if (reading.answers[from] === LABEL.grade) weight = Math.max(weight, 8) * 1.3;
  let nearest = Infinity;
  for (const one of main) nearest = Math.min(nearest, from < one.from ? one.from - from : Math.max(0, from - one.to));
  weight *= nearest <= 6 ? 1.3 : nearest <= 25 ? 1.1 : nearest <= 80 ? 0.9 : 0.7;
  const { cue, tokens } = reading;
  for (let at = from - 1; at >= Math.max(0, from - 5) && tokens.clause[at + 1] !== 1; at -= 1) {
    if (cue[at] === CUE.history || cue[at] === CUE.negated) weight *= 0.2;
    if (cue[at] === CUE.inSitu) weight *= 0.4;
  }
  return weight;
}

/** `Gleason score 3 + 4 = 7`, `Gleason grade 4+3`, `primary pattern 3, secondary pattern 4`. */
function gleason({ tokens }: Reading, at: number, wordAt: WordAt, add: Add): void {
  const numbers: { value: number; at: number; plus: boolean }[] = [];
  for (let next = at + 1; next < Math.min(tokens.count, at + 16) && numbers.length < 3; next += 1) {
    const word = wordAt(next);
    if (word === 'gleason' && numbers.length === 0) continue;
    if (/^\d{1,2}$/.test(word)) {
      const bits = tokens.gap[next] ?? 0;
      // `3/5` is pattern 3 of 5.
      if ((bits & GAP.SLASH) === 0) numbers.push({ value: Number(word), at: next, plus: (bits & GAP.PLUS) !== 0 });
    }
  }
  // "Gleason patterns 4 and 5 comprise ..." is no score.
  if (wordAt(at + 1) === 'pattern' && /s$/i.test(tokens.text.slice(tokens.start[at + 1], tokens.end[at + 1]))) return;
  const second = numbers.findIndex((one) => one.plus);
  let primary = second > 0 ? numbers[second - 1] : undefined;
  let secondary = second > 0 ? numbers[second] : undefined;
  if (primary === undefined || secondary === undefined) {
    // Sum misread as `3+4-7` or `3 4 7`; else a score alone.
    const [a, b, sum] = numbers;
    if (a !== undefined && b !== undefined && sum !== undefined && a.value + b.value === sum.value)
      [primary, secondary] = [a, b];
    else if (a !== undefined && a.value >= 6 && a.value <= 10 && a.value !== 7) {
      add('gleason', 'score', a.value === 6 ? 1 : a.value === 8 ? 4 : 5, at, a.at);
      return;
    } else if (a !== undefined && b !== undefined && a.value >= 3 && a.value <= 5 && b.value >= 3 && b.value <= 5)
      [primary, secondary] = [a, b];
  }
  if (primary === undefined || secondary === undefined) return;
  const group = gradeGroup(primary.value, secondary.value);
  if (group > 0) add('gleason', '', group, at, secondary.at);
}

/** Gleason patterns to the grade group (1 to 5), 0 when they are none. @source ISUP 2014 grade groups. */
function gradeGroup(primary: number, secondary: number): number {
  if (primary < 1 || primary > 5 || secondary < 1 || secondary > 5) return 0;
  const sum = primary + secondary;
  if (sum <= 6) return 1;
  if (sum === 7) return primary === 3 ? 2 : 3;
  return sum === 8 ? 4 : 5;
}

/** `grade 2`, `nuclear grade III of IV`, `grade group 3`, `high grade`, `Grade: 2-3` (the higher). */
function graded({ tokens }: Reading, at: number, wordAt: WordAt, add: Add): void {
  const qualifiers: string[] = [];
  let from = at;
  for (let before = at - 1; before >= Math.max(0, at - 5); before -= 1) {
    if (tokens.clause[before + 1] === 1) break;
    const word = wordAt(before);
    if (QUALIFIERS.test(word)) {
      qualifiers.push(word);
      from = before;
    } else {
      const level = LEVEL[word];
      if (level !== undefined) {
        const next = wordAt(at + 1);
        if (!/^(dysplasia|pin|prostatic|squamous|intraepithelial)$/.test(next)) add('level', '', level, before, at);
        break;
      }
      if (word !== 's' || before < at - 1) break;
    }
  }
  for (let near = Math.max(0, at - 4); near <= Math.min(tokens.count - 1, at + 2); near += 1)
    if (near !== at && OTHER_GRADE.test(wordAt(near))) return;
  if (wordAt(at + 1) === 'group' || wordAt(at - 1) === 'group') {
    const number = ROMAN[wordAt(wordAt(at + 1) === 'group' ? at + 2 : at + 1)];
    if (number !== undefined) add('group', '', number, from, at + (wordAt(at + 1) === 'group' ? 2 : 1));
    return;
  }
  for (let next = at + 1; next < Math.min(tokens.count, at + 7); next += 1) {
    const bits = tokens.gap[next] ?? 0;
    if (tokens.clause[next] === 1 && next > at + 1) break;
    const word = wordAt(next);
    const number = ROMAN[word];
    if ((bits & GAP.SLASH) !== 0) continue;
    if (number !== undefined && number <= 4 && !(word === 'i' && (bits & GAP.QUOTE) !== 0)) {
      if (qualifiers.includes('gleason') || qualifiers.includes('mitotic')) return;
      // A size or percentage is no grade.
      if (
        ((tokens.gap[next + 1] ?? 0) & GAP.PERIOD) !== 0 &&
        ((tokens.gap[next + 1] ?? 0) & GAP.SPACE) === 0 &&
        /^\d/.test(wordAt(next + 1))
      )
        return;
      let value = number;
      let to = next;
      const higher = ROMAN[wordAt(next + 1)];
      const between = tokens.gap[next + 1] ?? 0;
      if (higher !== undefined && higher > number && higher <= 4 && (between & GAP.DASH) !== 0)
        [value, to] = [higher, next + 1];
      else if (/^(to|and)$/.test(wordAt(next + 1))) {
        const second = ROMAN[wordAt(next + 2)];
        if (second !== undefined && second > number && second <= 4) [value, to] = [second, next + 2];
      }
      add('number', qualifiers.join(' '), value, from, to);
      return;
    }
    const level = LEVEL[word];
    if (level !== undefined) {
      add('level', qualifiers.join(' '), level, from, next);
      return;
    }
    if (DIFFERENTIATION[word] !== undefined) return;
    if (QUALIFIERS.test(word)) qualifiers.push(word);
    else if (next > at + 3) break;
  }
}

/** `moderately to poorly differentiated` counts as the worse. */
function differentiated({ tokens }: Reading, at: number, wordAt: WordAt, add: Add): void {
  for (let before = at - 1; before >= Math.max(0, at - 2); before -= 1) {
    const value = DIFFERENTIATION[wordAt(before)];
    if (value === undefined) {
      if (wordAt(before) === 'un') add('differentiation', '', 4, before, at);
      continue;
    }
    let from = before;
    let worse = value;
    const first = DIFFERENTIATION[wordAt(before - 2)];
    const direct = DIFFERENTIATION[wordAt(before - 1)];
    if (/^(to|and|or)$/.test(wordAt(before - 1)) && first !== undefined)
      [from, worse] = [before - 2, Math.max(first, value)];
    // "Moderately well" counts as moderate.
    else if (direct !== undefined) [from, worse] = [before - 1, Math.max(direct, value)];
    add('differentiation', '', worse, from, at);
    return;
  }
  if (wordAt(at) === 'differentiation') {
    for (let next = at + 1; next < Math.min(tokens.count, at + 3); next += 1) {
      const value = DIFFERENTIATION[wordAt(next)];
      if (value !== undefined) {
        add('differentiation', '', value, at, next);
        return;
      }
    }
  }
}

/** `Nottingham score 8/9`: points to grade. */
function score({ tokens }: Reading, at: number, wordAt: WordAt, add: Add): void {
  if (wordAt(at) === 'score' && !/^(nottingham|total|sbr|overall|combined|histologic)$/.test(wordAt(at - 1))) return;
  for (let next = at + 1; next < Math.min(tokens.count, at + 6); next += 1) {
    const word = wordAt(next);
    if (!/^[3-9]$/.test(word)) continue;
    const after = wordAt(next + 1);
    const of9 = after === '9' || (after === 'of' && wordAt(next + 2) === '9');
    if (!of9 && wordAt(next - 1) !== 'score') return;
    const points = Number(word);
    add('score', 'nottingham', points <= 5 ? 1 : points <= 7 ? 2 : 3, at, next);
    return;
  }
}
