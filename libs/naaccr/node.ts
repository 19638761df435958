import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readDataJson } from '@perennial/config/node';
import {
  type CheckOptions,
  type CheckReport,
  type CodeBundle,
  type CodeCheck,
  type CodeTables,
  createCodeCheck,
  createCodeTables,
  createDictionary,
  createNaaccrChecker,
  type Dictionary,
  type DictionaryProblem,
  InputError,
  type ItemBundle,
  type NaaccrVersion,
  parseUserDictionary,
  type ScanOptions,
  type UserDictionary,
} from './src/index.js';

const dictionaries = new Map<NaaccrVersion, Dictionary>();
const codeTables = new Map<NaaccrVersion, CodeTables>();
const codeChecks = new Map<NaaccrVersion, CodeCheck>();

/** The dictionary of an edition, read once from the data that ships with the product. */
export function loadDictionary(version: NaaccrVersion = '260'): Dictionary {
  const known =
    dictionaries.get(version) ?? createDictionary(readDataJson<ItemBundle>('naaccr', `${version}/items.json`));
  dictionaries.set(version, known);
  return known;
}

/** The code tables of an edition, read once. */
export function loadCodeTables(version: NaaccrVersion = '260'): CodeTables {
  const known =
    codeTables.get(version) ?? createCodeTables(readDataJson<CodeBundle>('naaccr', `${version}/codes.json`));
  codeTables.set(version, known);
  return known;
}

/** Former and alternate names of the items of v26 by item number. */
export function loadOtherNames(): ReadonlyMap<number, readonly string[]> {
  const { rows } = readDataJson<{ readonly rows: readonly (readonly [number, readonly string[]])[] }>(
    'naaccr',
    '260/names.json',
  );
  return new Map(rows);
}

/** Membership of codes in an edition; null for editions whose tables do not ship. */
export function loadCodeCheck(version: string): CodeCheck | null {
  if (version !== '250' && version !== '260') return null;
  const known = codeChecks.get(version) ?? createCodeCheck(loadCodeTables(version), loadDictionary(version));
  codeChecks.set(version, known);
  return known;
}

/** A user dictionary from its file, with what is wrong with items that were left out. */
export async function loadUserDictionary(
  file: string,
): Promise<{ readonly dictionary: UserDictionary; readonly problems: readonly DictionaryProblem[] }> {
  return parseUserDictionary(await readFile(file));
}

export interface StandardScan extends Omit<ScanOptions, 'dictionaries' | 'codes' | 'validUtf8'> {
  /** Check membership of codes. Default false: structure, types and lengths only. */
  readonly codes?: boolean;
}

/** What scanner, checker and reader need, from the data that ships with the product. */
export function standardScan({ codes = false, ...rest }: StandardScan = {}): ScanOptions {
  return {
    ...rest,
    dictionaries: [loadDictionary('250'), loadDictionary('260')],
    validUtf8: isUtf8,
    ...(codes ? { codes: loadCodeCheck } : {}),
  };
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Bytes as they are, or decompressed when they are gzip by content; several members one after the other are one file.
 *
 * @throws InputError when compressed bytes are damaged or break off.
 */
export async function* decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const input = chunks[Symbol.asyncIterator]();
  const begin: Uint8Array[] = [];
  let size = 0;
  let over = false;
  try {
    while (size < 2 && !over) {
      const next = await input.next();
      if (next.done === true) over = true;
      else {
        begin.push(next.value);
        size += next.value.length;
      }
    }
    const rest = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield* begin;
      while (!over) {
        const next = await input.next();
        if (next.done === true) return;
        yield next.value;
      }
    };
    if (!isGzip(begin.length === 1 ? (begin[0] as Uint8Array) : Buffer.concat(begin.slice(0, 3)))) {
      yield* rest();
      return;
    }
    const output = createGunzip({ chunkSize: 256 * 1024 });
    // A failure shows where the output is read.
    pipeline(Readable.from(rest(), { objectMode: true }), output, () => undefined);
    try {
      for await (const chunk of output) yield chunk as Uint8Array;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (code.startsWith('Z_')) throw new InputError('the gzip data is damaged or breaks off', { cause: error });
      throw error;
    }
  } finally {
    await input.return?.(undefined);
  }
}

/** Bytes of a file, decompressed when they are gzip. */
export function openNaaccr(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  return decompressed(createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>);
}

const BLOCK = 256 * 1024;

/** Check what comes from a stream. */
export async function checkNaaccrStream(
  chunks: AsyncIterable<Uint8Array>,
  options: CheckOptions,
): Promise<CheckReport> {
  const checker = createNaaccrChecker(options);
  try {
    for await (const chunk of decompressed(chunks)) if (!checker.push(chunk)) break;
    return checker.end();
  } catch (error) {
    return checker.fail(error);
  }
}

/** Check a file, gzip or not. Plain files are read straight into the scanner's window. */
export async function checkNaaccrFile(file: string, options: CheckOptions): Promise<CheckReport> {
  const handle = openSync(file, 'r');
  try {
    const begin = new Uint8Array(2);
    const begun = readSync(handle, begin, 0, 2, null);
    if (begun === 2 && isGzip(begin)) return await checkNaaccrStream(createReadStream(file), options);
    const checker = createNaaccrChecker(options);
    checker.push(begin.subarray(0, begun));
    for (;;) {
      const room = checker.reserve(BLOCK);
      const size = readSync(handle, room, 0, room.length, null);
      if (size === 0 || !checker.commit(size)) return checker.end();
    }
  } finally {
    closeSync(handle);
  }
}
