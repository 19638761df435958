import { type Icdo3 } from '@perennial/icdo3';
import { calibrated, type Calibration, type Choice, clamp, pooled, round, spansOf } from './choice.js';
import { type HistologyChoice } from './histology.js';
import { type MorphologyMention, type SiteMention, type SiteRole } from './mentions.js';
import { CUE, LABEL, type Reading } from './reading.js';
import { type Families } from './families.js';
import { GAP, spanText } from './text/tokens.js';

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

const ROLE: Readonly<Record<SiteRole, number>> = {
  primary: 2.2,
  plain: 1,
  involved: 0.2,
  elsewhere: 0.05,
  negative: 0.08,
};

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

const SKIN_TUMOR = /^(87[2-9]|8247|809|81[01]|839|84[01]|8832|8542|880[0-9]X)/;
const LYMPHOID = /^(959|9[67]|98|99)/;
const SOFT = /^(88|89[0-3]|899|904|91[2-5]|91[67]|92[5]|95[4-7])/;

/** What the statements of each specimen come to. */
interface SpecimenFacts {
  malignant: number;
  metastatic: number;
}

function specimenFacts(
  mentions: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
): Map<number, SpecimenFacts> {
  const facts = new Map<number, SpecimenFacts>();
  for (const one of mentions) {
    if (one.specimen === 0 || one.weight <= 0 || !/[23]$/.test(one.code)) continue;
    const known = facts.get(one.specimen) ?? { malignant: 0, metastatic: 0 };
    if (one.negated || one.history || one.code.slice(5) < histology.behavior || !related(one, histology, families)) {
      // The specimen was spoken of.
    } else if (one.metastatic) known.metastatic = Math.max(known.metastatic, one.weight);
    else known.malignant = Math.max(known.malignant, one.weight);
    facts.set(one.specimen, known);
  }
  return facts;
}

interface Vote {
  readonly code: string;
  readonly within: string;
  readonly weight: number;
  readonly mention: SiteMention;
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
  const facts = specimenFacts(morphology, histology, families);
  const anyMalignant = [...facts.values()].some((one) => one.malignant > 0);
  const terms = termIndex(reading, morphology, histology, families);
  const skinSpoken = skinWords(reading, sites);
  const votes: Vote[] = [];
  for (const one of sites) {
    const code = codeFor(one, histology.value, skinSpoken.has(one.from));
    const fit = one.entry.within === '' ? fitOf(code, histology, families, icdo3) : 1;
    let weight = one.weight * ROLE[one.role] * fit;
    if (one.specimen !== 0 && one.answer !== LABEL.site) {
      const fact = facts.get(one.specimen);
      if (fact !== undefined && fact.malignant > 0) weight *= 1.4;
      else if (fact !== undefined && fact.metastatic > 0) weight *= one.role === 'primary' ? 1 : 0.3;
      else if (anyMalignant) weight *= 0.2;
    }
    weight *= nearness(reading, one, terms, histology);
    // Skin comes with many specimens; it is the site where a statement begins with it.
    if (one.entry.site === 'C449' && !SKIN_TUMOR.test(histology.value) && reading.tokens.clause[one.from] !== 1)
      weight *= one.role === 'primary' || terms[one.to + 1] === TERM.stated ? 1 : 0.3;
    if (weight > 0) votes.push({ code, within: one.entry.within, weight, mention: one });
  }
  return decide(reading, votes, histology, families, icdo3);
}

/** Parts of the body that are spoken of as skin: the word stands shortly before or after them in their statement. */
function skinWords({ tokens }: Reading, sites: readonly SiteMention[]): Set<number> {
  const found = new Set<number>();
  let last = -1_000;
  let before: SiteMention | undefined;
  for (const one of sites) {
    if (one.entry.site === 'C449') {
      last = one.to;
      // "Perianal skin": the part of the body stands directly before.
      if (before !== undefined && before.entry.region !== null && before.to === one.from - 1) found.add(before.from);
    } else if (one.entry.region !== null && one.from - last <= 12) {
      let apart = false;
      for (let at = last + 1; at <= one.from; at += 1) if (tokens.clause[at] === 1 && at > last + 1) apart = true;
      if (!apart) found.add(one.from);
    }
    before = one;
  }
  return found;
}

/** Site of a word by the kind of tumor: a part of the body is skin, soft tissue or lymph nodes. */
function codeFor({ entry }: SiteMention, histology: string, skinSpoken: boolean): string {
  const { region } = entry;
  if (region === null) return entry.site;
  if (LYMPHOID.test(histology)) return region.node;
  if (SKIN_TUMOR.test(histology)) return region.skin;
  if (SOFT.test(histology)) return region.soft;
  return skinSpoken ? region.skin : region.other;
}

function fitOf(site: string, histology: HistologyChoice, families: Families, icdo3: Icdo3): number {
  const usual = families.usual(histology.value, site);
  if (/^C77/.test(site)) return LYMPHOID.test(histology.value) ? 1 : 0.02;
  const listed = icdo3.siteTypeAllows(site, histology.code) ? 1 : 0.85;
  return usual * listed;
}

/** What a word is part of. */
const TERM = { none: 0, stated: 1, denied: 2, unstated: 3, metastatic: 4, inSitu: 5, other: 6 } as const;

/** Whether a term may speak of the chosen tumor: its code, a general or a more exact one. */
function related(one: MorphologyMention, histology: HistologyChoice, families: Families): boolean {
  const code = one.code.slice(0, 4);
  return (
    code === histology.value ||
    histology.chosen.has(one) ||
    families.isVague(code) ||
    families.parentsOf(code).has(histology.value) ||
    families.parentsOf(histology.value).has(code)
  );
}

/** For each word the kind of malignant term that it is part of. An in situ term beside an invasive tumor does not say where that is. */
function termIndex(
  reading: Reading,
  morphology: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
): Uint8Array {
  const { behavior } = histology;
  const index = new Uint8Array(reading.tokens.count + 1);
  for (const one of morphology) {
    if (one.code.slice(5) < behavior && !/[23]$/.test(one.code)) continue;
    const value = one.negated
      ? TERM.denied
      : one.history || one.uncertainty === 'refused'
        ? TERM.unstated
        : one.metastatic
          ? TERM.metastatic
          : one.code.endsWith('2') && behavior === '3'
            ? TERM.inSitu
            : related(one, histology, families)
              ? TERM.stated
              : TERM.other;
    for (let at = one.from; at <= one.to; at += 1) index[at] = value;
  }
  return index;
}

/** Names such as "anal intraepithelial neoplasia" hold a region, not the site: the specimen says which skin or mucosa it is. */
const INTRAEPITHELIAL = /^(8077|8148)/;

/** What words of anatomy inside a term weigh, by the kind of term. */
const INSIDE: Readonly<Record<number, number>> = {
  [TERM.stated]: 2.2,
  [TERM.metastatic]: 2.2,
  [TERM.denied]: 0.3,
  [TERM.unstated]: 0.5,
  [TERM.other]: 0.4,
  [TERM.inSitu]: 1,
};

/** A comma, bracket or colon stands before a word. */
const apart = ({ tokens }: Reading, at: number): boolean =>
  ((tokens.gap[at] ?? 0) & (GAP.COMMA | GAP.OPEN | GAP.CLOSE | GAP.COLON | GAP.DASH)) !== 0;

/** Furthest that a head (`LEFT URETER, EXCISION:`) is from what it heads, in words. */
const HEAD_REACH = 40;

/** How a word of anatomy stands to the statement of the tumor: inside its term, before it, in the head above it, or apart. */
function nearness(reading: Reading, one: SiteMention, terms: Uint8Array, histology: HistologyChoice): number {
  const { tokens, cue } = reading;
  if (one.answer === LABEL.site) return 1;
  const inside = terms[one.from] ?? 0;
  if (inside !== TERM.none) return INTRAEPITHELIAL.test(histology.value) ? 0.6 : (INSIDE[inside] ?? 1);
  // The organ's adjective directly before the term.
  const next = terms[one.to + 1];
  if (
    (next === TERM.stated || next === TERM.metastatic) &&
    tokens.clause[one.to + 1] !== 1 &&
    !apart(reading, one.to + 1)
  )
    return one.role === 'primary' ? 1.6 : 2.6;
  // "Adenocarcinoma of the colorectal type" says what it looks like.
  if (/^types?$/i.test(tokens.text.slice(tokens.start[one.to + 1], tokens.end[one.to + 1]))) return 0.15;
  let clauses = 0;
  for (let at = one.to + 1; at < Math.min(tokens.count, one.to + HEAD_REACH); at += 1) {
    if (reading.specimen[at] !== one.specimen) break;
    if (tokens.clause[at] === 1) clauses += 1;
    if (reading.head[at] === 1 && clauses >= 2) break;
    const term = terms[at];
    // What is said first below a head is said of what it names.
    if (term === TERM.stated) return clauses <= 2 ? 1.45 : 1.1;
    if (term === TERM.metastatic) return 0.5;
    if (term === TERM.inSitu || term === TERM.other) return 0.5;
    if (term === TERM.denied || cue[at] === CUE.benign) return clauses <= 2 ? 0.15 : 0.6;
    if (clauses > 3) break;
  }
  for (let at = one.from - 1; at >= Math.max(0, one.from - 16); at -= 1) {
    if (terms[at] === TERM.stated) return 1.1;
    if (tokens.clause[at + 1] === 1) break;
  }
  const main = histology.main[0];
  if (main !== undefined && main.from > one.to && main.from - one.to < 60 && main.specimen === one.specimen)
    return 1.15;
  return 0.85;
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
  const code = subsite(organ, [...mine, ...parts], hint, icdo3);
  const named = [...mine, ...parts.filter((one) => one.code === code)]
    .filter((one) => one.weight > 0)
    .map(({ mention, weight, code: own }) => ({
      from: mention.from,
      to: mention.to,
      weight: weight * (own === code ? 1.5 : 1),
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
