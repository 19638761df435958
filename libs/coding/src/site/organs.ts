import { pooled } from '../choice.js';
import { type Families } from '../families.js';
import { type Reading } from '../reading.js';
import { spanText } from '../text/tokens.js';
import { type Vote } from './votes.js';

/** An organ (three characters) with the words that name it. */
export interface Organ {
  readonly site: string;
  readonly votes: Vote[];
  /** What its own words come to, and with what general words and the histology add. */
  own: number;
  score: number;
}

/**
 * Codes of words that name an organ in general, and the organs (three characters) that they speak for as well: "colon" stands beside every part
 * of the large bowel, "uterus" beside its body and its neck.
 */
const GENERAL: Readonly<Record<string, readonly string[]>> = {
  C189: ['C19', 'C20'],
  C559: ['C54', 'C53'],
  C260: ['C18', 'C16', 'C20', 'C17'],
  C140: ['C10', 'C13', 'C11', 'C12'],
  C069: ['C02', 'C03', 'C04', 'C05'],
  C139: ['C12'],
  C109: ['C09'],
  C399: ['C34'],
  C499: ['C48'],
  C449: ['C51', 'C60', 'C63', 'C00'],
};
const GENERAL_OF = Object.entries(GENERAL);
/** Share of a general word that counts for the exact organ. */
const GENERAL_SHARE: Readonly<Record<string, number>> = { C559: 0.2, C069: 0.4, C499: 0.4 };
const USUAL_SHARE = 0.8;
/** Share of a part that counts for its organ. */
const PART_SHARE = 0.6;

/** Least score that is something. */
const LEAST = 0.05;

/** Organs that words speak for, the strongest first. @param hint site that the chosen term carries, or an empty text. */
export function rankedOrgans(
  reading: Reading,
  votes: readonly Vote[],
  histology: string,
  hint: string,
  families: Families,
): Organ[] {
  const organs = new Map<string, Organ>();
  for (const vote of votes) if (vote.within === '') organOf(organs, vote.code.slice(0, 3)).votes.push(vote);
  for (const organ of organs.values()) organ.own = pooledWeight(organ.votes, '');
  addParts(reading, organs, votes);
  for (const organ of organs.values()) organ.score = organ.own;
  addGeneral(organs);
  if (hint !== '' && families.usual(histology, hint.slice(0, 3)) === 1) organOf(organs, hint.slice(0, 3)).score += 4;
  if (highest(organs) < 0.6) addPartsAlone(reading, organs, votes, histology, families);
  return [...organs.values()].sort((a, b) => b.score - a.score);
}

/** The strongest organ, or the exact one where only general words were stronger; and the score of the strongest other one. */
export function chooseOrgan(ranked: readonly Organ[]): { organ: Organ; score: number; second: number } | null {
  const [first] = ranked;
  if (first === undefined || first.score < LEAST) return null;
  const share = first.site === 'C55' ? 0.3 : 0.12;
  const exact = ranked.find((one) => one.own > first.score * share && speaksFor(first, one.site));
  const organ = exact ?? first;
  const second = ranked.find((one) => one !== organ && !speaksFor(one, organ.site));
  return { organ, score: Math.max(first.score, organ.score), second: second?.score ?? 0 };
}

function organOf(organs: Map<string, Organ>, site: string): Organ {
  let organ = organs.get(site);
  if (organ === undefined) {
    organ = { site, votes: [], own: 0, score: 0 };
    organs.set(site, organ);
  }
  return organ;
}

/** Parts of several words ("right upper lobe") speak for their organ where it is named at all. */
function addParts(reading: Reading, organs: Map<string, Organ>, votes: readonly Vote[]): void {
  for (const vote of votes) {
    if (vote.within === '' || vote.weight < 4) continue;
    const organ = organs.get(vote.within);
    if (organ !== undefined && ofSeveralWords(reading, vote)) organ.own = Math.max(organ.own, vote.weight * PART_SHARE);
  }
}

/** "Left lower lobe": a part whose organ is nowhere named, where the histology is at home in that organ. */
function addPartsAlone(
  reading: Reading,
  organs: Map<string, Organ>,
  votes: readonly Vote[],
  histology: string,
  families: Families,
): void {
  for (const vote of votes) {
    if (vote.within === '' || families.usual(histology, vote.within) < 1 || !ofSeveralWords(reading, vote)) continue;
    const organ = organOf(organs, vote.within);
    organ.score = Math.max(organ.score, vote.weight * 0.5);
  }
}

function addGeneral(organs: Map<string, Organ>): void {
  for (const [general, exact] of GENERAL_OF) {
    const organ = organs.get(general.slice(0, 3));
    if (organ === undefined) continue;
    const share = pooledWeight(organ.votes, general) * (GENERAL_SHARE[general] ?? USUAL_SHARE);
    if (share === 0) continue;
    for (const site of exact) {
      const other = organs.get(site);
      if (other !== undefined) other.score += share;
    }
  }
}

/** What words come to together; of one code only, where one is given. */
function pooledWeight(votes: readonly Vote[], code: string): number {
  const weights: number[] = [];
  for (const one of votes) if (code === '' || one.code === code) weights.push(one.weight);
  return pooled(weights, 0.2, 1.2);
}

function highest(organs: ReadonlyMap<string, Organ>): number {
  let most = 0;
  for (const { score } of organs.values()) if (score > most) most = score;
  return most;
}

const ofSeveralWords = ({ tokens }: Reading, { mention }: Vote): boolean =>
  mention.to > mention.from && /\s/.test(spanText(tokens, mention.from, mention.to));

/** Whether all that was said of an organ were general words for the chosen one. */
const speaksFor = ({ site, votes }: Organ, chosen: string): boolean =>
  votes.length > 0 && votes.every((one) => one.code.startsWith(site) && (GENERAL[one.code] ?? []).includes(chosen));
