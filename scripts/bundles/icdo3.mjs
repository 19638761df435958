/**
 * Build the bundles of libs/icdo3: topography, morphology with all terms, and the site-type list.
 *
 * Source: fact tables of ICD-O-3.2 with the annual updates of the SEER/NAACCR 2026 list; WHO ICD-O-3 inclusion terms; SEER
 * site/histology validation list of 2015-09-18.
 */
import { readCsv, writeBundle } from './csv.mjs';

const group = (rows, key) => {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], []);
    groups.get(row[key]).push(row);
  }
  return groups;
};

/** Words of the list that are damaged: a cell that ran over, a lost letter, a stray site. */
const MENDED = new Map([
  ['Precursor T-cell lymphoblastic lymphoma, NOS B lymphoblastic', 'Precursor T-cell lymphoblastic lymphoma, NOS'],
  ['Mixed tumor, malignant, NO', 'Mixed tumor, malignant, NOS'],
  ['Encapsulated papillary carcinoma C50._)', 'Encapsulated papillary carcinoma'],
]);
/** Codes whose "preferred" flag of the list stands at a narrower term; the label of ICD-O-3.2 is used instead. */
const LABELS = new Map([
  ['8051/3', 'Verrucous carcinoma, NOS'],
  ['9391/3', 'Ependymoma, NOS'],
]);
const mended = (term) => MENDED.get(term) ?? term;

/** A remark that stands inside a term, as the cell it belongs to: a year, a site, a reference. */
const REMARKS = [
  [/ \((\d{4})\+\)$/, (row, [, year]) => (row.validFromDxYear ||= year)],
  [/ PRE-(\d{4}) ONLY\..*$/, (row, [, year]) => (row.validToDxYear ||= String(Number(year) - 1))],
  [/ \[OF BREAST\}?\]?$/, (row) => (row.siteHint ||= 'C50._')],
  [/ \{see .*\}$/, () => {}],
];
/** A term cut off in the middle of a bracket or a translocation; the whole term stands elsewhere in the list. */
const isCutOff = (term) => (term.match(/\(/g) ?? []).length > (term.match(/\)/g) ?? []).length;

/** What stands before the years of a note without changing what they mean. */
const LEAD = '^(?:(?:USE|FOR|REPORTABLE|NOT REPORTABLE|N\\. America behavior;|WHO behavior;) )*';
/** Years of diagnosis by the note of a term: "2021+", "PRE-2021 ONLY. ...", "2017-2020 ONLY", "FOR PRE-2021, USE CODE ..." (that is, from 2021). */
const YEARS = [
  [/^(?:FOR )?PRE[- ](\d{4}),? USE CODE/, ([, year]) => [year, '']],
  [new RegExp(`${LEAD}PRE[- ](\\d{4})`, 'i'), ([, year]) => ['', String(Number(year) - 1)]],
  [new RegExp(`${LEAD}(\\d{4}) ?- ?(\\d{4})`), ([, from, to]) => [from, to]],
  [new RegExp(`${LEAD}(\\d{4}) ?\\+`), ([, year]) => [year, '']],
];

function yearsOf(note) {
  for (const [pattern, years] of YEARS) {
    const match = pattern.exec(note);
    if (match !== null) return years(match);
  }
  return ['', ''];
}

function tidied(row) {
  const tidy = { ...row, term: mended(row.term) };
  for (const [pattern, keep] of REMARKS) {
    const match = pattern.exec(tidy.term);
    if (match === null) continue;
    keep(tidy, match);
    tidy.term = tidy.term.slice(0, match.index);
  }
  const [from, to] = yearsOf(tidy.codingNote);
  tidy.validFromDxYear ||= from;
  tidy.validToDxYear ||= to;
  return tidy;
}

const siteTerms = group(readCsv('icdo3/topography-synonyms.csv'), 'codeNoDot');
writeBundle(
  'icdo3',
  'topography.json',
  {
    source: 'ICD-O-3.2 topography with WHO ICD-O-3 inclusion terms',
    date: '2026',
    columns: ['code', 'label', 'categoryLabel', 'terms'],
  },
  readCsv('icdo3/topography.csv').map((row) => [
    row.codeNoDot,
    row.label,
    row.categoryLabel,
    [...new Set((siteTerms.get(row.codeNoDot) ?? []).map((term) => term.term))],
  ]),
);

const terms = group(
  readCsv('icdo3/morphology-synonyms.csv')
    .map(tidied)
    .filter(({ term }) => !isCutOff(term)),
  'code',
);
const limits = (row) => [row.siteHint, row.validFromDxYear, row.validToDxYear, row.obsolete, row.codingNote];
const trimmed = (cells) => {
  while (cells.length > 0 && cells[cells.length - 1] === '') cells.pop();
  return cells;
};
writeBundle(
  'icdo3',
  'morphology.json',
  {
    source: 'ICD-O-3.2 morphology with annual updates, SEER/NAACCR list of 2026, and terms of ICD-O-3.1 and ICD-O-3',
    date: '2026',
    columns: [
      'code',
      'label',
      ['siteHint', 'from', 'to', 'obsolete', 'note'],
      'terms: [term, siteHint, from, to, obsolete, note]',
    ],
  },
  readCsv('icdo3/morphology.csv').map((row) => [
    row.code,
    LABELS.get(row.code) ?? mended(row.label),
    trimmed(limits(row)),
    (terms.get(row.code) ?? []).map((term) => trimmed([term.term, ...limits(term)])),
  ]),
);

const bySites = group(readCsv('icdo3/site-type.csv'), 'sites');
writeBundle(
  'icdo3',
  'site-type.json',
  { source: 'SEER site/histology validation list', date: '2015-09-18', columns: ['sites', 'morphologies'] },
  [...bySites].map(([sites, rows]) => [sites, [...new Set(rows.map((row) => row.morphology))].join(' ')]),
);
