import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, scopeRows, unscopeRows } from './row-security.js';

const UP = `
-- An uploaded NAACCR XML file and how far its import has come.
CREATE TABLE import_batch (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Facilities of the person who sent it; empty for one who sees the whole registry.
  facility_ids uuid[] NOT NULL DEFAULT '{}',
  -- Of records that name no reporting facility.
  default_facility_id uuid CONSTRAINT import_batch_facility_fk REFERENCES facility (id),
  state text NOT NULL DEFAULT 'uploading' CONSTRAINT import_batch_state_ck CHECK (state IN ('uploading', 'received', 'checking', 'importing', 'done', 'refused', 'failed', 'cancelled')),
  dry_run boolean NOT NULL DEFAULT false,
  as_draft boolean NOT NULL DEFAULT false,
  requested_by text NOT NULL,
  bytes bigint NOT NULL DEFAULT 0,
  stored_bytes bigint NOT NULL DEFAULT 0,
  parts integer NOT NULL DEFAULT 0,
  sha256 text,
  -- What the file says of itself, and how much is in it by the first reading.
  file jsonb NOT NULL DEFAULT '{}',
  -- Why the file or the import ended early: code, line, message.
  problem jsonb,
  -- Patients dealt with: written in the transaction that wrote their records, so that a restart goes on exactly here.
  done_patients integer NOT NULL DEFAULT 0,
  counts jsonb NOT NULL DEFAULT '{}',
  received_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz);

-- The bytes as they came, compressed where they were not.
CREATE TABLE import_part (
  batch_id uuid NOT NULL CONSTRAINT import_part_batch_fk REFERENCES import_batch (id),
  part integer NOT NULL,
  facility_ids uuid[] NOT NULL,
  bytes bytea NOT NULL,
  CONSTRAINT import_part_pk PRIMARY KEY (batch_id, part));
ALTER TABLE import_part ALTER bytes SET STORAGE EXTERNAL; -- compressed already

-- Records that were not taken, each with its place in the file and why. Never a value.
CREATE TABLE import_reject (
  batch_id uuid NOT NULL CONSTRAINT import_reject_batch_fk REFERENCES import_batch (id),
  patient integer NOT NULL,
  tumor integer NOT NULL,
  facility_ids uuid[] NOT NULL,
  line integer NOT NULL,
  reason text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT import_reject_pk PRIMARY KEY (batch_id, patient, tumor));

CREATE INDEX import_batch_received_idx ON import_batch (received_at, id);
CREATE INDEX import_batch_sha256_idx ON import_batch (sha256);

GRANT SELECT, INSERT, UPDATE ON import_batch TO perennial_app;
GRANT SELECT, INSERT, DELETE ON import_part, import_reject TO perennial_app;`;

const TABLES = ['import_batch', 'import_part', 'import_reject'];

/** Files of NAACCR records: stored first, imported in the background, with what became of each record. */
export class NaaccrImport1764000010000 implements MigrationInterface {
  readonly name = 'NaaccrImport1764000010000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
    await scopeRows(q, Object.fromEntries(TABLES.map((table) => [table, madeOf('facility_ids')])));
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, TABLES);
    await q.query('DROP TABLE import_reject, import_part, import_batch');
  }
}
