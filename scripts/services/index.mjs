/**
 * PostgreSQL and a queue for trying out, tests and benches, with nothing to install.
 *
 * Order: what DATABASE_URL and REDIS_URL name; else embedded or system PostgreSQL, and redis-server from PATH; without Redis the
 * queue lives in PostgreSQL. Each run has its own ports, passwords and folder, so several run side by side. However the program
 * ends, a watchdog ends its services; what even that missed is removed by the next start.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './postgres.mjs';
import { hasRedis, startRedis } from './redis.mjs';
import { claimFolder, cleanUp, isRoot, reachable, readRun, sweep, temporaryFolder } from './run-folder.mjs';

export { hasSystemPostgres } from './postgres-binaries.mjs';
export { hasRedis } from './redis.mjs';

/** As root the server runs as another user: data wanted in a folder that this user cannot enter goes to /var/lib instead. */
function areaFor(folder, log) {
  if (!isRoot() || reachable(path.join(folder, 'x'))) return folder;
  const area = path.join('/var/lib/perennial', createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(area, { recursive: true, mode: 0o755 });
  log(`PostgreSQL cannot enter ${folder}: its data is in ${area}`);
  return area;
}

function startWatchdog(folder) {
  const script = fileURLToPath(new URL('watchdog.mjs', import.meta.url));
  const watchdog = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  watchdog.once('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.stdin.unref();
  watchdog.unref();
  return watchdog;
}

/**
 * @param options.durable real fsync and an append-only file, for benches and kept data; off for tests
 * @param options.dataDir folder that stays after stop(); without it a temporary one is used and removed
 * @param options.redis 'auto' | 'none'
 * @param options.postgres 'auto' | 'embedded' | 'system'; the last two pass over DATABASE_URL
 * @param options.log gets one line of text for what a person should know
 * @returns {Promise<{ databaseUrl: string, redisUrl: string | null, queueBackend: 'redis' | 'postgres', postgresKind: string,
 *   postgres: object | null, redis: object | null, folder: string, stop(): Promise<void>, kill(): Promise<void> }>}
 *   `databaseUrl` is the owner's; `postgres` and `redis` (null when not ours) have crash() and restart(); stop() ends in
 *   order, kill() as if the power went.
 */
export async function startServices(options = {}) {
  const { durable = false, dataDir, redis = 'auto', postgres = 'auto', log = () => {} } = options;
  await sweep();
  const folder = dataDir === undefined ? temporaryFolder() : await claimFolder(path.resolve(dataDir));
  const temporary = dataDir === undefined;
  const watchdog = startWatchdog(folder);
  const started = [];
  const start = async (starting) => {
    const service = await starting;
    started.push(service);
    return service;
  };

  async function finish(how) {
    await Promise.all(started.map((service) => service[how]()));
    // A second look by what was written down: a program that was still starting when another one failed.
    if (readRun(folder) !== null) await cleanUp(folder);
    watchdog.kill('SIGKILL');
  }
  let finishing;
  const once = (how) => () => (finishing ??= finish(how));

  try {
    const externalDatabase = postgres === 'auto' ? process.env.DATABASE_URL : undefined;
    const externalRedis = process.env.REDIS_URL;
    const wantsRedis = redis !== 'none';
    const results = await Promise.allSettled([
      externalDatabase
        ? { url: externalDatabase, kind: 'external' }
        : start(startPostgres({ folder, area: areaFor(folder, log), durable, prefer: postgres, temporary })),
      wantsRedis && externalRedis
        ? { url: externalRedis }
        : wantsRedis && hasRedis()
          ? start(startRedis({ folder, durable }))
          : null,
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    const [database, queue] = results.map((result) => result.value);
    if (queue === null && wantsRedis) log('no redis-server here: the queue lives in PostgreSQL');
    return {
      databaseUrl: database.url,
      redisUrl: queue?.url ?? null,
      queueBackend: queue === null ? 'postgres' : 'redis',
      postgresKind: database.kind,
      postgres: externalDatabase ? null : database,
      redis: queue === null || externalRedis ? null : queue,
      folder,
      stop: once('stop'),
      kill: once('crash'),
    };
  } catch (error) {
    await once('crash')();
    throw error;
  }
}
