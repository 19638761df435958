import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Keys that a person chose in the web app, by what they do: they go along to every machine. */
export class KeyChoices1764000098500 implements MigrationInterface {
  readonly name = 'KeyChoices1764000098500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
ALTER TABLE app_user ADD COLUMN key_choices jsonb NOT NULL DEFAULT '{}';
GRANT SELECT (key_choices), UPDATE (key_choices) ON app_user TO perennial_app;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE app_user DROP COLUMN key_choices');
  }
}
