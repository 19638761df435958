import { parseArgs } from 'node:util';
import { type EditExample, EXAMPLES_TODAY, runExample } from '@perennial/edits';
import { type Io, UsageError } from '../command.js';
import { dayOption } from '../follow-up/table.js';
import { readInput } from '../input.js';
import { setOption } from './options.js';

/** `edits examples`: `{total, agree, disagree}`. Each example exercises its own edit only. */
export async function runExamples(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      set: { type: 'string', default: 'full' },
      today: { type: 'string', default: EXAMPLES_TODAY },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('give one file, or - for standard input');
  const day = dayOption('--today', values.today);
  const set = await setOption(values.set);
  const disagree: { line: number; edit: string; expect: string; got: string }[] = [];
  let total = 0;
  const text = (await readInput(file, io)).toString('utf8').replace(/^\uFEFF/, '');
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const example = exampleOf(line, index + 1, file);
    total += 1;
    const got = runExample(set, example, day);
    if (got !== example.expect) disagree.push({ line: index + 1, edit: example.edit, expect: example.expect, got });
  });
  io.stdout.write(`${JSON.stringify({ total, agree: total - disagree.length, disagree }, null, 2)}\n`);
  return disagree.length > 0 ? 1 : 0;
}

function exampleOf(line: string, number: number, file: string): EditExample {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new UsageError(`${file}:${number}: is not a JSON document`);
  }
  const { edit, expect, tumors } = (parsed ?? {}) as Partial<Record<keyof EditExample, unknown>>;
  const records = Array.isArray(tumors) && tumors.every((tumor) => typeof tumor === 'object' && tumor !== null);
  if (typeof edit !== 'string' || (expect !== 'pass' && expect !== 'fail') || !records)
    throw new UsageError(
      `${file}:${number}: takes {"edit": ID, "expect": "pass" or "fail", "tumors": [{item: value}]}`,
    );
  return { edit, expect, tumors: tumors as EditExample['tumors'] };
}
