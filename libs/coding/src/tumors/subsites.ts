import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { clauseBetween } from '../mentions/place.js';
import { type Reading, WEIGHT } from '../reading.js';
import { type CodingTables } from '../tables.js';
import { relation, statesTumor, worseFirst } from './sequence.js';
import { type Tumor, tumorOf } from './tumor.js';

/** Parts of the large bowel in their order: of neighbors one tumor may be called by either name. */
const PARTS = ['C180', 'C182', 'C183', 'C184', 'C185', 'C186', 'C187', 'C199', 'C209'];
/** Weight of a section that states the diagnosis, not one that discusses it. */
const DIAGNOSIS = 6;
/** Furthest that a part heads its tumor, and stands behind it in its statement, in words. */
const HEAD_REACH = 30;
const BEHIND = 8;
/** Words between parts that are named together: "cecum and ascending colon". */
const TOGETHER = 4;

/** "Two separate adenocarcinomas", "synchronous primaries", but not "two tumor deposits". */
const SEVERAL =
  /\b(?:(?:two|three|2|3|multiple|several)\W{1,3}(?:[a-z()0-9-]{1,14}\W{1,2}){0,3}?|synchronous\W{1,3}(?:[a-z]{1,14}\W{1,2}){0,2}?)(?:adenocarcinomas|carcinomas|tumou?rs|primaries|cancers|malignancies)\b(?!\W{1,2}(?:nodules?|deposits?|implants?|foci|fragments?|cells?))/gi;
/** How far behind such words the parts are told, in words. */
const TOLD_WITHIN = 60;

/**
 * Tumors of different parts of one large bowel kept apart, where the report states a carcinoma of each: under heads of their own, or in so many words
 * ("two separate carcinomas: cecum and sigmoid"). One tumor that lies over two parts stays one, and so does what two neighboring parts are
 * called, unless the words say that there are several.
 *
 * @returns the tumors, the worse first; the main one alone where no other is stated or the rules make them one.
 * @source SEER Solid Tumor Rules, colon, rectosigmoid and rectum: tumors in parts whose codes differ are multiple primaries.
 */
export function ofSubsites(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  sites: readonly SiteMention[],
  main: Tumor,
  year: number,
  tables: CodingTables,
): readonly Tumor[] {
  const one = [main];
  if (main.site === null || !/^C(18|199|209)/.test(main.site.value)) return one;
  const parts = sites.filter(isPart);
  if (new Set(parts.map(({ entry }) => entry.site)).size < 2) return one;
  const several = toldSeveral(reading);
  const states = mentions.filter((mention) => statesTumor(mention) && WEIGHT[mention.kind] >= DIAGNOSIS);
  let groups = byPart(reading, states, parts);
  if (groups.size < 2 && several !== null) groups = listed(reading, states, parts, several);
  const codes = [...groups.keys()].sort();
  if (codes.length < 2 || (several === null && codes.some((code, at) => isNeighbor(code, codes[at + 1])))) return one;
  const tumors: Tumor[] = [];
  for (const [code, own] of groups) {
    const ownSites = sites.filter((site) => !isPart(site) || site.entry.site === code);
    const tumor = tumorOf(reading, own, ownSites, tables);
    if (tumor?.site?.value !== code) return one;
    tumors.push(tumor);
  }
  const separate = tumors.every((a, at) =>
    tumors.slice(at + 1).every((b) => relation([a, b], year, tables) === 'MULTIPLE_PRIMARIES'),
  );
  if (!separate) return one;
  // Where nothing tells which is worse, the one that the report says most of comes first.
  const isMain = ({ histology, site }: Tumor): number =>
    Number(histology.value === main.histology.value) * 2 + Number(site?.value === main.site?.value);
  tumors.sort((a, b) => isMain(b) - isMain(a));
  return worseFirst(reading, tumors, tables).map(({ histology, site }) => ({ histology, site }));
}

const isPart = ({ entry, role, kind }: SiteMention): boolean =>
  PARTS.includes(entry.site) &&
  !entry.operation &&
  (role === 'plain' || role === 'primary') &&
  WEIGHT[kind] >= DIAGNOSIS;

const isNeighbor = (a: string, b: string | undefined): boolean =>
  b !== undefined && PARTS.indexOf(b) - PARTS.indexOf(a) === 1;

/** Where a section that states the diagnosis says that there are several tumors: the first word after it, or null. */
function toldSeveral({ tokens, section, sections }: Reading): number | null {
  const { text, start, count } = tokens;
  let at = 0;
  for (const found of text.matchAll(SEVERAL)) {
    const end = found.index + found[0].length;
    while (at < count && (start[at] ?? 0) < end) at += 1;
    const denied = DENIED.test(text.slice(Math.max(0, found.index - DENIED_REACH), found.index));
    if (!denied && WEIGHT[sections[section[at - 1] ?? 0]?.kind ?? 'other'] >= DIAGNOSIS) return at;
  }
  return null;
}

/** "No", or "no" and a word more, directly before. */
const DENIED = /\b(no|not|without|nor)\W{1,3}(\w{1,12}\W{1,3})?$/i;
const DENIED_REACH = 24;

/** The terms of each part that heads one or stands behind one in its statement. */
function byPart(
  reading: Reading,
  states: readonly MorphologyMention[],
  parts: readonly SiteMention[],
): Map<string, MorphologyMention[]> {
  const groups = new Map<string, MorphologyMention[]>();
  for (const mention of states) {
    const code = partOf(reading, mention, parts);
    if (code === null) continue;
    const known = groups.get(code);
    if (known === undefined) groups.set(code, [mention]);
    else known.push(mention);
  }
  return groups;
}

function partOf(reading: Reading, mention: MorphologyMention, parts: readonly SiteMention[]): string | null {
  const { section, specimen, head } = reading;
  const same = parts.filter(
    (part) => part.specimen === mention.specimen && section[part.from] === section[mention.from],
  );
  const behind = same.filter(
    (part) =>
      part.from > mention.to && part.from - mention.to <= BEHIND && !clauseBetween(reading, mention.to, part.from),
  );
  const [first] = behind;
  if (first !== undefined)
    return behind.every((part) => part.entry.site === first.entry.site) ? first.entry.site : null;
  const above = same.filter((part) => part.to < mention.from && mention.from - part.to <= HEAD_REACH);
  const last = above.at(-1);
  if (last === undefined || specimen[last.from] !== specimen[mention.from]) return null;
  // The head of something else ends what is said of this part; parts named together are one place.
  for (let at = last.to + 1; at <= mention.from; at += 1) if (head[at] === 1) return null;
  const before = above.at(-2);
  const together =
    before !== undefined && last.from - before.to <= TOGETHER && !clauseBetween(reading, before.to, last.from);
  if (together && before.entry.site !== last.entry.site) return null;
  return last.entry.site;
}

/** "Two separate carcinomas: cecum, 4 cm, and sigmoid, 2 cm": the parts that are told behind such words share the terms. */
function listed(
  { tokens, specimen }: Reading,
  states: readonly MorphologyMention[],
  parts: readonly SiteMention[],
  from: number,
): Map<string, MorphologyMention[]> {
  const groups = new Map<string, MorphologyMention[]>();
  for (const part of parts) {
    if (part.from < from || part.from > Math.min(tokens.count, from + TOLD_WITHIN)) continue;
    if (specimen[part.from] !== specimen[from - 1]) continue;
    groups.set(part.entry.site, [...states]);
  }
  return groups;
}
