import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Edits run over just the patients that an import or a new stage changed. */
export class RunOfPatients1764000092500 implements MigrationInterface {
  readonly name = 'RunOfPatients1764000092500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Null: the selection says which.
ALTER TABLE edit_run ADD COLUMN patient_ids uuid[];
-- Lineage of the batch has greater numbers: they find its patients without an index of their own.
ALTER TABLE import_batch ADD COLUMN first_revision bigint;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE edit_run DROP COLUMN patient_ids; ALTER TABLE import_batch DROP COLUMN first_revision;`);
  }
}
