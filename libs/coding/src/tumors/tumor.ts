import { chooseHistology, type HistologyChoice } from '../histology.js';
import { type SiteMention } from '../mentions/anatomy.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { type Reading } from '../reading.js';
import { chooseSite, type SiteChoice } from '../site/choose.js';
import { type CodingTables } from '../tables.js';

/** One tumor of a report. */
export interface Tumor {
  readonly histology: HistologyChoice;
  readonly site: SiteChoice | null;
  /** Laterality code, where the report has a tumor on the other side of the organ too. */
  readonly side?: string;
  /** How sure a record of one tumor can be to mean this one of the two, 0 to 1. */
  readonly first?: number;
}

/** Histology and site, each seen in the light of the other: the site says what a term means there, the histology which sites are usual. */
export function tumorOf(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  sites: readonly SiteMention[],
  tables: CodingTables,
): Tumor | null {
  const first = chooseHistology(reading, mentions, tables.families, null);
  if (first === null) return null;
  const site = chooseSite(reading, sites, mentions, first, tables.families, tables.icdo3);
  if (site === null) return { histology: first, site };
  const again = chooseHistology(reading, mentions, tables.families, site.value);
  if (again === null || again.code === first.code) return { histology: again ?? first, site };
  return { histology: again, site: chooseSite(reading, sites, mentions, again, tables.families, tables.icdo3) };
}
