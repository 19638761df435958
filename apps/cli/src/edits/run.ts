import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type Finding, runEdits } from '@perennial/edits';
import { convertRecord, InputError, NaaccrFatal, readNaaccrXml } from '@perennial/naaccr';
import { type Io, UsageError } from '../command.js';
import { dayOption, today } from '../follow-up/table.js';
import { userDictionaries } from '../naaccr/dictionaries.js';
import { listOption, setOption } from './options.js';

/** Progress is told every so many tumors. */
const TELL_EVERY = 20_000;

/** `edits run`: one JSON document of counts; the findings themselves go to `--findings`, one JSON line each. */
export async function runFile(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      set: { type: 'string', default: 'full' },
      version: { type: 'string' },
      off: { type: 'string' },
      today: { type: 'string' },
      findings: { type: 'string' },
      dictionary: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('give one file, or - for standard input');
  const day = values.today === undefined ? today() : dayOption('--today', values.today);
  const set = await setOption(values.set, values.version, listOption(values.off));
  const { decompressed, openNaaccr, standardScan } = await import('@perennial/naaccr/node');
  const chunks =
    file === '-' ? decompressed(io.stdin as AsyncIterable<Buffer> & NodeJS.ReadableStream) : openNaaccr(file);
  const out = values.findings === undefined ? null : createWriteStream(values.findings);
  // A findings file that cannot be written is told at once, not after an hour.
  if (out !== null) await once(out, 'open');
  const tally = createTally();
  let fatal: { line: number; message: string } | null = null;
  try {
    const input = await readNaaccrXml(chunks, {
      ...standardScan({ keepGoing: true, userDictionaries: await userDictionaries(values.dictionary, io) }),
    });
    let patients = 0;
    for await (const patient of input.patients) {
      const record = convertRecord(patient, '260');
      const findings = runEdits(set, record, day);
      tally.add(record.tumors.length, findings);
      if (out !== null) await write(out, findings, patients, patient.tumorLines);
      patients += 1;
      if (tally.tumors % TELL_EVERY < record.tumors.length && tally.tumors >= TELL_EVERY)
        io.stderr.write(`${tally.tumors} tumors\n`);
    }
  } catch (error) {
    if (error instanceof NaaccrFatal) fatal = { line: error.line, message: error.message };
    else if (error instanceof InputError) fatal = { line: 0, message: error.message };
    else throw error;
  }
  if (out !== null) {
    out.end();
    await finished(out);
  }
  for (const { edit, detail } of set.notRun.filter(({ reason }) => reason === 'not-available'))
    io.stderr.write(`edit ${edit} is not available: ${detail}\n`);
  if (fatal !== null) io.stderr.write(`${file}:${fatal.line}: cannot read on: ${fatal.message}\n`);
  const document = { file, set: set.id, version: set.version, today: day, ...tally.document(), fatal };
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return fatal !== null ? 2 : document.errors > 0 ? 1 : 0;
}

interface Counts {
  readonly tumors: number;
  /** Tumors without an error. */
  readonly passed: number;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: number;
  readonly byEdit: Readonly<Record<string, number>>;
}

function createTally(): {
  readonly tumors: number;
  add(tumors: number, findings: readonly Finding[]): void;
  document(): Counts;
} {
  const byEdit = new Map<string, number>();
  let tumors = 0;
  let failed = 0;
  let errors = 0;
  let warnings = 0;
  return {
    get tumors() {
      return tumors;
    },
    add(count, findings) {
      tumors += count;
      const wrong = new Set<number>();
      for (const { edit, severity, tumor, related = [] } of findings) {
        byEdit.set(edit, (byEdit.get(edit) ?? 0) + 1);
        if (severity === 'warning') {
          warnings += 1;
          continue;
        }
        errors += 1;
        for (const one of [tumor, ...related.map((other) => other.tumor)]) wrong.add(one);
      }
      failed += wrong.size;
    },
    document: () => ({
      tumors,
      passed: tumors - failed,
      errors,
      warnings,
      findings: errors + warnings,
      byEdit: Object.fromEntries([...byEdit].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}

async function write(
  out: WriteStream,
  findings: readonly Finding[],
  patient: number,

  lines: readonly number[],
): Promise<void> {
  const text = findings
    .map((finding) => `${JSON.stringify({ patient, line: lines[finding.tumor] ?? null, ...finding })}\n`)
    .join('');
  if (text !== '' && !out.write(text)) await once(out, 'drain');
}
