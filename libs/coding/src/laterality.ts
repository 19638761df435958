import { isPairedSite } from '@perennial/icdo3';
import { type Choice, clamp, round, spansOf } from './choice.js';
import { type HistologyChoice } from './histology.js';
import { type MorphologyMention } from './mentions.js';
import { CUE, LABEL, type Reading, WEIGHT } from './reading.js';
import { type SiteChoice } from './site.js';

/** Organs whose both sides, both with tumor, are one tumor of both sides when the histology is one. */
const BOTH_SIDES = /^C56/;

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
      spans: site.spans,
      rule: 'site-has-no-sides',
      confidence: round(Math.min(0.99, site.confidence + 0.1)),
    };
  }
  const votes = sidesOf(reading, site, histology, morphology);
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
    const involved = (side: string): boolean => votes.some((one) => one.side === side && one.involved);
    if (involved('4') || (involved('1') && involved('2'))) {
      value = '4';
      share = 0.7;
    } else if (involved('1') !== involved('2')) {
      value = involved('1') ? '1' : '2';
      share = 0.8;
    }
  } else if (more === 0 || both > more * 4) {
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
  /** Tumor is stated of this side of the organ. */
  readonly involved: boolean;
}

function sidesOf(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
): SideVote[] {
  const { tokens, cue } = reading;
  const near = new Float64Array(tokens.count);
  for (const one of site.mentions) {
    const reach = 7;
    for (let at = Math.max(0, one.from - reach); at <= Math.min(tokens.count - 1, one.to + reach); at += 1) {
      const distance = at < one.from ? one.from - at : at > one.to ? at - one.to : 1;
      const strength = one.weight / (0.5 + distance / 2);
      if (crosses(reading, at, one.from, one.to)) continue;
      if (strength > (near[at] ?? 0)) near[at] = strength;
    }
  }
  const terms = new Uint8Array(tokens.count);
  for (const one of morphology)
    if (/[23]$/.test(one.code) && !one.history) terms[one.from] = one.negated ? 2 : one.metastatic ? 3 : 1;
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
    const involved = around > 1 && (near[at] ?? 0) > 0.8 && WEIGHT[section] >= 6;
    if (weight > 0) votes.push({ side, from: at, to: at, weight, involved });
  }
  return votes;
}

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
    if (terms[next] === 1 || terms[next] === 3) return 1.5;
    if (clauses === 0 && (kind === CUE.left || kind === CUE.right) && (reading.cueFrom[next] ?? next) === next) break;
  }
  return 1;
}
