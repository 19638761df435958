/** How a grade was said. */
export type Method = 'gleason' | 'group' | 'number' | 'score' | 'differentiation' | 'level';

/** How the table of a site writes what was said; the first way that occurs in the report is used. */
export interface GradeTable {
  readonly rule: string;
  readonly sites: RegExp;
  readonly histologies?: RegExp;
  readonly behaviors?: RegExp;
  readonly ways: readonly {
    readonly method: Method;
    /** Only statements qualified so, or not so. */
    readonly qualifier?: RegExp;
    readonly notQualifier?: RegExp;
    /** Code by rank, from rank 1. */
    readonly codes: readonly (string | null)[];
  }[];
}

const LETTERS = ['A', 'B', 'C', 'D'];
const NUMBERS_3 = ['1', '2', '3', '3'];
const NUMBERS_4 = ['1', '2', '3', '4'];
const LEVELS = ['L', null, 'H'];

/**
 * Grade by the site's own table, the preferred system first.
 *
 * @source NAACCR grade coding instructions and tables: preferred grading system of each table, generic categories A to D, L and H where it has
 * no number; code tables of items 3843 to 3845 by schema.
 */
export const GRADE_TABLES: readonly GradeTable[] = [
  {
    rule: 'grade-not-applicable',
    sites: /^/,
    histologies: /^(959|9[6-9])/,
    ways: [],
  },
  {
    rule: 'prostate',
    sites: /^C619/,
    ways: [
      { method: 'group', codes: ['1', '2', '3', '4', '5'] },
      { method: 'gleason', codes: ['1', '2', '3', '4', '5'] },
      { method: 'differentiation', codes: LETTERS },
    ],
  },
  {
    rule: 'breast-in-situ',
    sites: /^C50/,
    behaviors: /2/,
    ways: [
      { method: 'number', codes: ['L', 'M', 'H'] },
      { method: 'level', codes: ['L', 'M', 'H'] },
      { method: 'differentiation', codes: LETTERS },
    ],
  },
  {
    rule: 'breast-nottingham',
    sites: /^C50/,
    ways: [
      { method: 'number', qualifier: /nottingham|overall|combined|scarff|bloom|sbr|elston/, codes: NUMBERS_3 },
      { method: 'number', notQualifier: /nuclear/, codes: NUMBERS_3 },
      { method: 'score', codes: NUMBERS_3 },
      { method: 'differentiation', codes: LETTERS },
      { method: 'level', codes: ['1', '2', '3'] },
      { method: 'number', codes: NUMBERS_3 },
    ],
  },
  {
    rule: 'kidney-nuclear',
    sites: /^C649/,
    ways: [
      { method: 'number', codes: NUMBERS_4 },
      { method: 'differentiation', codes: LETTERS },
    ],
  },
  {
    rule: 'cns-who',
    sites: /^C7[0-2]|^C75[1-3]/,
    ways: [
      { method: 'number', codes: NUMBERS_4 },
      { method: 'level', codes: LEVELS },
    ],
  },
  {
    rule: 'urothelial',
    sites: /^C6[5-8]/,
    histologies: /^81[23]/,
    ways: [
      { method: 'level', codes: LEVELS },
      { method: 'number', codes: ['L', 'H', 'H', 'H'], qualifier: /who/ },
      { method: 'number', codes: NUMBERS_3 },
      { method: 'differentiation', codes: NUMBERS_3 },
    ],
  },
  {
    rule: 'corpus-figo',
    sites: /^C5[45]/,
    histologies: /^8[0-5]/,
    ways: [
      { method: 'number', qualifier: /figo|histologic|overall/, codes: NUMBERS_3 },
      { method: 'number', notQualifier: /nuclear/, codes: NUMBERS_3 },
      { method: 'differentiation', codes: NUMBERS_3 },
      { method: 'number', codes: NUMBERS_3 },
    ],
  },
  {
    rule: 'ovary',
    sites: /^C(56|57|48)/,
    histologies: /^84[46]/,
    ways: [
      { method: 'level', codes: LEVELS },
      // Serous carcinomas have two grades: grade 1 is low, 2 and 3 are high.
      { method: 'number', codes: ['L', 'H', 'H', 'H'] },
      { method: 'differentiation', codes: ['L', 'H', 'H', 'H'] },
    ],
  },
  {
    rule: 'stromal-mitotic',
    sites: /^/,
    histologies: /^8936/,
    ways: [{ method: 'level', codes: LEVELS }],
  },
  {
    // "Well differentiated" is part of their name and holds for all three grades.
    rule: 'neuroendocrine',
    sites: /^C(1[5-9]|2[0-5])/,
    histologies: /^(824[0-29]|815[0-6])/,
    ways: [
      { method: 'number', codes: NUMBERS_3 },
      { method: 'level', codes: ['1', '2', '3'] },
    ],
  },
  {
    rule: 'melanoma',
    sites: /^C(44|69|51|60)/,
    histologies: /^87/,
    ways: [{ method: 'differentiation', codes: LETTERS }],
  },
  {
    rule: 'testis-none',
    sites: /^C62/,
    ways: [{ method: 'differentiation', codes: LETTERS }],
  },
  {
    rule: 'soft-tissue',
    sites: /^C(4[0179]|38|48)/,
    ways: [
      { method: 'number', codes: NUMBERS_3 },
      { method: 'differentiation', codes: NUMBERS_3 },
      { method: 'level', codes: ['1', '2', 'H'] },
    ],
  },
  {
    rule: 'general',
    sites: /^/,
    ways: [
      { method: 'number', notQualifier: /nuclear/, codes: NUMBERS_4 },
      { method: 'differentiation', codes: NUMBERS_4 },
      { method: 'number', codes: NUMBERS_4 },
      { method: 'level', codes: LEVELS },
    ],
  },
];
