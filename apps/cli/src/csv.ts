import { createReadStream } from 'node:fs';
import { type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { type Io, UsageError } from './command.js';

/** A row of a CSV file by its column names. */
export type Row = Readonly<Record<string, string>>;

/** What a command makes of a table: needed input columns, output columns and the cells of each row. */
export interface Transform {
  readonly needed: readonly string[];
  /** Columns of the output, given those of the input. */
  columns(input: readonly string[]): readonly string[];
  row(row: Row): Row;
}

const ROWS_AT_ONCE = 512;

/**
 * Read a CSV file with a header line, write another to stdout, row by row: memory does not grow with the file.
 *
 * @param file a path, or `-` for standard input; gzip is recognized by content.
 * @throws UsageError when a column is missing or a line is not CSV, with the line.
 */
export async function transformCsv(file: string, io: Io, transform: Transform): Promise<number> {
  let header: readonly string[] | undefined;
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    columns: (names: string[]) => {
      header = names.map((name) => name.trim());
      return [...header];
    },
  });
  const source = await openInput(file, io);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);

  let columns: readonly string[] | undefined;
  let pending: (readonly string[])[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const text = stringify(pending);
    pending = [];
    if (!io.stdout.write(text)) await new Promise<void>((resolve) => io.stdout.once('drain', resolve));
  };
  const start = (): readonly string[] => {
    if (header === undefined) throw new UsageError(`${file} is empty: a header line is needed`);
    const missing = transform.needed.filter((name) => header?.includes(name) === false);
    if (missing.length > 0) throw new UsageError(`${file} lacks the column(s) ${missing.join(', ')}`);
    const names = transform.columns(header);
    pending.push(names);
    return names;
  };
  try {
    for await (const row of parser as AsyncIterable<Row>) {
      columns ??= start();
      const result = transform.row(row);
      pending.push(columns.map((name) => result[name] ?? ''));
      count++;
      if (pending.length >= ROWS_AT_ONCE) await flush();
    }
    columns ??= start();
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${file} is not a CSV file: ${error.message}`);
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_')) throw new UsageError(`${file} is damaged: ${message}`);
    throw error;
  }
  await flush();
  return count;
}

/** Bytes of a file or of standard input, unpacked where they are gzip. */
async function openInput(file: string, io: Io): Promise<Readable> {
  const raw = (file === '-' ? io.stdin : createReadStream(file)) as Readable;
  const head = await firstBytes(raw);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return raw;
  const unpacked = createGunzip();
  raw.on('error', (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
}

/** The first two bytes of a stream, which stay in it. */
async function firstBytes(stream: Readable): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < 2) {
    const part: unknown = stream.read();
    if (part === null) {
      if (stream.readableEnded || stream.errored) break;
      const ended = await new Promise<boolean>((resolve, reject) => {
        const settle = (done: () => void) => () => {
          stream.off('readable', onReadable).off('end', onEnd).off('error', onError);
          done();
        };
        const onReadable = settle(() => resolve(false));
        const onEnd = settle(() => resolve(true));
        const onError = (error: Error): void => settle(() => reject(error))();
        stream.once('readable', onReadable).once('end', onEnd).once('error', onError);
      });
      if (ended) break;
      continue;
    }
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(part as string);
    parts.push(bytes);
    length += bytes.length;
  }
  const head = Buffer.concat(parts);
  if (head.length > 0) stream.unshift(head);
  return head.subarray(0, 2);
}
