import pg from 'pg';
import { runMigrations } from 'bullmq';
import { ownerDataSource } from './src/index.js';

/** Held while a schema is being changed, so that two processes starting at once do it once. */
const MIGRATION_LOCK = 7_236_001;

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
      return applied.map((migration) => migration.name);
    } finally {
      await db.destroy();
    }
  } finally {
    await guard.end();
  }
}
