import { isPairedSite } from '@perennial/icdo3';
import { chooseGrade } from './grade/choose.js';
import { type SideVote, sidesOf } from './laterality/sides.js';
import { type SiteMention } from './mentions/anatomy.js';
import { type MorphologyMention } from './mentions/morphology.js';
import { clauseBetween } from './mentions/place.js';
import { CUE, type Reading, WEIGHT } from './reading.js';
import { type CodingTables } from './tables.js';
import { type Tumor, tumorOf } from './tumor.js';

/** Weight from which a term states a tumor of the side it stands with: a statement of the diagnosis. */
const STATES = 5.5;
/** Weight of a section from which it states the diagnosis. */
const DIAGNOSIS = 4;
/** Furthest that a head with a side is from the tumor it heads, in words, and a side behind the term from it. */
const HEAD_REACH = 30;
const BEHIND = 8;

/** What a report with a tumor on both sides of an organ comes to. */
export interface BothSides {
  /** A tumor for each side, the worse first, where the sides are primaries of their own; else the one tumor. */
  readonly tumors: readonly Tumor[];
  /** The rules leave it to a person whether the sides are one primary or two. */
  readonly questionable: boolean;
}

/**
 * Tumors of both sides of a paired organ kept apart: each side has the terms that are stated of it, and the rules for multiple primaries say
 * whether two such tumors, found on one day, are one primary (ovary, nephroblastoma) or two (breast, kidney).
 *
 * @param year of diagnosis, by whose rules the sides are judged.
 * @source SEER Solid Tumor Rules, rules on laterality of each group, by `libs/primaries`.
 */
export function bothSides(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  sites: readonly SiteMention[],
  main: Tumor,
  year: number,
  tables: CodingTables,
): BothSides {
  const one: BothSides = { tumors: [main], questionable: false };
  const { site, histology } = main;
  if (site === null || !isPairedSite(site.value, year)) return one;
  const states = mentions.filter(statesTumor);
  if (states.length < 2) return one;
  const votes = sidesOf(reading, site, histology, mentions).filter(
    ({ named, side, sense }) => named && (side === '1' || side === '2') && sense !== 'free',
  );
  if (new Set(votes.map(({ side }) => side)).size < 2) return one;
  const strong = new Map<MorphologyMention, string>();
  for (const mention of states) {
    const side = sideOf(reading, mention, votes);
    if (side !== null) strong.set(mention, side);
  }
  if (new Set(strong.values()).size < 2) return one;
  const tumors: Sided[] = [];
  for (const side of ['1', '2']) {
    const own = mentions.filter((mention) => strong.get(mention) === side);
    const ownSites = sites.filter((one) => (besideSide(reading, one) ?? side) === side);
    const tumor = tumorOf(reading, own, ownSites, tables);
    if (tumor?.site?.value.slice(0, 3) !== site.value.slice(0, 3)) return one;
    tumors.push({ ...tumor, side });
  }
  const [a, b] = tumors.map((tumor) => ({
    year: String(year),
    month: '01',
    day: '01',
    site: tumor.site?.value ?? '',
    histology: tumor.histology.value,
    behavior: tumor.histology.behavior,
    laterality: tumor.side,
  }));
  if (a === undefined || b === undefined) return one;
  // "Carcinoma" of one side beside a kind of it on the other does not say that the kinds differ.
  if (isGeneral(a.histology, b.histology, tables)) a.histology = b.histology;
  else if (isGeneral(b.histology, a.histology, tables)) b.histology = a.histology;
  const { result } = tables.primaries.compareParts(a, b, year);
  if (result === 'MULTIPLE_PRIMARIES') return { tumors: worseFirst(reading, tumors, tables), questionable: false };
  return { ...one, questionable: result === 'QUESTIONABLE' };
}

type Sided = Tumor & { readonly side: string };

/** How sure the first of two tumors is the one that is meant, by what set it before the other. */
const BY_BEHAVIOR = 0.97;
const BY_GRADE = 0.85;
const BY_ORDER = 0.7;

/**
 * Two tumors found on one day in their sequence: the worse first, by behavior, then grade; where nothing tells, the one that is named first.
 *
 * @source SEER Program Coding and Staging Manual, sequence number: of tumors diagnosed at the same time the one with the worst prognosis comes first.
 */
function worseFirst(reading: Reading, tumors: readonly Sided[], tables: CodingTables): Tumor[] {
  const graded = tumors.map((tumor) => ({
    tumor,
    behavior: Number(tumor.histology.behavior),
    grade: levelOf(tumor.site === null ? null : chooseGrade(reading, tumor.site.value, tumor.histology, tables)?.value),
    named: Math.min(...tumor.histology.main.filter((one) => one.weight >= STATES).map((one) => one.from)),
  }));
  const [a, b] = graded;
  if (a === undefined || b === undefined) return [...tumors];
  const known = a.grade > 0 && b.grade > 0;
  const worse = b.behavior - a.behavior || (known ? b.grade - a.grade : 0);
  const first = a.behavior !== b.behavior ? BY_BEHAVIOR : worse !== 0 ? BY_GRADE : BY_ORDER;
  const ordered = (worse === 0 ? b.named < a.named : worse > 0) ? [b, a] : [a, b];
  return ordered.map(({ tumor }) => ({ ...tumor, first }));
}

/** Grades in order, 0 where there is none or letters of a site say no more than low and high. */
const levelOf = (grade: string | null | undefined): number =>
  grade === 'L' ? 1.5 : grade === 'H' ? 3.5 : /^[1-5]$/.test(grade ?? '') ? Number(grade) : 0;

/** Furthest that a side stands from a word of anatomy that it belongs to, in words. */
const BESIDE = 2;

/** The side that a word of anatomy is spoken of with, inside of it ("left lower lobe") or beside it. */
function besideSide({ cue, tokens }: Reading, { from, to }: SiteMention): string | null {
  const sideAt = (at: number): string | null => (cue[at] === CUE.left ? '2' : cue[at] === CUE.right ? '1' : null);
  for (let at = from; at <= to; at += 1) if (sideAt(at) !== null) return sideAt(at);
  for (let far = 1; far <= BESIDE; far += 1) {
    if (from >= far && tokens.clause[from - far + 1] !== 1 && sideAt(from - far) !== null) return sideAt(from - far);
    if (tokens.clause[to + far] !== 1 && sideAt(to + far) !== null) return sideAt(to + far);
  }
  return null;
}

const isGeneral = (histology: string, other: string, { families }: CodingTables): boolean =>
  families.isVague(histology) || families.parentsOf(other).has(histology);

const statesTumor = (one: MorphologyMention): boolean =>
  /[23]$/.test(one.code) &&
  one.weight >= STATES &&
  // Frozen sections and diagnoses that were amended state nothing of their own.
  WEIGHT[one.kind] >= DIAGNOSIS &&
  !one.negated &&
  !one.history &&
  !one.metastatic &&
  one.uncertainty !== 'refused';

/** The side that a tumor is stated of: that of the head above it in its specimen, or one named behind it in its statement. */
function sideOf(reading: Reading, mention: MorphologyMention, votes: readonly SideVote[]): string | null {
  const { section, specimen, head } = reading;
  const same = votes.filter(
    ({ from }) => section[from] === section[mention.from] && specimen[from] === specimen[mention.from],
  );
  const behind = same.find(({ from }) => from > mention.to && from - mention.to <= BEHIND);
  if (behind !== undefined && !clauseBetween(reading, mention.to, behind.from)) return behind.side;
  const above = same.findLast(({ from }) => from < mention.from && mention.from - from <= HEAD_REACH);
  if (above === undefined) return null;
  // The head of another organ between them ends what is said of this one.
  for (let at = above.to + 1; at <= mention.from; at += 1) if (head[at] === 1) return null;
  return above.side;
}
