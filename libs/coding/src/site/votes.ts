import { type Icdo3 } from '@perennial/icdo3';
import { type Families } from '../families.js';
import { type HistologyChoice } from '../histology.js';
import { type SiteMention, type SiteRole } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { CUE, LABEL, type Reading } from '../reading.js';
import { GAP } from '../text/tokens.js';

const ROLE: Readonly<Record<SiteRole, number>> = {
  primary: 2.2,
  plain: 1,
  involved: 0.2,
  elsewhere: 0.05,
  negative: 0.08,
};

const SKIN_TUMOR = /^(87[2-9]|8247|809|81[01]|839|84[01]|883[23]|8542)/;
/** Lymphomas that begin in the skin. */
const SKIN_LYMPHOMA = /^(9597|970[0189]|9718|972[56])/;
const LYMPHOID = /^(959|9[67]|98|99)/;
const SOFT = /^(88|89[0-3]|899|904|91[2-5]|91[67]|92[5]|95[4-7])/;

/** What the statements of each specimen come to: weight of the tumor and of spread, by the specimen's key. */
interface SpecimenFacts {
  readonly malignant: Map<number, number>;
  readonly metastatic: Map<number, number>;
  /** A specimen holds the tumor itself. */
  anyMalignant: boolean;
}

function specimenFacts(
  mentions: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
): SpecimenFacts {
  const facts: SpecimenFacts = { malignant: new Map(), metastatic: new Map(), anyMalignant: false };
  const spread = new Set<number>();
  for (const one of mentions) if (one.metastatic && one.kind !== 'comment') spread.add(one.specimen);
  for (const one of mentions) {
    if (one.specimen === 0 || one.negated || one.history) continue;
    // A comment behind the last specimen speaks of them all: it makes no tumor of what is called spread.
    if (one.kind === 'comment' && spread.has(one.specimen)) continue;
    const behavior = one.code.charAt(5);
    if ((behavior !== '2' && behavior !== '3') || behavior < histology.behavior || !related(one, histology, families))
      continue;
    const weights = one.metastatic ? facts.metastatic : facts.malignant;
    weights.set(one.specimen, Math.max(weights.get(one.specimen) ?? 0, one.weight));
    if (!one.metastatic && one.weight > 0) facts.anyMalignant = true;
  }
  return facts;
}

/** A word of anatomy as a site that it speaks for. */
export interface Vote {
  readonly code: string;
  readonly within: string;
  readonly weight: number;
  readonly mention: SiteMention;
}

/** What every word of anatomy says for which site, by what is said of it, of its specimen and of the tumor near it. */
export function siteVotes(
  reading: Reading,
  sites: readonly SiteMention[],
  morphology: readonly MorphologyMention[],
  histology: HistologyChoice,
  families: Families,
  icdo3: Icdo3,
): Vote[] {
  const facts = specimenFacts(morphology, histology, families);
  const terms = termIndex(reading, morphology, histology, families);
  const skinSpoken = skinWords(reading, sites);
  const votes: Vote[] = [];
  for (const one of sites) {
    const code = codeFor(one, histology.value, skinSpoken.has(one.from));
    const fit = one.entry.within === '' ? fitOf(code, histology, families, icdo3) : 1;
    const weight =
      one.weight *
      ROLE[one.role] *
      fit *
      inSpecimen(one, facts) *
      nearness(reading, one, terms, histology) *
      asSkin(reading, one, terms, histology.value);
    if (weight > 0) votes.push({ code, within: one.entry.within, weight, mention: one });
  }
  return votes;
}

/** Factor of a word by what its specimen holds: the tumor, its spread, or neither while another holds it. */
function inSpecimen(one: SiteMention, { malignant, metastatic, anyMalignant }: SpecimenFacts): number {
  if (one.specimen === 0 || one.answer === LABEL.site) return 1;
  if ((malignant.get(one.specimen) ?? 0) > 0) return 1.4;
  if ((metastatic.get(one.specimen) ?? 0) > 0) return one.role === 'primary' ? 1 : 0.3;
  return anyMalignant ? 0.2 : 1;
}

/** Skin comes with many specimens; it is the site where a statement begins with it. */
function asSkin({ tokens }: Reading, one: SiteMention, terms: Uint8Array, histology: string): number {
  if (one.entry.site !== 'C449' || SKIN_TUMOR.test(histology) || tokens.clause[one.from] === 1) return 1;
  return one.role === 'primary' || terms[one.to + 1] === TERM.stated ? 1 : 0.3;
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
  if (SKIN_LYMPHOMA.test(histology)) return region.skin;
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

/** A tumor on the surface of an organ ("uterus, serosa: carcinoma") did not begin in it. */
const ON_SURFACE = 0.5;

/** How a word of anatomy stands to the statement of the tumor: inside its term, before it, in the head above it, or apart. */
function nearness(reading: Reading, one: SiteMention, terms: Uint8Array, histology: HistologyChoice): number {
  const { tokens, cue } = reading;
  if (one.answer === LABEL.site) return 1;
  // "Adenocarcinoma of the colorectal type" says what it looks like.
  if (/^types?$/i.test(tokens.text.slice(tokens.start[one.to + 1], tokens.end[one.to + 1]))) return 0.15;
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
  let clauses = 0;
  let surface = false;
  for (let at = one.to + 1; at < Math.min(tokens.count, one.to + HEAD_REACH); at += 1) {
    if (reading.specimen[at] !== one.specimen) break;
    if (tokens.clause[at] === 1) clauses += 1;
    if (reading.head[at] === 1 && clauses >= 2) break;
    const term = terms[at];
    // What is said first below a head is said of what it names.
    if (term === TERM.stated) return surface ? ON_SURFACE : clauses <= 2 ? 1.45 : 1.1;
    if (cue[at] === CUE.surface) surface = true;
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
