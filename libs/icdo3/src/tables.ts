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
  /**
   * Whether site and histology go together: `true` when the SEER list has the pair or the book prints the site beside the code, `false` when the
   * list has the code at other sites only, `null` when it does not know the code (newer than 2015, or not malignant).
   *
   * @param morphology `8500/3`; a bare histology goes with a site when any behavior of it does.
   * @source SEER site/histology validation list of 2015-09-18; ICD-O-3.2, sites beside terms.
   */
  combination(site: string, morphology: string): boolean | null;
  /** Whether a hint of the book (`C42.1`, `C44._`, `C31.0-C31.3`, several with spaces or bars) holds a site. */
  hintAllows(siteHint: string, site: string): boolean;
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
  // Which rows of the list hold a site, and which a morphology: a pair is allowed where they meet.
  const rowsOfSite = new Map<string, Set<number>>();
  const rowsOfMorphology = new Map<string, number[]>();
  bundles.siteType.rows.forEach(([sites, morphologies], row) => {
    for (const site of expandSites(sites)) rowsOfSite.set(site, (rowsOfSite.get(site) ?? new Set()).add(row));
    for (const morphology of morphologies.split(' ')) {
      const rows = rowsOfMorphology.get(morphology);
      if (rows === undefined) rowsOfMorphology.set(morphology, [row]);
      else rows.push(row);
    }
  });
  const allows = (site: string, morphology: string): boolean => {
    const here = rowsOfSite.get(site);
    return here !== undefined && (rowsOfMorphology.get(morphology) ?? []).some((row) => here.has(row));
  };
  const morphology = new Map(
    bundles.morphology.rows.map(([code, label, own, terms]): [string, Morphology] => [
      code,
      { code, label, ...limits(own), terms: terms.map(([term = '', ...rest]) => ({ term, ...limits(rest) })) },
    ]),
  );
  const combination = (site: string, code: string): boolean | null => {
    if (!code.includes('/')) {
      const answers = ['0', '1', '2', '3'].flatMap((behavior) => {
        const full = `${code}/${behavior}`;
        return morphology.has(full) || rowsOfMorphology.has(full) ? [combination(site, full)] : [];
      });
      return answers.includes(true) ? true : answers.includes(false) ? false : null;
    }
    if (allows(site, code)) return true;
    const known = morphology.get(code);
    const hints = known === undefined ? [] : [known.siteHint, ...known.terms.map((term) => term.siteHint)];
    if (hints.some((hint) => hint !== '' && hintAllows(hint, site))) return true;
    return rowsOfMorphology.has(code) ? false : null;
  };
  return {
    topography: new Map(
      bundles.topography.rows.map(([code, label, category, terms]) => [code, { code, label, category, terms }]),
    ),
    morphology,
    siteTypeAllows: allows,
    combination,
    hintAllows,
  };
}

/** Sites of a hint, read once each. */
const HINTS = new Map<string, ReadonlySet<string>>();

function hintAllows(siteHint: string, site: string): boolean {
  let sites = HINTS.get(siteHint);
  if (sites === undefined) {
    const parts =
      siteHint
        .replaceAll('.', '')
        .replaceAll('–', '-')
        .match(/C\d\d[\d_](?:-C\d\d[\d_])?/g) ?? [];
    sites = new Set(
      parts.flatMap((part) => {
        const [from = '', to = from] = part.split('-');
        return expandSites(`${from.replace('_', '0')}-${to.replace('_', '9')}`);
      }),
    );
    HINTS.set(siteHint, sites);
  }
  return sites.has(site);
}
