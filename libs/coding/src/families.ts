/** `libs/coding/data/families.json`; ranges are written `8011-8589`. */
export interface FamilyBundle {
  /** Histologies that say little: any other is more exact. */
  readonly vague: readonly string[];
  /** A general histology and those that are kinds of it. */
  readonly parents: readonly (readonly [parent: string, kinds: readonly string[]])[];
  readonly combinations: readonly Combination[];
  /** Histology as a term of a site means it. */
  readonly bySite: readonly (readonly [histology: string, site: string, meant: string])[];
  /** Sites (three or four characters) whose words mean another site of this histology: a meningioma of a lobe lies in its meninges. */
  readonly siteMeant: readonly {
    readonly histologies: readonly string[];
    readonly from: readonly string[];
    readonly meant: string;
  }[];
  /** General histologies at sites whose kinds are told apart: the report could have said more. */
  readonly unspecific: readonly (readonly [histology: string, sites: readonly string[]])[];
  readonly usual: readonly {
    readonly histologies: readonly string[];
    readonly sites: readonly string[];
    readonly also: readonly string[];
  }[];
}

/** Two histologies that together are one. */
export interface Combination {
  readonly rule: string;
  readonly code: string;
  readonly parts: readonly (readonly string[])[];
  /** Sites (three characters) where the rule holds; empty for all. */
  readonly sites: readonly string[];
  /** Only when one statement names both. */
  readonly joined?: boolean;
}

/** How histologies relate to each other and to sites. */
export interface Families {
  isVague(histology: string): boolean;
  /** A general term at a site whose kinds are told apart. */
  isUnspecific(histology: string, site: string): boolean;
  /** General histologies that a histology is a kind of, near and far. */
  parentsOf(histology: string): ReadonlySet<string>;
  readonly combinations: readonly Combination[];
  /** Histologies that a combined one is made of. */
  partsOf(histology: string): ReadonlySet<string>;
  /** The histology that a term means at a site. */
  atSite(histology: string, site: string): string;
  /** The site that words for a site mean with a histology. */
  siteFor(histology: string, site: string): string;
  /** How usual a site (three characters or more) is for a histology: 1 usual, below it not; 1 where nothing is known. */
  usual(histology: string, site: string): number;
}

const EMPTY: ReadonlySet<string> = new Set();
/** A site that the histology is seen at, and one where it hardly begins. */
const ALSO = 0.4;
const SELDOM = 0.04;

export function expandHistologies(ranges: readonly string[]): string[] {
  return ranges.flatMap((range) => {
    const [from = '', to = from] = range.split('-');
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index));
  });
}

export function createFamilies(bundle: FamilyBundle): Families {
  const vague = new Set(bundle.vague);
  const direct = new Map<string, Set<string>>();
  for (const [parent, kinds] of bundle.parents) {
    for (const kind of expandHistologies(kinds)) {
      if (kind === parent) continue;
      const known = direct.get(kind) ?? new Set<string>();
      known.add(parent);
      direct.set(kind, known);
    }
  }
  const all = new Map<string, ReadonlySet<string>>();
  const parentsOf = (histology: string): ReadonlySet<string> => {
    const known = all.get(histology);
    if (known !== undefined) return known;
    const near = direct.get(histology);
    if (near === undefined) return EMPTY;
    const found = new Set<string>();
    const todo = [...near];
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
      if (found.has(one) || one === histology) continue;
      found.add(one);
      todo.push(...(direct.get(one) ?? []));
    }
    all.set(histology, found);
    return found;
  };
  for (const kind of direct.keys()) parentsOf(kind);
  const bySite = new Map(bundle.bySite.map(([histology, site, meant]) => [`${histology} ${site}`, meant]));
  const usual = new Map<string, { sites: Set<string>; also: Set<string> }>();
  for (const { histologies, sites, also } of bundle.usual)
    for (const histology of expandHistologies(histologies))
      if (!usual.has(histology)) usual.set(histology, { sites: new Set(sites), also: new Set(also) });
  const parts = new Map<string, Set<string>>();
  for (const one of bundle.combinations)
    parts.set(one.code, new Set([...(parts.get(one.code) ?? []), ...one.parts.flat()]));
  const siteMeant = new Map<string, string>();
  for (const { histologies, from, meant } of bundle.siteMeant)
    for (const histology of expandHistologies(histologies))
      for (const site of from) siteMeant.set(`${histology} ${site}`, meant);
  const unspecific = new Set(
    bundle.unspecific.flatMap(([histology, sites]) => sites.map((site) => `${histology} ${site}`)),
  );
  return {
    isUnspecific: (histology, site) => unspecific.has(`${histology} ${site.slice(0, 3)}`),
    isVague: (histology) => vague.has(histology),
    parentsOf,
    combinations: bundle.combinations,
    partsOf: (histology) => parts.get(histology) ?? EMPTY,
    atSite: (histology, site) => bySite.get(`${histology} ${site.slice(0, 3)}`) ?? histology,
    siteFor: (histology, site) =>
      siteMeant.get(`${histology} ${site}`) ?? siteMeant.get(`${histology} ${site.slice(0, 3)}`) ?? site,
    usual: (histology, site) => {
      const known = usual.get(histology);
      if (known === undefined) return 1;
      const organ = site.slice(0, 3);
      if (known.sites.has(organ)) return 1;
      return known.also.has(organ) ? ALSO : SELDOM;
    },
  };
}
