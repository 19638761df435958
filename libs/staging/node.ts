import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readDataJson } from '@perennial/config/node';
import {
  type Algorithm,
  createAlgorithm,
  type FactBundle,
  factSource,
  type FileProblem,
  openPrepared,
  prepare,
  PREPARED_FORMAT,
  readAlgorithm,
  type Result,
} from './src/index.js';

let loaded: Algorithm | undefined;

/** EOD Public as it ships with the product, read once: an algorithm like one from a file, with short labels and no help texts. */
export function loadStagingFacts(): Algorithm {
  loaded ??= createAlgorithm(factSource(readDataJson<FactBundle>('staging', 'facts.json')));
  return loaded;
}

/** SHA-256 of an algorithm file, in hexadecimal: what tells two files of the same version apart. */
export const algorithmHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Open an algorithm file by way of a folder of prepared ones: the first opening reads, checks and prepares the file, later ones take a
 * tenth of the time. Prepared texts are found by the file's hash, so a changed file is read anew; a damaged one is made again.
 *
 * @param cache folder for prepared texts, made when needed. One that cannot be written only costs the time.
 */
export async function openAlgorithm(
  bytes: Uint8Array,
  cache: string,
): Promise<Result<Algorithm, readonly FileProblem[]>> {
  const file = path.join(cache, `${algorithmHash(bytes)}.${PREPARED_FORMAT}`);
  const prepared = await readFile(file, 'utf8').catch(() => undefined);
  const known = prepared === undefined ? undefined : openPrepared(prepared);
  if (known !== undefined) return { ok: true, value: known };
  const read = readAlgorithm(bytes);
  if (read.ok) await keep(file, prepare(read.value)).catch(() => undefined);
  return read;
}

/** Under another name first: nobody ever reads half a text. */
async function keep(file: string, text: string): Promise<void> {
  const written = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(written, text, { mode: 0o600 });
    await rename(written, file);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
}
