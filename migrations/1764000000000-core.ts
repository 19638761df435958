import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { declareGenerated, generated, item } from './generated-columns.js';

const NAME_KEY = `lower(coalesce(items->>'nameLast', '')) || ',' || lower(coalesce(items->>'nameFirst', ''))`;

const TABLES = `
CREATE TABLE facility (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  facility_number text NOT NULL CONSTRAINT facility_number_uq UNIQUE CONSTRAINT facility_number_ck CHECK (facility_number ~ '^[0-9]{10}$'),
  npi text,
  created_at timestamptz NOT NULL DEFAULT now());

-- What senders call a facility: the text of MSH-4, the assigning authority of PID-3 or the name in ORC-21.
CREATE TABLE facility_alias (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  facility_id uuid NOT NULL CONSTRAINT facility_alias_facility_fk REFERENCES facility (id),
  field text NOT NULL CONSTRAINT facility_alias_field_ck CHECK (field IN ('MSH-4', 'PID-3', 'ORC-21')),
  value text NOT NULL,
  CONSTRAINT facility_alias_value_uq UNIQUE (field, value));

CREATE TABLE setting (
  key text NOT NULL,
  valid_from date NOT NULL DEFAULT '1900-01-01',
  value jsonb NOT NULL,
  CONSTRAINT setting_pk PRIMARY KEY (key, valid_from));

-- Numbers that are given once and never again. One row a series, for example accession:<facility>:<year>.
CREATE TABLE number_series (
  name text PRIMARY KEY,
  last_value integer NOT NULL);

CREATE TABLE outbox_message (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  queue text NOT NULL,
  name text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  claimed_until timestamptz,
  sent_at timestamptz);

CREATE TABLE intake_message (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CONSTRAINT intake_message_kind_ck CHECK (kind IN ('hl7', 'text', 'naaccr')),
  raw bytea NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'received' CONSTRAINT intake_message_state_ck CHECK (state IN ('received', 'parsed', 'failed', 'dismissed')),
  control_id text,
  acknowledgement text,
  problems jsonb NOT NULL DEFAULT '[]',
  result jsonb,
  facility_ids uuid[] NOT NULL DEFAULT '{}',
  received_from text NOT NULL,
  finished_at timestamptz);

CREATE TABLE patient (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  items jsonb NOT NULL,
  facility_ids uuid[] NOT NULL,
  name_key text COLLATE "C" ${generated(NAME_KEY)},
  birth_date text ${generated(item('dateOfBirth'))},
  social_security_number text ${generated(item('socialSecurityNumber'))},
  vital_status text ${generated(item('vitalStatus'))},
  date_of_last_contact text ${generated(item('dateOfLastContact'))},
  cause_of_death text ${generated(item('causeOfDeath'))},
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE patient_identifier (
  patient_id uuid NOT NULL CONSTRAINT patient_identifier_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT patient_identifier_facility_fk REFERENCES facility (id),
  medical_record_number text NOT NULL,
  CONSTRAINT patient_identifier_pk PRIMARY KEY (facility_id, medical_record_number, patient_id));

CREATE TABLE tumor (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT tumor_patient_fk REFERENCES patient (id),
  facility_ids uuid[] NOT NULL,
  items jsonb NOT NULL,
  primary_site text ${generated(item('primarySite'))} CONSTRAINT tumor_primary_site_ck CHECK (primary_site ~ '^C[0-9]{3}$'),
  histology text ${generated(item('histologicTypeIcdO3'))} CONSTRAINT tumor_histology_ck CHECK (histology ~ '^[0-9]{4}$'),
  behavior text ${generated(item('behaviorCodeIcdO3'))} CONSTRAINT tumor_behavior_ck CHECK (behavior ~ '^[0-9]$'),
  date_of_diagnosis text ${generated(item('dateOfDiagnosis'))},
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE abstract (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  facility_id uuid NOT NULL CONSTRAINT abstract_facility_fk REFERENCES facility (id),
  patient_id uuid NOT NULL CONSTRAINT abstract_patient_fk REFERENCES patient (id),
  tumor_id uuid CONSTRAINT abstract_tumor_fk REFERENCES tumor (id),
  state text NOT NULL DEFAULT 'draft' CONSTRAINT abstract_state_ck CHECK (state IN ('draft', 'complete', 'withdrawn')),
  items jsonb NOT NULL,
  -- By what the facility itself reported it finds its patients.
  name_key text COLLATE "C" ${generated(NAME_KEY)},
  birth_date text ${generated(item('dateOfBirth'))},
  accession_number text ${generated(item('accessionNumberHosp'))},
  sequence_number text ${generated(item('sequenceNumberHospital'))},
  primary_site text ${generated(item('primarySite'))},
  histology text ${generated(item('histologicTypeIcdO3'))},
  laterality text ${generated(item('laterality'))},
  date_of_diagnosis text ${generated(item('dateOfDiagnosis'))},
  assigned_to uuid,
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz);

CREATE TABLE report (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Sending facility, filler order number and ordered study: the same three are the same report.
  identity_key text NOT NULL CONSTRAINT report_identity_uq UNIQUE,
  facility_id uuid CONSTRAINT report_facility_fk REFERENCES facility (id),
  patient_id uuid CONSTRAINT report_patient_fk REFERENCES patient (id),
  abstract_id uuid CONSTRAINT report_abstract_fk REFERENCES abstract (id),
  state text NOT NULL DEFAULT 'current' CONSTRAINT report_state_ck CHECK (state IN ('current', 'superseded', 'withdrawn')),
  screening text NOT NULL DEFAULT 'pending' CONSTRAINT report_screening_ck CHECK (screening IN ('pending', 'reportable', 'not_reportable', 'review')),
  screening_reason text,
  latest_version integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE report_version (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  report_id uuid NOT NULL CONSTRAINT report_version_report_fk REFERENCES report (id),
  facility_id uuid, -- follows the report
  version integer NOT NULL,
  intake_message_id uuid NOT NULL CONSTRAINT report_version_message_fk REFERENCES intake_message (id),
  status text NOT NULL,
  state text NOT NULL CONSTRAINT report_version_state_ck CHECK (state IN ('current', 'superseded', 'withdrawn')),
  content_hash text NOT NULL,
  body text NOT NULL,
  sections jsonb NOT NULL,
  patient_items jsonb NOT NULL,
  report_items jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT report_version_uq UNIQUE (report_id, version));

CREATE TABLE code_suggestion (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  report_version_id uuid NOT NULL CONSTRAINT code_suggestion_version_fk REFERENCES report_version (id),
  facility_id uuid, -- follows the report
  abstract_id uuid CONSTRAINT code_suggestion_abstract_fk REFERENCES abstract (id),
  primary_index integer NOT NULL DEFAULT 0,
  coder text NOT NULL,
  proposal jsonb NOT NULL,
  state text NOT NULL DEFAULT 'proposed' CONSTRAINT code_suggestion_state_ck CHECK (state IN ('proposed', 'accepted', 'changed', 'superseded')),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT code_suggestion_uq UNIQUE (report_version_id, primary_index));

-- Something a person must look at that no state of another row says.
CREATE TABLE work_item (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CONSTRAINT work_item_kind_ck CHECK (kind IN ('new_information', 'compare_tumors', 'review_patient', 'unassigned_facility', 'report_withdrawn', 'contact_proposed')),
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  facility_id uuid CONSTRAINT work_item_facility_fk REFERENCES facility (id),
  reason jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'open' CONSTRAINT work_item_state_ck CHECK (state IN ('open', 'done')),
  created_at timestamptz NOT NULL DEFAULT now(),
  done_at timestamptz);

CREATE TABLE revision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity text NOT NULL CONSTRAINT revision_entity_ck CHECK (entity IN ('patient', 'tumor', 'abstract', 'follow_up_task')),
  entity_id uuid NOT NULL,
  revision integer NOT NULL,
  facility_ids uuid[] NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  origin jsonb NOT NULL,
  changes jsonb NOT NULL);

CREATE TABLE follow_up_task (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT follow_up_task_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT follow_up_task_facility_fk REFERENCES facility (id),
  state text NOT NULL DEFAULT 'due' CONSTRAINT follow_up_task_state_ck CHECK (state IN ('due', 'in_progress', 'waiting', 'closed')),
  due_month text NOT NULL,
  delinquent boolean NOT NULL DEFAULT false,
  lost boolean NOT NULL DEFAULT false,
  closed_reason text CONSTRAINT follow_up_task_reason_ck CHECK (closed_reason IN ('contact', 'deceased', 'excluded', 'do_not_contact')),
  assigned_to uuid,
  revision integer NOT NULL DEFAULT 1,
  opened_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  CONSTRAINT follow_up_task_closed_ck CHECK ((state = 'closed') = (closed_reason IS NOT NULL)));

CREATE TABLE follow_up_contact (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT follow_up_contact_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT follow_up_contact_facility_fk REFERENCES facility (id),
  task_id uuid CONSTRAINT follow_up_contact_task_fk REFERENCES follow_up_task (id),
  contacted_on text NOT NULL,
  channel text NOT NULL,
  outcome text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE submission (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  profile text NOT NULL,
  profile_version text NOT NULL,
  facility_id uuid CONSTRAINT submission_facility_fk REFERENCES facility (id),
  state text NOT NULL CONSTRAINT submission_state_ck CHECK (state IN ('frozen', 'checked', 'held', 'built', 'sent', 'acknowledged', 'replaced')),
  frozen_at timestamptz NOT NULL,
  record_count integer NOT NULL,
  held_count integer NOT NULL DEFAULT 0,
  files jsonb NOT NULL DEFAULT '[]',
  manifest jsonb,
  requested_by text NOT NULL,
  sent_at timestamptz);

CREATE TABLE submission_record (
  submission_id uuid NOT NULL CONSTRAINT submission_record_submission_fk REFERENCES submission (id),
  position integer NOT NULL,
  entity_id uuid NOT NULL,
  revision integer NOT NULL,
  patient_id uuid NOT NULL,
  patient_revision integer NOT NULL,
  facility_ids uuid[] NOT NULL,
  record_type text NOT NULL,
  held boolean NOT NULL DEFAULT false,
  findings jsonb,
  sent boolean NOT NULL DEFAULT false,
  CONSTRAINT submission_record_pk PRIMARY KEY (submission_id, position));
`;

const INDEXES = `
CREATE INDEX outbox_message_unsent_idx ON outbox_message (created_at) WHERE sent_at IS NULL;
CREATE INDEX intake_message_state_idx ON intake_message (state, received_at, id);
CREATE INDEX patient_ssn_idx ON patient (social_security_number) WHERE social_security_number IS NOT NULL;
CREATE INDEX patient_name_idx ON patient (name_key, id);
CREATE INDEX patient_birth_idx ON patient (birth_date);
CREATE INDEX patient_facilities_idx ON patient USING gin (facility_ids);
CREATE INDEX patient_last_contact_idx ON patient (date_of_last_contact) WHERE vital_status = '1';
CREATE INDEX patient_identifier_patient_idx ON patient_identifier (patient_id);
CREATE INDEX tumor_patient_idx ON tumor (patient_id);
CREATE INDEX abstract_patient_idx ON abstract (patient_id);
CREATE INDEX abstract_name_idx ON abstract (facility_id, name_key, patient_id);
CREATE INDEX abstract_birth_idx ON abstract (facility_id, birth_date);
CREATE INDEX abstract_tumor_idx ON abstract (tumor_id);
CREATE INDEX abstract_worklist_idx ON abstract (facility_id, state, created_at, id);
CREATE UNIQUE INDEX abstract_accession_uq ON abstract (facility_id, accession_number, sequence_number) WHERE state = 'complete';
CREATE INDEX report_screening_idx ON report (facility_id, screening, created_at, id);
CREATE INDEX report_abstract_idx ON report (abstract_id);
CREATE INDEX report_patient_idx ON report (patient_id);
CREATE INDEX report_version_message_idx ON report_version (intake_message_id);
CREATE INDEX code_suggestion_abstract_idx ON code_suggestion (abstract_id);
CREATE INDEX work_item_open_idx ON work_item (facility_id, kind, created_at, id) WHERE state = 'open';
CREATE INDEX work_item_entity_idx ON work_item (entity_id);
CREATE INDEX revision_entity_idx ON revision (entity_id, revision);
CREATE UNIQUE INDEX follow_up_task_open_uq ON follow_up_task (patient_id, facility_id) WHERE state <> 'closed';
CREATE INDEX follow_up_task_due_idx ON follow_up_task (facility_id, due_month, id) WHERE state <> 'closed';
CREATE INDEX follow_up_contact_patient_idx ON follow_up_contact (patient_id, contacted_on);
CREATE INDEX submission_profile_idx ON submission (profile, facility_id, frozen_at);
CREATE INDEX submission_record_entity_idx ON submission_record (entity_id, revision) WHERE sent;
`;

/**
 * The tables of the main job. Items are the one source of truth; what is searched or joined is generated from them.
 *
 * The application never connects as the owner of these tables: it takes the role `perennial_app`, which owns nothing.
 */
export class Core1764000000000 implements MigrationInterface {
  readonly name = 'Core1764000000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(
      `DO $$ BEGIN CREATE ROLE perennial_app NOLOGIN NOSUPERUSER NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    // Roles belong to the whole cluster: two databases being set up at once must not stumble over each other.
    await q.query(
      `DO $$ BEGIN GRANT perennial_app TO CURRENT_USER; EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END $$`,
    );
    await q.query(TABLES);
    await q.query(INDEXES);
    await declareGenerated(q, TABLES);
    await q.query('GRANT USAGE ON SCHEMA public TO perennial_app');
    await q.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO perennial_app');
    await q.query('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO perennial_app');
    await q.query('REVOKE UPDATE, DELETE ON revision FROM perennial_app');
    await q.query(
      'REVOKE DELETE ON intake_message, report, report_version, patient, tumor, abstract, submission, submission_record, number_series FROM perennial_app',
    );
    await q.query('REVOKE ALL ON migrations, typeorm_metadata FROM perennial_app');
    await q.query('GRANT SELECT ON migrations TO perennial_app');
  }

  async down(q: QueryRunner): Promise<void> {
    const tables = [...TABLES.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1]).reverse();
    await q.query(`DROP TABLE ${tables.join(', ')}`);
    await q.query(`DELETE FROM typeorm_metadata`);
  }
}
