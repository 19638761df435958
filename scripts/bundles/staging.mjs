/**
 * Build `libs/staging/data/facts.json`: what the product knows of EOD Public before any algorithm file is installed.
 *
 * Schemas, selection rows, inputs with their requirements, outputs, steps, and codes with short labels come from the fact tables; the
 * codes by which Summary Stage 2018, summary grade and Rai stage follow from them (cells of the tables that the steps name, without any
 * text) from SEER's published file. EOD Public holds nothing of AJCC: its T, N, M and stage group are in another file, which is not read.
 *
 * Source: SEER EOD Public 3.3 (release for diagnosis year 2026), as published with imsweb/staging-client-java, 20 March 2026.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { readCsv, reference, root } from './csv.mjs';

const file = path.join(reference, '..', 'samples', 'staging', 'eod_public-3.3.zip');
const published = unzipSync(readFileSync(file), { filter: ({ name }) => /^tables\/.*\.json$/.test(name) });
const publishedTable = (id) => JSON.parse(strFromU8(published[`tables/${id}.json`]));

function group(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], []);
    groups.get(row[key]).push(row);
  }
  return groups;
}
const list = (text) => (text === '' ? [] : text.split('|'));

const selection = group(readCsv('staging/schema-list-eod.csv'), 'schemaId');
const inputs = group(readCsv('staging/schema-inputs.csv'), 'schemaId');
const outputs = group(readCsv('staging/schema-outputs.csv'), 'schemaId');
const steps = group(readCsv('staging/schema-steps.csv'), 'schemaId');
const codes = group(readCsv('staging/input-codes.csv'), 'tableId');

/** Requirements as in the fact tables: `Y`, or the diagnosis years, `2018-2023` or `2024-`. */
const REQUIREMENTS = {
  ssdi: 'SSDI',
  seerRequired: 'SEER_REQUIRED',
  seerRequiredWhenCocAnalytic: 'SEER_REQUIRED_WHEN_COC_ANALYTIC',
  npcrRequired: 'NPCR_REQUIRED',
  cocRequired: 'COC_REQUIRED',
  cccrRequired: 'CCCR_REQUIRED',
};
const requirementsOf = (row) =>
  Object.entries(REQUIREMENTS).flatMap(([column, name]) => {
    if (row[column] === '') return [];
    if (row[column] === 'Y') return [[name]];
    const [start, end] = row[column].split('-');
    return [end === '' ? [name, Number(start)] : [name, Number(start), Number(end)]];
  });

const trimmed = (cells) => {
  while (cells.length > 0 && (cells.at(-1) === '' || (Array.isArray(cells.at(-1)) && cells.at(-1).length === 0)))
    cells.pop();
  return cells;
};

/** Inputs are told once however many schemas have them. */
const told = new Map();
const indexOf = (input) => {
  const text = JSON.stringify(input);
  if (!told.has(text)) told.set(text, told.size);
  return told.get(text);
};
const inputOf = (row) =>
  trimmed([
    row.inputKey,
    row.inputName,
    Number(row.naaccrItem),
    row.naaccrXmlId,
    row.usedForStaging === 'Y' ? 1 : 0,
    row.table,
    row.default,
    requirementsOf(row),
  ]);
const outputOf = (row) =>
  trimmed([
    row.outputKey,
    row.outputName,
    row.naaccrItem === '' ? 0 : Number(row.naaccrItem),
    row.naaccrXmlId,
    row.default,
    row.table,
  ]);
const mappingsOf = (rows) =>
  [...group(rows, 'mappingId')].map(([id, ordered]) => [
    id,
    ordered
      .sort((one, other) => Number(one.step) - Number(other.step))
      .map((row) =>
        row.outputMapping === ''
          ? row.tableId
          : [row.tableId, list(row.outputMapping).map((pair) => pair.split(/[=>:]+/).map((key) => key.trim()))],
      ),
  ]);

const schemas = [...selection].map(([id, rows]) => [
  id,
  rows[0].schemaName,
  rows[0].selectionTable,
  list(rows[0].discriminatorInputs),
  inputs.get(id).map((row) => indexOf(inputOf(row))),
  outputs.get(id).map(outputOf),
  mappingsOf(steps.get(id) ?? []),
]);

/** A table is `[id, columns, rows]`; a column is `<key`, `>key` or `label`: INPUT, ENDPOINT or the short label of the row. */
const SELECTION_COLUMNS = {
  site: 'site',
  hist: 'histology',
  behavior: 'behavior',
  sex_at_birth: 'sexAtBirth',
  year_dx: 'yearDx',
  discriminator_1: 'discriminator1',
  discriminator_2: 'discriminator2',
};
const selectionTables = [...selection.values()].map((rows) => {
  const keys = Object.entries(SELECTION_COLUMNS).filter(([, column]) => rows.some((row) => row[column] !== ''));
  return [
    rows[0].selectionTable,
    [...keys.map(([key]) => `<${key}`), '>result'],
    rows.map((row) => [...keys.map(([, column]) => row[column]), 'MATCH']),
  ];
});

/** Tables by which something is derived or which hold the valid sites, histologies and outputs: cells only. */
const wanted = new Set(['primary_site', 'histology']);
for (const rows of outputs.values()) for (const row of rows) if (row.table !== '') wanted.add(row.table);
for (const rows of steps.values()) for (const row of rows) wanted.add(row.tableId);
const derivation = new Map();
for (const id of wanted) {
  const { definition, rows } = publishedTable(id);
  const kept = definition.flatMap((column, at) => (column.type === 'DESCRIPTION' ? [] : [{ ...column, at }]));
  derivation.set(id, [
    id,
    kept.map(({ key, type }) => `${type === 'INPUT' ? '<' : '>'}${key}`),
    rows.map((row) => kept.map(({ at }) => row[at])),
  ]);
  for (const row of rows) {
    for (const { at, type } of kept) {
      if (type === 'ENDPOINT' && row[at].startsWith('JUMP:')) wanted.add(row[at].slice('JUMP:'.length));
    }
  }
}

const codeTables = [...codes].map(([id, rows]) => {
  const derives = derivation.get(id);
  derivation.delete(id);
  const cells = derives?.[2] ?? rows.map((row) => [row.code]);
  if (cells.length !== rows.length || cells.some((row, at) => row[0] !== rows[at].code))
    throw new Error(`${id}: the codes of the fact table are not those of the published one`);
  return [
    id,
    [...(derives?.[1] ?? [`<${rows[0].inputKey}`]), 'label'],
    cells.map((row, at) => [...row, rows[at].shortLabel]),
  ];
});

const tables = [...selectionTables, ...codeTables, ...derivation.values()].sort((one, other) =>
  one[0] < other[0] ? -1 : 1,
);
const lines = (rows) => `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`;
const head = {
  algorithm: selection.values().next().value[0].algorithm,
  version: selection.values().next().value[0].algorithmVersion,
  source:
    'SEER EOD Public 3.3: schemas, selection, inputs, codes; derivation of Summary Stage 2018, summary grade, Rai',
  date: '2026-03-20',
  inputColumns: [
    'key',
    'name',
    'item',
    'itemId',
    'usedForStaging',
    'table',
    'default',
    'requirements: [name, from, to]',
  ],
  schemaColumns: ['id', 'name', 'selectionTable', 'discriminators', 'inputs (index)', 'outputs', 'mappings'],
  tableColumns: ['id', 'columns', 'rows'],
};
writeFileSync(
  path.join(root, 'libs/staging/data/facts.json'),
  `${JSON.stringify(head).slice(0, -1)},\n"inputs":${lines([...told.keys()].map((text) => JSON.parse(text)))},\n"schemas":${lines(schemas)},\n"tables":${lines(tables)}}\n`,
);
process.stderr.write(
  `bundle staging/facts.json: ${schemas.length} schemas, ${told.size} inputs, ${tables.length} tables\n`,
);
