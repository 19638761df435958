import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { ofFacility, scopeRows, unscopeRows } from './row-security.js';

/** What was given of a patient to whom, on what legal ground. Never changed: a wrong entry is voided with a reason and stays. */
export class Disclosure1764000070100 implements MigrationInterface {
  readonly name = 'Disclosure1764000070100';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE TABLE disclosure (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  -- The facility that disclosed; empty when the registry did.
  facility_id uuid CONSTRAINT disclosure_facility_fk REFERENCES facility (id),
  patient_id uuid NOT NULL CONSTRAINT disclosure_patient_fk REFERENCES patient (id),
  basis text NOT NULL CONSTRAINT disclosure_basis_ck CHECK (basis IN ('authorization', 'subpoena', 'court_order')),
  -- What the basis needs: signedOn, expiresOn, issuer, caseNumber, assurance.
  basis_detail jsonb NOT NULL,
  recipient text NOT NULL,
  recipient_address text NOT NULL,
  purpose text NOT NULL,
  -- Kinds of information, in words of the platform.
  contents text[] NOT NULL CONSTRAINT disclosure_contents_ck CHECK (cardinality(contents) > 0),
  abstract_ids uuid[] NOT NULL DEFAULT '{}',
  disclosed_on date NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  voided_at timestamptz,
  voided_by text,
  void_reason text,
  CONSTRAINT disclosure_void_ck CHECK ((voided_at IS NULL) = (void_reason IS NULL)));
CREATE INDEX disclosure_patient_idx ON disclosure (patient_id, disclosed_on);
CREATE INDEX disclosure_facility_idx ON disclosure (facility_id, recorded_at, id);
GRANT SELECT, INSERT ON disclosure TO perennial_app;
GRANT UPDATE (voided_at, voided_by, void_reason) ON disclosure TO perennial_app;`);
    await scopeRows(q, { disclosure: ofFacility('facility_id') });
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, ['disclosure']);
    await q.query('DROP TABLE disclosure');
  }
}
