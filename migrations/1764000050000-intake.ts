import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { ofFacility, scopeRows } from './row-security.js';

const UP = `
-- A batch is one row with the bytes as they came, and one row for each message in it.
ALTER TABLE intake_message ADD parent_id uuid CONSTRAINT intake_message_parent_fk REFERENCES intake_message (id);
ALTER TABLE intake_message ADD assigned_to uuid;
CREATE INDEX intake_message_parent_idx ON intake_message (parent_id) WHERE parent_id IS NOT NULL;

ALTER TABLE report ADD source text NOT NULL DEFAULT 'hl7' CONSTRAINT report_source_ck CHECK (source IN ('hl7', 'text'));
ALTER TABLE report ADD assigned_to uuid;
-- Drawn at random when the coder calls a report not reportable: a person looks at these.
ALTER TABLE report ADD quality_sample boolean NOT NULL DEFAULT false;
-- Lists of people who see every facility.
CREATE INDEX report_central_idx ON report (screening, created_at, id);
CREATE INDEX report_sample_idx ON report (created_at, id) WHERE quality_sample;
CREATE INDEX report_assigned_idx ON report (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX abstract_draft_idx ON abstract (created_at, id) WHERE state = 'draft';
CREATE INDEX abstract_assigned_idx ON abstract (assigned_to) WHERE assigned_to IS NOT NULL;

-- When the laboratory made this state of the report: an older one that arrives late replaces nothing.
ALTER TABLE report_version ADD reported text;
ALTER TABLE report_version ADD specimens jsonb NOT NULL DEFAULT '[]';
ALTER TABLE report_version ADD documents jsonb NOT NULL DEFAULT '[]';

CREATE TABLE screening_decision (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  report_id uuid NOT NULL CONSTRAINT screening_decision_report_fk REFERENCES report (id),
  facility_id uuid NOT NULL CONSTRAINT screening_decision_facility_fk REFERENCES facility (id),
  decision text NOT NULL CONSTRAINT screening_decision_decision_ck CHECK (decision IN ('reportable', 'not_reportable', 'review')),
  -- Screening and reason as they were, to go back to.
  was jsonb NOT NULL,
  -- Abstracts that came of it, with the revision that the decision gave them.
  came jsonb NOT NULL DEFAULT '[]',
  bulk_id uuid NOT NULL,
  actor text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now(),
  undone_by text,
  undone_at timestamptz);
CREATE INDEX screening_decision_report_idx ON screening_decision (report_id, decided_at);
CREATE INDEX screening_decision_bulk_idx ON screening_decision (bulk_id);

-- A code that a person set instead of the one proposed, with what was proposed and the words that it rested on.
CREATE TABLE code_change (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  code_suggestion_id uuid NOT NULL CONSTRAINT code_change_suggestion_fk REFERENCES code_suggestion (id),
  abstract_id uuid NOT NULL CONSTRAINT code_change_abstract_fk REFERENCES abstract (id),
  facility_id uuid NOT NULL CONSTRAINT code_change_facility_fk REFERENCES facility (id),
  item text NOT NULL,
  proposed text,
  chosen text,
  confidence double precision,
  rule text,
  -- Terms as they stand in the report, each in small letters once.
  terms text[] NOT NULL DEFAULT '{}',
  spans jsonb NOT NULL DEFAULT '[]',
  coder text NOT NULL,
  actor text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX code_change_facility_idx ON code_change (facility_id, changed_at);
CREATE INDEX code_change_abstract_idx ON code_change (abstract_id, item);

-- Words of a facility's own pathologists; without a facility they hold for the registry.
CREATE TABLE facility_synonym (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  facility_id uuid CONSTRAINT facility_synonym_facility_fk REFERENCES facility (id),
  kind text NOT NULL CONSTRAINT facility_synonym_kind_ck CHECK (kind IN ('morphology', 'topography')),
  term text NOT NULL CONSTRAINT facility_synonym_term_ck CHECK (term = lower(term) AND length(term) BETWEEN 3 AND 80),
  code text NOT NULL CONSTRAINT facility_synonym_code_ck CHECK (code ~ '^C[0-9]{3}$' OR code ~ '^[89][0-9]{3}/[0-9]$'),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz);
CREATE UNIQUE INDEX facility_synonym_uq ON facility_synonym (facility_id, kind, term) NULLS NOT DISTINCT WHERE retired_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON screening_decision, code_change, facility_synonym TO perennial_app;`;

const POLICIES = { screening_decision: ofFacility('facility_id'), code_change: ofFacility('facility_id') };

/** Batches, versions in their order, screening decisions that can be undone, what people changed of the codes, synonyms. */
export class Intake1764000050000 implements MigrationInterface {
  readonly name = 'Intake1764000050000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
    await scopeRows(q, POLICIES);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE facility_synonym, code_change, screening_decision');
    await q.query('DROP INDEX abstract_assigned_idx, abstract_draft_idx');
    await q.query('ALTER TABLE report_version DROP documents, DROP specimens, DROP reported');
    await q.query('ALTER TABLE report DROP quality_sample, DROP assigned_to, DROP source');
    await q.query('DROP INDEX report_central_idx');
    await q.query('ALTER TABLE intake_message DROP assigned_to, DROP parent_id');
  }
}
