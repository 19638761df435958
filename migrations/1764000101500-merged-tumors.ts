import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = `
-- Tumors that a person decided to be one primary: the one that stands for it has the abstracts, the others are kept as they were.
ALTER TABLE tumor
  ADD COLUMN merged_into uuid CONSTRAINT tumor_merged_into_fk REFERENCES tumor (id),
  -- The tumor that its abstract was taken out of by a decision.
  ADD COLUMN split_from uuid CONSTRAINT tumor_split_from_fk REFERENCES tumor (id),
  ADD CONSTRAINT tumor_merged_into_ck CHECK (merged_into <> id);
CREATE INDEX tumor_merged_idx ON tumor (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE abstract
  -- The tumor that consolidation put it to, where a merge took it along to another; null: tumor_id.
  ADD COLUMN home_tumor_id uuid CONSTRAINT abstract_home_tumor_fk REFERENCES tumor (id),
  -- When it joined its tumor for the first time; null: when it was completed.
  ADD COLUMN joined_at timestamptz;`;

/** Consolidated tumors merged by decision, and what is needed to take them apart again. */
export class MergedTumors1764000101500 implements MigrationInterface {
  readonly name = 'MergedTumors1764000101500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE abstract DROP COLUMN home_tumor_id, DROP COLUMN joined_at;
      ALTER TABLE tumor DROP COLUMN merged_into, DROP COLUMN split_from;`);
  }
}
