import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What a sender may report for stands beside what a message turned out to be about: a message that is run again is judged by its sender, and
 * one of which a part has no facility yet is for those who see the whole registry.
 */
export class SenderScope1764000093500 implements MigrationInterface {
  readonly name = 'SenderScope1764000093500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
ALTER TABLE intake_message ADD COLUMN sender_facility_ids uuid[] NOT NULL DEFAULT '{}';
UPDATE intake_message SET sender_facility_ids = facility_ids;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE intake_message DROP COLUMN sender_facility_ids`);
  }
}
