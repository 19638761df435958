/** A private PostgreSQL in a folder of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findPostgres, serverEnv, serverUser } from './postgres-binaries.mjs';
import { end, freePort, mark, pause, runs, tail } from './processes.mjs';
import { isRoot, remember } from './run-folder.mjs';

const OWNER = 'perennial_owner';
/** Unix socket paths are limited to 107 bytes, `/.s.PGSQL.65535` included. */
const LONGEST_SOCKET_FOLDER = 90;

const settings = (data, port, durable) => ({
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: Buffer.byteLength(data) <= LONGEST_SOCKET_FOLDER ? data : '',
  max_connections: 200,
  shared_buffers: durable ? '512MB' : '256MB',
  max_wal_size: '4GB',
  jit: 'off',
  logging_collector: 'off',
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
});

/** Run a program of the server to its end. @throws Error with what it wrote. */
function finish(folder, name, program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${name} failed: ${output.trim()}`))));
    if (child.pid !== undefined) remember(folder, name, child.pid);
  });
}

async function initialize({ folder, data, bin, as, passwordFile }) {
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  if (isRoot()) for (const owned of [passwordFile, data]) chownSync(owned, as.uid, as.gid);
  const options = { ...as, env: serverEnv, cwd: '/', detached: true };
  const args = [
    '-D',
    data,
    '-U',
    OWNER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
    '--no-instructions',
  ];
  // Upper and lower case of names beyond ASCII need a UTF-8 locale; macOS and small images may not have this one.
  const withLocale = (locale) =>
    finish(folder, 'initdb', path.join(bin, 'initdb'), [...args, `--locale=${locale}`], options);
  await withLocale('C.UTF-8').catch((error) => {
    if (/invalid locale/.test(error.message)) return withLocale('C');
    throw error;
  });
}

/**
 * Start a private server.
 *
 * @param options.folder the run's folder (run.json). @param options.area where data goes, reachable by the server's user; mostly the same.
 * @param options.durable fsync on. @param options.prefer 'auto' | 'embedded' | 'system'. @param options.temporary data goes away at the end.
 * @returns url (superuser), kind, version, mark(), stop(), crash(), restart().
 */
export async function startPostgres({ folder, area = folder, durable = false, prefer = 'auto', temporary = true }) {
  const { bin, kind, version } = findPostgres({ prefer, folder: area });
  const as = serverUser();
  const data = path.join(area, 'postgres');
  const logFile = path.join(area, 'postgres.log');
  const passwordFile = path.join(area, 'postgres.password');
  if (isRoot()) chmodSync(area, 0o755);
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialize({ folder, data, bin, as, passwordFile });
  const made = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  if (Number(made) !== version)
    throw new Error(`${data} was made by PostgreSQL ${made}, and only ${version} was found`);
  const password = readFileSync(passwordFile, 'utf8');
  let running = null;

  async function launch(port) {
    const log = openSync(logFile, 'a', 0o600);
    const args = Object.entries(settings(data, port, durable)).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const child = spawn(path.join(bin, 'postgres'), ['-D', data, ...args], {
      ...as,
      env: serverEnv,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.once('error', () => {});
    child.unref();
    closeSync(log);
    if (child.pid === undefined) return false;
    remember(folder, 'postgres', child.pid);
    running = mark(child.pid);
    const url = `postgresql://${OWNER}:${password}@127.0.0.1:${port}/postgres`;
    return (await answers(url, running)) ? url : false;
  }

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const url = await launch(port);
    if (url) {
      return {
        name: 'postgres',
        url,
        kind,
        version,
        mark: () => running,
        stop: () => end(running, temporary ? 'SIGQUIT' : 'SIGINT'),
        /** As if the power went: no checkpoint, connections cut. */
        crash: () => end(running, 'SIGQUIT'),
        /** Back on the same port with the same data. */
        restart: async () => {
          for (let again = 1; !(await launch(port)); again += 1) {
            await end(running, 'SIGQUIT');
            if (again === 5) throw new Error(`PostgreSQL did not come back:\n${tail(logFile)}`);
          }
        },
      };
    }
    if (running) await end(running, 'SIGQUIT');
    if (attempt === 5) throw new Error(`PostgreSQL ${version} (${kind}) did not start in ${data}:\n${tail(logFile)}`);
  }
}

async function answers(url, marked) {
  const { default: pg } = await import('pg');
  for (const until = Date.now() + 60_000; Date.now() < until && runs(marked);) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      // A clash of ports: somebody else's server answers and does not know us; ours is about to give up.
      await pause(error.code === '28P01' ? 300 : 25);
    }
  }
  return false;
}
