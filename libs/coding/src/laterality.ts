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
    const rightTumor = strongest(votes, '1');
    const leftTumor = strongest(votes, '2');
    const weaker = Math.min(rightTumor, leftTumor);
    const stronger = Math.max(rightTumor, leftTumor);
    if (both > more * 0.8 || (weaker > 4 && weaker > stronger * 0.6)) {
      value = '4';
      share = clamp((both + weaker * 2) / (both + right + left + 0.3), 0.55, 0.9);
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
}

const strongest = (votes: readonly SideVote[], side: string): number =>
  votes.reduce((most, one) => (one.side === side ? Math.max(most, one.weight) : most), 0);

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
    weight *= surroundings(reading, at, terms);
    const side = kind === CUE.left ? '2' : kind === CUE.right ? '1' : '4';
    if (weight > 0) votes.push({ side, from: at, to: at, weight });
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

/** A side of lymph nodes, of margins or of something free of tumor is not the tumor's side. */
function surroundings(reading: Reading, at: number, terms: Uint8Array): number {
  const { tokens, cue } = reading;
  for (let next = at + 1; next < Math.min(tokens.count, at + 14); next += 1) {
    if (tokens.clause[next] === 1 && next > at + 1 && ((tokens.gap[next] ?? 0) & 4096) === 0) break;
    const kind = cue[next];
    if (next <= at + 5 && (kind === CUE.node || kind === CUE.margin)) return 0.08;
    if (terms[next] === 2 || kind === CUE.benign) return 0.2;
    if (terms[next] === 1) return 1.5;
    if (kind === CUE.left || kind === CUE.right) break;
  }
  return 1;
}
