import { isPairedSite } from '@perennial/icdo3';
import { type SideVote, sidesOf } from '../laterality/sides.js';
import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { clauseBetween } from '../mentions/place.js';
import { CUE, type Reading } from '../reading.js';
import { type CodingTables } from '../tables.js';
import { namedAt, relation, statesTumor, worseFirst } from './sequence.js';
import { type Tumor, tumorOf } from './tumor.js';

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
  if (site === null || !namesBoth(reading) || !isPairedSite(site.value, year)) return one;
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
  const tumors: Tumor[] = [];
  for (const side of ['1', '2']) {
    const own = mentions.filter((mention) => strong.get(mention) === side);
    const ownSites = sites.filter((one) => (besideSide(reading, one) ?? side) === side);
    const tumor = tumorOf(reading, own, ownSites, tables);
    if (tumor?.site?.value.slice(0, 3) !== site.value.slice(0, 3)) return one;
    tumors.push({ ...tumor, side });
  }
  const result = relation(tumors, year, tables);
  if (result !== 'MULTIPLE_PRIMARIES') return { ...one, questionable: result === 'QUESTIONABLE' };
  tumors.sort((a, b) => namedAt(a) - namedAt(b));
  return { tumors: worseFirst(reading, tumors, tables), questionable: false };
}

const namesBoth = ({ sides, cue }: Reading): boolean =>
  sides.some((at) => cue[at] === CUE.left) && sides.some((at) => cue[at] === CUE.right);

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
