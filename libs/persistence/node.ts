import pg from 'pg';
import { runMigrations } from 'bullmq';
import { APP_ROLE, ownerDataSource } from './src/index.js';

/** Held while a schema is being changed, so that two processes starting at once do it once. */
const MIGRATION_LOCK = 7_236_001;

/** The queue's PostgreSQL back end works under the application's login, which owns nothing there either. */
const QUEUE_GRANTS = `
GRANT USAGE ON SCHEMA bullmq TO ${APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO ${APP_ROLE};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO ${APP_ROLE};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO ${APP_ROLE};`;

/**
 * Bring a database to the newest schema, the queue's own tables included. Safe to run again and by several at once.
 *
 * @param ownerUrl connection of the role that owns (or will own) the schema.
 * @returns names of the migrations that were applied.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: ownerUrl });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const db = await ownerDataSource(ownerUrl).initialize();
    try {
      const applied = await db.runMigrations();
      await runMigrations(guard);
      await guard.query(QUEUE_GRANTS);
      return applied.map((migration) => migration.name);
    } finally {
      await db.destroy();
    }
  } finally {
    await guard.end();
  }
}
