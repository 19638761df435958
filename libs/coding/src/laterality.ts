import { isPairedSite } from '@perennial/icdo3';
import { type Choice, clamp, round, spansOf } from './choice.js';
import { type HistologyChoice } from './histology.js';
import { type MorphologyMention } from './mentions.js';
import { CUE, LABEL, type Reading, WEIGHT } from './reading.js';
import { type SiteChoice } from './site.js';

/** Organs whose both sides, both with tumor, are one tumor of both sides when the histology is one. */
const BOTH_SIDES = /^C56/;

/** Unspecified codes of organs of which some parts have sides. */
const PARTLY_PAIRED = /^C(71[089]|709|449|419|479|499|729|319|759)$/;

/**
 * Right, left or both, from words beside the site and in the specimen that holds the tumor; `0` where a site has no sides.
 *
 * @source NAACCR item 410; SEER Program Coding and Staging Manual, laterality, list of paired organs and code 4.
 */
export function chooseLaterality(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
): Choice | null {
  if (!isPairedSite(site.value)) {
    return {
      value: '0',
      spans: [...site.spans, ...histology.spans],
      rule: 'site-has-no-sides',
      // An unspecified part of an organ that has sides elsewhere may be one of those parts.
      confidence: PARTLY_PAIRED.test(site.value) ? 0.6 : round(Math.min(0.99, site.confidence + 0.1)),
    };
  }
  let votes = sidesOf(reading, site, histology, morphology);
  // Of spread only the side of the organ itself counts, not that of the place it was found in.
  if (histology.main.every((one) => one.metastatic)) votes = votes.filter((one) => one.named);
  const total = (side: string): number =>
    votes.filter((one) => one.side === side).reduce((sum, one) => sum + one.weight, 0);
  const right = total('1');
  const left = total('2');
  const both = total('4');
  const more = Math.max(right, left);
  if (more + both === 0) return null;
  let value = right >= left ? '1' : '2';
  let share = more / (right + left + 0.3);
  if (BOTH_SIDES.test(site.value)) {
    const [side, sure] = sidesInvolved(votes);
    if (side !== null) [value, share] = [side, sure];
  } else if (both > 0 && votes.some((one) => one.side === '4' && one.named) && both > more * 4) {
    value = '4';
    share = 0.6;
  }
  const spans = spansOf(
    reading,
    votes.filter((one) => one.side === value || (value === '4' && one.weight > 0)),
  );
  if (spans.length === 0) return null;
  return { value, spans, rule: 'side-beside-site', confidence: round(clamp(0.3 + 0.69 * share, 0.2, 0.99)) };
}

interface SideVote {
  readonly side: string;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** The organ stands beside the side. */
  readonly named: boolean;
  /** What is stated of this side of the organ. */
  readonly sense: 'answer' | 'tumor' | 'spread' | 'free' | 'unknown';
}

/** Side or sides of the organ that tumor is stated of. */
function sidesInvolved(votes: readonly SideVote[]): [side: string | null, share: number] {
  const strength = (side: string, sense: SideVote['sense']): number =>
    votes.reduce((most, one) => (one.side === side && one.sense === sense ? Math.max(most, one.weight) : most), 0);
  const asked = votes.filter((one) => one.sense === 'answer');
  if (asked.length > 0) {
    const sides = new Set(asked.map((one) => one.side));
    return [sides.has('4') || sides.size > 1 ? '4' : (asked[0]?.side ?? null), 0.9];
  }
  const both = strength('4', 'tumor');
  const right = strength('1', 'tumor');
  const left = strength('2', 'tumor');
  const rightFree = right === 0 && strength('1', 'free') > 0;
  const leftFree = left === 0 && strength('2', 'free') > 0;
  // Both involved at once, one histology: code 4, though one side may be spread from the other.
  if (Math.max(right, strength('1', 'spread')) > 0 && Math.max(left, strength('2', 'spread')) > 0) return ['4', 0.65];
  if (right > 0 && left > 0) return ['4', 0.72];
  if (both > 0 && !rightFree && !leftFree) return ['4', 0.66];
  if (both > 0 && rightFree !== leftFree) return [rightFree ? '2' : '1', 0.7];
  if (right > 0) return ['1', leftFree ? 0.95 : 0.8];
  if (left > 0) return ['2', rightFree ? 0.95 : 0.8];
  if (rightFree !== leftFree) return [rightFree ? '2' : '1', 0.5];
  return [null, 0];
}

function sidesOf(
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
      for (let at = one.from; at <= one.to; at += 1) terms[at] = one.negated ? 2 : one.metastatic ? 3 : 1;
  const tumorSpecimens = new Set(histology.main.filter((one) => !one.metastatic).map((one) => one.specimen));
  const votes: SideVote[] = [];
  for (let at = 0; at < tokens.count; at += 1) {
    const kind = cue[at];
    if (kind !== CUE.left && kind !== CUE.right && kind !== CUE.bilateral) continue;
    if ((reading.cueFrom[at] ?? at) !== at) continue;
    if ((tokens.end[at] ?? 0) - (tokens.start[at] ?? 0) === 1 && !isSideLetter(reading, at)) continue;
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
    const sense = senseOf(reading, at, terms, named && WEIGHT[section] >= 4, around);
    if (weight > 0) votes.push({ side, from: at, to: at, weight, named, sense });
  }
  return votes;
}

/** Whether tumor is stated of a side: by the answer to a question, by a term before it in its statement, or by what is said first below it. */
function senseOf(reading: Reading, at: number, terms: Uint8Array, named: boolean, around: number): SideVote['sense'] {
  const { tokens, cue } = reading;
  const answer = reading.answers[at];
  if (answer === LABEL.laterality || answer === LABEL.site) return 'answer';
  if (!named) return 'unknown';
  for (let before = at - 1; before >= Math.max(0, at - 14); before -= 1) {
    if (tokens.clause[before + 1] === 1) break;
    if (terms[before] === 1 || terms[before] === 3) return terms[before] === 1 ? 'tumor' : 'spread';
    if (terms[before] === 2) break;
    if (at - before <= 3 && (cue[before] === CUE.benign || cue[before] === CUE.negated)) return 'free';
  }
  if (around > 1) {
    // "Bilateral salpingo-oophorectomy" is what was done, not where tumor is.
    if (cue[at] === CUE.bilateral && operationNext(reading, at)) return 'unknown';
    return around > SPREAD ? 'tumor' : 'spread';
  }
  return around < 0.5 && around > 0.1 ? 'free' : 'unknown';
}

const operationNext = ({ tokens }: Reading, at: number): boolean =>
  /(ectomy|ectomies|adnexa)/i.test(tokens.text.slice(tokens.start[at], tokens.end[Math.min(tokens.count - 1, at + 3)]));

/** `R` and `L` alone are sides only beside a word, not in a list of blocks. */
function isSideLetter({ tokens, text }: Reading, at: number): boolean {
  const after = text.slice(tokens.end[at] ?? 0, (tokens.end[at] ?? 0) + 2);
  return /^\.? ?[A-Za-z]/.test(after) && /\s/.test(text.charAt((tokens.start[at] ?? 0) - 1));
}

function crosses({ tokens }: Reading, at: number, from: number, to: number): boolean {
  if (at < from) {
    for (let next = at + 1; next <= from; next += 1) if (tokens.clause[next] === 1) return true;
  } else {
    for (let next = to + 1; next <= at; next += 1) if (tokens.clause[next] === 1) return true;
  }
  return false;
}

/** Factor of a side below which spread is stated, against 1.5 for the tumor itself. */
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
    if (terms[next] === 2 || kind === CUE.benign) return 0.2;
    if (terms[next] === 1) return 1.5;
    if (terms[next] === 3) return SPREAD;
    if (clauses === 0 && (kind === CUE.left || kind === CUE.right) && (reading.cueFrom[next] ?? next) === next) break;
  }
  return 1;
}
