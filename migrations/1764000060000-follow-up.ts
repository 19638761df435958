import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { generated, item } from './generated-columns.js';
import { madeOf, ofFacility, scopeRows, unscopeRows } from './row-security.js';

/** What eligibility and due dates ask of a case and of a patient, beside what is there. */
const GENERATED = [
  ['abstract', 'class_of_case', item('classOfCase')],
  ['abstract', 'behavior', item('behaviorCodeIcdO3')],
  ['patient', 'country_current', item('addrCurrentCountry')],
] as const;

const RECIPIENTS = `('physician', 'patient', 'contact', 'registry')`;
const STEPS = `('chart', 'physician', 'contact', 'telephone', 'hospital', 'patient', 'other')`;

const TASKS = `
-- A task's facility is that of a case, which has the key. Checking it again for each of a million tasks took an eighth of the pass.
ALTER TABLE follow_up_task DROP CONSTRAINT follow_up_task_facility_fk;
ALTER TABLE follow_up_task DROP COLUMN delinquent;
ALTER TABLE follow_up_task
  -- Months since the last contact: due (12), reminder (13), delinquent (15). The months are settings.
  ADD COLUMN stage text NOT NULL DEFAULT 'due' CONSTRAINT follow_up_task_stage_ck CHECK (stage IN ('due', 'reminder', 'delinquent')),
  -- Earliest possible day of the last contact when the task was planned; empty where none is known.
  ADD COLUMN counted_from text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN next_step text CONSTRAINT follow_up_task_step_ck CHECK (next_step IN ${STEPS}),
  ADD COLUMN next_step_on text;
DROP INDEX follow_up_task_due_idx;
CREATE INDEX follow_up_task_due_idx ON follow_up_task (facility_id, counted_from, id) WHERE state <> 'closed';
CREATE INDEX follow_up_task_lost_idx ON follow_up_task (facility_id, counted_from, id) WHERE lost;
CREATE INDEX follow_up_task_started_idx ON follow_up_task (facility_id, counted_from, id) WHERE state IN ('in_progress', 'waiting');
CREATE INDEX follow_up_task_assigned_idx ON follow_up_task (assigned_to, counted_from, id) WHERE state <> 'closed' AND assigned_to IS NOT NULL;

CREATE INDEX follow_up_task_closed_idx ON follow_up_task (patient_id, closed_at) WHERE state = 'closed';
`;

const TABLES = `
CREATE TABLE physician (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  npi text CONSTRAINT physician_npi_uq UNIQUE CONSTRAINT physician_npi_ck CHECK (npi ~ '^[0-9]{10}$'),
  -- What items 2460 to 2500 hold where no NPI is known.
  local_code text CONSTRAINT physician_local_uq UNIQUE,
  name text NOT NULL,
  line1 text NOT NULL,
  line2 text,
  city text NOT NULL,
  state text NOT NULL,
  postal_code text NOT NULL,
  country text NOT NULL DEFAULT 'USA',
  telephone text,
  no_letters boolean NOT NULL DEFAULT false,
  bad_since text,
  CONSTRAINT physician_code_ck CHECK (npi IS NOT NULL OR local_code IS NOT NULL));

CREATE TABLE contact_point (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT contact_point_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT contact_point_facility_fk REFERENCES facility (id),
  kind text NOT NULL CONSTRAINT contact_point_kind_ck CHECK (kind IN ('address', 'telephone')),
  -- Whose it is: the patient's, or that of a named contact (next of kin).
  party text NOT NULL CONSTRAINT contact_point_party_ck CHECK (party IN ('patient', 'contact')),
  name text,
  relationship text,
  line1 text,
  line2 text,
  city text,
  state text,
  postal_code text,
  country text,
  telephone text,
  -- The same point entered twice is one row.
  content_key text NOT NULL,
  source text NOT NULL CONSTRAINT contact_point_source_ck CHECK (source IN ('abstract', 'person', 'contact')),
  bad_since text,
  bad_reason text CONSTRAINT contact_point_bad_ck CHECK (bad_reason IN ('returned_mail', 'wrong_number', 'moved', 'other')),
  added_by text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contact_point_uq UNIQUE (patient_id, facility_id, content_key));

CREATE TABLE do_not_contact (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  patient_id uuid NOT NULL CONSTRAINT do_not_contact_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT do_not_contact_facility_fk REFERENCES facility (id),
  -- Who may no longer be written to or called about the patient.
  recipients text[] NOT NULL CONSTRAINT do_not_contact_recipients_ck CHECK (recipients <@ ARRAY['physician', 'patient', 'contact', 'registry']),
  asked_by text NOT NULL CONSTRAINT do_not_contact_asked_ck CHECK (asked_by IN ('patient', 'family', 'physician', 'registry')),
  reason text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  ended_by text,
  ended_at timestamptz);

CREATE TABLE follow_up_setting (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Absent: for every facility that has no choice of its own.
  facility_id uuid CONSTRAINT follow_up_setting_facility_fk REFERENCES facility (id),
  name text NOT NULL,
  value jsonb NOT NULL,
  valid_from text NOT NULL,
  reason text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE follow_up_pass (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  day text NOT NULL,
  parts integer NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz);

-- A part of the patients that a pass has done: a pass that was interrupted goes on with the others.
CREATE TABLE follow_up_pass_part (
  pass_id uuid NOT NULL CONSTRAINT follow_up_pass_part_pass_fk REFERENCES follow_up_pass (id),
  part integer NOT NULL,
  opened integer NOT NULL,
  marked integer NOT NULL,
  closed integer NOT NULL,
  done_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT follow_up_pass_part_pk PRIMARY KEY (pass_id, part));

CREATE TABLE letter_template (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  facility_id uuid CONSTRAINT letter_template_facility_fk REFERENCES facility (id),
  recipient text NOT NULL CONSTRAINT letter_template_recipient_ck CHECK (recipient IN ${RECIPIENTS}),
  number integer NOT NULL CONSTRAINT letter_template_number_ck CHECK (number IN (1, 2)),
  content jsonb NOT NULL,
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now());

-- Who writes: the letterhead, and the neutral name for envelopes.
CREATE TABLE letter_sender (
  facility_id uuid CONSTRAINT letter_sender_pk PRIMARY KEY CONSTRAINT letter_sender_facility_fk REFERENCES facility (id),
  letterhead text NOT NULL,
  envelope text NOT NULL,
  line1 text NOT NULL,
  line2 text,
  city text NOT NULL,
  state text NOT NULL,
  postal_code text NOT NULL,
  telephone text,
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE letter_batch (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  facility_id uuid NOT NULL CONSTRAINT letter_batch_facility_fk REFERENCES facility (id),
  recipient text NOT NULL CONSTRAINT letter_batch_recipient_ck CHECK (recipient IN ${RECIPIENTS}),
  number integer NOT NULL CONSTRAINT letter_batch_number_ck CHECK (number IN (1, 2)),
  state text NOT NULL DEFAULT 'queued' CONSTRAINT letter_batch_state_ck CHECK (state IN ('queued', 'ready')),
  content jsonb NOT NULL,
  letters integer NOT NULL,
  pages integer,
  bytes bigint,
  sha256 text,
  dated text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  ready_at timestamptz);

-- The file of a batch in pieces, so that neither writing nor reading holds it whole.
CREATE TABLE letter_batch_file (
  facility_id uuid NOT NULL,
  batch_id uuid NOT NULL CONSTRAINT letter_batch_file_batch_fk REFERENCES letter_batch (id),
  part integer NOT NULL,
  bytes bytea NOT NULL,
  CONSTRAINT letter_batch_file_pk PRIMARY KEY (batch_id, part));

CREATE TABLE letter (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  batch_id uuid NOT NULL CONSTRAINT letter_batch_fk REFERENCES letter_batch (id),
  position integer NOT NULL,
  code text NOT NULL CONSTRAINT letter_code_uq UNIQUE,
  patient_id uuid NOT NULL CONSTRAINT letter_patient_fk REFERENCES patient (id),
  facility_id uuid NOT NULL CONSTRAINT letter_facility_fk REFERENCES facility (id),
  task_id uuid NOT NULL CONSTRAINT letter_task_fk REFERENCES follow_up_task (id),
  recipient text NOT NULL CONSTRAINT letter_recipient_ck CHECK (recipient IN ${RECIPIENTS}),
  number integer NOT NULL CONSTRAINT letter_number_ck CHECK (number IN (1, 2)),
  physician_id uuid CONSTRAINT letter_physician_fk REFERENCES physician (id),
  contact_point_id uuid CONSTRAINT letter_point_fk REFERENCES contact_point (id),
  to_facility_id uuid CONSTRAINT letter_to_facility_fk REFERENCES facility (id),
  state text NOT NULL DEFAULT 'queued' CONSTRAINT letter_state_ck CHECK (state IN ('queued', 'printed', 'answered', 'returned', 'withdrawn', 'superseded')),
  page integer,
  closed_on text,
  closed_reason text,
  CONSTRAINT letter_position_uq UNIQUE (batch_id, position));

ALTER TABLE follow_up_contact
  ADD COLUMN person text CONSTRAINT follow_up_contact_person_ck CHECK (person IN ('patient', 'relative', 'physician', 'facility', 'registry', 'other')),
  ADD COLUMN contact_point_id uuid CONSTRAINT follow_up_contact_point_fk REFERENCES contact_point (id),
  ADD COLUMN physician_id uuid CONSTRAINT follow_up_contact_physician_fk REFERENCES physician (id),
  ADD COLUMN letter_id uuid CONSTRAINT follow_up_contact_letter_fk REFERENCES letter (id),
  ADD COLUMN items jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN tumor_items jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN reason text,
  ADD COLUMN note text,
  ADD COLUMN next_step text CONSTRAINT follow_up_contact_step_ck CHECK (next_step IN ${STEPS}),
  ADD COLUMN next_step_on text,
  -- Revision of the patient that this contact made; absent for an attempt.
  ADD COLUMN patient_revision integer;
`;

/** The daily pass reads every patient and complete case in order of patients: these hold all that it asks, facilities for row security included. */
const COVERING = `
CREATE INDEX patient_follow_up_idx ON patient (id) INCLUDE (vital_status, date_of_last_contact, birth_date, country_current, facility_ids);
CREATE INDEX abstract_follow_up_idx ON abstract (patient_id, facility_id) INCLUDE (class_of_case, primary_site, histology, behavior, date_of_diagnosis) WHERE state = 'complete';
`;

const INDEXES = `
CREATE INDEX follow_up_contact_task_idx ON follow_up_contact (task_id);
CREATE INDEX contact_point_patient_idx ON contact_point (patient_id, facility_id);
CREATE INDEX do_not_contact_patient_idx ON do_not_contact (patient_id) WHERE ended_at IS NULL;
CREATE INDEX follow_up_pass_day_idx ON follow_up_pass (day, requested_at);
CREATE INDEX letter_batch_facility_idx ON letter_batch (facility_id, requested_at, id);
CREATE UNIQUE INDEX letter_open_uq ON letter (task_id, recipient) WHERE state IN ('queued', 'printed');
CREATE INDEX letter_patient_idx ON letter (patient_id) WHERE state IN ('queued', 'printed');
CREATE INDEX letter_waiting_idx ON letter (facility_id, recipient, number) WHERE state = 'printed';
`;

const POLICIES: Readonly<Record<string, string>> = {
  contact_point: ofFacility('facility_id'),
  do_not_contact: ofFacility('facility_id'),
  letter_batch: ofFacility('facility_id'),
  letter_batch_file: ofFacility('facility_id'),
  letter: ofFacility('facility_id'),
};

/** The view of a whole patient, with the columns that the table has by now. */
const CONSOLIDATED = `CREATE OR REPLACE VIEW consolidated_patient WITH (security_barrier) AS SELECT * FROM patient WHERE ${madeOf('facility_ids')} WITH LOCAL CHECK OPTION`;
const NEW_TABLES = [...TABLES.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1] ?? '');

/**
 * Annual follow-up: stages and next steps of tasks, what a contact was and told, points of contact with bad marks, requests not to be
 * contacted, letters in batches, settings with history, and daily passes that can be resumed.
 */
export class FollowUp1764000060000 implements MigrationInterface {
  readonly name = 'FollowUp1764000060000';

  async up(q: QueryRunner): Promise<void> {
    for (const [table, column, expression] of GENERATED) {
      await q.query(`ALTER TABLE ${table} ADD COLUMN ${column} text ${generated(expression)}`);
      await q.query(
        `INSERT INTO typeorm_metadata (type, database, schema, "table", name, value) VALUES ('GENERATED_COLUMN', current_database(), 'public', $1, $2, $3)`,
        [table, column, expression],
      );
    }
    await q.query(CONSOLIDATED);
    await q.query(COVERING);
    await q.query(TASKS);
    await q.query(TABLES);
    await q.query(INDEXES);
    await q.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${NEW_TABLES.join(', ')} TO perennial_app`);
    // What was chosen and what a contact was about is history; a mark is ended, not erased.
    await q.query('REVOKE UPDATE, DELETE ON follow_up_setting, letter_template FROM perennial_app');
    await q.query(
      'REVOKE DELETE ON do_not_contact, letter, letter_batch, follow_up_task, follow_up_contact FROM perennial_app',
    );
    await scopeRows(q, POLICIES);
  }

  async down(q: QueryRunner): Promise<void> {
    await unscopeRows(q, Object.keys(POLICIES));
    await q.query(`ALTER TABLE follow_up_contact DROP COLUMN person, DROP COLUMN contact_point_id, DROP COLUMN physician_id, DROP COLUMN letter_id,
      DROP COLUMN items, DROP COLUMN tumor_items, DROP COLUMN reason, DROP COLUMN note, DROP COLUMN next_step, DROP COLUMN next_step_on, DROP COLUMN patient_revision`);
    await q.query('DROP INDEX follow_up_contact_task_idx');
    await q.query(`DROP TABLE ${[...NEW_TABLES].reverse().join(', ')}`);
    await q.query(
      'DROP INDEX follow_up_task_due_idx, follow_up_task_lost_idx, follow_up_task_started_idx, follow_up_task_assigned_idx, follow_up_task_closed_idx',
    );
    await q.query(`ALTER TABLE follow_up_task DROP COLUMN stage, DROP COLUMN counted_from, DROP COLUMN next_step, DROP COLUMN next_step_on,
      ADD COLUMN delinquent boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT follow_up_task_facility_fk FOREIGN KEY (facility_id) REFERENCES facility (id)`);
    await q.query(
      `CREATE INDEX follow_up_task_due_idx ON follow_up_task (facility_id, due_month, id) WHERE state <> 'closed'`,
    );
    await q.query('GRANT DELETE ON follow_up_task, follow_up_contact TO perennial_app');
    await q.query('DROP INDEX patient_follow_up_idx, abstract_follow_up_idx');
    await q.query('DROP VIEW consolidated_patient');
    for (const [table, column] of GENERATED) {
      await q.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
      await q.query(`DELETE FROM typeorm_metadata WHERE type = 'GENERATED_COLUMN' AND "table" = $1 AND name = $2`, [
        table,
        column,
      ]);
    }
    await q.query(CONSOLIDATED);
    await q.query('GRANT SELECT, INSERT, UPDATE ON consolidated_patient TO perennial_app');
  }
}
