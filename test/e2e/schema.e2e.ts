import pg from 'pg';
import { migrations, ownerDataSource } from '@perennial/persistence';
import { migrate } from '@perennial/persistence/node';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

describe('the schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase({ empty: true });
  });
  afterAll(() => database.drop());

  it('goes up, is what the entities say, goes down and up again', async () => {
    const applied = await migrate(database.url);
    expect(applied).toEqual(migrations.map((migration) => new migration().name));
    expect(await migrate(database.url)).toEqual([]);
    const db = await ownerDataSource(database.url).initialize();
    try {
      const drift = await db.driver.createSchemaBuilder().log();
      expect(drift.upQueries.map((query) => query.query)).toEqual([]);
      for (const _ of migrations) await db.undoLastMigration();
      expect(
        await db.query(
          `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('migrations', 'typeorm_metadata')`,
        ),
      ).toEqual([]);
    } finally {
      await db.destroy();
    }
    expect(await migrate(database.url)).toHaveLength(migrations.length);
  });

  it('generates columns with exactly the expressions that the entities name', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ table: string; name: string; actual: string; declared: string }>(
      `SELECT a.attrelid::regclass::text AS table, a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS actual, m.value AS declared
         FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN typeorm_metadata m ON m."table" = a.attrelid::regclass::text AND m.name = a.attname AND m.type = 'GENERATED_COLUMN'
        WHERE a.attgenerated = 's' AND a.attrelid::regclass::text NOT LIKE 'bullmq%'`,
    );
    await client.end();
    const bare = (expression: string): string => expression.replace(/::text|[()\s]/g, '').toLowerCase();
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows)
      expect([row.table, row.name, bare(row.declared ?? '')]).toEqual([row.table, row.name, bare(row.actual)]);
  });
});
