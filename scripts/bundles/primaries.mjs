/**
 * Build the tables of libs/primaries: lists of histologies, rows and subtypes of each group of rules, and the pair tables of the
 * hematopoietic rules.
 *
 * Source: SEER Solid Tumor Rules 2018 and later with their 2021 (melanoma) and 2023 (other sites) revisions, Multiple Primary and Histology
 * Rules 2007, Hematopoietic and Lymphoid Neoplasm Database 2010 and later; fact tables of the multiple-primary reference.
 */
import { readCsv, writeBundle } from './csv.mjs';

const folder = 'multiple-primaries';
const DATE = '2026-05-14';

/** Values by key, keys and values in the order of the table. */
function grouped(rows, key, value) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], []);
    groups.get(row[key]).push(row[value]);
  }
  return groups;
}
const unique = (values) => [...new Set(values)];

const lists = grouped(readCsv(`${folder}/histology-lists.csv`), 'listName', 'code');
const histologies = readCsv(`${folder}/histology-rows.csv`);

// "Any other lung histology" of lung M5 is what the lung tables name, less the small cell and neuroendocrine codes it is set against and the
// sarcomas that the rule leaves out.
const lung = histologies.filter((row) => row.group === 'lung');
const notLungOther = new Set('8041 8045 8240 8246 8249 8800 8842 9040 9041 9042 9043 9137'.split(' '));
lists.set(
  'lung-2018-other',
  unique(
    [
      '8046',
      ...lists.get('lung-2018-table2'),
      ...lung.flatMap((row) => [row.histology, ...(row.kind === 'row' ? [row.value] : [])]),
    ].map((code) => code.slice(0, 4)),
  )
    .filter((code) => !notLungOther.has(code))
    .sort(),
);

const SITE_LISTS = new Set(['urinary-2018-urinary-sites']);
const rowsOf = (table, rows, kind) => [
  kind,
  table,
  rows.filter((row) => row.kind === kind).map((row) => [row.histology, row.value]),
];
const siteTables = (name, sitesFile, rowsFile) => {
  const rows = readCsv(`${folder}/${rowsFile}`);
  return [
    ...[...grouped(readCsv(`${folder}/${sitesFile}`), 'tableKey', 'site')].map(([table, sites]) => [
      'sites',
      name,
      [table, sites.join(' ')],
    ]),
    ...unique(rows.map((row) => row.tableKey)).flatMap((table) => {
      const own = rows.filter((row) => row.tableKey === table);
      return [rowsOf(`${name} ${table}`, own, 'row'), rowsOf(`${name} ${table}`, own, 'subtype')];
    }),
  ];
};

writeBundle(
  'primaries',
  'tables.json',
  {
    source: 'SEER Solid Tumor Rules 2018-2026 and Multiple Primary and Histology Rules 2007: tables of histologies',
    date: DATE,
    columns: ['kind: codes, sitelist, row, subtype, sites, nos', 'name', 'values'],
  },
  [
    ...[...lists].map(([name, codes]) => [SITE_LISTS.has(name) ? 'sitelist' : 'codes', name, codes.join(' ')]),
    ...unique(histologies.map((row) => row.group)).flatMap((group) => {
      const own = histologies.filter((row) => row.group === group);
      return [rowsOf(group, own, 'row'), rowsOf(group, own, 'subtype')].filter(([, , values]) => values.length > 0);
    }),
    ...siteTables('head-neck', 'head-neck-sites.csv', 'head-neck-rows.csv'),
    ...siteTables('other-sites', 'other-sites-sites.csv', 'other-sites-rows.csv'),
    ...[...grouped(readCsv(`${folder}/nos-specific-2007-other-sites.csv`), 'nos', 'specific')].map(
      ([nos, specific]) => ['nos', nos, specific.join(' ')],
    ),
  ],
);

// A pair holds from the first to the last year given for the pair, else for the code itself.
const pairs = (file, column, kind) => {
  const groups = new Map();
  for (const row of readCsv(`${folder}/${file}`)) {
    const from = Number(row.pairFrom || row.validFrom || 0);
    const to = Number(row.pairTo || row.validTo || 9999);
    const key = JSON.stringify([kind, row.morphology, from, to]);
    groups.set(key, [...(groups.get(key) ?? []), row[column]]);
  }
  return [...groups].map(([key, others]) => [...JSON.parse(key), others.join(' ')]);
};
writeBundle(
  'primaries',
  'hematopoietic.json',
  {
    source: 'SEER Hematopoietic and Lymphoid Neoplasm Database, transformations and same-primary pairs',
    version: '2026',
    date: DATE,
    columns: ['kind: same, to, from', 'code', 'firstYear', 'lastYear', 'others'],
  },
  [
    ...pairs('heme-same-primary.csv', 'samePrimaryAs', 'same'),
    ...pairs('heme-transform-to.csv', 'transformsTo', 'to'),
    ...pairs('heme-transform-from.csv', 'transformsFrom', 'from'),
  ],
);
