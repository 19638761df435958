import os from 'node:os';
import path from 'node:path';
import { type Algorithm, type FileProblem } from '@perennial/staging';
import { type Io, UsageError } from '../command.js';
import { readInput } from '../input.js';

/** Where prepared algorithm files are kept, as the desktop's rules say. */
const cacheFolder = (): string =>
  path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'perennial', 'staging');

export const describeProblems = (file: string, problems: readonly FileProblem[]): string =>
  [
    `${file} is not a usable algorithm file:`,
    ...problems.map(({ place, message, code }) => `  ${place}: ${message} (${code})`),
  ].join('\n');

/**
 * The algorithm of `--algorithm FILE.zip`, or EOD Public as it ships with the product.
 *
 * @throws UsageError with every problem and its place when the file is no good.
 */
export async function algorithmOption(file: string | undefined, io: Io): Promise<Algorithm> {
  const { loadStagingFacts, openAlgorithm } = await import('@perennial/staging/node');
  if (file === undefined) return loadStagingFacts();
  const read = await openAlgorithm(await readInput(file, io), cacheFolder());
  if (!read.ok) throw new UsageError(describeProblems(file, read.error));
  return read.value;
}

/** A year given as an option; the current one when it is not. */
export function yearOption(text: string | undefined): number {
  if (text === undefined) return new Date().getFullYear();
  if (!/^\d{4}$/.test(text)) throw new UsageError(`--year ${text} is not a year`);
  return Number(text);
}
