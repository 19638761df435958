import { parseArgs } from 'node:util';
import { selectSchemas, type StagingInputs } from '@perennial/staging';
import { type Command, type Io, UsageError } from '../command.js';
import { type Row, transformCsv } from '../csv.js';
import { algorithmOption } from './algorithm.js';
import { readInputs } from './stage.js';

/** Columns by the key they hold; further discriminators stand in columns named by their keys. */
const COLUMNS: Readonly<Record<string, string>> = {
  site: 'site',
  hist: 'hist',
  behavior: 'behavior',
  sexAtBirth: 'sex_at_birth',
  yearDx: 'year_dx',
  discriminator1: 'discriminator_1',
  discriminator2: 'discriminator_2',
};
const ABSENT = '<absent>';
const BLANK = '<blank>';

/**
 * A cell as selection takes it: `<absent>` was not supplied, `<blank>` was and is blank. An empty cell is a blank site or histology, which
 * every case has, and an absent discriminator.
 */
function valueOf(key: string, cell: string): string | undefined {
  if (cell === ABSENT) return undefined;
  if (cell === BLANK) return '';
  return cell === '' && key !== 'site' && key !== 'hist' ? undefined : cell;
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { algorithm: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of cases');
  const algorithm = await algorithmOption(values.algorithm, io);
  const further = new Set(algorithm.source.schemas.flatMap((schema) => schema.discriminators));
  let keyOf = new Map<string, string>();
  await transformCsv(file, io, {
    needed: ['caseId'],
    columns: (input) => {
      keyOf = new Map(
        input.flatMap((name): [string, string][] => {
          const key = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : further.has(name) ? name : undefined;
          return key === undefined ? [] : [[name, key]];
        }),
      );
      if (!input.includes('inputsJson') && !(input.includes('site') && input.includes('hist'))) {
        throw new UsageError(`${file} lacks the columns site and hist (or inputsJson)`);
      }
      return ['caseId', 'schemaIds', 'discriminatorKeys'];
    },
    row: (row: Row) => {
      const { schemaIds, discriminators } = selectSchemas(algorithm, inputsOf(row, keyOf));
      return {
        caseId: row.caseId ?? '',
        schemaIds: schemaIds.join('|'),
        discriminatorKeys: discriminators.join('|'),
      };
    },
  });
  return 0;
}

function inputsOf(row: Row, keyOf: ReadonlyMap<string, string>): StagingInputs {
  if (row.inputsJson !== undefined) return readInputs(row.caseId ?? '', row.inputsJson);
  return Object.fromEntries(
    [...keyOf].flatMap(([name, key]): [string, string][] => {
      const value = valueOf(key, row[name] ?? '');
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** `staging select`: the schemas each case may belong to and the discriminators among them. */
export const select: Command = {
  summary: 'find the schemas of cases and the discriminators that tell them apart',
  usage: `staging select CASES.csv [--algorithm FILE.zip]   (columns caseId, ${Object.keys(COLUMNS).join(', ')}; or inputsJson)`,
  run,
};
