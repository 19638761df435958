import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { madeOf, ofFacility, scopeRows, sharedBy, unscopeRows } from './row-security.js';

/** Tables with patient data and the condition under which a row is in the scope of a principal. */
const POLICIES: Readonly<Record<string, string>> = {
  patient: sharedBy('facility_ids'),
  patient_identifier: ofFacility('facility_id'),
  tumor: madeOf('facility_ids'),
  abstract: ofFacility('facility_id'),
  report: ofFacility('facility_id'),
  report_version: ofFacility('facility_id'),
  code_suggestion: ofFacility('facility_id'),
  work_item: ofFacility('facility_id'),
  revision: madeOf('facility_ids'),
  follow_up_task: ofFacility('facility_id'),
  follow_up_contact: ofFacility('facility_id'),
  intake_message: madeOf('facility_ids'),
  submission: ofFacility('facility_id'),
  submission_record: madeOf('facility_ids'),
};

/** What every facility of a patient may know of them beside its own abstracts (design section 5). */
const SHARED_COLUMNS = 'id, vital_status, date_of_last_contact, cause_of_death, revision, created_at';

/**
 * Columns cannot be kept from some rows by a policy, so the table gives the application only what is shared, and the view gives all of a
 * patient to those who see every facility that reported them. It is as writable as the table.
 */
const CONSOLIDATED = `
CREATE VIEW consolidated_patient WITH (security_barrier) AS SELECT * FROM patient WHERE ${madeOf('facility_ids')} WITH LOCAL CHECK OPTION;
GRANT SELECT, INSERT, UPDATE ON consolidated_patient TO perennial_app;
REVOKE SELECT, UPDATE ON patient FROM perennial_app;
GRANT SELECT (${SHARED_COLUMNS}) ON patient TO perennial_app;

-- A patient as one facility knows them: the patient's items of that facility's newest abstract, under the reader's own scope.
CREATE VIEW facility_patient WITH (security_invoker) AS
  SELECT DISTINCT ON (patient_id, facility_id) patient_id, facility_id, id AS abstract_id, name_key, birth_date,
         items->>'nameLast' AS name_last, items->>'nameFirst' AS name_first, items->>'medicalRecordNumber' AS medical_record_number
    FROM abstract ORDER BY patient_id, facility_id, (state = 'withdrawn'), created_at DESC, id;
GRANT SELECT ON facility_patient TO perennial_app;`;

/** Versions and proposals carry the facility of their report; a report that finds its facility later takes them along. */
const FOLLOWERS = `
CREATE FUNCTION report_version_facility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.facility_id := (SELECT r.facility_id FROM report r WHERE r.id = NEW.report_id);
  RETURN NEW;
END $$;
CREATE TRIGGER report_version_facility BEFORE INSERT ON report_version FOR EACH ROW EXECUTE FUNCTION report_version_facility();

CREATE FUNCTION code_suggestion_facility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.facility_id := (SELECT v.facility_id FROM report_version v WHERE v.id = NEW.report_version_id);
  RETURN NEW;
END $$;
CREATE TRIGGER code_suggestion_facility BEFORE INSERT ON code_suggestion FOR EACH ROW EXECUTE FUNCTION code_suggestion_facility();

CREATE FUNCTION report_facility_followed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE report_version SET facility_id = NEW.facility_id WHERE report_id = NEW.id;
  UPDATE code_suggestion SET facility_id = NEW.facility_id WHERE report_version_id IN (SELECT v.id FROM report_version v WHERE v.report_id = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER report_facility_followed AFTER UPDATE OF facility_id ON report FOR EACH ROW
  WHEN (OLD.facility_id IS DISTINCT FROM NEW.facility_id) EXECUTE FUNCTION report_facility_followed();`;

/** Row security behind every route. */
export class RowSecurity1764000002000 implements MigrationInterface {
  readonly name = 'RowSecurity1764000002000';

  async up(q: QueryRunner): Promise<void> {
    await scopeRows(q, POLICIES);
    await q.query(CONSOLIDATED);
    await q.query(FOLLOWERS);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP VIEW consolidated_patient, facility_patient');
    for (const [, name, table] of FOLLOWERS.matchAll(/CREATE TRIGGER (\w+) \w+ \w+(?: OF \w+)? ON (\w+)/g)) {
      await q.query(`DROP TRIGGER ${name} ON ${table}`);
      await q.query(`DROP FUNCTION ${name}`);
    }
    await unscopeRows(q, Object.keys(POLICIES));
  }
}
