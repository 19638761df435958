import { sexOfSite } from './sex.js';
import { type Icdo3, type Limits, type MorphologyTerm } from './tables.js';
import { type IndexedTerm, placesOf, TermIndex, type TermMatch } from './term-index.js';

/** What a code must suit; what is absent is not looked at. */
export interface SearchFilter {
  /** NAACCR form, `C504`. For histologies: how well they go with the site. */
  readonly site?: string | undefined;
  /** `8500/3` or `8500`. For sites: whether the histology goes with them. */
  readonly morphology?: string | undefined;
  /** NAACCR item 225: `1` male, `2` female; any other value is not looked at. */
  readonly sex?: string | undefined;
  /** Year of diagnosis, for codes and terms that were not always or are no longer used. */
  readonly year?: number | undefined;
  /** Behaviors on offer, for example `23`; all when absent. */
  readonly behaviors?: string | undefined;
  /** Also codes that do not suit, after those that do, each with the reason. A code that was typed in full is always shown. */
  readonly unsuited?: boolean | undefined;
  /** Most hits, 20 when absent. */
  readonly limit?: number | undefined;
}

/** Why a code does not suit what is known of the tumor. */
export type Unsuited = 'site-and-histology' | 'sex' | 'year' | 'obsolete';

export interface CodeHit {
  /** `C504`, or `8500/3`. */
  readonly code: string;
  readonly label: string;
  /** The term that was found, where it is not the label. */
  readonly term: string | null;
  /** Places of the query's words in the term that is shown (`term` or, without one, `label`), `[start, end)`. */
  readonly places: readonly (readonly [start: number, end: number])[];
  /** Whether site and histology are known to go together; `null` when that is not known or was not asked. */
  readonly usual: boolean | null;
  readonly unsuited: readonly Unsuited[];
  /** The classification's own remark on code or term. */
  readonly note: string;
}

/** Looks up sites and histologies for a field: by code or words, best first. */
export interface Icdo3Search {
  /** Sites by code (`C50`, `50.4`), words (`upper outer breast`) or short forms (`UOQ`). An empty query finds nothing. */
  sites(query: string, filter?: SearchFilter): CodeHit[];
  /** Histology and behavior by code (`8500`, `8500/3`), words or short forms (`DCIS`). With a site and no query: what is usual there. */
  morphologies(query: string, filter?: SearchFilter): CodeHit[];
}

const LIMIT = 20;

/** Behaviors by how often a registry means them. */
const BEHAVIOR_SCORE: Readonly<Record<string, number>> = { '3': 6, '2': 3, '1': 1, '0': 0, '6': -12, '9': -14 };

interface Candidate {
  readonly entry: number;
  readonly score: number;
  readonly term: IndexedTerm | null;
}

/** A whole code, which is shown whatever it suits. */
const isWholeSite = (query: string): boolean => /^C\d{2}\.?\d$/i.test(query.trim());
const isWholeMorphology = (query: string): boolean => /^\d{4}(?:\/?\d)?$/.test(query.trim());

/** The digits of a query that is a code or its beginning; `null` when it is words. */
function siteDigits(query: string): string | null {
  const match = /^C?(\d{1,2}(?:\.?\d?)?)$/i.exec(query.trim());
  return match === null ? null : (match[1] ?? '').replace('.', '');
}
function morphologyDigits(query: string): string | null {
  const match = /^M?-?(\d{1,4})(?:\/?(\d?))$/i.exec(query.trim());
  if (match === null) return null;
  const [, histology = '', behavior = ''] = match;
  return behavior === '' ? histology : `${histology}/${behavior}`;
}

/** Best match of each entry, so that a code is offered once. */
function bestOfEach(matches: readonly TermMatch[], usable: (term: IndexedTerm) => boolean): Candidate[] {
  const best = new Map<number, Candidate>();
  for (const { term, score } of matches) {
    const had = best.get(term.entry);
    if ((had === undefined || score > had.score) && usable(term))
      best.set(term.entry, { entry: term.entry, score, term });
  }
  return [...best.values()];
}

const inYears = ({ fromYear, toYear }: Limits, year: number | undefined): boolean =>
  year === undefined || ((fromYear === null || year >= fromYear) && (toYear === null || year <= toYear));

/** Build the look-up. It takes some tens of milliseconds: make it once, when the tables are there. */
export function createIcdo3Search(icdo3: Icdo3): Icdo3Search {
  const sites = [...icdo3.topography.values()];
  const siteTerms = sites.flatMap(({ label, terms, category }, entry): IndexedTerm[] => [
    { entry, text: label, isLabel: true },
    ...terms.map((text) => ({ entry, text, isLabel: false })),
    // `colon sigmoid` and `breast upper outer` name the organ that the label of the part leaves out.
    ...(label.toLowerCase().includes(category.toLowerCase())
      ? []
      : [{ entry, text: `${label}, ${category}`, isLabel: false }]),
  ]);
  const siteIndex = new TermIndex(siteTerms);

  const codes = [...icdo3.morphology.values()];
  const limitsOf = new Map<IndexedTerm, MorphologyTerm>();
  const codeTerms = codes.flatMap(({ label, terms }, entry): IndexedTerm[] => {
    const own = terms.map((term): IndexedTerm => {
      const indexed = { entry, text: term.term, isLabel: term.term === label };
      limitsOf.set(indexed, term);
      return indexed;
    });
    return own.some(({ isLabel }) => isLabel) ? own : [{ entry, text: label, isLabel: true }, ...own];
  });
  const codeIndex = new TermIndex(codeTerms);

  const contextOf = (code: string | undefined): string => {
    const site = code === undefined ? undefined : icdo3.topography.get(code);
    return site === undefined ? '' : `${site.category} ${site.label}`;
  };

  function siteHits(query: string, filter: SearchFilter, candidates: readonly Candidate[]): CodeHit[] {
    const hits = candidates.flatMap(({ entry, score, term }) => {
      const site = sites[entry];
      if (site === undefined) return [];
      const usual = filter.morphology === undefined ? null : icdo3.combination(site.code, filter.morphology);
      const sex = sexOfSite(site.code);
      const otherSex = sex !== null && (filter.sex === '1' || filter.sex === '2') && filter.sex !== sex;
      const unsuited: Unsuited[] = [
        ...(usual === false ? (['site-and-histology'] as const) : []),
        ...(otherSex ? (['sex'] as const) : []),
      ];
      // Of equally good answers the unspecified part of an organ comes first, as when the organ was asked for.
      const whole = site.code.endsWith('9') ? 3 : site.code.endsWith('8') ? -3 : 0;
      return [{ code: site, score: score + whole + (usual === true ? 8 : 0), term, usual, unsuited, note: '' }];
    });
    return best(hits, query, filter, isWholeSite(query));
  }

  function codeHits(query: string, filter: SearchFilter, candidates: readonly Candidate[]): CodeHit[] {
    const listed = query.trim() === '';
    const hits = candidates.flatMap(({ entry, score, term }) => {
      const code = codes[entry];
      const behavior = code?.code.slice(5) ?? '';
      if (code === undefined || filter.behaviors?.includes(behavior) === false) return [];
      const limits = (term === null ? undefined : limitsOf.get(term)) ?? code;
      const usual = filter.site === undefined ? null : icdo3.combination(filter.site, code.code);
      if (listed && usual !== true) return [];
      const unsuited: Unsuited[] = [
        ...(usual === false ? (['site-and-histology'] as const) : []),
        ...(inYears(code, filter.year) ? [] : (['year'] as const)),
        ...(limits.obsolete || code.obsolete ? (['obsolete'] as const) : []),
      ];
      const here =
        filter.site === undefined || limits.siteHint === '' ? null : icdo3.hintAllows(limits.siteHint, filter.site);
      const place = (usual === true ? 8 : 0) + (here === true ? 5 : here === false ? -6 : 0);
      const total = score + (BEHAVIOR_SCORE[behavior] ?? 0) + place;
      return [{ code, score: total, term, usual, unsuited, note: limits.note || code.note }];
    });
    return best(hits, query, filter, isWholeMorphology(query));
  }

  return {
    sites(query, filter = {}) {
      const digits = siteDigits(query);
      if (digits !== null) return siteHits(query, filter, beginning(sites, `C${digits}`));
      return firstThatSuits(siteIndex.find(query), (matches) =>
        siteHits(
          query,
          filter,
          bestOfEach(matches, () => true),
        ),
      );
    },
    morphologies(query, filter = {}) {
      const digits = morphologyDigits(query);
      if (digits !== null) return codeHits(query, filter, beginning(codes, digits));
      if (query.trim() === '') return filter.site === undefined ? [] : codeHits(query, filter, beginning(codes, ''));
      const usable = (term: IndexedTerm): boolean => {
        const limits = limitsOf.get(term);
        return limits === undefined || inYears(limits, filter.year);
      };
      return firstThatSuits(codeIndex.find(query, contextOf(filter.site)), (matches) =>
        codeHits(query, filter, bestOfEach(matches, usable)),
      );
    },
  };
}

/** Answers to what was said, or else to what may have been meant, with something that suits among them; or else whatever there was. */
function firstThatSuits(
  tiers: Iterable<readonly TermMatch[]>,
  hitsOf: (matches: readonly TermMatch[]) => CodeHit[],
): CodeHit[] {
  let found: CodeHit[] = [];
  for (const matches of tiers) {
    const hits = hitsOf(matches);
    if (hits.some(({ unsuited }) => unsuited.every(isHarmless))) return hits;
    if (found.length === 0) found = hits;
  }
  return found;
}

/** An obsolete term is still the word that a report uses. */
const isHarmless = (why: Unsuited): boolean => why === 'obsolete';

/** Entries whose code begins so. */
const beginning = (entries: readonly { readonly code: string }[], start: string): Candidate[] =>
  entries.flatMap(({ code }, entry) => (code.startsWith(start) ? [{ entry, score: 0, term: null }] : []));

interface Scored {
  readonly code: { readonly code: string; readonly label: string };
  readonly score: number;
  readonly term: IndexedTerm | null;
  readonly usual: boolean | null;
  readonly unsuited: readonly Unsuited[];
  readonly note: string;
}

/** Those that are shown, best first: what suits comes before what does not. */
function best(hits: readonly Scored[], query: string, filter: SearchFilter, whole: boolean): CodeHit[] {
  return hits
    .filter(({ unsuited, code }) => isShown(unsuited, filter, whole, code.code, query))
    .sort((a, b) => a.unsuited.length - b.unsuited.length || b.score - a.score || (a.code.code < b.code.code ? -1 : 1))
    .slice(0, filter.limit ?? LIMIT)
    .map(({ code: { code, label }, term, usual, unsuited, note }) => ({
      code,
      label,
      term: term === null || term.text === label ? null : term.text,
      places: term === null ? [] : placesOf(term.text, query),
      usual,
      unsuited,
      note,
    }));
}

/** Codes that suit, and of the others those asked for. */
const isShown = (
  unsuited: readonly Unsuited[],
  filter: SearchFilter,
  whole: boolean,
  code: string,
  query: string,
): boolean =>
  filter.unsuited === true ||
  unsuited.every(isHarmless) ||
  (whole && code.replace('/', '').startsWith(query.trim().toUpperCase().replace(/[./]/g, '')));
