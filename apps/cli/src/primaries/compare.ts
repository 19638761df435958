import { parseArgs } from 'node:util';
import { type TumorParts } from '@perennial/primaries';
import { loadPrimaries } from '@perennial/primaries/node';
import { type Command, type Io, UsageError } from '../command.js';
import { type Row, transformCsv } from '../csv.js';
import { dayOption, today } from '../follow-up/table.js';

const PARTS = ['year', 'month', 'day', 'site', 'hist', 'beh', 'lat'] as const;
const NEEDED = ['caseId', ...[1, 2].flatMap((which) => PARTS.map((part) => `${part}${which}`))];
const COLUMNS = ['caseId', 'result', 'group', 'step', 'reason'];

const tumor = (row: Row, which: 1 | 2): TumorParts => {
  const of = (part: (typeof PARTS)[number]): string => (row[`${part}${which}`] ?? '').trim();
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    site: of('site'),
    histology: of('hist'),
    behavior: of('beh'),
    laterality: of('lat'),
  };
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { today: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of pairs');
  const day = values.today === undefined ? today() : dayOption('--today', values.today);
  const currentYear = Number(day.slice(0, 4));
  const primaries = loadPrimaries();
  await transformCsv(file, io, {
    needed: NEEDED,
    columns: () => COLUMNS,
    row: (row) => {
      const verdict = primaries.compareParts(tumor(row, 1), tumor(row, 2), currentYear);
      const missing = verdict.unknown.length === 0 ? '' : ` Not known: ${verdict.unknown.join('; ')}.`;
      return {
        caseId: row.caseId ?? '',
        result: verdict.result,
        group: verdict.referenceGroup ?? '',
        step: verdict.step ?? '',
        reason: `${verdict.reason}${missing}`,
      };
    },
  });
  return 0;
}

/** `primaries compare`: for each pair of tumors whether they are one primary, by which rule and why. */
export const compare: Command = {
  summary: 'say of each pair of tumors whether they are one primary, and by which rule',
  usage: `primaries compare CASES.csv [--today D]   (columns caseId, ${PARTS.map((part) => `${part}1`).join(', ')} and the same with 2)`,
  run,
};
