import { parseArgs } from 'node:util';
import { errorText, stage, type StagingInputs } from '@perennial/staging';
import { type Command, type Io, UsageError } from '../command.js';
import { type Row, transformCsv } from '../csv.js';
import { algorithmOption, yearOption } from './algorithm.js';

const SEPARATOR = ' ; ';

/** Inputs of a case from their JSON; `null` counts as absent. */
export function readInputs(caseId: string, json: string): StagingInputs {
  let inputs: unknown;
  try {
    inputs = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`case ${caseId}: inputsJson is not JSON: ${(error as Error).message}`);
  }
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    throw new UsageError(`case ${caseId}: inputsJson must be an object of texts`);
  }
  for (const [key, value] of Object.entries(inputs)) {
    if (typeof value !== 'string' && value !== null) {
      throw new UsageError(`case ${caseId}: ${key} must be a text; codes keep their leading zeros`);
    }
  }
  return inputs as StagingInputs;
}

/** JSON with its keys in order, so that equal outputs are equal texts. */
const sortedJson = (outputs: Readonly<Record<string, string | null>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(outputs).sort(([one], [other]) => (one < other ? -1 : 1))));

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { algorithm: { type: 'string' }, year: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of cases');
  const clock = { year: yearOption(values.year) };
  const algorithm = await algorithmOption(values.algorithm, io);
  await transformCsv(file, io, {
    needed: ['caseId', 'inputsJson'],
    columns: () => ['caseId', 'result', 'schemaId', 'outputsJson', 'errors', 'path'],
    row: (row: Row) => {
      const caseId = row.caseId ?? '';
      const staged = stage(algorithm, readInputs(caseId, row.inputsJson ?? ''), clock);
      return {
        caseId,
        result: staged.result,
        schemaId: staged.schemaId ?? '',
        outputsJson: sortedJson(staged.outputs),
        errors: staged.errors.map(errorText).sort().join(SEPARATOR),
        path: staged.path.join(SEPARATOR),
      };
    },
  });
  return 0;
}

/** `staging stage`: result, schema, outputs, errors and path of each case. */
export const stageCases: Command = {
  summary: 'stage cases; without --algorithm by EOD Public as it ships',
  usage: 'staging stage CASES.csv [--algorithm FILE.zip] [--year Y]   (columns caseId, inputsJson)',
  run,
};
