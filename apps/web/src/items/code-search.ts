import { type Icdo3 } from '@perennial/icdo3';
import { type CodeTables } from '@perennial/naaccr';

/** One code on offer. `fits` is false where the classification does not know the code at this site. */
export interface CodeHit {
  readonly code: string;
  readonly label: string;
  /** The words that were found, where they are not the label's. */
  readonly by?: string;
  readonly fits?: boolean;
}

/** What the search may look at beside the words. */
export interface CodeContext {
  readonly site?: string | undefined;
  readonly behavior?: string | undefined;
  readonly histology?: string | undefined;
}

const MOST = 40;
const norm = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Every word of the query begins a word of the text, in any order. Lower is better; -1 = not found. */
export function rank(text: string, query: string): number {
  const have = norm(text).split(' ');
  const want = norm(query).split(' ').filter(Boolean);
  let score = 0;
  let at = -1;
  for (const word of want) {
    const place = have.findIndex((one) => one.startsWith(word));
    if (place < 0) return -1;
    score += have[place] === word ? 0 : 2;
    if (place < at) score += 1;
    at = place;
  }
  return score * 10 + Math.min(9, have.length - want.length);
}

interface Scored extends CodeHit {
  readonly score: number;
}

const best = (hits: readonly Scored[]): CodeHit[] =>
  hits
    .toSorted(
      (a, b) => Number(b.fits ?? true) - Number(a.fits ?? true) || a.score - b.score || (a.code < b.code ? -1 : 1),
    )
    .slice(0, MOST)
    .map(({ score: _score, ...hit }) => hit);

/** The best of a label and its synonyms for a query, a code's own digits first. */
function scored(code: string, label: string, terms: readonly string[], query: string): Scored | null {
  const digits = query.toUpperCase().replace(/[.\s/]/g, '');
  if (/\d/.test(digits) && code.replace('/', '').startsWith(digits)) return { code, label, score: -10 };
  let found: Scored | null = null;
  const own = rank(label, query);
  if (own >= 0) found = { code, label, score: own };
  for (const term of terms) {
    const score = rank(term, query);
    if (score >= 0 && (found === null || score + 1 < found.score)) found = { code, label, score: score + 1, by: term };
  }
  return found;
}

/** Sites by code, `C50.4`, or by words, `upper outer breast`. An empty query lists nothing. */
export const searchSites = (icdo3: Icdo3, query: string): CodeHit[] =>
  best([...icdo3.topography.values()].flatMap(({ code, label, terms }) => scored(code, label, terms, query) ?? []));

/** Histologies (four digits) by code or words; those that the classification knows at the site come first. */
export function searchHistologies(icdo3: Icdo3, query: string, context: CodeContext): CodeHit[] {
  const hits = [...icdo3.morphology.values()].flatMap(({ code, label, terms }): Scored[] => {
    const hit = scored(
      code,
      label,
      terms.map(({ term }) => term),
      query,
    );
    if (hit === null) return [];
    const fits = context.site === undefined || icdo3.siteTypeAllows(context.site, code);
    return [{ ...hit, fits }];
  });
  return best(hits);
}

/** Codes of an item's own table. An empty query lists them all. */
export function searchItemCodes(codes: CodeTables, item: string, query: string): CodeHit[] {
  const table = (codes.get(item) ?? []).filter(({ kind }) => kind !== 'blank');
  if (query.trim() === '') return table.slice(0, MOST * 5);
  return best(table.flatMap(({ code, label }) => scored(code, label, [], query) ?? []));
}

/** The label of a code in the item's table, a range of codes included; `null` where there is none. */
export function labelOf(codes: CodeTables, item: string, value: string): string | null {
  for (const { code, label, kind } of codes.get(item) ?? []) {
    if (code === value) return label;
    const range = kind === 'range' ? /^(\w+)-(\w+)$/.exec(code) : null;
    if (range !== null && value.length === range[1]?.length && value >= range[1] && value <= (range[2] ?? ''))
      return label;
  }
  return null;
}
