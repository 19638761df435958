import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { ContactPoint, FollowUpTask, Physician } from './follow-up.js';
import { Facility, Patient } from './registry.js';

const RECIPIENT = `recipient IN ('physician', 'patient', 'contact', 'registry')`;
const NUMBER = 'number IN (1, 2)';

/** Words of a facility's letters. Never changed: the latest of a facility, recipient and number is in use. */
@Entity({ name: 'letter_template' })
@Check('letter_template_recipient_ck', RECIPIENT)
@Check('letter_template_number_ck', NUMBER)
export class LetterTemplate {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Facility, { name: 'letter_template_facility_fk' })
  @Ref('facility_id', { nullable: true })
  facilityId!: string | null;
  @Text('recipient') recipient!: string;
  @Column({ name: 'number', type: 'integer' }) number!: number;
  @Column({ name: 'content', type: 'jsonb' }) content!: Record<string, unknown>;
  @Text('saved_by') savedBy!: string;
  @CreatedAt('saved_at') savedAt!: Date;
}

/** Who writes a facility's letters: the letterhead, and the neutral name for envelopes. */
@Entity({ name: 'letter_sender' })
export class LetterSender {
  @PrimaryColumn({ name: 'facility_id', type: 'uuid', primaryKeyConstraintName: 'letter_sender_pk' })
  @ForeignKey(() => Facility, { name: 'letter_sender_facility_fk' })
  facilityId!: string;
  @Text('letterhead') letterhead!: string;
  @Text('envelope') envelope!: string;
  @Text('line1') line1!: string;
  @Text('line2', { nullable: true }) line2!: string | null;
  @Text('city') city!: string;
  @Text('state') state!: string;
  @Text('postal_code') postalCode!: string;
  @Text('telephone', { nullable: true }) telephone!: string | null;
  @Text('saved_by') savedBy!: string;
  @CreatedAt('saved_at') savedAt!: Date;
}

/** Letters that are printed together, as one file. */
@Entity({ name: 'letter_batch' })
@Check('letter_batch_recipient_ck', RECIPIENT)
@Check('letter_batch_number_ck', NUMBER)
@Check('letter_batch_state_ck', `state IN ('queued', 'ready')`)
@Index('letter_batch_facility_idx', ['facilityId', 'requestedAt', 'id'])
export class LetterBatch {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Facility, { name: 'letter_batch_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('recipient') recipient!: 'physician' | 'patient' | 'contact' | 'registry';
  @Column({ name: 'number', type: 'integer' }) number!: 1 | 2;
  @Text('state', { default: 'queued' }) state!: 'queued' | 'ready';
  /** The words as they were when the batch was made. */
  @Column({ name: 'content', type: 'jsonb' }) content!: Record<string, unknown>;
  @Column({ name: 'letters', type: 'integer' }) letters!: number;
  /** Letters that are in the file while it is being written. */
  @Column({ name: 'printed', type: 'integer', default: 0 }) printed!: number;
  @Column({ name: 'pages', type: 'integer', nullable: true }) pages!: number | null;
  @Column({ name: 'bytes', type: 'bigint', nullable: true }) bytes!: string | null;
  @Text('sha256', { nullable: true }) sha256!: string | null;
  /** Day on the letters, `YYYYMMDD`. */
  @Text('dated') dated!: string;
  @Text('requested_by') requestedBy!: string;
  @CreatedAt('requested_at') requestedAt!: Date;
  @MaybeAt('ready_at') readyAt!: Date | null;
}

/** A piece of a batch's file. */
@Entity({ name: 'letter_batch_file' })
export class LetterBatchFile {
  @Ref('facility_id') facilityId!: string;
  @PrimaryColumn({ name: 'batch_id', type: 'uuid', primaryKeyConstraintName: 'letter_batch_file_pk' })
  @ForeignKey(() => LetterBatch, { name: 'letter_batch_file_batch_fk' })
  batchId!: string;
  @PrimaryColumn({ name: 'part', type: 'integer', primaryKeyConstraintName: 'letter_batch_file_pk' }) part!: number;
  @Column({ name: 'bytes', type: 'bytea' }) bytes!: Buffer;
}

/** One letter about one patient. */
@Entity({ name: 'letter' })
@Unique('letter_code_uq', ['code'])
@Unique('letter_position_uq', ['batchId', 'position'])
@Check('letter_recipient_ck', RECIPIENT)
@Check('letter_number_ck', NUMBER)
@Check('letter_state_ck', `state IN ('queued', 'printed', 'answered', 'returned', 'withdrawn', 'superseded')`)
@Index('letter_open_uq', ['taskId', 'recipient'], { unique: true, where: `state IN ('queued', 'printed')` })
@Index('letter_patient_idx', ['patientId'], { where: `state IN ('queued', 'printed')` })
@Index('letter_waiting_idx', ['facilityId', 'recipient', 'number'], { where: `state = 'printed'` })
export class Letter {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => LetterBatch, { name: 'letter_batch_fk' }) @Ref('batch_id') batchId!: string;
  @Column({ name: 'position', type: 'integer' }) position!: number;
  /** What is typed to record the answer. */
  @Text('code') code!: string;
  @ForeignKey(() => Patient, { name: 'letter_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Facility, { name: 'letter_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @ForeignKey(() => FollowUpTask, { name: 'letter_task_fk' }) @Ref('task_id') taskId!: string;
  @Text('recipient') recipient!: 'physician' | 'patient' | 'contact' | 'registry';
  @Column({ name: 'number', type: 'integer' }) number!: 1 | 2;
  @ForeignKey(() => Physician, { name: 'letter_physician_fk' })
  @Ref('physician_id', { nullable: true })
  physicianId!: string | null;
  @ForeignKey(() => ContactPoint, { name: 'letter_point_fk' })
  @Ref('contact_point_id', { nullable: true })
  contactPointId!: string | null;
  @ForeignKey(() => Facility, { name: 'letter_to_facility_fk' })
  @Ref('to_facility_id', { nullable: true })
  toFacilityId!: string | null;
  @Text('state', { default: 'queued' }) state!:
    'queued' | 'printed' | 'answered' | 'returned' | 'withdrawn' | 'superseded';
  /** First page of the letter in the batch's file. */
  @Column({ name: 'page', type: 'integer', nullable: true }) page!: number | null;
  @Text('closed_on', { nullable: true }) closedOn!: string | null;
  @Text('closed_reason', { nullable: true }) closedReason!: string | null;
}
