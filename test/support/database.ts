import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  /** Connection of the owner of the schema; the platform takes the role perennial_app on it. */
  readonly ownerUrl: string;
  /** The same, for code that has only one connection to name. */
  readonly url: string;
  drop(): Promise<void>;
}

/** `source database is being accessed by other users`: the server itself looks into databases now and then. */
const IN_USE = '55006';

/** A database of one's own, cloned from the migrated template in about 50 ms. `empty` gives one without any schema. */
export async function cloneDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const adminUrl = process.env.PERENNIAL_TEST_DATABASE_URL;
  const template = process.env.PERENNIAL_TEST_TEMPLATE;
  if (adminUrl === undefined || template === undefined) throw new Error('end-to-end tests need their global setup');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const create = `CREATE DATABASE ${name} ${empty ? '' : `TEMPLATE ${template} STRATEGY file_copy`}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await asAdmin(adminUrl, create);
      break;
    } catch (error) {
      if (attempt === 5 || !(error instanceof pg.DatabaseError) || error.code !== IN_USE) throw error;
    }
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    ownerUrl: url.href,
    url: url.href,
    drop: () => asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export type QueueBackend = 'redis' | 'postgres';

/** Queue back ends that can be tested here, for `describe.each`. Without Redis the global setup says so loudly, and the run counts a skip. */
export function queueBackends(): readonly QueueBackend[] {
  return process.env.PERENNIAL_TEST_REDIS_URL ? ['redis', 'postgres'] : ['postgres'];
}

/** Environment variables of the platform for a test: its own database, the asked back end, its own queue prefix. */
export function testEnvironment(database: TestDatabase, backend: QueueBackend): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
    QUEUE_BACKEND: backend,
    QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}`,
    ...(backend === 'redis' ? { REDIS_URL: process.env.PERENNIAL_TEST_REDIS_URL ?? '' } : {}),
  };
}
