import { parseArgs } from 'node:util';
import {
  type Algorithm,
  applyingInputs,
  codesOf,
  type InputSource,
  type Metadata,
  schemaByNumber,
  type SchemaSource,
} from '@perennial/staging';
import { stringify } from 'csv-stringify/sync';
import { type Command, type Io, UsageError } from '../command.js';
import { algorithmOption, yearOption } from './algorithm.js';

/** Columns of the requirements, and the name each has in an algorithm file. */
const REQUIREMENTS = {
  ssdi: 'SSDI',
  seerRequired: 'SEER_REQUIRED',
  cocRequired: 'COC_REQUIRED',
  npcrRequired: 'NPCR_REQUIRED',
  cccrRequired: 'CCCR_REQUIRED',
  seerRequiredWhenCocAnalytic: 'SEER_REQUIRED_WHEN_COC_ANALYTIC',
} as const;

/** `Y` when it always holds, else the diagnosis years: `2018-2023`, `2024-`. */
const yearsOf = ({ start, end }: Metadata): string =>
  start === undefined && end === undefined ? 'Y' : `${start ?? ''}-${end ?? ''}`;

const requirementsOf = (input: InputSource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(REQUIREMENTS).map(([column, name]) => [
      column,
      (input.metadata ?? [])
        .filter((one) => one.name === name)
        .map(yearsOf)
        .join('|'),
    ]),
  );

const csv = (io: Io, rows: readonly object[], columns: readonly string[]): void => {
  io.stdout.write(stringify([...rows], { header: true, columns: [...columns] }));
};

const numberOf = (schema: SchemaSource): string =>
  schema.outputs.find((output) => output.naaccrXmlId === 'schemaId')?.default ?? '';

function listSchemas(algorithm: Algorithm, io: Io): void {
  csv(
    io,
    algorithm.source.schemas.map((schema) => ({
      schemaId: schema.id,
      schemaName: schema.name,
      naaccrSchemaIdNumber: numberOf(schema),
      algorithm: algorithm.id,
      algorithmVersion: algorithm.version,
      discriminatorInputs: schema.discriminators.join('|'),
    })),
    ['schemaId', 'schemaName', 'naaccrSchemaIdNumber', 'algorithm', 'algorithmVersion', 'discriminatorInputs'],
  );
}

function listInputs(schema: SchemaSource, year: number | undefined, io: Io): void {
  const inputs = year === undefined ? schema.inputs : applyingInputs(schema, year);
  csv(
    io,
    inputs.map((input) => ({
      schemaId: schema.id,
      ord: schema.inputs.findIndex((one) => one.key === input.key) + 1,
      inputKey: input.key,
      inputName: input.name,
      naaccrItem: input.naaccrItem ?? '',
      naaccrXmlId: input.naaccrXmlId ?? '',
      usedForStaging: input.usedForStaging ? 'Y' : 'N',
      default: input.default ?? '',
      table: input.table ?? '',
      ...requirementsOf(input),
    })),
    [
      'schemaId',
      'ord',
      'inputKey',
      'inputName',
      'naaccrItem',
      'naaccrXmlId',
      'usedForStaging',
      'default',
      'table',
      ...Object.keys(REQUIREMENTS),
    ],
  );
}

function listCodes(algorithm: Algorithm, schema: SchemaSource, key: string, io: Io): void {
  const input = schema.inputs.find((one) => one.key === key || one.naaccrXmlId === key);
  if (input === undefined) throw new UsageError(`${schema.id} has no input ${key}`);
  const rows = input.table === undefined ? [] : codesOf(algorithm, input.table);
  csv(
    io,
    rows.map((row) => ({ tableId: input.table, inputKey: input.key, ...row })),
    ['tableId', 'inputKey', 'code', 'label'],
  );
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      algorithm: { type: 'string' },
      year: { type: 'string' },
      codes: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [id] = positionals;
  if (positionals.length > 1) throw new UsageError('give one schema');
  const algorithm = await algorithmOption(values.algorithm, io);
  if (id === undefined) {
    listSchemas(algorithm, io);
    return 0;
  }
  const schema = algorithm.schemas.get(id) ?? schemaByNumber(algorithm, id);
  if (schema === undefined) {
    throw new UsageError(
      `there is no schema ${id} in ${algorithm.id} ${algorithm.version}; 'staging schema' lists all`,
    );
  }
  const year = values.year === undefined ? undefined : yearOption(values.year);
  if (values.json === true) {
    const inputs = year === undefined ? schema.inputs : applyingInputs(schema, year);
    io.stdout.write(
      `${JSON.stringify({ algorithm: algorithm.id, version: algorithm.version, number: numberOf(schema), ...schema, inputs }, null, 2)}\n`,
    );
  } else if (values.codes !== undefined) listCodes(algorithm, schema, values.codes, io);
  else listInputs(schema, year, io);
  return 0;
}

/** `staging schema`: what a schema asks for. */
export const schema: Command = {
  summary: 'list the inputs of a schema with who requires them when, the codes of one, or all schemas',
  usage:
    'staging schema [ID|NUMBER] [--year Y (of diagnosis)] [--codes INPUT] [--algorithm FILE.zip] [--json]   (CSV unless --json)',
  run,
};
