import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = `
-- Dictionaries of items beyond the standard, as they came. At most one version under a URI is in use; the others are kept.
CREATE TABLE user_dictionary (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  uri text NOT NULL,
  version text,
  sha256 text NOT NULL CONSTRAINT user_dictionary_sha256_uq UNIQUE CONSTRAINT user_dictionary_sha256_ck CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  file bytea NOT NULL,
  items integer NOT NULL,
  current boolean NOT NULL DEFAULT false,
  installed_by text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX user_dictionary_current_uq ON user_dictionary (uri) WHERE current;
GRANT SELECT, INSERT, UPDATE ON user_dictionary TO perennial_app;

-- A submission is built anew byte by byte, whichever dictionaries are in use by then.
ALTER TABLE submission ADD COLUMN user_dictionary_ids uuid[] NOT NULL DEFAULT '{}';`;

/** Items that a registry or a vendor adds to the standard. */
export class UserDictionaries1764000095500 implements MigrationInterface {
  readonly name = 'UserDictionaries1764000095500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE submission DROP COLUMN user_dictionary_ids; DROP TABLE user_dictionary');
  }
}
