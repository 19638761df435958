/**
 * PostgreSQL and a queue for trying out, tests and benches, with nothing to install.
 *
 * Order: what DATABASE_URL and REDIS_URL name; else embedded or system PostgreSQL, and redis-server from PATH; without Redis the
 * queue lives in PostgreSQL. Each run has its own ports and folder, so several run side by side.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './postgres.mjs';
import { hasRedis, startRedis } from './redis.mjs';

/**
 * @param options.durable real fsync, for benches and kept data; off for tests
 * @param options.dataDir folder that stays after stop(); without it a temporary one is used and removed
 * @param options.redis 'auto' | 'none'
 * @param options.postgres 'auto' | 'embedded' | 'system'
 * @returns {Promise<{ databaseUrl: string, redisUrl: string | null, queueBackend: 'redis' | 'postgres', postgresKind: string, pids: number[], stop(): Promise<void> }>}
 */
export async function startServices({ durable = false, dataDir, redis = 'auto', postgres = 'auto' } = {}) {
  const folder = dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'perennial-'));
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const started = [];
  const external = process.env.DATABASE_URL;
  try {
    const database = external ? { url: external, kind: 'external' } : await startPostgres({ folder, durable, prefer: postgres });
    if (!external) started.push(database);
    let queue = null;
    if (redis !== 'none') {
      if (process.env.REDIS_URL) queue = { url: process.env.REDIS_URL };
      else if (hasRedis()) started.push((queue = await startRedis({ folder, durable })));
    }
    const pids = started.map(({ pid }) => pid);
    const watchdog = spawn(process.execPath, [fileURLToPath(new URL('watchdog.mjs', import.meta.url)), String(process.pid), JSON.stringify(pids), dataDir === undefined ? folder : ''], {
      detached: true,
      stdio: 'ignore',
      cwd: '/',
    });
    watchdog.unref();
    let stopping;
    const stop = () => {
      stopping ??= (async () => {
        await Promise.all(started.map((service) => service.stop()));
        if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
        watchdog.kill();
      })();
      return stopping;
    };
    return { databaseUrl: database.url, redisUrl: queue?.url ?? null, queueBackend: queue === null ? 'postgres' : 'redis', postgresKind: database.kind, pids, stop };
  } catch (error) {
    await Promise.all(started.map((service) => service.stop()));
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
