import { type QueryRunner } from 'typeorm';

/** A NAACCR item of the row's `items` as a column expression. */
export const item = (id: string): string => `items->>'${id}'`;

/** The clause of a stored generated column. STORED always: a virtual column cannot be indexed, and PostgreSQL 15 has only this kind. */
export const generated = (expression: string): string => `GENERATED ALWAYS AS (${expression}) STORED`;

/**
 * Write the rows that TypeORM's drift check compares generated columns with, for every generated column in some DDL.
 *
 * The rows are keyed by database name, so they hold only for the database that was migrated, not for clones of it.
 */
export async function declareGenerated(q: QueryRunner, ddl: string): Promise<void> {
  await q.query(
    `CREATE TABLE IF NOT EXISTS typeorm_metadata (type varchar NOT NULL, database varchar, schema varchar, "table" varchar, name varchar, value text)`,
  );
  for (const [, table, body] of ddl.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\);\n/g)) {
    for (const [, column, expression] of (body ?? '').matchAll(
      /^ {2}(\w+) text (?:COLLATE "C" )?GENERATED ALWAYS AS \((.*)\) STORED/gm,
    )) {
      await q.query(
        `INSERT INTO typeorm_metadata (type, database, schema, "table", name, value) VALUES ('GENERATED_COLUMN', current_database(), 'public', $1, $2, $3)`,
        [table, column, expression],
      );
    }
  }
}
