/** Columns as in `libs/icdo3/data/topography.json`. */
export interface TopographyBundle {
  readonly rows: readonly (readonly [code: string, label: string, category: string, terms: readonly string[]])[];
}

/** Columns as in `libs/icdo3/data/morphology.json`; empty cells at the end of a row are left out. */
export interface MorphologyBundle {
  readonly rows: readonly (readonly [
    code: string,
    label: string,
    limits: readonly string[],
    terms: readonly (readonly string[])[],
  ])[];
}

/** Columns as in `libs/icdo3/data/site-type.json`: site ranges and the morphologies that are usual there. */
export interface SiteTypeBundle {
  readonly rows: readonly (readonly [sites: string, morphologies: string])[];
}

export interface Topography {
  /** Undotted, for example `C504`. */
  readonly code: string;
  readonly label: string;
  readonly category: string;
  readonly terms: readonly string[];
}

/** Limits of a code or of one of its terms. */
export interface Limits {
  /** Site that the book prints beside the term, `C42.1` or `C44._`; a default, not a restriction. */
  readonly siteHint: string;
  readonly fromYear: number | null;
  readonly toYear: number | null;
  readonly obsolete: boolean;
  readonly note: string;
}

export interface MorphologyTerm extends Limits {
  readonly term: string;
}

export interface Morphology extends Limits {
  /** Histology and behavior, for example `8500/3`. */
  readonly code: string;
  readonly label: string;
  readonly terms: readonly MorphologyTerm[];
}

/** The classification with its look-ups. */
export interface Icdo3 {
  readonly topography: ReadonlyMap<string, Topography>;
  readonly morphology: ReadonlyMap<string, Morphology>;
  /** Whether the SEER list knows the pair. A floor: absence proves nothing for codes newer than 2015. */
  siteTypeAllows(site: string, morphology: string): boolean;
}

const year = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));
const limits = ([siteHint = '', from, to, obsolete = '', note = '']: readonly string[]): Limits => ({
  siteHint,
  fromYear: year(from),
  toYear: year(to),
  obsolete: obsolete === 'Y',
  note,
});

/** Sites of a list such as `C000-C006,C008-C009`. */
export function expandSites(list: string): string[] {
  return list.split(',').flatMap((part) => {
    const [from = '', to = from] = part.trim().replaceAll('.', '').split('-');
    const first = Number(from.slice(1));
    const last = Number(to.slice(1));
    return Array.from(
      { length: Math.max(0, last - first + 1) },
      (_, index) => `C${String(first + index).padStart(3, '0')}`,
    );
  });
}

/** Build the look-ups from the bundles. */
export function createIcdo3(bundles: {
  readonly topography: TopographyBundle;
  readonly morphology: MorphologyBundle;
  readonly siteType: SiteTypeBundle;
}): Icdo3 {
  const pairs = new Set<string>();
  for (const [sites, morphologies] of bundles.siteType.rows) {
    for (const site of expandSites(sites))
      for (const morphology of morphologies.split(' ')) pairs.add(`${site} ${morphology}`);
  }
  return {
    topography: new Map(
      bundles.topography.rows.map(([code, label, category, terms]) => [code, { code, label, category, terms }]),
    ),
    morphology: new Map(
      bundles.morphology.rows.map(([code, label, own, terms]) => [
        code,
        { code, label, ...limits(own), terms: terms.map(([term = '', ...rest]) => ({ term, ...limits(rest) })) },
      ]),
    ),
    siteTypeAllows: (site, morphology) => pairs.has(`${site} ${morphology}`),
  };
}
