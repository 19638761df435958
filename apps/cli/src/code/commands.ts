import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type CodableText, type CodedReport } from '@perennial/coding';
import { type Command, type CommandTable, type Io, UsageError } from '../command.js';
import { readInput } from '../input.js';
import { learnReport } from './learn-report.js';

/** A value of a JSON file as a report, or why it is none. */
function reportOf(value: unknown, where: string): CodableText {
  if (typeof value !== 'object' || value === null || typeof (value as { text?: unknown }).text !== 'string')
    throw new UsageError(`${where}: a report is an object with a "text"; {"id": "1", "text": "..."}`);
  const { id, text, sections, sex, diagnosisYear } = value as CodableText;
  return {
    text,
    ...(id === undefined ? {} : { id: String(id) }),
    ...(Array.isArray(sections) ? { sections } : {}),
    ...(typeof sex === 'string' ? { sex } : {}),
    ...(typeof diagnosisYear === 'number' ? { diagnosisYear } : {}),
  };
}

function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new UsageError(`${where} is not JSON: ${(error as Error).message}`);
  }
}

/** Reports of a file: one JSON object a line, a JSON array or object, or a text that is one report. */
function* reportsOf(file: string, content: string): Generator<CodableText> {
  const name = path.basename(file).replace(/\.gz$/, '');
  if (name.endsWith('.txt')) {
    yield { id: name.slice(0, -'.txt'.length), text: content };
  } else if (name.endsWith('.json') || content.trimStart().startsWith('[')) {
    const value = parsed(content, file);
    for (const [index, one] of (Array.isArray(value) ? value : [value]).entries())
      yield reportOf(one, `${file}, report ${index + 1}`);
  } else {
    for (const [index, line] of content.split('\n').entries()) {
      const where = `${file}, line ${index + 1}`;
      if (line.trim() !== '') yield reportOf(parsed(line, where), where);
    }
  }
}

/** The keys that scripts rely on, in this order. */
function shown(coded: CodedReport): Record<string, unknown> {
  const { id, reportable, primarySite, histology, behavior, laterality, grade, confidence, evidence, flags } = coded;
  const primaries = coded.primaries.map(shown);
  return {
    id,
    reportable,
    primarySite,
    histology,
    behavior,
    laterality,
    grade,
    confidence,
    evidence,
    flags,
    primaries,
  };
}

async function write(io: Io, line: string): Promise<void> {
  if (!io.stdout.write(line)) await once(io.stdout, 'drain');
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
      const content = (await readInput(file, io)).toString('utf8');
      for (const report of reportsOf(file, content))
        await write(io, `${JSON.stringify(shown(codeReport(report, tables, { force: values.force === true })))}\n`);
    }
    return 0;
  },
};

export const commands: CommandTable = { '': code, 'learn-report': learnReport };
