import {
  type AlgorithmSource,
  type CellText,
  type ColumnSource,
  type InputSource,
  type MappingSource,
  type Metadata,
  type OutputSource,
  type SchemaSource,
  type TableSource,
} from './source.js';

type Requirement = readonly [name: string, start?: number, end?: number];
type InputRow = readonly [
  key: string,
  name: string,
  item: number,
  itemId: string,
  usedForStaging: 0 | 1,
  table?: string,
  standard?: string,
  requirements?: readonly Requirement[],
];
type OutputRow = readonly [key: string, name: string, item: number, itemId?: string, standard?: string, table?: string];
type StepRow = string | readonly [table: string, outputMapping: readonly (readonly [from: string, to: string])[]];
type SchemaRow = readonly [
  id: string,
  name: string,
  selectionTable: string,
  discriminators: readonly string[],
  inputs: readonly number[],
  outputs: readonly OutputRow[],
  mappings: readonly (readonly [id: string, steps: readonly StepRow[]])[],
];
type TableRow = readonly [id: string, columns: readonly string[], rows: readonly (readonly CellText[])[]];

/** `libs/staging/data/facts.json`, made by `scripts/bundles/staging.mjs`. */
export interface FactBundle {
  readonly algorithm: string;
  readonly version: string;
  readonly source: string;
  readonly date: string;
  readonly inputs: readonly InputRow[];
  readonly schemas: readonly SchemaRow[];
  readonly tables: readonly TableRow[];
}

/** What ships with the product, as the source of an algorithm. */
export function factSource(bundle: FactBundle): AlgorithmSource {
  const inputs = bundle.inputs.map(inputOf);
  return {
    algorithm: bundle.algorithm,
    version: bundle.version,
    schemas: bundle.schemas.map((row) => schemaOf(row, inputs)),
    tables: bundle.tables.map(tableOf),
  };
}

const requirementOf = ([name, start, end]: Requirement): Metadata => ({
  name,
  ...(start === undefined ? {} : { start }),
  ...(end === undefined ? {} : { end }),
});

function inputOf([key, name, item, itemId, used, table = '', standard = '', requirements = []]: InputRow): InputSource {
  return {
    key,
    name,
    naaccrItem: item,
    naaccrXmlId: itemId,
    usedForStaging: used === 1,
    ...(table === '' ? {} : { table }),
    ...(standard === '' ? {} : { default: standard }),
    ...(requirements.length === 0 ? {} : { metadata: requirements.map(requirementOf) }),
  };
}

function outputOf([key, name, item, itemId = '', standard = '', table = '']: OutputRow): OutputSource {
  return {
    key,
    name,
    ...(item === 0 ? {} : { naaccrItem: item }),
    ...(itemId === '' ? {} : { naaccrXmlId: itemId }),
    ...(standard === '' ? {} : { default: standard }),
    ...(table === '' ? {} : { table }),
  };
}

const mappingOf = ([id, steps]: SchemaRow[6][number]): MappingSource => ({
  id,
  name: id,
  steps: steps.map((step) =>
    typeof step === 'string'
      ? { table: step }
      : { table: step[0], outputMapping: step[1].map(([from, to]) => ({ from, to })) },
  ),
});

function schemaOf(
  [id, name, selectionTable, discriminators, indexes, outputs, mappings]: SchemaRow,
  inputs: readonly InputSource[],
): SchemaSource {
  return {
    id,
    name,
    selectionTable,
    discriminators,
    onInvalidInput: 'CONTINUE',
    inputs: indexes.flatMap((index) => inputs[index] ?? []),
    outputs: outputs.map(outputOf),
    mappings: mappings.map(mappingOf),
  };
}

const COLUMN_TYPES = { '<': 'INPUT', '>': 'ENDPOINT' } as const;
function columnOf(text: string): ColumnSource {
  const type = COLUMN_TYPES[text.charAt(0) as keyof typeof COLUMN_TYPES] as 'INPUT' | 'ENDPOINT' | undefined;
  return type === undefined ? { key: text, type: 'DESCRIPTION' } : { key: text.slice(1), type };
}

const tableOf = ([id, columns, rows]: TableRow): TableSource => ({
  id,
  name: id,
  columns: columns.map(columnOf),
  rows,
});
