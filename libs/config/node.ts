import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

let root: string | undefined;

/** The folder of the installation: the nearest one above this file that holds `libs` and `package.json`. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  for (let dir = __dirname; ; dir = path.dirname(dir)) {
    if (
      path.basename(dir) !== 'dist' &&
      existsSync(path.join(dir, 'package.json')) &&
      existsSync(path.join(dir, 'libs'))
    ) {
      root = dir;
      return dir;
    }
    if (dir === path.dirname(dir)) throw new Error('perennial: the installation folder was not found');
  }
}

/** Path of a data file that ships with a library, for example `dataFile('naaccr', '260/items.json')`. */
export function dataFile(lib: string, name: string): string {
  return path.join(packageRoot(), 'libs', lib, 'data', name);
}

/** A JSON table that ships with a library, parsed. The caller names its type; the bundle scripts guarantee it. */
export function readDataJson<T>(lib: string, name: string): T {
  return JSON.parse(readFileSync(dataFile(lib, name), 'utf8')) as T;
}

/** The environment with secrets read from files: `NAME_FILE` holds the path of the file whose content is `NAME`. */
export function withSecretFiles(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const given: Record<string, string | undefined> = { ...env };
  for (const [name, file] of Object.entries(env)) {
    if (name.endsWith('_FILE') && file !== undefined && file !== '' && given[name.slice(0, -5)] === undefined) given[name.slice(0, -5)] = readFileSync(file, 'utf8').trim();
  }
  return given;
}
