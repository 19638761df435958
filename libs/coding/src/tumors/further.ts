import { type Families } from '../families.js';
import { chooseHistology, type HistologyChoice } from '../histology.js';
import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { type Reading } from '../reading.js';
import { chooseSite, type SiteChoice } from '../site/choose.js';
import { type CodingTables } from '../tables.js';
import { type Tumor } from './tumor.js';

/** Weight from which a term may be a tumor of its own: a statement of the diagnosis. */
const STATES = 5.5;
/** How sure the site of a further tumor must be. */
const SITE_SURE = 0.56;
/** The same where only the answer to a question names the tumor: "conventional" may say of which kind the main one is. */
const SITE_SURE_OF_ANSWER = 0.9;
const MOST = 3;

/**
 * Tumors of the same report that are not the main ones: another histology that is neither a kind of the main one nor general, stated in full in a
 * diagnosis, at another organ that is usual for it. Spread of the main tumor and its components are no tumors of their own.
 *
 * @source SEER solid tumor rules: different sites (three characters) and different histologies are multiple primaries.
 */
export function furtherTumors(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  sites: readonly SiteMention[],
  main: readonly Tumor[],
  tables: CodingTables,
): Tumor[] {
  const { families } = tables;
  const found: Tumor[] = [];
  let known = main;
  let left = mentions;
  for (let round = 0; round < MOST; round += 1) {
    left = left.filter((one) => known.every((tumor) => !belongs(one, tumor, tables)));
    const strong = left.filter(
      (one) =>
        one.weight >= STATES &&
        !one.negated &&
        !one.history &&
        !one.metastatic &&
        !one.partial &&
        one.uncertainty === 'none' &&
        !families.isVague(one.code.slice(0, 4)),
    );
    if (strong.length === 0) return found;
    const histology = chooseHistology(reading, strong, families, null);
    if (histology === null) return found;
    // Seen by itself first, then among all terms, so that an organ of which another tumor is stated is not taken for this one's.
    let tumor: Tumor = { histology, site: null };
    for (const seen of [left, mentions]) {
      const site = chooseSite(reading, sites, seen, histology, families, tables.icdo3);
      if (site === null || !isOwn(site, histology, [...main, ...found], families)) continue;
      tumor = { histology, site };
      found.push(tumor);
      break;
    }
    known = [tumor];
  }
  return found;
}

/** Whether a site is sure, usual for the histology, and none that a tumor is known at. */
const isOwn = (site: SiteChoice, histology: HistologyChoice, known: readonly Tumor[], families: Families): boolean =>
  site.confidence >= (histology.main.some((one) => one.entry.use === 'term') ? SITE_SURE : SITE_SURE_OF_ANSWER) &&
  families.usual(histology.value, site.value) === 1 &&
  !site.value.startsWith('C77') &&
  site.mentions.length > 0 &&
  !known.some((one) => one.site?.value.slice(0, 3) === site.value.slice(0, 3));

/** Whether a term speaks of a tumor that is known: its code, a general or more exact one, or one that counts with it. */
function belongs(one: MorphologyMention, { histology, site }: Tumor, { families }: CodingTables): boolean {
  const code = one.code.slice(0, 4);
  if (histology.chosen.has(one) || code === histology.value) return true;
  if (families.isVague(code) || families.parentsOf(code).has(histology.value)) return true;
  if (families.parentsOf(histology.value).has(code)) return true;
  // Kinds of one general term at the site of the tumor are seldom two tumors.
  return site !== null && families.atSite(code, site.value) === histology.value;
}
