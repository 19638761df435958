import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tables with patient data and the condition under which a row is in the scope of a principal. */
const FACILITIES = `(SELECT nullif(current_setting('perennial.facilities', true), '')::uuid[])::uuid[]`;
const ALL = `(SELECT current_setting('perennial.all_facilities', true) = 'on')`;
const one = (column: string): string => `${ALL} OR ${column} = ANY(${FACILITIES})`;
const any = (column: string): string => `${ALL} OR ${column} && ${FACILITIES}`;
/** Rows that hang on another row are seen when that one is. */
const through = (column: string, table: string): string => `${ALL} OR ${column} IN (SELECT id FROM ${table})`;

const POLICIES: Readonly<Record<string, string>> = {
  patient: any('facility_ids'),
  patient_identifier: one('facility_id'),
  tumor: any('facility_ids'),
  abstract: one('facility_id'),
  report: one('facility_id'),
  report_version: through('report_id', 'report'),
  code_suggestion: through('report_version_id', 'report_version'),
  work_item: one('facility_id'),
  revision: any('facility_ids'),
  follow_up_task: one('facility_id'),
  follow_up_contact: one('facility_id'),
  intake_message: any('facility_ids'),
  submission: one('facility_id'),
  submission_record: any('facility_ids'),
};

/**
 * Row security behind every route. The settings are made by `scoped` for one transaction and read once a statement (sub-selects);
 * without them a connection sees and writes nothing. Facilities are compared as arrays, so that the index on them is used.
 */
export class RowSecurity1764000002000 implements MigrationInterface {
  readonly name = 'RowSecurity1764000002000';

  async up(q: QueryRunner): Promise<void> {
    for (const [table, condition] of Object.entries(POLICIES)) {
      await q.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await q.query(
        `CREATE POLICY ${table}_scope ON ${table} FOR ALL TO perennial_app USING (${condition}) WITH CHECK (${condition})`,
      );
    }
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of Object.keys(POLICIES)) {
      await q.query(`DROP POLICY ${table}_scope ON ${table}`);
      await q.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    }
  }
}
