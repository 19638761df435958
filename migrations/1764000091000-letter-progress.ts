import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How far the printing of a batch of letters is. */
export class LetterProgress1764000091000 implements MigrationInterface {
  readonly name = 'LetterProgress1764000091000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE letter_batch ADD COLUMN printed integer NOT NULL DEFAULT 0`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE letter_batch DROP COLUMN printed`);
  }
}
