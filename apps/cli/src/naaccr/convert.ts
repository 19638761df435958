import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { type NaaccrFile, type NaaccrVersion, type RecordType } from '@perennial/naaccr';
import { type Command, type Io, UsageError } from '../command.js';
import { userDictionaries } from './dictionaries.js';

type Counts = Record<string, number>;

/** What a conversion read, wrote, changed and left out. */
interface Tally {
  patients: number;
  tumors: number;
  /** Findings of the input by code, as in `naaccr check`. */
  readonly issues: Counts;
  /** `sex > sexAssignedAtBirth` by count. */
  readonly replaced: Counts;
  /** Values without a counterpart in the other edition, for a person to look at. */
  readonly noCounterpart: Counts;
  /** Values left out, by reason and item. */
  readonly dropped: Record<string, Counts>;
}

const count = (counts: Counts, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

export const convert: Command = {
  summary: 'write a NAACCR XML file anew: another edition, another record type, items in the order of the dictionary',
  usage:
    'naaccr convert IN OUT [--to 250|260] [--record-type A|M|C|I] [--pad] [--numbers] [--crlf] [--keep-going] [--dictionary DICTIONARY.xml]...',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        to: { type: 'string' },
        'record-type': { type: 'string' },
        pad: { type: 'boolean', default: false },
        numbers: { type: 'boolean', default: false },
        crlf: { type: 'boolean', default: false },
        'keep-going': { type: 'boolean', default: false },
        dictionary: { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    const [input, output, ...more] = positionals;
    if (input === undefined || output === undefined || more.length > 0) {
      throw new UsageError('give the file to read and the file to write; - is standard input or output');
    }
    if (!['250', '260', undefined].includes(values.to)) throw new UsageError('--to takes 250 or 260');
    if (!['A', 'M', 'C', 'I', undefined].includes(values['record-type'])) {
      throw new UsageError('--record-type takes A, M, C or I');
    }
    const { NaaccrFatal, readNaaccrXml } = await import('@perennial/naaccr');
    const { decompressed, openNaaccr, standardScan } = await import('@perennial/naaccr/node');
    const users = await userDictionaries(values.dictionary, io);
    const chunks =
      input === '-' ? decompressed(io.stdin as AsyncIterable<Buffer> & NodeJS.ReadableStream) : openNaaccr(input);
    try {
      const file = await readNaaccrXml(
        chunks,
        standardScan({ keepGoing: values['keep-going'], userDictionaries: users }),
      );
      const from = file.header.version;
      const to = (values.to ?? (from === '250' || from === '260' ? from : '260')) as NaaccrVersion;
      const recordType = (values['record-type'] ?? file.header.recordType) as RecordType;
      const tally: Tally = { patients: 0, tumors: 0, issues: {}, replaced: {}, noCounterpart: {}, dropped: {} };
      const pieces = await written(file, to, recordType, users, values, tally);
      await deliver(pieces, output, io);
      const { extensions } = file;
      const document = { in: input, out: output, from, to, recordType, ...tally, extensionsDropped: extensions() };
      // The document goes where the file does not.
      (output === '-' ? io.stderr : io.stdout).write(`${JSON.stringify(document, null, 2)}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof NaaccrFatal)) throw error;
      io.stderr.write(`perennial: ${input}:${error.line}: cannot read on: ${error.message}; nothing was written\n`);
      return 2;
    }
  },
};

interface WritingOptions {
  readonly pad: boolean;
  readonly numbers: boolean;
  readonly crlf: boolean;
}

async function written(
  file: NaaccrFile,
  to: NaaccrVersion,
  recordType: RecordType,
  users: Awaited<ReturnType<typeof userDictionaries>>,
  { pad, numbers, crlf }: WritingOptions,
  tally: Tally,
): Promise<AsyncGenerator<string>> {
  const { convertItems, convertRecord, createNaaccrWriter, isIsoDateTime, withUserDictionaries } =
    await import('@perennial/naaccr');
  const { loadDictionary } = await import('@perennial/naaccr/node');
  const { header } = file;
  const named = header.userDictionaryUris.flatMap((uri) => users.filter((dictionary) => dictionary.uri === uri));
  const note = ({ kind, from, to: now }: { kind: string; from: string; to: string }): void => {
    if (kind === 'replaced') count(tally.replaced, `${from} > ${now}`);
    else count(tally.noCounterpart, from);
  };
  const writer = createNaaccrWriter({
    dictionary: withUserDictionaries(loadDictionary(to), named).dictionary,
    userDictionaryUris: named.map(({ uri }) => uri),
    recordType,
    timeGenerated: header.timeGenerated !== null && isIsoDateTime(header.timeGenerated) ? header.timeGenerated : null,
    rootItems: {
      ...convertItems(header.items, to, note),
      ...(header.items.recordType === undefined ? {} : { recordType }),
      ...(header.items.naaccrRecordVersion === undefined ? {} : { naaccrRecordVersion: to }),
    },
    lineEnding: crlf ? '\r\n' : '\n',
    padLeftZero: pad,
    numbers,
    dropped: (id, reason) => {
      count((tally.dropped[reason] ??= {}), id);
    },
  });
  return (async function* () {
    for (const { code } of file.issues) count(tally.issues, code);
    yield writer.head();
    let piece = '';
    for await (const patient of file.patients) {
      tally.patients += 1;
      tally.tumors += patient.tumors.length;
      for (const { code } of patient.issues) count(tally.issues, code);
      piece += writer.patient(convertRecord(patient, to, note));
      if (piece.length > 64 * 1024) {
        yield piece;
        piece = '';
      }
    }
    yield piece + writer.tail();
  })();
}

/** Write under a temporary name and rename at the end: a reader sees the whole file or none. A name in `.gz` is compressed. */
async function deliver(pieces: AsyncGenerator<string>, output: string, io: Io): Promise<void> {
  if (output === '-') {
    for await (const piece of pieces) {
      if (!io.stdout.write(piece)) await new Promise<void>((resolve) => io.stdout.once('drain', resolve));
    }
    return;
  }
  const partial = `${output}.partial`;
  try {
    const source = Readable.from(pieces);
    const target = createWriteStream(partial);
    await (output.endsWith('.gz') ? pipeline(source, createGzip(), target) : pipeline(source, target));
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
