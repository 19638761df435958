import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Indexes in the order of lists, so that a page reads the rows it shows and no more: of one facility, and of the registry. Measured at a
 * million patients (`npm run bench -- lists`).
 */
export class ListIndexes1764000070200 implements MigrationInterface {
  readonly name = 'ListIndexes1764000070200';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE INDEX abstract_facility_time_idx ON abstract (facility_id, created_at, id);
CREATE INDEX abstract_time_idx ON abstract (created_at, id);
CREATE INDEX report_facility_time_idx ON report (facility_id, created_at, id);
CREATE INDEX report_time_idx ON report (created_at, id);
CREATE INDEX patient_identifier_number_idx ON patient_identifier (medical_record_number);
CREATE INDEX intake_message_time_idx ON intake_message (received_at, id);
-- What a facility may see of messages is its own alone: the first of their facilities finds them in order.
CREATE INDEX intake_message_facility_time_idx ON intake_message ((facility_ids[1]), received_at, id);`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      `DROP INDEX intake_message_facility_time_idx, intake_message_time_idx, patient_identifier_number_idx, report_time_idx, report_facility_time_idx, abstract_time_idx, abstract_facility_time_idx`,
    );
  }
}
