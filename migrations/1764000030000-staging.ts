import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, scopeRows } from './row-security.js';

const UP = `
-- Algorithm files as they came. At most one version of an algorithm stages; the others are kept to go back to.
CREATE TABLE staging_algorithm (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  algorithm text NOT NULL,
  version text NOT NULL,
  sha256 text NOT NULL CONSTRAINT staging_algorithm_sha256_uq UNIQUE CONSTRAINT staging_algorithm_sha256_ck CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  file bytea NOT NULL,
  schemas integer NOT NULL,
  tables integer NOT NULL,
  current boolean NOT NULL DEFAULT false,
  installed_by text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX staging_algorithm_current_uq ON staging_algorithm (algorithm) WHERE current;

-- One pass over all tumors and complete abstracts with one algorithm. page counts the pages that are done: a job names the page it is for.
CREATE TABLE staging_run (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  algorithm_id uuid CONSTRAINT staging_run_algorithm_fk REFERENCES staging_algorithm (id),
  algorithm text NOT NULL,
  version text NOT NULL,
  preview boolean NOT NULL,
  state text NOT NULL DEFAULT 'running' CONSTRAINT staging_run_state_ck CHECK (state IN ('running', 'done', 'replaced')),
  entity text NOT NULL DEFAULT 'tumor' CONSTRAINT staging_run_entity_ck CHECK (entity IN ('tumor', 'abstract')),
  after_id uuid,
  page integer NOT NULL DEFAULT 0,
  total integer NOT NULL DEFAULT 0,
  looked_at integer NOT NULL DEFAULT 0,
  changed_tumors integer NOT NULL DEFAULT 0,
  changed_abstracts integer NOT NULL DEFAULT 0,
  impact jsonb NOT NULL DEFAULT '{}',
  requested_by text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz);
CREATE INDEX staging_run_started_idx ON staging_run (started_at, id);

-- What a run changed, or would change.
CREATE TABLE staging_change (
  run_id uuid NOT NULL CONSTRAINT staging_change_run_fk REFERENCES staging_run (id),
  entity text NOT NULL CONSTRAINT staging_change_entity_ck CHECK (entity IN ('tumor', 'abstract')),
  entity_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  facility_ids uuid[] NOT NULL,
  changes jsonb NOT NULL,
  CONSTRAINT staging_change_pk PRIMARY KEY (run_id, entity, entity_id));

GRANT SELECT, INSERT, UPDATE ON staging_algorithm, staging_run TO perennial_app;
GRANT SELECT, INSERT ON staging_change TO perennial_app;`;

/** Algorithm files that an administrator installs, and the passes by which tumors are staged again. */
export class Staging1764000030000 implements MigrationInterface {
  readonly name = 'Staging1764000030000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
    await scopeRows(q, { staging_change: madeOf('facility_ids') });
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE staging_change, staging_run, staging_algorithm');
  }
}
