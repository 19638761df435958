import { type ItemValues } from '@perennial/naaccr';
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Abstract, Facility, Patient } from './registry.js';

/** What came in, byte for byte, before anything else happened. */
@Entity({ name: 'intake_message' })
@Index('intake_message_time_idx', ['receivedAt', 'id'])
@Index('intake_message_facility_time_idx', { synchronize: false })
@Check('intake_message_kind_ck', `kind IN ('hl7', 'text', 'naaccr')`)
@Check('intake_message_state_ck', `state IN ('received', 'parsed', 'failed', 'dismissed')`)
@Index('intake_message_state_idx', ['state', 'receivedAt', 'id'])
@Index('intake_message_parent_idx', ['parentId'], { where: 'parent_id IS NOT NULL' })
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
  /** Whose it turned out to be; empty: for those who see the whole registry. */
  @Column({ name: 'facility_ids', type: 'uuid', array: true, default: [] }) facilityIds!: string[];
  /** Facilities that its sender may report for; empty: any. */
  @Column({ name: 'sender_facility_ids', type: 'uuid', array: true, default: [] }) senderFacilityIds!: string[];
  @Text('received_from') receivedFrom!: string;
  @MaybeAt('finished_at') finishedAt!: Date | null;
  /** The batch that this message came in. */
  @ForeignKey(() => IntakeMessage, { name: 'intake_message_parent_fk' })
  @Ref('parent_id', { nullable: true })
  parentId!: string | null;
  @Ref('assigned_to', { nullable: true }) assignedTo!: string | null;
}

/** A pathology report; its texts are its versions. */
@Entity({ name: 'report' })
@Index('report_facility_time_idx', ['facilityId', 'createdAt', 'id'])
@Index('report_time_idx', ['createdAt', 'id'])
@Unique('report_identity_uq', ['identityKey'])
@Check('report_state_ck', `state IN ('current', 'superseded', 'withdrawn')`)
@Check('report_screening_ck', `screening IN ('pending', 'reportable', 'not_reportable', 'review')`)
@Index('report_screening_idx', ['facilityId', 'screening', 'createdAt', 'id'])
@Check('report_source_ck', `source IN ('hl7', 'text')`)
@Index('report_central_idx', ['screening', 'createdAt', 'id'])
@Index('report_sample_idx', ['createdAt', 'id'], { where: 'quality_sample' })
@Index('report_assigned_idx', ['assignedTo'], { where: 'assigned_to IS NOT NULL' })
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
  /** What carried it: a message, or a text that a person pasted or uploaded. */
  @Text('source', { default: 'hl7' }) source!: 'hl7' | 'text';
  @Ref('assigned_to', { nullable: true }) assignedTo!: string | null;
  /** Drawn at random among the not reportable ones, for quality control. */
  @Column({ name: 'quality_sample', type: 'boolean', default: false }) qualitySample!: boolean;
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
  /** When the laboratory made this state (OBR-22 or MSH-7), digits as sent. */
  @Text('reported', { nullable: true }) reported!: string | null;
  @Column({ name: 'specimens', type: 'jsonb', default: [] }) specimens!: unknown[];
  /** Documents inside the message, and whether their words are in the text. */
  @Column({ name: 'documents', type: 'jsonb', default: [] }) documents!: {
    observation: number;
    format: string;
    read: boolean;
  }[];
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

/** A person's decision on a report of the screening lists, with what it needs to be undone. */
@Entity({ name: 'screening_decision' })
@Check('screening_decision_decision_ck', `decision IN ('reportable', 'not_reportable', 'review')`)
@Index('screening_decision_report_idx', ['reportId', 'decidedAt'])
@Index('screening_decision_bulk_idx', ['bulkId'])
export class ScreeningDecision {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Report, { name: 'screening_decision_report_fk' }) @Ref('report_id') reportId!: string;
  @ForeignKey(() => Facility, { name: 'screening_decision_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('decision') decision!: 'reportable' | 'not_reportable' | 'review';
  @Column({ name: 'was', type: 'jsonb' }) was!: { screening: string; reason: string | null };
  @Column({ name: 'came', type: 'jsonb', default: [] }) came!: { abstractId: string; revision: number }[];
  @Ref('bulk_id') bulkId!: string;
  @Text('actor') actor!: string;
  @CreatedAt('decided_at') decidedAt!: Date;
  @Text('undone_by', { nullable: true }) undoneBy!: string | null;
  @MaybeAt('undone_at') undoneAt!: Date | null;
}

/** A code that a person set instead of the proposed one, with the words that the proposal rested on. */
@Entity({ name: 'code_change' })
@Index('code_change_facility_idx', ['facilityId', 'changedAt'])
@Index('code_change_abstract_idx', ['abstractId', 'item'])
export class CodeChange {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => CodeSuggestion, { name: 'code_change_suggestion_fk' })
  @Ref('code_suggestion_id')
  codeSuggestionId!: string;
  @ForeignKey(() => Abstract, { name: 'code_change_abstract_fk' }) @Ref('abstract_id') abstractId!: string;
  @ForeignKey(() => Facility, { name: 'code_change_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('item') item!: string;
  @Text('proposed', { nullable: true }) proposed!: string | null;
  @Text('chosen', { nullable: true }) chosen!: string | null;
  @Column({ name: 'confidence', type: 'double precision', nullable: true }) confidence!: number | null;
  @Text('rule', { nullable: true }) rule!: string | null;
  @Column({ name: 'terms', type: 'text', array: true, default: [] }) terms!: string[];
  @Column({ name: 'spans', type: 'jsonb', default: [] }) spans!: { start: number; end: number }[];
  @Text('coder') coder!: string;
  @Text('actor') actor!: string;
  @CreatedAt('changed_at') changedAt!: Date;
}

/** A word of a facility's own pathologists (or, without a facility, of the registry) and the code that it means. */
@Entity({ name: 'facility_synonym' })
@Check('facility_synonym_kind_ck', `kind IN ('morphology', 'topography')`)
@Check('facility_synonym_term_ck', `term = lower(term) AND length(term) BETWEEN 3 AND 80`)
@Check('facility_synonym_code_ck', `code ~ '^C[0-9]{3}$' OR code ~ '^[89][0-9]{3}/[0-9]$'`)
@Index('facility_synonym_uq', ['facilityId', 'kind', 'term'], { unique: true, where: 'retired_at IS NULL' })
export class FacilitySynonym {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Facility, { name: 'facility_synonym_facility_fk' })
  @Ref('facility_id', { nullable: true })
  facilityId!: string | null;
  @Text('kind') kind!: 'morphology' | 'topography';
  @Text('term') term!: string;
  @Text('code') code!: string;
  @Text('created_by') createdBy!: string;
  @CreatedAt('created_at') createdAt!: Date;
  @MaybeAt('retired_at') retiredAt!: Date | null;
}
