import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, scopeRows, unscopeRows } from './row-security.js';

const UP = `
-- Two abstracts of one patient, the newer one first, and what the rules of multiple primaries say of them.
CREATE TABLE primary_comparison (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT primary_comparison_patient_fk REFERENCES patient (id),
  facility_ids uuid[] NOT NULL, -- of both abstracts
  abstract_id uuid NOT NULL CONSTRAINT primary_comparison_abstract_fk REFERENCES abstract (id),
  other_abstract_id uuid NOT NULL CONSTRAINT primary_comparison_other_fk REFERENCES abstract (id),
  result text NOT NULL CONSTRAINT primary_comparison_result_ck CHECK (result IN ('SINGLE_PRIMARY', 'MULTIPLE_PRIMARIES', 'QUESTIONABLE', 'INVALID_INPUT', 'NOT_COVERED')),
  rule_group text,
  rule_step text,
  reason text NOT NULL,
  unknown text[] NOT NULL DEFAULT '{}',
  rules_version text NOT NULL,
  -- Whether a person is asked; false where the rules are enough, or once the pair is one tumor or withdrawn.
  wanted boolean NOT NULL,
  decision text CONSTRAINT primary_comparison_decision_ck CHECK (decision IN ('same_primary', 'separate_primaries')),
  created_at timestamptz NOT NULL DEFAULT now(),
  compared_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT primary_comparison_uq UNIQUE (abstract_id, other_abstract_id));
CREATE INDEX primary_comparison_other_idx ON primary_comparison (other_abstract_id);
CREATE INDEX primary_comparison_patient_idx ON primary_comparison (patient_id);
CREATE INDEX primary_comparison_open_idx ON primary_comparison (created_at, id) WHERE wanted AND decision IS NULL;

-- Every decision on a pair, the newest is the one that holds; without a decision it was taken back. Rows are never changed.
CREATE TABLE primary_decision (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  comparison_id uuid NOT NULL CONSTRAINT primary_decision_comparison_fk REFERENCES primary_comparison (id),
  facility_ids uuid[] NOT NULL,
  decision text CONSTRAINT primary_decision_decision_ck CHECK (decision IN ('same_primary', 'separate_primaries')),
  -- What the rules said of the items as they were then.
  result text NOT NULL,
  rule_group text,
  rule_step text,
  rules_version text NOT NULL,
  abstract_revision integer NOT NULL,
  other_revision integer NOT NULL,
  note text,
  actor text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX primary_decision_comparison_idx ON primary_decision (comparison_id, decided_at);

GRANT SELECT, INSERT, UPDATE ON primary_comparison TO perennial_app;
GRANT SELECT, INSERT ON primary_decision TO perennial_app;`;

/** Verdicts on pairs of a patient's abstracts, and what registrars decided. */
export class Primaries1764000020000 implements MigrationInterface {
  readonly name = 'Primaries1764000020000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
    await scopeRows(q, { primary_comparison: madeOf('facility_ids'), primary_decision: madeOf('facility_ids') });
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, ['primary_decision', 'primary_comparison']);
    await q.query('DROP TABLE primary_decision, primary_comparison');
  }
}
