import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createToken, createUser, type Role } from '@perennial/auth';
import { migrate } from '@perennial/persistence/node';
import { appOptions, createScoped, type Scoped, systemPrincipal } from '@perennial/persistence';
import request, { type Test } from 'supertest';
import { DataSource } from 'typeorm';
import { cloneDatabase, type TestDatabase } from './database.js';
import { type PrivateServices } from './services.js';

export type Backend = 'redis' | 'postgres';

/** An app as a process of its own, so that it can be killed like one. */
export interface App {
  readonly url: string;
  readonly output: () => string;
  /** End it without warning. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A whole registry of one test file: own database, own queue prefix, own processes. */
export interface TestRegistry {
  readonly databaseUrl: string;
  readonly outbound: string;
  readonly facilities: readonly [string, string];
  /** The database as the platform itself sees it. */
  readonly scoped: Scoped;
  readonly db: DataSource;
  /** @param env variables besides the registry's own. */
  startApi(env?: NodeJS.ProcessEnv): Promise<App>;
  startWorker(more?: NodeJS.ProcessEnv): Promise<App>;
  /** A token of a role at a facility, or registry-wide. */
  token(role: Role, facilityId: string | null): Promise<string>;
  stop(): Promise<void>;
}

const ROOT = path.join(__dirname, '../..');
export const SYSTEM = systemPrincipal('test');
export const PASSWORD = 'four lorries beside a quiet canal';

async function startApp(app: 'api' | 'worker', env: NodeJS.ProcessEnv): Promise<App> {
  const child: ChildProcess = fork(path.join(ROOT, `dist/apps/${app}/src/main.js`), [], {
    env,
    cwd: ROOT,
    silent: true,
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = `${output}${chunk.toString()}`.slice(-5_000_000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { ready: string }) => resolve(message.ready));
    child.once('exit', (code) => reject(new Error(`the ${app} ended with ${code}: ${output}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
  };
  return { url, output: () => output, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/** The database of private services, migrated. It goes when they are stopped. */
async function ownDatabase({ databaseUrl }: PrivateServices): Promise<TestDatabase> {
  await migrate(databaseUrl);
  return { ownerUrl: databaseUrl, url: databaseUrl, drop: () => Promise.resolve() };
}

/**
 * Start a registry with two facilities. The first is known by the assigning authority `ALPHA`, the second by `BETA`.
 *
 * @param services the test's own, where it takes servers away; otherwise those of the whole run are used.
 */
export async function startRegistry(backend: Backend, services?: PrivateServices): Promise<TestRegistry> {
  const database = services === undefined ? await cloneDatabase() : await ownDatabase(services);
  const outbound = mkdtempSync(path.join(os.tmpdir(), 'perennial-outbound-'));
  const db = await new DataSource(appOptions({ url: database.url, poolSize: 3 })).initialize();
  const scoped = createScoped(db);
  const facilities = await scoped(SYSTEM, async (tx) => {
    const ids: string[] = [];
    for (const [name, number, authority] of [
      ['Alpha', '0000000001', 'ALPHA'],
      ['Beta', '0000000002', 'BETA'],
    ]) {
      const [row] = await tx.query<{ id: string }[]>(
        `INSERT INTO facility (name, facility_number) VALUES ($1, $2) RETURNING id`,
        [name, number],
      );
      await tx.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'PID-3', $2)`, [
        row!.id,
        authority,
      ]);
      ids.push(row!.id);
    }
    return ids as unknown as readonly [string, string];
  });
  const redis = services === undefined ? process.env.PERENNIAL_TEST_REDIS_URL : (services.redisUrl ?? undefined);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    QUEUE_BACKEND: backend,
    ...(redis === undefined || redis === '' ? {} : { REDIS_URL: redis }),
    QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}`,
    QUEUE_LOCK_MS: '2000',
    OUTBOX_CLAIM_MS: '2000',
    API_PORT: '0',
    WORKER_PORT: '0',
    OUTBOUND_DIR: outbound,
    REGISTRY_KIND: 'central',
    LOG_LEVEL: 'log',
  };
  const apps: App[] = [];
  const started = async (app: 'api' | 'worker', more: NodeJS.ProcessEnv = {}): Promise<App> => {
    const one = await startApp(app, { ...env, ...more });
    apps.push(one);
    return one;
  };
  return {
    databaseUrl: database.url,
    outbound,
    facilities,
    scoped,
    db,
    startApi: (more) => started('api', more),
    startWorker: (more) => started('worker', more),
    token: (role, facilityId) =>
      scoped(
        SYSTEM,
        async (tx) =>
          (
            await createToken(tx, {
              name: role,
              role,
              facilityId,
              expiresAt: new Date(Date.now() + 3_600_000),
              createdBy: 'system:test',
            })
          ).token,
      ),
    async stop() {
      await Promise.all(apps.map((app) => app.stop()));
      await db.destroy();
      await database.drop();
      rmSync(outbound, { recursive: true, force: true });
    },
  };
}

/** A person who can sign in. */
export const addUser = (
  registry: TestRegistry,
  login: string,
  role: Role,
  facilityId: string | null,
): Promise<string> =>
  registry.scoped(SYSTEM, (tx) =>
    createUser(tx, {
      login,
      name: login,
      initials: 'TST',
      password: PASSWORD,
      mustChange: false,
      grants: [{ role, facilityId }],
    }),
  );

/** Requests with a token. */
export const as = (
  url: string,
  token: string,
): Record<'get' | 'post' | 'patch' | 'put' | 'delete', (path: string) => Test> => ({
  delete: (where) => request(url).delete(`/api/v1/${where}`).set('Authorization', `Bearer ${token}`),
  put: (where) => request(url).put(`/api/v1/${where}`).set('Authorization', `Bearer ${token}`),
  get: (where) => request(url).get(`/api/v1/${where}`).set('Authorization', `Bearer ${token}`),
  post: (where) => request(url).post(`/api/v1/${where}`).set('Authorization', `Bearer ${token}`),
  patch: (where) => request(url).patch(`/api/v1/${where}`).set('Authorization', `Bearer ${token}`),
});

/** Ask again until the answer is as wanted. Gives up after a while, saying what it waited for. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  done: (value: T) => boolean,
  withinMs = 40_000,
): Promise<T> {
  for (const end = Date.now() + withinMs; ;) {
    const value = await ask();
    if (done(value)) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
