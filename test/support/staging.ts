/** An invented staging algorithm of two schemas, as the files of a real one are laid out. Nothing in it stands in any manual. */
import { strToU8, zipSync } from 'fflate';

type Json = Record<string, unknown>;

export const column = (key: string, type: 'INPUT' | 'DESCRIPTION' | 'ENDPOINT' = 'INPUT'): Json => ({
  key,
  name: key,
  type,
});
export const endpoint = (key: string): Json => column(key, 'ENDPOINT');
export const label = column('description', 'DESCRIPTION');

/** A table as it stands in a file. */
export const table = (id: string, definition: readonly Json[], rows: readonly unknown[], more: Json = {}): Json => ({
  id,
  algorithm: 'orchard',
  version: '1.0',
  name: id,
  title: id,
  definition,
  rows,
  ...more,
});

const codes = (id: string, key: string, ...values: string[]): Json =>
  table(
    id,
    [column(key), label],
    values.map((value) => [value, `label of ${value === '' ? 'blank' : value}`]),
  );

const input = (key: string, naaccr: string, item: number, tableId: string, more: Json = {}): Json => ({
  key,
  name: key,
  naaccr_item: item,
  naaccr_xml_id: naaccr,
  table: tableId,
  used_for_staging: false,
  ...more,
});

const BASIC: readonly Json[] = [
  input('year_dx', 'dateOfDiagnosis', 390, 'year_dx_validation'),
  input('site', 'primarySite', 400, 'primary_site', { used_for_staging: true }),
  input('hist', 'histologicTypeIcdO3', 522, 'histology', { used_for_staging: true }),
];

/** The schema of apples: size and reach give a stage, through a jump for reach unknown. */
export const APPLE: Json = {
  id: 'apple',
  algorithm: 'orchard',
  version: '1.0',
  name: 'Apple',
  title: 'Apple',
  notes: 'Code what was seen.',
  schema_selection_table: 'selection_apple',
  schema_discriminators: ['year_dx'],
  inputs: [
    ...BASIC,
    input('behavior', 'behaviorCodeIcdO3', 523, 'behavior'),
    input('size', 'tumorSizeSummary', 756, 'size_codes', { default: '999', used_for_staging: true, unit: 'MM' }),
    input('reach', 'eodPrimaryTumor', 772, 'reach_codes', { default: '999', used_for_staging: true }),
    input('mets', 'eodMets', 776, 'mets_codes', { default: '00', used_for_staging: true }),
    input('her2', 'her2OverallSummary', 3855, 'her2_codes', {
      metadata: [
        { name: 'SSDI', start: 2021 },
        { name: 'SEER_REQUIRED', start: 2021, end: 2023 },
        { name: 'SEER_REQUIRED_WHEN_COC_ANALYTIC', start: 2024 },
        { name: 'COC_REQUIRED', start: 2021 },
      ],
    }),
  ],
  outputs: [
    { key: 'schema_number', name: 'Schema', naaccr_item: 3800, naaccr_xml_id: 'schemaId', default: '77001' },
    { key: 'derived_version', name: 'Version', default: '{{ctx_alg_version}}' },
    {
      key: 'stage',
      name: 'Stage',
      naaccr_item: 762,
      naaccr_xml_id: 'derivedSummaryStage2018',
      default: '9',
      table: 'stage_codes',
    },
  ],
  mappings: [
    {
      id: 'ripening',
      name: 'Ripening',
      tables: [{ id: 'size_codes' }, { id: 'reach_codes' }, { id: 'mets_codes' }, { id: 'stage_of' }],
    },
  ],
  involved_tables: [],
  on_invalid_input: 'CONTINUE',
};

/** The schema of pears, which needs a discriminator and refuses wrong values. */
export const PEAR: Json = {
  id: 'pear',
  algorithm: 'orchard',
  version: '1.0',
  name: 'Pear',
  schema_selection_table: 'selection_pear',
  schema_discriminators: ['discriminator_1'],
  inputs: [...BASIC, input('discriminator_1', 'schemaDiscriminator1', 3926, 'pear_kind', { used_for_staging: true })],
  outputs: [{ key: 'schema_number', name: 'Schema', naaccr_item: 3800, naaccr_xml_id: 'schemaId', default: '77002' }],
  mappings: [],
  on_invalid_input: 'FAIL',
};

export const QUINCE: Json = { ...PEAR, id: 'quince', name: 'Quince', schema_selection_table: 'selection_quince' };

export const TABLES: readonly Json[] = [
  codes('primary_site', 'site', 'C500', 'C501', 'C619', 'C809'),
  table('histology', [column('hist')], [['8000-8010'], ['8140']]),
  table('year_dx_validation', [column('year_dx')], [['2018-{{ctx_year_current}},9999'], ['']]),
  codes('behavior', 'behavior', '2', '3'),
  table(
    'size_codes',
    [column('size'), label, endpoint('t')],
    [
      ['000', 'none', 'VALUE:NONE'],
      ['001-020', 'small', 'VALUE:S'],
      ['021-989', 'large', 'VALUE:L'],
      ['999', 'unknown', 'VALUE:U'],
    ],
  ),
  table(
    'reach_codes',
    [column('reach'), label, endpoint('r')],
    [
      ['100', 'within', 'VALUE:W'],
      ['200', 'beyond', 'VALUE:B'],
      ['999', 'unknown', 'JUMP:reach_by_size'],
    ],
  ),
  table(
    'reach_by_size',
    [column('t'), endpoint('r')],
    [
      ['NONE,S', 'VALUE:W'],
      ['L', 'VALUE:B'],
      ['*', 'VALUE:U'],
    ],
  ),
  table(
    'mets_codes',
    [column('mets'), label, endpoint('m')],
    [
      ['00', 'none', 'VALUE:N'],
      ['10', 'distant', 'VALUE:D'],
      ['99', 'nobody knows', 'ERROR:mets unknown'],
    ],
    { coding_guidelines: 'Look twice.' },
  ),
  codes('her2_codes', 'her2', '0', '1', '7', '9'),
  table(
    'stage_of',
    [column('r'), column('m'), endpoint('stage')],
    [
      ['*', 'D', 'VALUE:7'],
      ['W', '*', 'VALUE:1'],
      ['B', '*', 'VALUE:2'],
    ],
  ),
  codes('stage_codes', 'stage', '1', '2', '7', '9'),
  codes('pear_kind', 'discriminator_1', '1', '2'),
  table(
    'selection_apple',
    [column('site'), column('hist'), column('year_dx'), endpoint('result')],
    [['C500-C501', '8000-8010', '2018-2023', 'MATCH']],
  ),
  table(
    'selection_pear',
    [column('site'), column('hist'), column('discriminator_1'), endpoint('result')],
    [['C619', '*', '1', 'MATCH']],
  ),
  table(
    'selection_quince',
    [column('site'), column('hist'), column('discriminator_1'), endpoint('result')],
    [['C619', '*', '2,', 'MATCH']],
  ),
];

export interface Files {
  schemas: Json[];
  tables: Json[];
}

/** A fresh copy of the invented algorithm; change it and zip it. */
export const orchard = (): Files => structuredClone({ schemas: [APPLE, PEAR, QUINCE], tables: [...TABLES] });

/** The zip of an algorithm, its files under the ids they have. */
export function zipOf({ schemas, tables }: Files, more: Readonly<Record<string, string>> = {}): Uint8Array {
  const entries = [
    ...schemas.map((schema) => [`schemas/${String(schema.id)}.json`, JSON.stringify(schema)]),
    ...tables.map((one) => [`tables/${String(one.id)}.json`, JSON.stringify(one)]),
    ...Object.entries(more),
  ] as [string, string][];
  // A fixed time: the same files are the same bytes.
  return zipSync(Object.fromEntries(entries.map(([name, text]) => [name, strToU8(text)])), { mtime: '2026-01-01' });
}

/** The same algorithm, of another version: what is 7 becomes 2, so that stages change. */
export function nextOrchard(version: string): Files {
  const files = orchard();
  for (const one of [...files.schemas, ...files.tables]) one.version = version;
  const stageOf = files.tables.find((one) => one.id === 'stage_of');
  if (stageOf !== undefined) {
    stageOf.rows = [
      ['*', 'D', 'VALUE:2'],
      ['W', '*', 'VALUE:1'],
      ['B', '*', 'VALUE:2'],
    ];
  }
  return files;
}
