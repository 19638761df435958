/**
 * Build `libs/icdo3/data/recodes.json`: the ordered rows of each recode by site, histology, behavior and year, one bundle row a recode.
 *
 * Source: SEER Site Recode ICD-O-3/WHO 2008, SEER Site Recode 2023 revision and its expanded form, International Classification of
 * Childhood Cancer (ICCC-3, IARC 2017), Lymphoid Neoplasm Recode 2021, Brain and CNS Recode 2020, AYA Recode 2020 revision from the fact
 * table; AYA Site Recode/WHO 2008 and the behavior recode for analysis (SEER) from `sources/`, which holds what no fact table has.
 */
import { readCsv, readSource, writeBundle } from './csv.mjs';

const systems = new Map();
for (const row of readCsv('recodes/recode-rows.csv')) {
  if (!systems.has(row.system)) systems.set(row.system, []);
  systems.get(row.system).push(row);
}
for (const rows of systems.values()) rows.sort((a, b) => Number(a.order) - Number(b.order));
systems.set('aya-2008', readSource('aya-2008.csv'));
systems.set('behavior', readSource('behavior-recode.csv'));

const trimmed = (cells) => {
  while (cells.length > 0 && cells[cells.length - 1] === '') cells.pop();
  return cells;
};
/** A list as the bundle writes it: no spaces, no empty parts, sites without their letter. */
const list = (text = '') =>
  text
    .replaceAll(/[\sC]/g, '')
    .split(',')
    .filter((part) => part !== '')
    .join(',');

/** Lines of a published table: groups, which have no code, sum the codes of the deeper lines below them. */
function withGroups(lines) {
  return lines.map(({ level, label, code }, at) => {
    if (code !== '') return [level, label, code];
    const below = lines.slice(at + 1);
    const end = below.findIndex((line) => line.level <= level);
    const codes = (end < 0 ? below : below.slice(0, end)).flatMap((line) => (line.code === '' ? [] : [line.code]));
    return [level, label, [...new Set(codes)].join(' ')];
  });
}
const siteLines = (file) =>
  readCsv(`derived/${file}`).map(({ level, label, recode }) => ({ level: Number(level), label, code: recode }));
/** Childhood cancer by its two codes: a line for each code, under the lines above it. */
function childhood(column, depth) {
  const lines = [];
  for (const row of readCsv('derived/iccc3-iarc2017.csv')) {
    if (row[column] === '') continue;
    row.path
      .split(' > ')
      .slice(0, depth + 1)
      .forEach((label, level, path) => {
        const code = level === path.length - 1 ? row[column] : '';
        if (!lines.some((line) => line.level === level && line.label === label && line.code === code))
          lines.push({ level, label, code });
      });
  }
  return lines;
}
writeBundle(
  'icdo3',
  'recode-groups.json',
  {
    source: 'published tables of the SEER site recodes 2008 and 2023 and of ICCC-3 (IARC 2017)',
    date: '2026-05-14',
    columns: ['recode', 'lines: [level, label, codes]'],
  },
  [
    ['seerSiteRecode2008', withGroups(siteLines('seer-site-recode-who2008-labels.csv'))],
    ['seerSiteRecode2023', withGroups(siteLines('seer-site-recode-2023-labels.csv'))],
    ['seerSiteRecode2023Expanded', withGroups(siteLines('seer-site-recode-2023-expanded-labels.csv'))],
    ['icccIarc2017', withGroups(childhood('mainCode', 1))],
    ['icccIarc2017Extended', withGroups(childhood('extendedCode', 2))],
  ],
);

writeBundle(
  'icdo3',
  'recodes.json',
  {
    source:
      'SEER site recodes 2008 and 2023, ICCC-3 (IARC 2017), lymphoid 2021, brain and CNS 2020, AYA 2020 and 2008, behavior recode',
    date: '2026-05-14',
    columns: [
      'system',
      'rows: [recode, label, sites, sitesExcluded, histologies, histologiesExcluded, behaviors, yearMin, yearMax, recodeExtended]',
    ],
  },
  [...systems].map(([system, rows]) => [
    system,
    rows.map((row) =>
      trimmed([
        row.recode,
        row.label,
        list(row.sites),
        list(row.sitesExcluded),
        list(row.histologies),
        list(row.histologiesExcluded),
        list(row.behaviors),
        row.yearMin ?? '',
        row.yearMax ?? '',
        row.recodeExtended ?? '',
      ]),
    ),
  ]),
);
