import { CUE, LABEL, type Reading } from '../reading.js';
import { GAP, type Tokens } from '../text/tokens.js';

/**
 * What is stated of a side of an organ: that it is the tumor whose size a protocol asks for (`sized`), that the tumor began there (`origin`), that it holds tumor, that the tumor reached it (metastasis, a focus, the
 * surface), that it is free of tumor, or something that is no tumor (`other`).
 */
export type Sense = 'answer' | 'sized' | 'origin' | 'tumor' | 'spread' | 'free' | 'other' | 'unknown';

/** How much a section states: a diagnosis before what was sent in and seen at first, that before gross and history. */
export type Level = 'diagnosis' | 'first-look' | 'gross';

/** Terms of tumors along the words, by what is said of them. */
export const TERM = { none: 0, stated: 1, denied: 2, spread: 3 } as const;

/** What lies along the words of a report that speaks of an organ. */
export interface Course {
  /** `TERM` of each word. */
  readonly terms: Uint8Array;
  /** 1 at the words that name the organ. */
  readonly own: Uint8Array;
  /** How near the words for the organ are to each side that any of them stands beside. */
  readonly near: ReadonlyMap<number, number>;
  /** Both sides of the organ can be one tumor, so that it matters where it began. */
  readonly oneTumor: boolean;
}

/** Furthest that a term before a side, in its statement, and one below a head with a side are from it, in words. */
const BEFORE = 14;
const BELOW = 45;

/** What is stated of a side: by the answer to a question, by a term before it in its statement, or by what is said first of it. */
export function senseOf(reading: Reading, at: number, course: Course, level: Level): Sense {
  const { cue } = reading;
  const answer = reading.answers[at];
  if (answer === LABEL.laterality || answer === LABEL.site) return 'answer';
  if (!course.near.has(at)) return 'unknown';
  const listed = reading.sections[reading.section[at] ?? 0]?.kind;
  if (listed === 'free' || listed === 'spread') return listed;
  if (course.oneTumor) {
    if (level === 'diagnosis' && sized(reading, at, course)) return 'sized';
    if (beganThere(reading, at, course)) return 'origin';
  }
  const before = senseBefore(reading, at, course.terms);
  if (before !== null) return before;
  if (course.oneTumor && level === 'diagnosis') {
    const listed = listedAsInvolved(reading, at, course.terms);
    if (listed !== null) return listed;
  }
  // "Bilateral salpingo-oophorectomy" is what was done, not where tumor is; "ovaries, bilateral, oophorectomy" heads what is found.
  if (cue[at] === CUE.bilateral && course.own[at - 1] !== 1 && operationNext(reading, at)) return 'unknown';
  return senseBelow(reading, at, course, level);
}

/** "Tumor size: right ovary, 6 cm", "right ovarian tumor, greatest dimension: 6 cm": the tumor that a protocol asks for. */
function sized({ tokens, answers }: Reading, at: number, { own }: Course): boolean {
  if (own[at + 1] !== 1) return false;
  if (answers[at] === LABEL.size) return true;
  for (let next = at + 2; next < Math.min(tokens.count - 1, at + SIZED) && tokens.clause[next] !== 1; next += 1)
    if (/^dimensions?$/i.test(wordAt(tokens, next))) return ((tokens.gap[next + 1] ?? 0) & GAP.COLON) !== 0;
  return false;
}

/** Furthest that the question for its size stands behind a tumor, in words. */
const SIZED = 7;

/** Words by which a tumor is said to have begun somewhere. */
const BEGAN = /^(primary|primaries|origin\w*|aris\w+|arose|derive\w*)/i;
/** Words that may stand between them and the side or the organ: "primary in the left ovary", "the left ovary is most likely the primary". */
const BEGAN_LINK =
  /^(in|at|of|from|the|a|an|is|are|was|were|be|to|as|s|site|sites|tumou?rs?|location|locations|most|likely|favou?red|considered|appears?|thought|believed|synchronous|\W)$/i;
/** Words that leave open whether it did. */
const OPEN =
  /^(uncertain|whether|may|might|could|can|cannot|possibl[ey]|versus|vs|or|unclear|question\w*|suspected|if|not|no|discern)$/i;
/** Furthest that such words stand from the organ, in words, and that a statement is looked through for doubts. */
const BEGAN_REACH = 5;
const OPEN_REACH = 8;

const saysOrigin = ({ tokens, cue }: Reading, at: number): boolean =>
  cue[at] === CUE.primary && BEGAN.test(wordAt(tokens, at));

/** "Arising in the left ovary", "the left ovary is the primary site", "left ovarian primary". */
function beganThere(reading: Reading, at: number, { own }: Course): boolean {
  const { tokens } = reading;
  for (let before = at - 1; before >= Math.max(0, at - BEGAN_REACH) && tokens.clause[before + 1] !== 1; before -= 1) {
    if (saysOrigin(reading, before)) return !leftOpen(reading, before, at);
    if (!isLink(reading, before)) break;
  }
  let named = false;
  for (let next = at + 1; next < Math.min(tokens.count, at + 1 + BEGAN_REACH) && tokens.clause[next] !== 1; next += 1) {
    if (((tokens.gap[next] ?? 0) & GAP.COLON) !== 0) return false;
    if (saysOrigin(reading, next)) return named && !leftOpen(reading, next, next);
    if (own[next] === 1) named = true;
    else if (!isLink(reading, next)) return false;
  }
  return false;
}

/** A linking word, or one that the scan spoiled. */
const isLink = ({ tokens }: Reading, at: number): boolean =>
  (tokens.word[at] ?? -1) < 0 || BEGAN_LINK.test(wordAt(tokens, at));

/** Whether a doubt stands in a statement, before the words for the origin or between them and another word. */
function leftOpen({ tokens }: Reading, origin: number, to: number): boolean {
  for (let at = Math.max(origin, to); at >= Math.max(0, origin - OPEN_REACH); at -= 1) {
    if (OPEN.test(wordAt(tokens, at))) return true;
    if (at <= origin && tokens.clause[at] === 1) return false;
  }
  return false;
}

/** Words of a statement that are read for how far a term goes, before it. */
const QUALIFIED = 4;

/** A term by the words before it: "primary carcinoma", "two microscopic foci of carcinoma", "surface implants of carcinoma". */
function ofTerm(reading: Reading, at: number, term: number): Sense {
  const { tokens, cue } = reading;
  for (
    let before = term - 1;
    before > Math.max(at, term - 1 - QUALIFIED) && tokens.clause[before + 1] !== 1;
    before -= 1
  ) {
    if (saysOrigin(reading, before) && term - before <= 2)
      return leftOpen(reading, before, before) ? 'tumor' : 'origin';
    const limited = cue[before] === CUE.surface || (cue[before] === CUE.focal && FOCUS.test(wordAt(tokens, before)));
    if (limited) return 'spread';
  }
  return 'tumor';
}

const FOCUS = /^(focus|foci|focal)$/i;

/** "Carcinoma of the left ovary", "benign left ovary"; what a tumor of the other side involves is its spread. */
function senseBefore(reading: Reading, at: number, terms: Uint8Array): Sense | null {
  const { tokens, cue } = reading;
  let involved = false;
  let elsewhere = false;
  for (let before = at - 1; before >= Math.max(0, at - BEFORE); before -= 1) {
    if (tokens.clause[before + 1] === 1) return null;
    if (terms[before] === TERM.stated)
      return involved && (elsewhere || otherSideBefore(reading, before, at)) ? 'spread' : 'tumor';
    if (terms[before] === TERM.spread) return 'spread';
    if (terms[before] === TERM.denied) return null;
    if (at - before <= 3 && (cue[before] === CUE.benign || cue[before] === CUE.negated)) return 'free';
    if (cue[before] === CUE.tumorWord) return involvedFrom(reading, before, at);
    if (cue[before] === CUE.invading) involved = true;
    else if (involved && isOtherSide(reading, before, at)) elsewhere = true;
  }
  return null;
}

const isOtherSide = ({ cue }: Reading, at: number, than: number): boolean =>
  (cue[at] === CUE.left || cue[at] === CUE.right) &&
  (cue[than] === CUE.left || cue[than] === CUE.right) &&
  cue[at] !== cue[than];

/** "Left ovarian carcinoma involving the right ovary". */
function otherSideBefore(reading: Reading, term: number, at: number): boolean {
  const { tokens } = reading;
  for (let before = term - 1; before >= Math.max(0, term - BEGAN_REACH) && tokens.clause[before + 1] !== 1; before -= 1)
    if (isOtherSide(reading, before, at)) return true;
  return false;
}

/** Longest list of what a tumor involves that is read, in words. */
const LIST = 60;

/** "Serous carcinoma, involving:" over a list in which the side stands; what is named by its surface only was reached from outside. */
function listedAsInvolved(reading: Reading, at: number, terms: Uint8Array): Sense | null {
  const { tokens, cue, section } = reading;
  let surface = false;
  for (let before = at - 1; before >= Math.max(0, at - LIST); before -= 1) {
    const kind = cue[before];
    if (section[before] !== section[at] || terms[before] !== TERM.none || kind === CUE.benign) return null;
    if (kind === CUE.surface && before >= at - QUALIFIED) surface = true;
    if (kind !== CUE.invading || cue[before + 1] === CUE.invading) continue;
    const heads = tokens.clause[before + 1] === 1 || ((tokens.gap[before + 1] ?? 0) & GAP.COLON) !== 0;
    return heads && termBefore(reading, before, terms) ? (surface ? 'spread' : 'tumor') : null;
  }
  return null;
}

/** A term in the statement before a word, which may begin a line of its own. */
function termBefore({ tokens }: Reading, at: number, terms: Uint8Array): boolean {
  for (let before = at - 1; before >= Math.max(0, at - BEFORE); before -= 1) {
    if (terms[before] === TERM.stated) return true;
    if (tokens.clause[before] === 1) return false;
  }
  return false;
}

/** "Tumor involves both ovaries", but not "no tumor in the left ovary". */
function involvedFrom(reading: Reading, tumor: number, at: number): Sense | null {
  if (deniedBefore(reading, tumor)) return 'free';
  for (let next = tumor + 1; next < at; next += 1) if (reading.cue[next] === CUE.invading) return 'tumor';
  return null;
}

/** "No obvious discrete lesion". */
function deniedBefore({ tokens, cue }: Reading, at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 4) && tokens.clause[before + 1] !== 1; before -= 1)
    if (cue[before] === CUE.negated || cue[before] === CUE.benign) return true;
  return false;
}

/** What is said first below a side, up to where another side, organ or specimen is spoken of. */
function senseBelow(reading: Reading, at: number, { terms, own, near }: Course, level: Level): Sense {
  const { tokens, cue, cueFrom, head } = reading;
  const bilateral = cue[at] === CUE.bilateral;
  let clauses = 0;
  /** Words stand behind the colon of a head. */
  let told = false;
  for (let next = at + 1; next < Math.min(tokens.count, at + BELOW); next += 1) {
    if (reading.specimen[next] !== reading.specimen[at] || reading.section[next] !== reading.section[at]) break;
    if (tokens.clause[next] === 1) clauses += 1;
    if (((tokens.gap[next] ?? 0) & GAP.COLON) !== 0) told = true;
    // Below "RIGHT TUBE AND OVARY" the ovary itself may head a line; another organ ends what is said.
    if (head[next] === 1 && clauses > 0 && own[next] !== 1 && own[next + 1] !== 1) break;
    const kind = cue[next] ?? 0;
    if (terms[next] === TERM.stated) return ofTerm(reading, at, next);
    if (terms[next] === TERM.spread) return 'spread';
    if (terms[next] === TERM.denied || kind === CUE.benign) return 'free';
    if (level === 'gross' && kind === CUE.tumorWord) return deniedBefore(reading, next) ? 'free' : 'tumor';
    if (clauses === 0 && next <= at + 5 && (kind === CUE.node || kind === CUE.margin)) break;
    if ((kind === CUE.left || kind === CUE.right) && (cueFrom[next] ?? next) === next && !bilateral) {
      // "RIGHT & LEFT" head one statement.
      if (kind !== cue[at] && clauses === 0 && next - at <= 2) continue;
      // The same side of the same organ goes on: "RIGHT OVARY (RIGHT SALPINGO-OOPHORECTOMY)".
      if (kind !== cue[at] || (clauses > 0 && !near.has(next))) break;
    }
  }
  return level === 'diagnosis' && told ? 'other' : 'unknown';
}

const wordAt = ({ text, start, end }: Tokens, at: number): string => text.slice(start[at], end[at]);

const operationNext = ({ tokens }: Reading, at: number): boolean =>
  /(ectomy|ectomies|adnexa)/i.test(tokens.text.slice(tokens.start[at], tokens.end[Math.min(tokens.count - 1, at + 3)]));
