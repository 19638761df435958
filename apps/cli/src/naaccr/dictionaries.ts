import { type UserDictionary } from '@perennial/naaccr';
import { type Io, UsageError } from '../command.js';

/** User dictionaries from their files. Conflicts among them and with the base dictionaries are named on stderr; what was named first counts. */
export async function userDictionaries(files: readonly string[], io: Io): Promise<UserDictionary[]> {
  if (files.length === 0) return [];
  const { NaaccrFatal, withUserDictionaries } = await import('@perennial/naaccr');
  const { loadDictionary, loadUserDictionary } = await import('@perennial/naaccr/node');
  const read: UserDictionary[] = [];
  for (const file of files) {
    try {
      const { dictionary, problems } = await loadUserDictionary(file);
      for (const { line, message } of problems) io.stderr.write(`${file}:${line}: left out: ${message}\n`);
      read.push(dictionary);
    } catch (error) {
      if (error instanceof NaaccrFatal) throw new UsageError(`${file}:${error.line}: ${error.message}`);
      throw error;
    }
  }
  for (const { first, second, message } of withUserDictionaries(loadDictionary('260'), read).conflicts) {
    io.stderr.write(`${second}: conflicts with ${first}, which counts: ${message}\n`);
  }
  return read;
}
