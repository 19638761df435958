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

/** Variables that hold a secret: each may come from a file instead, whose path is in `NAME_FILE`. */
export const SECRETS = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL'] as const;

/** The environment with secrets read from their files, where those are named. */
export function withSecretFiles(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const given: Record<string, string | undefined> = { ...env };
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`];
    if (given[name] === undefined && file !== undefined && file !== '') given[name] = readFileSync(file, 'utf8').trim();
  }
  return given;
}
