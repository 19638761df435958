import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { MaybeAt, Ref, Text } from './columns.js';
import { Facility } from './registry.js';

/** One file as it stands in a manifest. */
export interface SubmissionFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** One run of a submission profile, from the freeze to the receipt. */
@Entity({ name: 'submission' })
@Check('submission_state_ck', `state IN ('frozen', 'checked', 'held', 'built', 'sent', 'acknowledged', 'replaced')`)
@Index('submission_profile_idx', ['profile', 'facilityId', 'frozenAt'])
export class Submission {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('profile') profile!: string;
  @Text('profile_version') profileVersion!: string;
  @ForeignKey(() => Facility, { name: 'submission_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
  @Text('state') state!: 'frozen' | 'checked' | 'held' | 'built' | 'sent' | 'acknowledged' | 'replaced';
  @Column({ name: 'frozen_at', type: 'timestamptz' }) frozenAt!: Date;
  @Column({ name: 'record_count', type: 'integer' }) recordCount!: number;
  @Column({ name: 'held_count', type: 'integer', default: 0 }) heldCount!: number;
  @Column({ name: 'files', type: 'jsonb', default: [] }) files!: SubmissionFile[];
  @Column({ name: 'manifest', type: 'jsonb', nullable: true }) manifest!: unknown;
  @Text('requested_by') requestedBy!: string;
  @MaybeAt('sent_at') sentAt!: Date | null;
  /** Dictionaries in use at the freeze, where the profile sends their items. */
  @Column({ name: 'user_dictionary_ids', type: 'uuid', array: true, default: [] }) userDictionaryIds!: string[];
}

/** A record of a frozen submission: which abstract or tumor, at which revision. */
@Entity({ name: 'submission_record' })
@Index('submission_record_entity_idx', ['entityId', 'revision'], { where: 'sent' })
export class SubmissionRecord {
  @PrimaryColumn({ name: 'submission_id', type: 'uuid', primaryKeyConstraintName: 'submission_record_pk' })
  @ForeignKey(() => Submission, { name: 'submission_record_submission_fk' })
  submissionId!: string;
  @PrimaryColumn({ name: 'position', type: 'integer', primaryKeyConstraintName: 'submission_record_pk' })
  position!: number;
  @Ref('entity_id') entityId!: string;
  @Column({ name: 'revision', type: 'integer' }) revision!: number;
  @Ref('patient_id') patientId!: string;
  @Column({ name: 'patient_revision', type: 'integer' }) patientRevision!: number;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Text('record_type') recordType!: 'A' | 'M' | 'I';
  @Column({ name: 'held', type: 'boolean', default: false }) held!: boolean;
  @Column({ name: 'findings', type: 'jsonb', nullable: true }) findings!: unknown;
  @Column({ name: 'sent', type: 'boolean', default: false }) sent!: boolean;
}
