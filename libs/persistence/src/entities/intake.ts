import { type ItemValues } from '@perennial/naaccr';
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Abstract, Facility, Patient } from './registry.js';

/** What came in, byte for byte, before anything else happened. */
@Entity({ name: 'intake_message' })
@Check('intake_message_kind_ck', `kind IN ('hl7', 'text', 'naaccr')`)
@Check('intake_message_state_ck', `state IN ('received', 'parsed', 'failed', 'dismissed')`)
@Index('intake_message_state_idx', ['state', 'receivedAt', 'id'])
export class IntakeMessage {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('kind') kind!: 'hl7' | 'text' | 'naaccr';
  @Column({ name: 'raw', type: 'bytea' }) raw!: Buffer;
  @CreatedAt('received_at') receivedAt!: Date;
  @Text('state', { default: 'received' }) state!: 'received' | 'parsed' | 'failed' | 'dismissed';
  @Text('control_id', { nullable: true }) controlId!: string | null;
  @Text('acknowledgement', { nullable: true }) acknowledgement!: string | null;
  @Column({ name: 'problems', type: 'jsonb', default: [] }) problems!: unknown[];
  @Column({ name: 'result', type: 'jsonb', nullable: true }) result!: unknown;
  @Column({ name: 'facility_ids', type: 'uuid', array: true, default: [] }) facilityIds!: string[];
  @Text('received_from') receivedFrom!: string;
  @MaybeAt('finished_at') finishedAt!: Date | null;
}

/** A pathology report; its texts are its versions. */
@Entity({ name: 'report' })
@Unique('report_identity_uq', ['identityKey'])
@Check('report_state_ck', `state IN ('current', 'superseded', 'withdrawn')`)
@Check('report_screening_ck', `screening IN ('pending', 'reportable', 'not_reportable', 'review')`)
@Index('report_screening_idx', ['facilityId', 'screening', 'createdAt', 'id'])
@Index('report_abstract_idx', ['abstractId'])
@Index('report_patient_idx', ['patientId'])
export class Report {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('identity_key') identityKey!: string;
  @ForeignKey(() => Facility, { name: 'report_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
  @ForeignKey(() => Patient, { name: 'report_patient_fk' }) @Ref('patient_id', { nullable: true }) patientId!:
    string | null;
  @ForeignKey(() => Abstract, { name: 'report_abstract_fk' }) @Ref('abstract_id', { nullable: true }) abstractId!:
    string | null;
  @Text('state', { default: 'current' }) state!: 'current' | 'superseded' | 'withdrawn';
  @Text('screening', { default: 'pending' }) screening!: 'pending' | 'reportable' | 'not_reportable' | 'review';
  @Text('screening_reason', { nullable: true }) screeningReason!: string | null;
  @Column({ name: 'latest_version', type: 'integer' }) latestVersion!: number;
  @CreatedAt('created_at') createdAt!: Date;
  @CreatedAt('changed_at') changedAt!: Date;
}

/** One text of a report, as original, amended or cancelled. */
@Entity({ name: 'report_version' })
@Unique('report_version_uq', ['reportId', 'version'])
@Check('report_version_state_ck', `state IN ('current', 'superseded', 'withdrawn')`)
@Index('report_version_message_idx', ['intakeMessageId'])
export class ReportVersion {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Report, { name: 'report_version_report_fk' }) @Ref('report_id') reportId!: string;
  /** Follows the report, by a trigger: row security compares it. */
  @Ref('facility_id', { nullable: true, insert: false, update: false }) readonly facilityId!: string | null;
  @Column({ name: 'version', type: 'integer' }) version!: number;
  @ForeignKey(() => IntakeMessage, { name: 'report_version_message_fk' })
  @Ref('intake_message_id')
  intakeMessageId!: string;
  /** OBR-25 as sent: P, F, C, A or X. */
  @Text('status') status!: string;
  @Text('state') state!: 'current' | 'superseded' | 'withdrawn';
  @Text('content_hash') contentHash!: string;
  @Text('body') body!: string;
  @Column({ name: 'sections', type: 'jsonb' }) sections!: { code: string; title: string; start: number; end: number }[];
  @Column({ name: 'patient_items', type: 'jsonb' }) patientItems!: ItemValues;
  @Column({ name: 'report_items', type: 'jsonb' }) reportItems!: ItemValues;
  @CreatedAt('received_at') receivedAt!: Date;
}

/** What the coder proposed for a version of a report, with its evidence. */
@Entity({ name: 'code_suggestion' })
@Unique('code_suggestion_uq', ['reportVersionId', 'primaryIndex'])
@Check('code_suggestion_state_ck', `state IN ('proposed', 'accepted', 'changed', 'superseded')`)
@Index('code_suggestion_abstract_idx', ['abstractId'])
export class CodeSuggestion {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => ReportVersion, { name: 'code_suggestion_version_fk' })
  @Ref('report_version_id')
  reportVersionId!: string;
  /** Follows the report, by a trigger: row security compares it. */
  @Ref('facility_id', { nullable: true, insert: false, update: false }) readonly facilityId!: string | null;
  @ForeignKey(() => Abstract, { name: 'code_suggestion_abstract_fk' })
  @Ref('abstract_id', { nullable: true })
  abstractId!: string | null;
  /** 0 for the report's first primary, then further primaries of the same report. */
  @Column({ name: 'primary_index', type: 'integer', default: 0 }) primaryIndex!: number;
  @Text('coder') coder!: string;
  @Column({ name: 'proposal', type: 'jsonb' }) proposal!: Record<string, unknown>;
  @Text('state', { default: 'proposed' }) state!: 'proposed' | 'accepted' | 'changed' | 'superseded';
  @CreatedAt('created_at') createdAt!: Date;
}

/** Something a person must look at that no state of another row says. */
@Entity({ name: 'work_item' })
@Check(
  'work_item_kind_ck',
  `kind IN ('new_information', 'compare_tumors', 'review_patient', 'unassigned_facility', 'report_withdrawn', 'contact_proposed')`,
)
@Check('work_item_state_ck', `state IN ('open', 'done')`)
@Index('work_item_open_idx', ['facilityId', 'kind', 'createdAt', 'id'], { where: `state = 'open'` })
@Index('work_item_entity_idx', ['entityId'])
export class WorkItem {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('kind') kind!: string;
  @Text('entity') entity!: string;
  @Ref('entity_id') entityId!: string;
  @ForeignKey(() => Facility, { name: 'work_item_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
  @Column({ name: 'reason', type: 'jsonb', default: {} }) reason!: Record<string, unknown>;
  @Text('state', { default: 'open' }) state!: 'open' | 'done';
  @CreatedAt('created_at') createdAt!: Date;
  @MaybeAt('done_at') doneAt!: Date | null;
}
