import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, scopeRows, unscopeRows } from './row-security.js';

const TABLES = `
-- A version of a standard set as the registry uses it: what is switched off or graded otherwise. One of a set is in use.
CREATE TABLE edit_set_version (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  edit_set text NOT NULL,
  base_version text NOT NULL,
  off text[] NOT NULL DEFAULT '{}',
  severity jsonb NOT NULL DEFAULT '{}',
  note text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'proposed' CONSTRAINT edit_set_version_state_ck CHECK (state IN ('proposed', 'in_use', 'retired')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  taken_by text,
  taken_at timestamptz);
CREATE UNIQUE INDEX edit_set_version_in_use_uq ON edit_set_version (edit_set) WHERE state = 'in_use';

-- Edits over many stored cases: run again, or what a version of a set would newly find. The cursor is the last patient that is done.
CREATE TABLE edit_run (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CONSTRAINT edit_run_kind_ck CHECK (kind IN ('rerun', 'impact')),
  set_version_id uuid CONSTRAINT edit_run_set_version_fk REFERENCES edit_set_version (id),
  selection jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'waiting' CONSTRAINT edit_run_state_ck CHECK (state IN ('waiting', 'running', 'done', 'cancelled')),
  today text NOT NULL,
  cursor uuid,
  total integer,
  done integer NOT NULL DEFAULT 0,
  counts jsonb NOT NULL DEFAULT '{}',
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz);
CREATE INDEX edit_run_recent_idx ON edit_run (requested_at);
CREATE INDEX edit_run_set_version_idx ON edit_run (set_version_id) WHERE set_version_id IS NOT NULL;

-- What the edits find in stored cases now. The key is the hash of edit, items and values: values themselves stay where they are.
CREATE TABLE edit_finding (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity text NOT NULL CONSTRAINT edit_finding_entity_ck CHECK (entity IN ('abstract', 'tumor', 'patient')),
  entity_id uuid NOT NULL,
  patient_id uuid NOT NULL CONSTRAINT edit_finding_patient_fk REFERENCES patient (id),
  facility_ids uuid[] NOT NULL,
  edit text NOT NULL,
  edit_version integer NOT NULL,
  severity text NOT NULL CONSTRAINT edit_finding_severity_ck CHECK (severity IN ('error', 'warning')),
  items text[] NOT NULL,
  key text NOT NULL,
  state text NOT NULL CONSTRAINT edit_finding_state_ck CHECK (state IN ('open', 'reviewed')),
  found_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT edit_finding_uq UNIQUE (entity_id, key));
-- The list of what is to be done, by edit; and all findings of a patient, to compare and replace.
CREATE INDEX edit_finding_open_idx ON edit_finding (edit, id) WHERE state = 'open';
CREATE INDEX edit_finding_patient_idx ON edit_finding (patient_id);

-- A warning that a person looked at and found right. It holds as long as the values that the finding involves stay.
CREATE TABLE edit_review (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  entity text NOT NULL CONSTRAINT edit_review_entity_ck CHECK (entity IN ('abstract', 'tumor', 'patient')),
  entity_id uuid NOT NULL,
  facility_ids uuid[] NOT NULL,
  edit text NOT NULL,
  key text NOT NULL,
  reason text NOT NULL,
  reviewed_by text NOT NULL,
  reviewed_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_by text,
  withdrawn_at timestamptz);
CREATE UNIQUE INDEX edit_review_holds_uq ON edit_review (entity_id, key) WHERE withdrawn_at IS NULL;
`;

const POLICIES = { edit_finding: madeOf('facility_ids'), edit_review: madeOf('facility_ids') };
const NAMES = ['edit_review', 'edit_finding', 'edit_run', 'edit_set_version'];

/** Findings of edits in stored cases, reviews of warnings, runs over many cases, and the sets that a registry uses. */
export class Edits1764000040000 implements MigrationInterface {
  readonly name = 'Edits1764000040000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(TABLES);
    await q.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON edit_finding TO perennial_app`);
    await q.query(`GRANT SELECT, INSERT, UPDATE ON edit_review, edit_run, edit_set_version TO perennial_app`);
    await q.query(`GRANT USAGE, SELECT ON SEQUENCE edit_finding_id_seq TO perennial_app`);
    await scopeRows(q, POLICIES);
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, Object.keys(POLICIES));
    for (const name of NAMES) await q.query(`DROP TABLE ${name}`);
  }
}
