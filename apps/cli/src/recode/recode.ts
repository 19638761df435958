import { parseArgs } from 'node:util';
import { RECODE_IDS } from '@perennial/icdo3';
import { loadRecoder } from '@perennial/icdo3/node';
import { type Command, type Io, UsageError } from '../command.js';
import { type Row, transformCsv } from '../csv.js';

const NEEDED = ['site', 'histology', 'behavior', 'yearDx'] as const;

async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of cases');
  const recoder = loadRecoder();
  await transformCsv(file, io, {
    needed: NEEDED,
    columns: (input) => [...new Set([...input, ...RECODE_IDS])],
    row: (row: Row) => ({
      ...row,
      ...recoder.recode({
        primarySite: row.site,
        histologicTypeIcdO3: row.histology,
        behaviorCodeIcdO3: row.behavior,
        dateOfDiagnosis: row.yearDx,
      }),
    }),
  });
  return 0;
}

/** `naaccr recode`: the input with the recode columns beside it; columns of the same name are replaced. */
export const recode: Command = {
  summary: 'add site, childhood, lymphoid, brain, young adult and behavior recodes to a CSV of cases',
  usage: 'naaccr recode CASES.csv   (columns site, histology, behavior, yearDx)',
  run,
};
