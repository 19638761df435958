import { createIcdo3Search, type Icdo3, type Icdo3Search, type CodeHit as IcdoHit } from '@perennial/icdo3';
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
  /** Item 225. */
  readonly sex?: string | undefined;
  /** Of diagnosis. */
  readonly year?: number | undefined;
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

/** A code for a query by its label, its own digits first. */
function scored(code: string, label: string, query: string): Scored | null {
  const digits = query.toUpperCase().replace(/[.\s/]/g, '');
  if (/\d/.test(digits) && code.replace('/', '').startsWith(digits)) return { code, label, score: -10 };
  const score = rank(label, query);
  return score < 0 ? null : { code, label, score };
}

/** The look-up of the classification, made once. */
const searches = new WeakMap<Icdo3, Icdo3Search>();
function searchOf(icdo3: Icdo3): Icdo3Search {
  let search = searches.get(icdo3);
  if (search === undefined) searches.set(icdo3, (search = createIcdo3Search(icdo3)));
  return search;
}

const offered = ({ code, label, term, unsuited }: IcdoHit): CodeHit => ({
  code,
  label,
  ...(term === null ? {} : { by: term }),
  fits: unsuited.every((why) => why === 'obsolete'),
});

/** Sites by code, `C50.4`, words, `upper outer breast`, or short forms, `UOQ`. An empty query lists nothing. */
export const searchSites = (icdo3: Icdo3, query: string, context: CodeContext = {}): CodeHit[] =>
  searchOf(icdo3).sites(query, { sex: context.sex, unsuited: true, limit: MOST }).map(offered);

/** Histology and behavior by code, words or short forms; those that do not go with the site or the year come last. */
export const searchHistologies = (icdo3: Icdo3, query: string, context: CodeContext): CodeHit[] =>
  searchOf(icdo3)
    .morphologies(query, { site: context.site, year: context.year, unsuited: true, limit: MOST })
    .map(offered);

/** Codes of an item's own table. An empty query lists them all. */
export function searchItemCodes(codes: CodeTables, item: string, query: string): CodeHit[] {
  const table = (codes.get(item) ?? []).filter(({ kind }) => kind !== 'blank');
  if (query.trim() === '') return table.slice(0, MOST * 5);
  return best(table.flatMap(({ code, label }) => scored(code, label, query) ?? []));
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
