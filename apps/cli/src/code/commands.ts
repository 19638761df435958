import path from 'node:path';
import { parseArgs } from 'node:util';
import { type CodableText } from '@perennial/coding';
import { type Command, type CommandTable, UsageError } from '../command.js';
import { readInput } from '../input.js';
import { learnReport } from './learn-report.js';

/** Reports of a file: one JSON object a line, a JSON array, or a text that is one report. */
function reportsOf(file: string, content: string): CodableText[] {
  if (file.endsWith('.txt')) return [{ id: path.basename(file, '.txt'), text: content }];
  try {
    if (file.endsWith('.json') || content.trimStart().startsWith('[')) {
      const parsed = JSON.parse(content) as CodableText | CodableText[];
      return Array.isArray(parsed) ? parsed : [parsed];
    }
    return content
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as CodableText);
  } catch (error) {
    throw new UsageError(`${file} holds no JSON reports: ${(error as Error).message}`);
  }
}

const code: Command = {
  summary: 'propose codes for pathology reports, with the words that justify them',
  usage: 'code [--force] FILE.jsonl|FILE.json|FILE.txt',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { force: { type: 'boolean' }, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new UsageError('give a file of reports');
    const { codeReport } = await import('@perennial/coding');
    const { loadCodingTables } = await import('@perennial/coding/node');
    const tables = loadCodingTables();
    for (const file of positionals) {
      for (const report of reportsOf(file, (await readInput(file, io)).toString('utf8'))) {
        if (typeof report.text !== 'string') throw new UsageError(`${file}: a report has no text`);
        io.stdout.write(`${JSON.stringify(codeReport(report, tables, { force: values.force === true }))}\n`);
      }
    }
    return 0;
  },
};

export const commands: CommandTable = { '': code, 'learn-report': learnReport };
