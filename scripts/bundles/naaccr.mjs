/**
 * Build the item bundles of libs/naaccr and the generated union of item ids.
 *
 * Source: fact tables of the NAACCR base dictionaries 250 and 260 and of the NAACCR v26 data dictionary (item numbers, ids,
 * lengths, types, levels, record types, codes and short labels, collect status).
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCsv, root, writeBundle } from './csv.mjs';

const sources = {
  250: {
    source: 'NAACCR base dictionary 250 (items); SEER lookups and NAACCR data dictionary v25 (codes)',
    date: '2025-03-13',
  },
  260: {
    source: 'NAACCR base dictionary 260 (items); SEER lookups and NAACCR data dictionary v26 (codes, collect status)',
    date: '2025-08-11',
  },
};
const required = new Map(readCsv('naaccr/required-items.csv').map((row) => [row.naaccrId, row]));
const codes = readCsv('naaccr/codes.csv');
const ids = new Set();

for (const version of ['250', '260']) {
  const items = readCsv(`naaccr/items-v${version.slice(0, 2)}.csv`);
  const status = (row, body) => required.get(row.naaccrId)?.[body] ?? '.';
  writeBundle(
    'naaccr',
    `${version}/items.json`,
    {
      version,
      ...sources[version],
      columns: [
        'number',
        'id',
        'name',
        'length',
        'type',
        'level',
        'recordTypes',
        'padding',
        'section',
        'allowed',
        'format',
        'collect',
      ],
    },
    items.map((row) => {
      ids.add(row.naaccrId);
      return [
        Number(row.itemNumber),
        row.naaccrId,
        row.itemName,
        Number(row.length),
        row.dataType,
        row.parentXmlElement,
        row.recordTypes.replaceAll(',', ''),
        row.padding === 'leftZero' ? 'leftZero' : '',
        row.section,
        row.allowableValues,
        row.format,
        ['npcrCollect', 'cocCollect', 'seerCollect', 'cccrCollect'].map((body) => status(row, body)).join(' '),
      ];
    }),
  );
  const byItem = new Map();
  for (const row of codes) {
    if (!row.versions.split('|').includes(version.slice(0, 2))) continue;
    if (!byItem.has(row.naaccrId)) byItem.set(row.naaccrId, []);
    byItem.get(row.naaccrId).push(row.kind === 'code' ? [row.code, row.label] : [row.code, row.label, row.kind]);
  }
  writeBundle(
    'naaccr',
    `${version}/codes.json`,
    { version, ...sources[version], columns: ['id', 'codes: [code, label, kind?]'] },
    [...byItem],
  );
}

const names = new Map();
for (const { itemNumber, alternateName } of readCsv('naaccr/item-alternate-names.csv')) {
  const number = Number(itemNumber);
  names.set(number, [...(names.get(number) ?? []), alternateName]);
}
writeBundle(
  'naaccr',
  '260/names.json',
  {
    version: '260',
    source: 'NAACCR data dictionary v26 (former and alternate item names)',
    date: sources[260].date,
    columns: ['number', 'names'],
  },
  [...names],
);

const union = [...ids]
  .sort()
  .map((id) => `  | '${id}'`)
  .join('\n');
writeFileSync(
  path.join(root, 'libs/naaccr/src/naaccr-id.generated.ts'),
  `// Made by scripts/bundles/naaccr.mjs from the item tables of v25 and v26. Do not edit.\n\n/** XML id of an item of the NAACCR base dictionaries 250 and 260. */\nexport type NaaccrId =\n${union};\n`,
);
