import { type Icdo3 } from '@perennial/icdo3';
import { calibrated, type Calibration, type Choice, clamp, pooled, round, spansOf } from '../choice.js';
import { type Families } from '../families.js';
import { type HistologyChoice } from '../histology.js';
import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading } from '../reading.js';
import { spanText } from '../text/tokens.js';
import { siteVotes, type Vote } from './votes.js';

export interface SiteChoice extends Choice {
  /** Weight of the strongest words for the site. */
  readonly strength: number;
  /** Words that name the site, the most telling first. */
  readonly mentions: readonly {
    readonly from: number;
    readonly to: number;
    readonly weight: number;
    /** Named by an operation only. */
    readonly operation: boolean;
  }[];
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
/** Share of a general word that counts for the exact organ. */
const GENERAL_SHARE: Readonly<Record<string, number>> = { C559: 0.2, C069: 0.4, C499: 0.4 };
const USUAL_SHARE = 0.8;
/** Share of a part that counts for its organ. */
const PART_SHARE = 0.6;

/** The primary site, to the subsite where the words say it; histology and site are checked against each other. */
export function chooseSite(
  reading: Reading,
  sites: readonly SiteMention[],
  morphology: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
  icdo3: Icdo3,
): SiteChoice | null {
  const votes = siteVotes(reading, sites, morphology, histology, families, icdo3);
  return decide(reading, votes, histology, families, icdo3);
}

function decide(
  reading: Reading,
  votes: readonly Vote[],
  histology: HistologyChoice,
  families: Families,
  icdo3: Icdo3,
): SiteChoice | null {
  const byOrgan = new Map<string, Vote[]>();
  for (const vote of votes) {
    if (vote.within !== '') continue;
    const organ = vote.code.slice(0, 3);
    const known = byOrgan.get(organ);
    if (known === undefined) byOrgan.set(organ, [vote]);
    else known.push(vote);
  }
  const scores = new Map<string, number>();
  for (const [organ, list] of byOrgan)
    scores.set(
      organ,
      pooled(
        list.map((one) => one.weight),
        0.2,
        1.2,
      ),
    );
  // Parts of several words ("right upper lobe") speak for their organ where it is named at all.
  for (const vote of votes) {
    if (vote.within === '' || !scores.has(vote.within) || vote.weight < 4) continue;
    if (/\s/.test(spanText(reading.tokens, vote.mention.from, vote.mention.to)))
      scores.set(vote.within, Math.max(scores.get(vote.within) ?? 0, vote.weight * PART_SHARE));
  }
  const own = new Map(scores);
  for (const [general, exact] of Object.entries(GENERAL)) {
    const list = (byOrgan.get(general.slice(0, 3)) ?? [])
      .filter((one) => one.code === general)
      .map((one) => one.weight);
    if (list.length === 0) continue;
    const share = pooled(list, 0.2, 1.2) * (GENERAL_SHARE[general] ?? USUAL_SHARE);
    for (const organ of exact) if (scores.has(organ)) scores.set(organ, (scores.get(organ) ?? 0) + share);
  }
  // The site that belongs to the term itself.
  const hint = hintOf(histology);
  if (hint !== '') {
    const organ = hint.slice(0, 3);
    if (families.usual(histology.value, organ) === 1) scores.set(organ, (scores.get(organ) ?? 0) + 4);
  }
  // "Left lower lobe": a part whose organ is nowhere named, where the histology is at home in that organ.
  if (scores.size === 0 || Math.max(...scores.values()) < 0.6) {
    for (const vote of votes) {
      if (vote.within === '' || families.usual(histology.value, vote.within) < 1) continue;
      if (/\s/.test(spanText(reading.tokens, vote.mention.from, vote.mention.to)))
        scores.set(vote.within, Math.max(scores.get(vote.within) ?? 0, vote.weight * 0.5));
    }
  }
  const ranked = [...scores].sort((a, b) => b[1] - a[1]);
  let [organ, score] = ranked[0] ?? ['', 0];
  if (organ === '' || score < 0.05) return null;
  // The exact organ, where only general words were stronger.
  const exact = ranked.find(
    ([other]) =>
      (own.get(other) ?? 0) > score * (organ === 'C55' ? 0.3 : 0.12) &&
      speaksFor(byOrgan.get(organ) ?? [], organ, other),
  );
  if (exact !== undefined) [organ, score] = [exact[0], Math.max(score, exact[1])];
  const second = ranked.find(([other]) => other !== organ && !speaksFor(byOrgan.get(other) ?? [], other, organ));
  const mine = byOrgan.get(organ) ?? [];
  const parts = votes.filter((vote) => vote.within === organ);
  const part = subsite(organ, [...mine, ...parts], hint, icdo3);
  const code = mine.some((one) => sideBeside(reading, one)) ? (PART_WITH_SIDES[part] ?? part) : part;
  const named = [...mine, ...parts.filter((one) => one.code === part)]
    .filter((one) => one.weight > 0)
    .map(({ mention, weight, code: own }) => ({
      from: mention.from,
      to: mention.to,
      weight: weight * (own === part ? 1.5 : 1),
      operation: mention.entry.operation,
    }));
  const best = mine.reduce((most, one) => Math.max(most, one.weight), 0);
  const mentions = named.sort((a, b) => b.weight - a.weight);
  const fromTerm = mentions.length === 0 || hint.startsWith(organ);
  const terms = histology.main.map((one) => ({
    from: one.from,
    to: one.to,
    weight: one.weight / 50,
    operation: false,
  }));
  return {
    value: code,
    strength: best,
    mentions: mentions.length === 0 ? terms : mentions,
    spans: spansOf(reading, fromTerm ? [...mentions, ...terms] : mentions),
    rule: mentions.length === 0 ? 'site-of-histology' : code.endsWith('9') ? 'words-of-anatomy' : 'subsite-words',
    confidence: confidenceOf(score, second?.[1] ?? 0, best, families.usual(histology.value, organ), histology),
  };
}

/** An organ without sides that is spoken of with one means its part that has them: a left brain tumor lies in a hemisphere. */
const PART_WITH_SIDES: Readonly<Record<string, string>> = { C719: 'C710' };
/** Furthest that such a side stands from the organ, in words. */
const BESIDE = 2;

function sideBeside({ cue, tokens }: Reading, { code, weight, mention: { from, to, entry } }: Vote): boolean {
  if (PART_WITH_SIDES[code] === undefined || entry.operation || weight < 1) return false;
  const isSide = (at: number): boolean =>
    (cue[at] === CUE.left || cue[at] === CUE.right) && (tokens.end[at] ?? 0) - (tokens.start[at] ?? 0) > 1;
  for (let at = from - 1; at >= Math.max(0, from - BESIDE) && tokens.clause[at + 1] !== 1; at -= 1)
    if (isSide(at)) return true;
  for (let at = to + 1; at <= Math.min(tokens.count - 1, to + BESIDE) && tokens.clause[at] !== 1; at += 1)
    if (isSide(at)) return true;
  return false;
}

/** Whether all that was said of an organ were general words for the chosen one. */
const speaksFor = (votes: readonly Vote[], organ: string, chosen: string): boolean =>
  votes.length > 0 && votes.every((one) => (GENERAL[one.code] ?? []).includes(chosen) && one.code.startsWith(organ));

/** Site that the terms of the chosen histology carry. */
function hintOf(histology: HistologyChoice): string {
  for (const one of histology.main) if (one.entry.siteHint !== '') return one.entry.siteHint;
  return '';
}

/** The most telling exact part of an organ; its unspecified code where none is soundly named. */
function subsite(organ: string, votes: readonly Vote[], hint: string, icdo3: Icdo3): string {
  const byCode = new Map<string, number[]>();
  let most = 0;
  for (const { code, weight: said, mention } of votes) {
    most = Math.max(most, said);
    // The answer to the question for the site is more exact than the name of the specimen.
    const weight = mention.answer === LABEL.site ? said * 2.5 : said;
    const known = byCode.get(code);
    if (known === undefined) byCode.set(code, [weight]);
    else known.push(weight);
  }
  const unspecified = unspecifiedOf(organ, icdo3);
  let best = '';
  let bestScore = 0;
  for (const [code, weights] of byCode) {
    if (code === unspecified) continue;
    const score = pooled(weights, 0.25, 1);
    if (score > bestScore) [best, bestScore] = [code, score];
  }
  if (best !== '' && bestScore >= Math.max(0.4, most * 0.1)) return best;
  return hint.length === 4 && hint.startsWith(organ) ? hint : unspecified;
}

const unspecifiedOf = (organ: string, icdo3: Icdo3): string =>
  icdo3.topography.has(`${organ}9`) ? `${organ}9` : icdo3.topography.has(`${organ}0`) ? `${organ}0` : `${organ}9`;

/** Set by hand to what the scores were worth on the reports that rules were made on; the held out third agrees. */
const CALIBRATION: Calibration = [
  [0.15, 0.1],
  [0.6, 0.2],
  [0.66, 0.45],
  [0.7, 0.56],
  [0.735, 0.68],
  [0.75, 0.84],
  [0.77, 0.89],
  [0.82, 0.945],
  [0.87, 0.968],
  [0.92, 0.977],
  [0.97, 0.992],
];

function confidenceOf(score: number, second: number, best: number, usual: number, histology: HistologyChoice): number {
  const share = score / (score + second + 0.6);
  let confidence = 0.42 + 0.57 * share;
  if (best < 1.5) confidence -= 0.06;
  if (usual < 1) confidence -= 0.15;
  if (histology.main.every((one) => one.metastatic)) confidence -= 0.15;
  return round(calibrated(clamp(confidence, 0.15, 0.98), CALIBRATION));
}
