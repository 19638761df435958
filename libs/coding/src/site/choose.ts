import { type Icdo3 } from '@perennial/icdo3';
import { calibrated, type Calibration, type Choice, clamp, lazily, pooled, round, spansOf } from '../choice.js';
import { type Families } from '../families.js';
import { type HistologyChoice } from '../histology.js';
import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading } from '../reading.js';
import { chooseOrgan, rankedOrgans } from './organs.js';
import { siteVotes, type Vote } from './votes.js';

export interface SiteChoice extends Choice {
  /** Weight of the strongest words for the site. */
  readonly strength: number;
  /** Words that name the site, the most telling first. */
  readonly mentions: readonly SiteWords[];
}

interface SiteWords {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** Named by an operation only. */
  readonly operation: boolean;
}

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
  return decide(reading, votes, morphology, histology, families, icdo3);
}

function decide(
  reading: Reading,
  votes: readonly Vote[],
  morphology: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
  icdo3: Icdo3,
): SiteChoice | null {
  const hint = hintOf(histology);
  const choice = chooseOrgan(rankedOrgans(reading, votes, histology.value, hint, families));
  if (choice === null) return null;
  const { organ, score, second } = choice;
  const parts = votes.filter((vote) => vote.within === organ.site);
  const part = subsite(organ.site, [...organ.votes, ...parts], hint, icdo3);
  const mentions = naming(organ.votes, parts, part);
  const terms = termsOf(histology);
  const named = organ.votes.some((one) => sideBeside(reading, one)) ? (PART_WITH_SIDES[part] ?? part) : part;
  const code = families.siteFor(histology.value, named);
  const best = strongest(organ.votes);
  const fromTerm = mentions.length === 0 || hint.startsWith(organ.site);
  const spans = lazily(() =>
    spansOf(reading, fromTerm ? [...mentions, ...terms, ...hinting(morphology, organ.site)] : mentions),
  );
  return {
    value: code,
    strength: best,
    mentions: mentions.length === 0 ? terms : mentions,
    get spans() {
      return spans();
    },
    rule: mentions.length === 0 ? 'site-of-histology' : code.endsWith('9') ? 'words-of-anatomy' : 'subsite-words',
    confidence: confidenceOf(
      score,
      second,
      best,
      families.usual(histology.value, code === named ? organ.site : code),
      histology,
    ),
  };
}

/** Words that name the organ and its chosen part, the most telling first. */
function naming(own: readonly Vote[], parts: readonly Vote[], part: string): SiteWords[] {
  const named: SiteWords[] = [];
  for (const one of own) if (one.weight > 0) named.push(wordsOf(one, part));
  for (const one of parts) if (one.weight > 0 && one.code === part) named.push(wordsOf(one, part));
  return named.sort((a, b) => b.weight - a.weight);
}

const wordsOf = ({ mention, weight, code }: Vote, part: string): SiteWords => ({
  from: mention.from,
  to: mention.to,
  weight: weight * (code === part ? 1.5 : 1),
  operation: mention.entry.operation,
});

const termsOf = ({ main }: HistologyChoice): SiteWords[] =>
  main.map((one) => ({ from: one.from, to: one.to, weight: one.weight / 50, operation: false }));

/** Terms that carry the organ, whether or not they are the chosen ones. */
const hinting = (
  morphology: readonly MorphologyMention[],
  organ: string,
): Pick<SiteWords, 'from' | 'to' | 'weight'>[] =>
  morphology
    .filter((one) => !one.negated && one.entry.siteHint.startsWith(organ))
    .map(({ from, to, weight }) => ({ from, to, weight: weight / 5_000 }));

function strongest(votes: readonly Vote[]): number {
  let most = 0;
  for (const one of votes) if (one.weight > most) most = one.weight;
  return most;
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

/** Site that the terms of the chosen histology carry. */
function hintOf(histology: HistologyChoice): string {
  for (const one of histology.main) if (one.entry.siteHint !== '') return one.entry.siteHint;
  return '';
}

/** Weight below which words for a part are too faint beside stronger words for the organ. */
const FAINT = 0.4;

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
  if (best !== '' && bestScore >= Math.max(Math.min(FAINT, most), most * 0.1)) return best;
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
