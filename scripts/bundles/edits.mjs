/**
 * Build the bundles of libs/edits: staging schemas with their selection rows and inputs, codes of each input table, limits of
 * histologies by diagnosis year, surgery codes by site, counties by state.
 *
 * Source: EOD Public 3.3 (schemas, inputs, codes); SEER/NAACCR ICD-O-3 list of 2026 and ICD-O-3 of 2000 (years of histologies); surgery of
 * primary site codes of 2024; Census counties 2017 with the codes of the NAACCR county list.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { readCsv, reference, root, writeBundle } from './csv.mjs';

const groupBy = (rows, key) => {
  const groups = new Map();
  for (const row of rows) {
    const at = key(row);
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(row);
  }
  return groups;
};
const trimmed = (cells) => {
  while (cells.length > 0 && (cells[cells.length - 1] === '' || cells[cells.length - 1] === null)) cells.pop();
  return cells;
};
const list = (text) => text.replaceAll(' ', '');

/** Inputs that every schema has and no edit looks up by schema. */
const WITHOUT_TABLE = new Set([
  'year_dx',
  'site',
  'hist',
  'behavior',
  'reporting_source',
  'size_clin',
  'size_path',
  'size_summary',
  'nodes_pos',
  'nodes_exam',
  'neoadjuvant_therapy',
  'neoadj_tx_clinical_response',
  'neoadj_tx_treatment_effect',
  'sex_at_birth',
  'age_dx',
  'radiation_surg_seq',
  'systemic_surg_seq',
]);

const inputs = readCsv('staging/schema-inputs.csv');
const rowsOfSchema = groupBy(readCsv('staging/schema-list-eod.csv'), (row) => row.schemaId);
const inputsOfSchema = groupBy(
  inputs.filter((row) => !WITHOUT_TABLE.has(row.inputKey)),
  (row) => row.schemaId,
);
/** A column that the schema's selection table does not have says nothing and is left out (null); a cell of it is kept as it is. */
const cell = (row, column, key) => (row.discriminatorInputs.split('|').includes(key) ? list(row[column]) : null);

writeBundle(
  'edits',
  'schemas.json',
  {
    source: 'EOD Public 3.3: schema selection, inputs with the years in which a program requires them',
    date: '2025',
    columns: [
      'number',
      'id',
      'name',
      'selection: [sites, histologies, behavior, sex, year, discriminator 1, discriminator 2]; null = not asked',
      'inputs: [item, table, years as SSDI, years required by NPCR, by SEER, by CoC]',
    ],
  },
  [...rowsOfSchema].map(([id, rows]) => [
    rows[0].naaccrSchemaIdNumber,
    id,
    rows[0].schemaName,
    rows.map((row) =>
      trimmed([
        list(row.site),
        list(row.histology),
        cell(row, 'behavior', 'behavior'),
        cell(row, 'sexAtBirth', 'sex_at_birth'),
        cell(row, 'yearDx', 'year_dx'),
        cell(row, 'discriminator1', 'discriminator_1'),
        cell(row, 'discriminator2', 'discriminator_2'),
      ]),
    ),
    inputsOfSchema
      .get(id)
      .map((row) =>
        trimmed([row.naaccrXmlId, row.table, row.ssdi, row.npcrRequired, row.seerRequired, row.cocRequired]),
      ),
  ]),
);

const used = new Set(inputs.filter((row) => !WITHOUT_TABLE.has(row.inputKey)).map((row) => row.table));
const codesOfTable = groupBy(
  readCsv('staging/input-codes.csv').filter((row) => used.has(row.tableId)),
  (row) => row.tableId,
);
writeBundle(
  'edits',
  'input-codes.json',
  { source: 'EOD Public 3.3: codes of the input tables', date: '2025', columns: ['table', 'codes'] },
  [...codesOfTable].map(([table, rows]) => [table, rows.map((row) => row.code)]),
);

// Years: `2018+` opens the note of every term, or `PRE-2010 ONLY` is in it.
const edition2000 = new Set(
  readCsv('icdo3/morphology.csv')
    .filter((row) => row.sources.split('|').includes('icdo-3-2000'))
    .map((row) => row.code),
);
const notes = groupBy(
  readCsv('icdo3/morphology-synonyms.csv').filter((row) => row.source === 'naaccr-lookups-26'),
  (row) => row.code,
);
const years = [];
for (const [code, rows] of notes) {
  const opening = rows.map((row) => /^(\d{4})\+/.exec(row.codingNote)?.[1]);
  const closing = rows.map((row) => [...row.codingNote.matchAll(/PRE-(\d{4}) ONLY/g)].map((match) => Number(match[1])));
  const first = opening.every(Boolean) && !edition2000.has(code) ? Math.min(...opening.map(Number)) : '';
  const last = closing.every((found) => found.length > 0) ? Math.max(...closing.flat()) - 1 : '';
  if (first !== '' || last !== '') years.push(trimmed([code, first, last]));
}
writeBundle(
  'edits',
  'histology-years.json',
  {
    source: 'SEER/NAACCR ICD-O-3 list of 2026, tags of its notes',
    date: '2026',
    columns: ['code', 'first diagnosis year', 'last'],
  },
  years,
);

writeBundle(
  'edits',
  'surgery-codes.json',
  { source: 'Surgery of primary site codes 2024', date: '2024', columns: ['sites', 'codes'] },
  [...groupBy(readCsv('derived/surgery-primary-site-codes-2024.csv'), (row) => row.sites)].map(([sites, rows]) => [
    sites,
    rows.map((row) => row.code).join(' '),
  ]),
);

writeBundle(
  'edits',
  'counties.json',
  {
    source: 'Census counties 2017 with the codes of the NAACCR county list',
    date: '2017',
    columns: ['state', 'counties'],
  },
  [...groupBy(readCsv('derived/us-counties.csv'), (row) => row.state)].map(([state, rows]) => [
    state,
    rows.map((row) => row.county).join(' '),
  ]),
);

/** Lists that the catalog must name before it has any table: what an edit reads is fixed. */
const ids = (rows) =>
  [...new Set(rows.map((row) => row.naaccrXmlId))]
    .sort()
    .map((id) => `  '${id}',`)
    .join('\n');
const siteSpecific = inputs.filter((row) => row.ssdi !== '');
const ofStaging = inputs.filter(
  (row) => !['eod_primary_tumor', 'eod_regional_nodes', 'eod_mets', 'ss2018'].includes(row.inputKey),
);
writeFileSync(
  path.join(root, 'libs/edits/src/catalog/staging-inputs.generated.ts'),
  `// Made by scripts/bundles/edits.mjs from the schemas of EOD Public 3.3. Do not edit.

/** Items that are site-specific for some schema. */
export const SITE_SPECIFIC = [
${ids(siteSpecific)}
] as const;

/** Every input of any schema but EOD and Summary Stage themselves. */
export const STAGING_INPUTS = [
${ids(ofStaging)}
] as const;
`,
);

// Histologies that select a schema at all: those of the algorithm's own list.
const archive = unzipSync(
  new Uint8Array(readFileSync(path.join(reference, '..', 'samples', 'staging', 'eod_public-3.3.zip'))),
  { filter: ({ name }) => name === 'tables/histology.json' },
);
const staged = JSON.parse(strFromU8(archive['tables/histology.json'])).rows.map(([codes]) => list(codes));
writeBundle('edits', 'staged-histologies.json', { source: 'EOD Public 3.3', date: '2025', columns: ['codes'] }, [
  [staged.join(',')],
]);
