import { type HistologyChoice } from '../histology.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading, WEIGHT } from '../reading.js';
import { type SiteChoice } from '../site/choose.js';
import { type Course, type Level, type Sense, senseOf, TERM } from './sense.js';

/** Organs whose both sides, both with tumor, are one tumor of both sides when the histology is one. */
export const BOTH_SIDES = /^C56/;

/** A word for a side, with what it says of the organ. */
export interface SideVote {
  readonly side: string;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** The organ stands beside the side. */
  readonly named: boolean;
  /** What is stated of this side of the organ. */
  readonly sense: Sense;
  readonly level: Level;
}

/** Every word for a side, weighed by its nearness to the words for the site, its section, its specimen and what is said below it. */
export function sidesOf(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
): SideVote[] {
  if (reading.sides.length === 0) return [];
  const own = ownWords(reading, site);
  const sides = reading.sides.filter((at) => isSide(reading, at, own));
  const course = {
    terms: termsAlong(reading, morphology),
    own,
    near: nearTo(reading, sides, site, histology),
    oneTumor: BOTH_SIDES.test(site.value),
  };
  const tumorSpecimens = new Set<number>();
  for (const one of histology.main) if (!one.metastatic && one.specimen !== 0) tumorSpecimens.add(one.specimen);
  const votes: SideVote[] = [];
  for (const at of sides) {
    const vote = voteOf(reading, at, course, tumorSpecimens);
    if (vote.weight > 0) votes.push(vote);
  }
  return votes;
}

function isSide(reading: Reading, at: number, own: Uint8Array): boolean {
  const { tokens, cue } = reading;
  if ((tokens.end[at] ?? 0) - (tokens.start[at] ?? 0) === 1) return isSideLetter(reading, at);
  if (cue[at] === CUE.midline) return !/^shift/i.test(tokens.text.slice(tokens.start[at + 1], tokens.end[at + 1]));
  return cue[at] !== CUE.bilateral || speaksOfSides(reading, at, own);
}

function ownWords({ tokens }: Reading, site: SiteChoice): Uint8Array {
  const own = new Uint8Array(tokens.count);
  for (const { from, to } of site.mentions) own.fill(1, from, to + 1);
  return own;
}

function termsAlong({ tokens }: Reading, morphology: readonly MorphologyMention[]): Uint8Array {
  const terms = new Uint8Array(tokens.count);
  for (const one of morphology) {
    const behavior = one.code.charAt(5);
    if ((behavior !== '2' && behavior !== '3') || one.history) continue;
    terms.fill(one.negated ? TERM.denied : one.metastatic ? TERM.spread : TERM.stated, one.from, one.to + 1);
  }
  return terms;
}

/** Furthest that a side stands from the organ, in words; of spread only what stands directly beside it counts. */
const REACH = 7;
const REACH_OF_SPREAD = 3;

/** How near the words for the site are to each side by their weight; a side that none stands beside is left out. */
function nearTo(
  reading: Reading,
  sides: readonly number[],
  site: SiteChoice,
  histology: HistologyChoice,
): Course['near'] {
  const near = new Map<number, number>();
  const reach = histology.main.every((one) => one.metastatic) ? REACH_OF_SPREAD : REACH;
  const organNamed = BOTH_SIDES.test(site.value) && site.mentions.some((one) => !one.operation && one.weight > 4);
  for (const one of site.mentions) {
    if (organNamed && one.operation) continue;
    for (const at of sides) {
      const distance = at < one.from ? one.from - at : at > one.to ? at - one.to : 0;
      if (distance > reach) continue;
      const strength = one.weight / (0.5 + (distance === 0 ? 1 : distance) / 2);
      if (strength > (near.get(at) ?? 0) && !crosses(reading, at, one.from, one.to)) near.set(at, strength);
    }
  }
  return near;
}

/** Laterality codes by the word. */
const SIDE_OF: Readonly<Record<number, string>> = {
  [CUE.right]: '1',
  [CUE.left]: '2',
  [CUE.bilateral]: '4',
  [CUE.midline]: '5',
};

/** What answers to questions add to the weight of a side. */
const ANSWERED: Readonly<Record<number, number>> = { [LABEL.laterality]: 12, [LABEL.site]: 8, [LABEL.specimen]: 2 };

function voteOf(reading: Reading, at: number, course: Course, tumorSpecimens: ReadonlySet<number>): SideVote {
  const kind = reading.cue[at];
  const near = course.near.get(at) ?? 0;
  const section = WEIGHT[reading.sections[reading.section[at] ?? 0]?.kind ?? 'other'];
  const level = section >= 4 ? 'diagnosis' : section >= 1.5 ? 'first-look' : 'gross';
  const named = near > 0.4;
  let weight = near + (ANSWERED[reading.answers[at] ?? 0] ?? 0);
  if (tumorSpecimens.has(reading.specimen[at] ?? 0)) weight *= 1.5;
  weight = (weight + 0.04 * section) * surroundings(reading, at, course.terms);
  const side = SIDE_OF[kind ?? 0] ?? '4';
  const sense = senseOf(reading, at, course, level);
  return { side, from: at, to: at, weight, named, sense, level };
}

/** `R` and `L` alone are sides only before a word of the lexicon: not in a list of blocks, and not in the name of a physician. */
function isSideLetter({ tokens, text }: Reading, at: number): boolean {
  if ((tokens.word[at + 1] ?? -1) < 0) return false;
  const after = text.slice(tokens.end[at] ?? 0, (tokens.end[at] ?? 0) + 3);
  return /^\.? ?[A-Za-z]/.test(after) && /^\s?$/.test(text.charAt((tokens.start[at] ?? 0) - 1));
}

/** "Both ovaries" and "both sides" speak of sides; "both the ovary and the omentum" and "both gray and white matter" do not. */
function speaksOfSides({ tokens }: Reading, at: number, own: Uint8Array): boolean {
  const word = tokens.text.slice(tokens.start[at], tokens.end[at]);
  if (!/^both$/i.test(word)) return true;
  const after = tokens.text.slice(tokens.start[at + 1], tokens.end[at + 1]);
  return own[at + 1] === 1
    ? /s$|ae$/i.test(after)
    : /^(sides?|right|left|adnexae?|adnexal|tubes|fallopian)$/i.test(after);
}

function crosses({ tokens }: Reading, at: number, from: number, to: number): boolean {
  if (at < from) {
    for (let next = at + 1; next <= from; next += 1) if (tokens.clause[next] === 1) return true;
  } else {
    for (let next = to + 1; next <= at; next += 1) if (tokens.clause[next] === 1) return true;
  }
  return false;
}

/** Factor of a side of which spread is stated, against 1.5 for the tumor itself. */
const SPREAD = 1.2;

/** Furthest that a head with a side is from what is said of it, in words. */
const HEAD_REACH = 30;

/** A side of lymph nodes, of margins or of something free of tumor is not the tumor's side; what is said first below it decides. */
function surroundings(reading: Reading, at: number, terms: Uint8Array): number {
  const { tokens, cue } = reading;
  let clauses = 0;
  for (let next = at + 1; next < Math.min(tokens.count, at + HEAD_REACH); next += 1) {
    if (reading.specimen[next] !== reading.specimen[at] || reading.section[next] !== reading.section[at]) break;
    if (tokens.clause[next] === 1) clauses += 1;
    if (clauses > 2 || (reading.head[next] === 1 && clauses >= 2)) break;
    const kind = cue[next];
    if (next <= at + 5 && clauses === 0 && (kind === CUE.node || kind === CUE.margin)) return 0.08;
    if (terms[next] === TERM.denied || kind === CUE.benign) return 0.2;
    if (terms[next] === TERM.stated) return 1.5;
    if (terms[next] === TERM.spread) return SPREAD;
    if (clauses === 0 && (kind === CUE.left || kind === CUE.right) && (reading.cueFrom[next] ?? next) === next) break;
  }
  return 1;
}
