import { isPairedSite } from '@perennial/icdo3';
import { type Choice, clamp, round, spansOf } from '../choice.js';
import { type HistologyChoice } from '../histology.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { type Reading } from '../reading.js';
import { type SiteChoice } from '../site/choose.js';
import { BOTH_SIDES, sidesOf, type SideVote } from './sides.js';

/** Unspecified codes of organs of which some parts have sides. */
const PARTLY_PAIRED = /^C(71[089]|709|449|419|479|499|729|319|759)$/;

/**
 * Right, left or both, from words beside the site and in the specimen that holds the tumor; `0` where a site has no sides.
 *
 * @param own the side that the tumor is known to be on, where the report has another on the other side.
 * @source NAACCR item 410; SEER Program Coding and Staging Manual, laterality, list of paired organs and code 4.
 */
export function chooseLaterality(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
  own?: string,
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
  if (own !== undefined) votes = votes.filter((one) => one.side === own);
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

/**
 * Side or sides of an organ whose both sides can be one tumor, by what is stated of each: answers to questions first, then the diagnosis, then
 * what was sent in or seen at the operation, then the gross description. A side that the diagnosis is silent of may be told below it.
 */
function sidesInvolved(votes: readonly SideVote[]): [side: string | null, share: number] {
  const asked = new Set(votes.filter((one) => one.sense === 'answer').map((one) => one.side));
  if (asked.size > 0) {
    const [only = null] = asked;
    return asked.size > 1 ? ['4', 0.6] : [only, 0.9];
  }
  const right = firstStated(votes, '1');
  const left = firstStated(votes, '2');
  const both = firstStated(votes, '4');
  const stated = [right, left, both].filter((one) => one !== null).map((one) => LEVELS.indexOf(one.level));
  const share = SHARES[Math.min(...stated)] ?? 0;
  const [side, sure] = sidesStated(right?.sense ?? null, left?.sense ?? null, both?.sense ?? null);
  return [side, sure * share];
}

/** Kinds of sections by how much they state, and how far what they state is to be trusted. */
const LEVELS: readonly SideVote['level'][] = ['diagnosis', 'first-look', 'gross'];
const SHARES = [1, 0.9, 0.7];

/** What is stated of a side where it is stated best: tumor before spread before its absence. */
function firstStated(votes: readonly SideVote[], side: string): Pick<SideVote, 'sense' | 'level'> | null {
  for (const level of LEVELS)
    for (const sense of ['tumor', 'spread', 'free'] as const)
      if (votes.some((one) => one.level === level && one.side === side && one.sense === sense)) return { level, sense };
  return null;
}

type Stated = SideVote['sense'] | null;

function sidesStated(right: Stated, left: Stated, both: Stated): [side: string | null, share: number] {
  if (right === 'tumor' && left === 'tumor') return ['4', 0.72];
  if (both === 'tumor') {
    if (right !== 'free' && left !== 'free') return ['4', 0.66];
    if (right !== left) return [right === 'free' ? '2' : '1', 0.7];
  }
  // Spread from one side to the other does not hide where the tumor began.
  for (const [side, own, other] of [
    ['1', right, left],
    ['2', left, right],
  ] as const)
    if (own === 'tumor') return [side, other === 'free' ? 0.95 : other === 'spread' ? 0.7 : 0.6];
  if (both === 'spread' || (right === 'spread' && left === 'spread')) return ['4', 0.5];
  if (right === 'spread' || left === 'spread') return [right === 'spread' ? '1' : '2', 0.5];
  if ((right === 'free') !== (left === 'free')) return [right === 'free' ? '2' : '1', 0.5];
  return [null, 0];
}
