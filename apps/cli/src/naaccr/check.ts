import { parseArgs } from 'node:util';
import { type Command, type Io, UsageError } from '../command.js';
import { userDictionaries } from './dictionaries.js';

/** Findings shown to a person; the document holds as many as `--details` asks for. */
const SHOWN = 10;

export const check: Command = {
  summary: 'check NAACCR XML files (gzip or not) against the standard and print counts by kind of error',
  usage: 'naaccr check FILE... [--details N] [--codes] [--keep-going] [--dictionary DICTIONARY.xml]...',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        details: { type: 'string', default: '0' },
        codes: { type: 'boolean', default: false },
        'keep-going': { type: 'boolean', default: false },
        dictionary: { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new UsageError('give one or more files, or - for standard input');
    const most = Number(values.details);
    if (!Number.isSafeInteger(most) || most < 0) throw new UsageError('--details takes a number of findings');
    const { standardScan } = await import('@perennial/naaccr/node');
    const options = {
      ...standardScan({
        codes: values.codes,
        keepGoing: values['keep-going'],
        userDictionaries: await userDictionaries(values.dictionary, io),
      }),
      details: Math.max(most, SHOWN),
    };
    const files = [];
    let worst = 0;
    for (const file of positionals) {
      const report = await checkOne(file, options, io);
      for (const { line, path, code, message } of report.details.slice(0, SHOWN)) {
        io.stderr.write(`${file}:${line}: ${code} ${path}: ${message}\n`);
      }
      if (report.errors > SHOWN) io.stderr.write(`${file}: ${report.errors - SHOWN} more\n`);
      if (report.fatal) io.stderr.write(`${file}:${report.fatal.line}: cannot read on: ${report.fatal.message}\n`);
      const { patients, tumors, items, errors, byCode, fatal, unchecked, extensions } = report;
      files.push({
        file,
        patients,
        tumors,
        items,
        errors,
        byCode,
        fatal,
        ...(unchecked > 0 ? { unchecked } : {}),
        ...(extensions > 0 ? { extensions } : {}),
        ...(most > 0 ? { details: report.details.slice(0, most) } : {}),
      });
      worst = Math.max(worst, fatal ? 2 : errors > 0 ? 1 : 0);
    }
    io.stdout.write(`${JSON.stringify({ files }, null, 2)}\n`);
    return worst;
  },
};

type CheckReport = import('@perennial/naaccr').CheckReport;
type CheckOptions = import('@perennial/naaccr').CheckOptions;

/** A file that cannot be opened is a report too, so that the others are checked all the same. */
async function checkOne(file: string, options: CheckOptions, io: Io): Promise<CheckReport> {
  const { checkNaaccrFile, checkNaaccrStream } = await import('@perennial/naaccr/node');
  try {
    return file === '-'
      ? await checkNaaccrStream(io.stdin as AsyncIterable<Buffer> & NodeJS.ReadableStream, options)
      : await checkNaaccrFile(file, options);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    return {
      header: null,
      patients: 0,
      tumors: 0,
      items: 0,
      errors: 0,
      byCode: {},
      fatal: { code: 'input', line: 0, message: (error as Error).message },
      details: [],
      unchecked: 0,
      extensions: 0,
    };
  }
}
