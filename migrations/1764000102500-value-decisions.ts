import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, scopeRows, unscopeRows } from './row-security.js';

const UP = `
-- Values of a consolidated patient or tumor that a person set, because no abstract gives them rightly. The newest of an item holds; where it
-- was taken back, consolidation decides again. Rows are never changed.
CREATE TABLE value_decision (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  entity text NOT NULL CONSTRAINT value_decision_entity_ck CHECK (entity IN ('patient', 'tumor')),
  entity_id uuid NOT NULL,
  patient_id uuid NOT NULL CONSTRAINT value_decision_patient_fk REFERENCES patient (id),
  facility_ids uuid[] NOT NULL, -- of the patient or tumor then
  item text NOT NULL,
  value text, -- null: there is none
  taken_back boolean NOT NULL DEFAULT false,
  reason text NOT NULL,
  abstract_id uuid CONSTRAINT value_decision_abstract_fk REFERENCES abstract (id), -- whose value was chosen
  was text,
  said jsonb NOT NULL DEFAULT '{}', -- by abstract, what each said of it then
  actor text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX value_decision_entity_idx ON value_decision (entity_id, item, decided_at);
GRANT SELECT, INSERT ON value_decision TO perennial_app;`;

/** Corrections of consolidated values by a person. */
export class ValueDecisions1764000102500 implements MigrationInterface {
  readonly name = 'ValueDecisions1764000102500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(UP);
    await scopeRows(q, { value_decision: madeOf('facility_ids') });
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, ['value_decision']);
    await q.query('DROP TABLE value_decision');
  }
}
