/** Columns as in `libs/icdo3/data/recodes.json`; empty cells at the end of a row are left out. */
export interface RecodeBundle {
  readonly rows: readonly (readonly [system: string, rows: readonly (readonly string[])[]])[];
}

/** Columns as in `libs/icdo3/data/recode-groups.json`. */
export interface RecodeGroupBundle {
  readonly rows: readonly (readonly [
    recode: string,
    lines: readonly (readonly [level: number, label: string, codes: string])[],
  ])[];
}

/** A line of a recode's published table: one code, or a group that sums those of the deeper lines below it. */
export interface RecodeLine {
  /** 0 for the outermost groups. */
  readonly level: number;
  readonly label: string;
  readonly codes: readonly string[];
}

/** Recodes that are a function of site, histology, behavior and year of diagnosis. */
export const RECODE_IDS = [
  'seerSiteRecode2008',
  'seerSiteRecode2023',
  'seerSiteRecode2023Expanded',
  'icccIarc2017',
  'icccIarc2017Extended',
  'icccMajor',
  'lymphoid2021',
  'brainCns2020',
  'aya2020',
  'aya2008',
  'behaviorRecode',
] as const;
export type RecodeId = (typeof RECODE_IDS)[number];

/** What a recode reads of a tumor; values as NAACCR writes them. Any may be absent or malformed: then "not recoded" is the answer. */
export interface RecodeInput {
  readonly primarySite?: string | undefined;
  readonly histologicTypeIcdO3?: string | undefined;
  readonly behaviorCodeIcdO3?: string | undefined;
  /** Only the year is read. */
  readonly dateOfDiagnosis?: string | undefined;
}

/** One recode: where its rows are, which cell of the matching row is the value, and the value when no row matches. */
interface Definition {
  readonly id: RecodeId;
  readonly name: string;
  readonly system: string;
  readonly none: string;
  readonly extended?: true;
}

const DEFINITIONS: readonly Definition[] = [
  { id: 'seerSiteRecode2008', name: 'SEER site recode, ICD-O-3/WHO 2008', system: 'seer-site-2008', none: '99999' },
  { id: 'seerSiteRecode2023', name: 'SEER site recode, 2023 revision', system: 'seer-site-2023', none: '99' },
  {
    id: 'seerSiteRecode2023Expanded',
    name: 'SEER site recode, 2023 revision expanded',
    system: 'seer-site-2023-expanded',
    none: '99',
  },
  { id: 'icccIarc2017', name: 'Childhood cancer classification, IARC 2017', system: 'iccc-2017', none: '999' },
  {
    id: 'icccIarc2017Extended',
    name: 'Childhood cancer classification, IARC 2017 extended',
    system: 'iccc-2017',
    none: '999',
    extended: true,
  },
  { id: 'lymphoid2021', name: 'Lymphoid neoplasm recode, 2021 revision', system: 'lymphoid-2021', none: '99' },
  { id: 'brainCns2020', name: 'Brain and CNS recode, 2020 revision', system: 'brain-cns-2020', none: '99' },
  { id: 'aya2020', name: 'Adolescent and young adult recode, 2020 revision', system: 'aya-2020', none: '999' },
  { id: 'aya2008', name: 'Adolescent and young adult recode, WHO 2008', system: 'aya-2008', none: '99' },
  { id: 'behaviorRecode', name: 'Behavior recode for analysis', system: 'behavior', none: '9' },
];

/** Systems that answer only for a known behavior and year, although not every row of theirs looks at them. */
const NEEDS_ALL = new Set(['seer-site-2023', 'seer-site-2023-expanded', 'behavior']);

/** Major category of the childhood classification by ranges of its main code; anything else is 99. */
const ICCC_MAJOR: readonly (readonly [from: number, to: number, major: string])[] = [
  [11, 15, '01'],
  [21, 25, '02'],
  [31, 36, '03'],
  [41, 42, '04'],
  [50, 50, '05'],
  [61, 63, '06'],
  [71, 73, '07'],
  [81, 85, '08'],
  [91, 95, '09'],
  [101, 105, '10'],
  [111, 111, '14'],
  [112, 112, '11'],
  [113, 113, '14'],
  [114, 114, '12'],
  [115, 115, '13'],
  [116, 116, '14'],
  [121, 122, '15'],
];

const majorOf = (iccc: string): string =>
  ICCC_MAJOR.find(([from, to]) => Number(iccc) >= from && Number(iccc) <= to)?.[2] ?? '99';

type Interval = readonly [from: number, to: number];

const intervals = (list: string | undefined): readonly Interval[] | null =>
  list === undefined || list === ''
    ? null
    : list.split(',').map((part): Interval => {
        const [from = '', to = from] = part.split('-');
        return [Number(from), Number(to)];
      });

/** Which rows a value satisfies, as sets of bits: values between two bounds of the rows share one set. */
interface Dimension {
  readonly segmentOf: Uint16Array;
  readonly bits: Uint32Array;
}

interface Condition {
  readonly within: readonly Interval[] | null;
  readonly except: readonly Interval[] | null;
}

const inside = (value: number, list: readonly Interval[]): boolean =>
  list.some(([from, to]) => value >= from && value <= to);

function dimension(size: number, words: number, conditions: readonly Condition[]): Dimension {
  const bounds = new Set([0]);
  for (const { within, except } of conditions) {
    for (const [from, to] of [...(within ?? []), ...(except ?? [])]) bounds.add(from).add(to + 1);
  }
  const starts = [...bounds].filter((start) => start < size).sort((a, b) => a - b);
  const segmentOf = new Uint16Array(size);
  const bits = new Uint32Array(starts.length * words);
  starts.forEach((start, segment) => {
    segmentOf.fill(segment, start);
    conditions.forEach(({ within, except }, row) => {
      if ((within !== null && !inside(start, within)) || (except !== null && inside(start, except))) return;
      const word = segment * words + (row >>> 5);
      bits[word] = (bits[word] ?? 0) | (1 << (row & 31));
    });
  });
  return { segmentOf, bits };
}

/** The rows of a system, compiled: the first row that a tumor satisfies is found by four sets of bits. */
class Matcher {
  readonly rows: readonly (readonly string[])[];
  private readonly words: number;
  private readonly sites: Dimension;
  private readonly histologies: Dimension;
  private readonly behaviors: Dimension;
  private readonly years: Dimension;

  constructor(rows: readonly (readonly string[])[]) {
    this.rows = rows;
    this.words = Math.ceil(rows.length / 32);
    const cell = (row: readonly string[], at: number): readonly Interval[] | null => intervals(row[at]);
    const of = (size: number, within: number, except?: number): Dimension =>
      dimension(
        size,
        this.words,
        rows.map((row) => ({ within: cell(row, within), except: except === undefined ? null : cell(row, except) })),
      );
    this.sites = of(1_000, 2, 3);
    this.histologies = of(10_000, 4, 5);
    this.behaviors = of(10, 6);
    this.years = dimension(
      10_000,
      this.words,
      rows.map(([, , , , , , , min = '', max = '']) => {
        // A row with a first year is tested for that only, whatever its last year says.
        const range: Interval | null = min !== '' ? [Number(min), 9_999] : max !== '' ? [0, Number(max)] : null;
        return { within: range === null ? null : [range], except: null };
      }),
    );
  }

  get usesBehavior(): boolean {
    return this.rows.some((row) => (row[6] ?? '') !== '');
  }

  /** Index of the first matching row, or -1. */
  first(site: number, histology: number, behavior: number, year: number): number {
    const { words } = this;
    const sites = (this.sites.segmentOf[site] ?? 0) * words;
    const histologies = (this.histologies.segmentOf[histology] ?? 0) * words;
    const behaviors = (this.behaviors.segmentOf[behavior] ?? 0) * words;
    const years = (this.years.segmentOf[year] ?? 0) * words;
    for (let word = 0; word < words; word++) {
      const match =
        (this.sites.bits[sites + word] ?? 0) &
        (this.histologies.bits[histologies + word] ?? 0) &
        (this.behaviors.bits[behaviors + word] ?? 0) &
        (this.years.bits[years + word] ?? 0);
      if (match !== 0) return word * 32 + 31 - Math.clz32(match & -match);
    }
    return -1;
  }
}

/** The recodes with their labels. */
export interface Recoder {
  /**
   * All recodes of a tumor.
   *
   * @returns a value for every recode; input that is absent or malformed gives the system's "not recoded" code, never an error.
   * @source SEER site recodes, ICCC-3 (IARC 2017), lymphoid 2021, brain and CNS 2020, AYA 2020 and WHO 2008: rows in order, the first that
   * matches decides. Behavior recode: SEER, behavior recode for analysis.
   */
  recode(tumor: RecodeInput): Record<RecodeId, string>;
  /** Codes of a recode with their labels, in the order of its table; the "not recoded" code last. */
  codes(id: RecodeId): readonly { readonly code: string; readonly label: string }[];
  /** The recode's table as it is published, groups and codes in order, for a report's rows; empty where none is at hand. */
  groups(id: RecodeId): readonly RecodeLine[];
  /** What a recode is called. */
  name(id: RecodeId): string;
}

const number = (text: string | undefined, shape: RegExp): number => {
  const match = text === undefined ? null : shape.exec(text);
  return match === null ? -1 : Number(match[1]);
};

const ICCC_MAJOR_LABELS: readonly string[] = [
  'Leukemias, myeloproliferative and myelodysplastic diseases',
  'Lymphomas and reticuloendothelial tumors',
  'Central nervous system, intracranial and intraspinal tumors',
  'Neuroblastoma and other peripheral nervous cell tumors',
  'Retinoblastoma',
  'Renal tumors',
  'Hepatic tumors',
  'Malignant bone tumors',
  'Soft tissue and other extraosseous sarcomas',
  'Germ cell, trophoblastic and gonadal tumors',
  'Thyroid carcinomas',
  'Melanomas',
  'Skin carcinomas',
  'Other carcinomas and melanomas',
  'Other and unspecified malignant tumors',
];

/** Compile the recode tables. @param groups without it codes are named by the rows that give them, and `groups` is empty. */
export function createRecoder(bundle: RecodeBundle, groups: RecodeGroupBundle = { rows: [] }): Recoder {
  const lines = new Map(
    groups.rows.map(([id, own]) => [
      id,
      own.map(([level, label, codes]): RecodeLine => ({ level, label, codes: codes === '' ? [] : codes.split(' ') })),
    ]),
  );
  const matchers = new Map(bundle.rows.map(([system, rows]) => [system, new Matcher(rows)]));
  const matcherOf = (system: string): Matcher => {
    const matcher = matchers.get(system);
    if (matcher === undefined) throw new Error(`recodes.json has no system ${system}`);
    return matcher;
  };
  const compiled = DEFINITIONS.map((definition) => {
    const matcher = matcherOf(definition.system);
    const all = NEEDS_ALL.has(definition.system);
    const cell = definition.extended ? 9 : 0;
    const values = matcher.rows.map((row) => row[cell] ?? '').map((value) => value || definition.none);
    return { ...definition, matcher, values, needsBehavior: all || matcher.usesBehavior, needsYear: all };
  });
  const namesOf = new Map(DEFINITIONS.map(({ id, name }) => [id, name]));
  return {
    recode(tumor) {
      const site = number(tumor.primarySite, /^C(\d{3})$/);
      const histology = number(tumor.histologicTypeIcdO3, /^(\d{4})$/);
      const behavior = number(tumor.behaviorCodeIcdO3, /^(\d)$/);
      const year = number(tumor.dateOfDiagnosis, /^(\d{4})(?:\d\d){0,2}$/);
      const values = {} as Record<RecodeId, string>;
      for (const { id, matcher, needsBehavior, needsYear, none, values: own } of compiled) {
        const known = site >= 0 && histology >= 0 && (behavior >= 0 || !needsBehavior) && (year >= 0 || !needsYear);
        const row = known ? matcher.first(site, histology, Math.max(behavior, 0), Math.max(year, 0)) : -1;
        values[id] = row < 0 ? none : (own[row] ?? none);
        if (id === 'icccIarc2017Extended') values.icccMajor = majorOf(values.icccIarc2017);
      }
      return values;
    },
    codes(id) {
      if (id === 'icccMajor') {
        return [
          ...ICCC_MAJOR_LABELS.map((label, at) => ({ code: String(at + 1).padStart(2, '0'), label })),
          { code: '99', label: 'Not classified' },
        ];
      }
      const own = compiled.find((one) => one.id === id);
      const labels = new Map<string, string>();
      const deepest = [...(lines.get(id) ?? [])].sort((a, b) => b.level - a.level);
      const published = new Map(
        deepest.flatMap(({ label, codes }) => (codes.length === 1 ? [[codes[0] ?? '', label]] : [])),
      );
      own?.values.forEach((code, row) => {
        const label = published.get(code) ?? own.matcher.rows[row]?.[1] ?? '';
        if ((labels.get(code) ?? '') === '') labels.set(code, label);
      });
      if (own !== undefined && (labels.get(own.none) ?? '') === '') labels.set(own.none, 'Not classified');
      return [...labels].map(([code, label]) => ({ code, label }));
    },
    groups: (id) => lines.get(id) ?? [],
    name: (id) => namesOf.get(id) ?? 'Childhood cancer classification, major category',
  };
}
