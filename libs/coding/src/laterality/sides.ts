import { type HistologyChoice } from '../histology.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading, WEIGHT } from '../reading.js';
import { type SiteChoice } from '../site/choose.js';
import { type Sense, senseOf, TERM } from './sense.js';

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
  /** How much the section states: a diagnosis before what was sent in and seen at first, that before gross and history. */
  readonly level: 'diagnosis' | 'first-look' | 'gross';
}

/** Every word for a side, weighed by its nearness to the words for the site, its section, its specimen and what is said below it. */
export function sidesOf(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
): SideVote[] {
  const { tokens, cue } = reading;
  const near = new Float64Array(tokens.count);
  const spreadOnly = histology.main.every((one) => one.metastatic);
  const organNamed = BOTH_SIDES.test(site.value) && site.mentions.some((one) => !one.operation && one.weight > 4);
  for (const one of site.mentions) {
    if (organNamed && one.operation) continue;
    const reach = spreadOnly ? 3 : 7;
    for (let at = Math.max(0, one.from - reach); at <= Math.min(tokens.count - 1, one.to + reach); at += 1) {
      const distance = at < one.from ? one.from - at : at > one.to ? at - one.to : 1;
      const strength = one.weight / (0.5 + distance / 2);
      if (crosses(reading, at, one.from, one.to)) continue;
      if (strength > (near[at] ?? 0)) near[at] = strength;
    }
  }
  const terms = new Uint8Array(tokens.count);
  for (const one of morphology)
    if (/[23]$/.test(one.code) && !one.history)
      for (let at = one.from; at <= one.to; at += 1)
        terms[at] = one.negated ? TERM.denied : one.metastatic ? TERM.spread : TERM.stated;
  const own = new Uint8Array(tokens.count);
  for (const one of site.mentions) own.fill(1, one.from, one.to + 1);
  const tumorSpecimens = new Set(histology.main.filter((one) => !one.metastatic).map((one) => one.specimen));
  const votes: SideVote[] = [];
  for (let at = 0; at < tokens.count; at += 1) {
    const kind = cue[at];
    if (kind !== CUE.left && kind !== CUE.right && kind !== CUE.bilateral) continue;
    if ((reading.cueFrom[at] ?? at) !== at) continue;
    if ((tokens.end[at] ?? 0) - (tokens.start[at] ?? 0) === 1 && !isSideLetter(reading, at)) continue;
    if (kind === CUE.bilateral && !speaksOfSides(reading, at, own)) continue;
    const section = reading.sections[reading.section[at] ?? 0]?.kind ?? 'other';
    let weight = near[at] ?? 0;
    if (reading.answers[at] === LABEL.laterality) weight += 12;
    else if (reading.answers[at] === LABEL.site) weight += 8;
    else if (reading.answers[at] === LABEL.specimen) weight += 2;
    const specimen = reading.specimen[at] ?? 0;
    if (specimen !== 0 && tumorSpecimens.has(specimen)) weight *= 1.5;
    weight += 0.04 * WEIGHT[section];
    const around = surroundings(reading, at, terms);
    weight *= around;
    const side = kind === CUE.left ? '2' : kind === CUE.right ? '1' : '4';
    const named = (near[at] ?? 0) > 0.4;
    const level = WEIGHT[section] >= 4 ? 'diagnosis' : WEIGHT[section] >= 1.5 ? 'first-look' : 'gross';
    const sense = senseOf(reading, at, { terms, own, near }, named, level === 'gross');
    if (weight > 0) votes.push({ side, from: at, to: at, weight, named, sense, level });
  }
  return votes;
}

/** `R` and `L` alone are sides only beside a word, not in a list of blocks. */
function isSideLetter({ tokens, text }: Reading, at: number): boolean {
  const after = text.slice(tokens.end[at] ?? 0, (tokens.end[at] ?? 0) + 2);
  return /^\.? ?[A-Za-z]/.test(after) && /\s/.test(text.charAt((tokens.start[at] ?? 0) - 1));
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
