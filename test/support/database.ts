import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  /** Connection of the owner of the schema; the platform takes the role perennial_app on it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of one's own, cloned from the migrated template in about 50 ms. `empty` gives one without any schema. */
export async function cloneDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const adminUrl = process.env.PERENNIAL_TEST_DATABASE_URL;
  if (adminUrl === undefined) throw new Error('end-to-end tests need their global setup');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, `CREATE DATABASE ${name} ${empty ? '' : 'TEMPLATE perennial_template STRATEGY file_copy'}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
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

/** Queue back ends that can be tested here; the run says loudly when Redis is not among them. */
export function queueBackends(): ('redis' | 'postgres')[] {
  return process.env.PERENNIAL_TEST_REDIS_URL ? ['redis', 'postgres'] : ['postgres'];
}
