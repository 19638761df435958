import { CodeSet, SiteSet } from './codes.js';
import { type Answer, answer, NO, not, type Pair, UNKNOWN, YES } from './pair.js';
import { type HematopoieticPairs, type PairTables } from './tables.js';
import { type Tumor } from './tumor.js';

/** What tests may ask besides the pair itself. */
export interface Reference {
  readonly tables: PairTables;
  readonly hematopoietic: HematopoieticPairs;
}

/** A question about a pair; `unknown` says in words what is not known when the answer is unknown. */
export interface Test {
  readonly ask: (pair: Pair) => Answer;
  readonly unknown?: string;
}

/**
 * Where a tumor's histology row is looked up: one table, or the table of its site (`siteTables`). A code that has no row may still be in `list`: then
 * the list counts as one row, or every histology of it as a row of its own (`each`).
 */
export interface RowSource {
  readonly table?: string;
  readonly siteTables?: string;
  readonly list?: string;
  readonly each?: true;
}

type Lookup = (tumor: Tumor) => string | undefined;

function rowsOf(reference: Reference, source: RowSource, kind: 'rows' | 'subtypes' = 'rows'): Lookup {
  const { tables } = reference;
  const list = source.list === undefined ? undefined : new CodeSet(`list:${source.list}`, tables.lists);
  const named = tables[kind](source.table ?? '');
  const family = source.siteTables;
  return (tumor) => {
    const table = family === undefined ? undefined : tables.siteTable(family, tumor.site);
    const own = (family === undefined ? named : tables[kind](table ?? '')).get(tumor.code);
    if (own !== undefined || list === undefined || kind === 'subtypes' || !list.has(tumor.code)) return own;
    return source.each ? `list ${tumor.histology}` : LIST_ROW;
  };
}
const LIST_ROW = 'list';

const conflict = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && !a.includes(b) && !b.includes(a);

const group = (site: number): number => Math.floor(site / 10);
const inSitu = (tumor: Tumor): boolean => tumor.behavior === 2;
const invasive = (tumor: Tumor): boolean => tumor.behavior === 3;
const hasSide = (tumor: Tumor): boolean => ['1', '2', '5'].includes(tumor.laterality);
const oneOfEach = (pair: Pair, left: (tumor: Tumor) => boolean, right: (tumor: Tumor) => boolean): boolean =>
  (left(pair.a) && right(pair.b)) || (left(pair.b) && right(pair.a));

/** Not reportable as tumors of unknown origin (8000) or carcinoma (8010): equal codes of these say nothing. */
const sameCode = ({ a, b }: Pair): boolean => a.code === b.code && a.histology !== 8000 && a.histology !== 8010;
const samePlace = ({ a, b }: Pair): boolean =>
  a.site === b.site || (group(a.site) === group(b.site) && group(a.site) !== 77);

const ORDER = 'which tumor was diagnosed first';
const SIDE = 'the side of a tumor';

const simple = (ask: (pair: Pair) => boolean) => (): Test => ({ ask: (pair) => answer(ask(pair)) });
const codes = ({ tables }: Reference, words: string): CodeSet => new CodeSet(words, tables.lists);

/** Every test that rules may name, with its arguments. Source of all: SEER rules as restated in the library's README. */
export const TESTS = {
  // When
  'within-days': (_: Reference, days: number): Test => ({
    ask: (pair) => pair.withinDays(days),
    unknown: `whether the diagnoses are within ${days} days`,
  }),
  'beyond-days': (_: Reference, days: number): Test => ({
    ask: (pair) => not(pair.withinDays(days)),
    unknown: `whether the diagnoses are within ${days} days`,
  }),
  'days-unknown': (_: Reference, days: number): Test => ({ ask: (pair) => answer(pair.withinDays(days) === UNKNOWN) }),
  'not-beyond-days': (_: Reference, days: number): Test => ({ ask: (pair) => answer(pair.withinDays(days) !== NO) }),
  'years-apart': (_: Reference, years: number): Test => ({
    ask: (pair) => pair.yearsApart(years),
    unknown: `whether the diagnoses are ${years} ${years === 1 ? 'year' : 'years'} apart`,
  }),
  'dates-differ': simple((pair) => pair.order !== 'equal'),
  'known-date-parts-equal': simple(
    ({ a, b }) =>
      a.year === b.year &&
      (a.month === b.month || a.month === 0 || b.month === 0) &&
      (a.day === b.day || a.day === 0 || b.day === 0),
  ),
  /** The tumor with one of the codes is the later one. */
  later: (reference: Reference, words: string): Test => {
    const set = codes(reference, words);
    return {
      ask: (pair) => {
        const tumor = pair.find(({ code }) => set.has(code));
        return tumor === undefined ? NO : pair.isLater(tumor);
      },
      unknown: ORDER,
    };
  },
  /** The tumor with one of the codes is not the earlier one. */
  'not-earlier': (reference: Reference, words: string): Test => {
    const set = codes(reference, words);
    return {
      ask: (pair) => {
        const tumor = pair.find(({ code }) => set.has(code));
        return tumor === undefined ? NO : pair.order === 'equal' ? YES : pair.isLater(tumor);
      },
      unknown: ORDER,
    };
  },
  /** Within the days, or the tumor with one of the codes is the later one; unknown only when both are. */
  'within-days-or-later': (reference: Reference, days: number, words: string): Test => {
    const set = codes(reference, words);
    return {
      ask: (pair) => {
        const within = pair.withinDays(days);
        const tumor = pair.find(({ code }) => set.has(code));
        const later = tumor === undefined ? NO : pair.isLater(tumor);
        if (within === YES || later === YES) return YES;
        return within === UNKNOWN && later === UNKNOWN ? UNKNOWN : NO;
      },
      unknown: `${ORDER} and whether the diagnoses are within ${days} days`,
    };
  },

  // Behavior
  'in-situ-and-invasive': simple((pair) => oneOfEach(pair, inSitu, invasive)),
  'in-situ-later': (): Test => ({
    ask: (pair) => {
      const tumor = pair.find(inSitu);
      return tumor === undefined ? NO : pair.isLater(tumor);
    },
    unknown: ORDER,
  }),
  /** Only a known order with the invasive tumor first says no. */
  'invasive-not-earlier': simple((pair) => pair.order === 'equal' || pair.order === 'unknown' || invasive(pair.later)),
  'both-in-situ': simple(({ a, b }) => inSitu(a) && inSitu(b)),
  'both-invasive': simple(({ a, b }) => invasive(a) && invasive(b)),
  'either-invasive': simple(({ a, b }) => invasive(a) || invasive(b)),
  'both-in-situ-or-invasive': simple(({ a, b }) => (inSitu(a) || invasive(a)) && (inSitu(b) || invasive(b))),
  'behaviors-differ': simple(({ a, b }) => a.behavior !== b.behavior),

  // Where
  'site-groups-differ': simple(({ a, b }) => group(a.site) !== group(b.site)),
  'sites-differ': simple(({ a, b }) => a.site !== b.site),
  'subsites-differ': simple(({ a, b }) => a.site % 10 !== b.site % 10),
  'same-site': simple(({ a, b }) => a.site === b.site),
  'same-place': simple(samePlace),
  /** Sites differ; unknown when either is one that names no part. */
  'parts-differ': (_: Reference, words: string): Test => {
    const unspecified = new SiteSet(words);
    return {
      ask: ({ a, b }) => (unspecified.has(a.site) || unspecified.has(b.site) ? UNKNOWN : answer(a.site !== b.site)),
      unknown: 'the part of the organ where a tumor began',
    };
  },
  'both-sites': (_: Reference, words: string): Test => {
    const set = new SiteSet(words);
    return { ask: ({ a, b }) => answer(set.has(a.site) && set.has(b.site)) };
  },
  'first-site': (_: Reference, words: string): Test => {
    const set = new SiteSet(words);
    return { ask: ({ a }) => answer(set.has(a.site)) };
  },
  'one-site-of-each': (_: Reference, left: string, right: string): Test => {
    const [one, other] = [new SiteSet(left), new SiteSet(right)];
    return {
      ask: (pair) =>
        answer(
          oneOfEach(
            pair,
            ({ site }) => one.has(site),
            ({ site }) => other.has(site),
          ),
        ),
    };
  },
  /** Both tumors in the same one of several sets of sites. */
  'in-same-of': (_: Reference, sets: readonly string[]): Test => {
    const compiled = sets.map((words) => new SiteSet(words));
    return { ask: ({ a, b }) => answer(compiled.some((set) => set.has(a.site) && set.has(b.site))) };
  },
  /** Exactly one of the tumors in any of several sets of sites. */
  'split-by': (_: Reference, sets: readonly string[]): Test => {
    const compiled = sets.map((words) => new SiteSet(words));
    return { ask: ({ a, b }) => answer(compiled.some((set) => set.has(a.site) !== set.has(b.site))) };
  },
  'sites-in-list': ({ tables }: Reference, list: string): Test => {
    const set = new SiteSet(tables.siteLists.get(list) ?? '');
    return { ask: ({ a, b }) => answer(set.has(a.site) && set.has(b.site)) };
  },

  // Side
  'opposite-sides': (): Test => ({
    ask: (pair) => (pair.sidesKnown ? answer(pair.a.laterality !== pair.b.laterality) : UNKNOWN),
    unknown: SIDE,
  }),
  'same-side': (): Test => ({
    ask: (pair) => (pair.sidesKnown ? answer(pair.a.laterality === pair.b.laterality) : UNKNOWN),
    unknown: SIDE,
  }),
  'same-side-or-bilateral': (): Test => ({
    ask: (pair) =>
      pair.a.laterality === '4' || pair.b.laterality === '4'
        ? YES
        : pair.sidesKnown
          ? answer(pair.a.laterality === pair.b.laterality)
          : UNKNOWN,
    unknown: SIDE,
  }),
  /** One tumor on each side; a tumor of both sides is on neither alone. */
  'one-on-each-side': (): Test => ({
    ask: ({ a, b }) => {
      const known = [a, b].every(({ laterality }) => ['1', '2', '4'].includes(laterality));
      if (!known) return UNKNOWN;
      return answer(a.laterality !== b.laterality && a.laterality !== '4' && b.laterality !== '4');
    },
    unknown: SIDE,
  }),
  'either-bilateral': simple(({ a, b }) => a.laterality === '4' || b.laterality === '4'),
  /** Lateralities right, left and midline differ; unknown when either is something else. */
  'lateralities-differ': (): Test => ({
    ask: ({ a, b }) => (hasSide(a) && hasSide(b) ? answer(a.laterality !== b.laterality) : UNKNOWN),
    unknown: SIDE,
  }),
  'laterality-other': simple(({ a, b }) => !hasSide(a) || !hasSide(b)),
  'laterality-not-stated': simple(({ a, b }) =>
    [a, b].some(({ laterality }) => laterality === '' || laterality === '9'),
  ),
  'same-laterality': simple(({ a, b }) => a.laterality === b.laterality),

  // What
  'same-code': simple(sameCode),
  'same-histology': simple(({ a, b }) => a.histology === b.histology),
  'same-histology-group': simple(({ a, b }) => Math.floor(a.histology / 10) === Math.floor(b.histology / 10)),
  both: (reference: Reference, words: string): Test => {
    const set = codes(reference, words);
    return { ask: ({ a, b }) => answer(set.has(a.code) && set.has(b.code)) };
  },
  first: (reference: Reference, words: string): Test => {
    const set = codes(reference, words);
    return { ask: ({ a }) => answer(set.has(a.code)) };
  },
  either: (reference: Reference, words: string): Test => {
    const set = codes(reference, words);
    return { ask: ({ a, b }) => answer(set.has(a.code) || set.has(b.code)) };
  },
  'one-of-each': (reference: Reference, left: string, right: string): Test => {
    const [one, other] = [codes(reference, left), codes(reference, right)];
    return {
      ask: (pair) =>
        answer(
          oneOfEach(
            pair,
            ({ code }) => one.has(code),
            ({ code }) => other.has(code),
          ),
        ),
    };
  },
  /** One histology is one of the general ones and the other is listed as a more specific form of it. */
  'general-and-specific': (reference: Reference, words: string): Test => {
    const { nos } = reference.tables;
    const general = codes(reference, words);
    const covers = (one: Tumor, other: Tumor): boolean =>
      general.has(one.code) && (nos.get(one.histology)?.has(other.code) ?? false);
    return { ask: ({ a, b }) => answer(covers(a, b) || covers(b, a)) };
  },
  /** Both codes in the same one of several sets. */
  'both-in-one-of': (reference: Reference, sets: readonly string[]): Test => {
    const compiled = sets.map((words) => codes(reference, words));
    return { ask: ({ a, b }) => answer(compiled.some((set) => set.has(a.code) && set.has(b.code))) };
  },

  // Tables of histologies
  'row-missing': (reference: Reference, source: RowSource): Test => {
    const row = rowsOf(reference, source);
    return { ask: ({ a, b }) => answer(row(a) === undefined || row(b) === undefined) };
  },
  'rows-differ': (reference: Reference, source: RowSource): Test => {
    const row = rowsOf(reference, source);
    return { ask: ({ a, b }) => answer(row(a) !== row(b)) };
  },
  'rows-equal': (reference: Reference, source: RowSource): Test => {
    const row = rowsOf(reference, source);
    return {
      ask: ({ a, b }) => {
        const value = row(a);
        return answer(value !== undefined && value !== LIST_ROW && value === row(b));
      },
    };
  },
  'rows-conflict': (reference: Reference, source: RowSource): Test => {
    const row = rowsOf(reference, source);
    return { ask: ({ a, b }) => answer(conflict(row(a), row(b))) };
  },
  'row-starts': (reference: Reference, source: RowSource, start: string): Test => {
    const row = rowsOf(reference, source);
    return { ask: ({ a, b }) => answer([row(a), row(b)].some((value) => value?.startsWith(start) ?? false)) };
  },
  /** One row contains the other. */
  'rows-overlap': (reference: Reference, source: RowSource): Test => {
    const row = rowsOf(reference, source);
    return {
      ask: ({ a, b }) => {
        const [one, other] = [row(a), row(b)];
        return answer(one !== undefined && other !== undefined && !conflict(one, other));
      },
    };
  },
  'subtypes-conflict': (reference: Reference, source: RowSource): Test => {
    const subtype = rowsOf(reference, source, 'subtypes');
    return { ask: ({ a, b }) => answer(conflict(subtype(a), subtype(b))) };
  },
  'subtypes-differ': (reference: Reference, source: RowSource): Test => {
    const subtype = rowsOf(reference, source, 'subtypes');
    return {
      ask: ({ a, b }) => {
        const [one, other] = [subtype(a), subtype(b)];
        return answer(one !== undefined && other !== undefined && one !== other);
      },
    };
  },
  'both-have-subtypes': (reference: Reference, source: RowSource): Test => {
    const subtype = rowsOf(reference, source, 'subtypes');
    return { ask: ({ a, b }) => answer(subtype(a) !== undefined && subtype(b) !== undefined) };
  },
  'site-without-table': ({ tables }: Reference, family: string): Test => ({
    ask: ({ a, b }) =>
      answer(tables.siteTable(family, a.site) === undefined || tables.siteTable(family, b.site) === undefined),
  }),
  'same-table': ({ tables }: Reference, family: string): Test => ({
    ask: ({ a, b }) => {
      const table = tables.siteTable(family, a.site);
      return answer(table !== undefined && table === tables.siteTable(family, b.site));
    },
  }),

  // Blood neoplasms
  /** One of the codes turns into the other, whichever came first. */
  transformation: ({ hematopoietic }: Reference): Test => ({
    ask: ({ a, b }) => answer(turnsInto(hematopoietic, a, b) || turnsInto(hematopoietic, b, a)),
  }),
  /** The earlier one is the chronic form of the later one. */
  'chronic-to-acute': ({ hematopoietic }: Reference): Test => ({
    ask: (pair) => (pair.order === 'unknown' ? UNKNOWN : answer(turnsInto(hematopoietic, pair.earlier, pair.later))),
    unknown: ORDER,
  }),
  /** Read under the later tumor's code with its year; both ways where the years are equal. */
  'same-primary-by-table': ({ hematopoietic }: Reference): Test => ({
    ask: ({ a, b }) => {
      const under = (own: Tumor, other: Tumor): boolean => hematopoietic.holds('same', own.code, other.code, own.year);
      if (a.year === b.year) return answer(under(a, b) && under(b, a));
      return answer(a.year > b.year ? under(a, b) : under(b, a));
    },
  }),
} satisfies Record<string, (reference: Reference, ...args: never[]) => Test>;

/** Whether `chronic` turns into `acute` by the tables of both, each in its tumor's own year. */
const turnsInto = (pairs: HematopoieticPairs, chronic: Tumor, acute: Tumor): boolean =>
  pairs.holds('to', chronic.code, acute.code, chronic.year) &&
  pairs.holds('from', acute.code, chronic.code, acute.year);

type Tests = typeof TESTS;
type Arguments<K extends keyof Tests> = Tests[K] extends (reference: Reference, ...args: infer A) => Test ? A : never;

/** A test as a rule writes it: its name, or its name with arguments; `not` turns yes and no around. */
export type TestSpec =
  | { readonly [K in keyof Tests]: Arguments<K> extends readonly [] ? K : readonly [K, ...Arguments<K>] }[keyof Tests]
  | readonly ['not', TestSpec];

/** Make a test ready to ask. */
export function compileTest(spec: TestSpec, reference: Reference): Test {
  if (typeof spec === 'string') return TESTS[spec](reference);
  if (spec[0] === 'not') {
    const { ask, unknown } = compileTest(spec[1], reference);
    return { ask: (pair) => not(ask(pair)), ...(unknown === undefined ? {} : { unknown }) };
  }
  const [name, ...args] = spec;
  return (TESTS[name] as (reference: Reference, ...args: readonly unknown[]) => Test)(reference, ...args);
}
