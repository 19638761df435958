import { type QueryRunner } from 'typeorm';

const FACILITIES = `(SELECT nullif(current_setting('perennial.facilities', true), '')::uuid[])::uuid[]`;
const ALL = `(SELECT current_setting('perennial.all_facilities', true) = 'on')`;

/** Rows of one facility: its own column says which. A row without a facility is for registry-wide principals. */
export const ofFacility = (column: string): string => `${ALL} OR ${column} = ANY(${FACILITIES})`;

/** Rows that several facilities share and each of them may see, like the existence of a patient. */
export const sharedBy = (column: string): string => `${ALL} OR ${column} && ${FACILITIES}`;

/** Rows made of what several facilities reported: seen by those alone who see every one of these facilities. */
export const madeOf = (column: string): string =>
  `${ALL} OR (${column} <@ ${FACILITIES} AND ${column} <> '{}'::uuid[])`;

/**
 * Put tables with patient data under row security. The settings are made by `scoped` for one transaction and read once a statement
 * (sub-selects); without them a connection sees and writes nothing. Facilities are compared as arrays, so that indexes on them are used.
 * A table that hangs on another carries the facility in a column of its own: a policy never looks into another table.
 */
export async function scopeRows(q: QueryRunner, policies: Readonly<Record<string, string>>): Promise<void> {
  for (const [table, condition] of Object.entries(policies)) {
    await q.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await q.query(
      `CREATE POLICY ${table}_scope ON ${table} FOR ALL TO perennial_app USING (${condition}) WITH CHECK (${condition})`,
    );
  }
}

/** The way back of `scopeRows`. */
export async function unscopeRows(q: QueryRunner, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await q.query(`DROP POLICY ${table}_scope ON ${table}`);
    await q.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
  }
}
