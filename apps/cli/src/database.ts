import { type Config } from '@perennial/config';
import { type Principal, type Scoped } from '@perennial/persistence';
import { type DataSource } from 'typeorm';

/** What a command on the configured database works with. */
export interface Database {
  readonly scoped: Scoped;
  readonly db: DataSource;
  readonly config: Config;
  /** The platform itself: whoever may run commands on the server acts for it. */
  readonly principal: Principal;
}

/** Work on the configured database as the platform itself, under the application role. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { loadConfig } = await import('@perennial/config');
  const { withSecretFiles } = await import('@perennial/config/node');
  const { appOptions, assertSafe, createScoped, systemPrincipal } = await import('@perennial/persistence');
  const { DataSource } = await import('typeorm');
  // The command line has no queue of its own: it only writes to the database.
  const config = loadConfig({ QUEUE_BACKEND: 'postgres', ...withSecretFiles(process.env) });
  const db = await new DataSource(
    appOptions({ url: config.DATABASE_URL, poolSize: 2, applicationName: 'perennial-cli' }),
  ).initialize();
  try {
    await assertSafe(db, { production: config.NODE_ENV === 'production' });
    return await work({ scoped: createScoped(db), db, config, principal: systemPrincipal('command-line') });
  } finally {
    await db.destroy();
  }
}
