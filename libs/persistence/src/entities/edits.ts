import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Patient } from './registry.js';

type Entities = 'abstract' | 'tumor' | 'patient';

/** A version of a standard edit set as the registry uses it. */
@Entity({ name: 'edit_set_version' })
@Check('edit_set_version_state_ck', `state IN ('proposed', 'in_use', 'retired')`)
@Index('edit_set_version_in_use_uq', ['editSet'], { unique: true, where: `state = 'in_use'` })
export class EditSetVersion {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('edit_set') editSet!: string;
  @Text('base_version') baseVersion!: string;
  @Column({ name: 'off', type: 'text', array: true, default: [] }) off!: string[];
  @Column({ name: 'severity', type: 'jsonb', default: {} }) severity!: Record<string, 'error' | 'warning'>;
  @Text('note', { default: '' }) note!: string;
  @Text('state', { default: 'proposed' }) state!: 'proposed' | 'in_use' | 'retired';
  @Text('proposed_by') proposedBy!: string;
  @CreatedAt('proposed_at') proposedAt!: Date;
  @Text('taken_by', { nullable: true }) takenBy!: string | null;
  @MaybeAt('taken_at') takenAt!: Date | null;
}

/** Edits over many stored cases, with how far they are. */
@Entity({ name: 'edit_run' })
@Check('edit_run_kind_ck', `kind IN ('rerun', 'impact')`)
@Check('edit_run_state_ck', `state IN ('waiting', 'running', 'done', 'cancelled')`)
@Index('edit_run_recent_idx', ['requestedAt'])
@Index('edit_run_set_version_idx', ['setVersionId'], { where: 'set_version_id IS NOT NULL' })
export class EditRun {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('kind') kind!: 'rerun' | 'impact';
  @ForeignKey(() => EditSetVersion, { name: 'edit_run_set_version_fk' })
  @Ref('set_version_id', { nullable: true })
  setVersionId!: string | null;
  @Column({ name: 'selection', type: 'jsonb', default: {} }) selection!: Record<string, unknown>;
  /** The patients of the run; null where the selection says which. */
  @Column({ name: 'patient_ids', type: 'uuid', array: true, nullable: true }) patientIds!: string[] | null;
  @Text('state', { default: 'waiting' }) state!: 'waiting' | 'running' | 'done' | 'cancelled';
  @Text('today') today!: string;
  @Ref('cursor', { nullable: true }) cursor!: string | null;
  @Column({ name: 'total', type: 'integer', nullable: true }) total!: number | null;
  @Column({ name: 'done', type: 'integer', default: 0 }) done!: number;
  @Column({ name: 'counts', type: 'jsonb', default: {} }) counts!: Record<string, unknown>;
  @Text('requested_by') requestedBy!: string;
  @CreatedAt('requested_at') requestedAt!: Date;
  @MaybeAt('started_at') startedAt!: Date | null;
  @MaybeAt('finished_at') finishedAt!: Date | null;
}

/** What the edits find in a stored case now. */
@Entity({ name: 'edit_finding' })
@Check('edit_finding_entity_ck', `entity IN ('abstract', 'tumor', 'patient')`)
@Check('edit_finding_severity_ck', `severity IN ('error', 'warning')`)
@Check('edit_finding_state_ck', `state IN ('open', 'reviewed')`)
@Unique('edit_finding_uq', ['entityId', 'key'])
@Index('edit_finding_open_idx', ['edit', 'id'], { where: `state = 'open'` })
@Index('edit_finding_patient_idx', ['patientId'])
export class EditFinding {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Text('entity') entity!: Entities;
  @Ref('entity_id') entityId!: string;
  @ForeignKey(() => Patient, { name: 'edit_finding_patient_fk' }) @Ref('patient_id') patientId!: string;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Text('edit') edit!: string;
  @Column({ name: 'edit_version', type: 'integer' }) editVersion!: number;
  @Text('severity') severity!: 'error' | 'warning';
  @Column({ name: 'items', type: 'text', array: true }) items!: string[];
  @Text('key') key!: string;
  @Text('state') state!: 'open' | 'reviewed';
  @CreatedAt('found_at') foundAt!: Date;
}

/** A warning that a person looked at and found right. */
@Entity({ name: 'edit_review' })
@Check('edit_review_entity_ck', `entity IN ('abstract', 'tumor', 'patient')`)
@Index('edit_review_holds_uq', ['entityId', 'key'], { unique: true, where: 'withdrawn_at IS NULL' })
export class EditReview {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('entity') entity!: Entities;
  @Ref('entity_id') entityId!: string;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Text('edit') edit!: string;
  @Text('key') key!: string;
  @Text('reason') reason!: string;
  @Text('reviewed_by') reviewedBy!: string;
  @CreatedAt('reviewed_at') reviewedAt!: Date;
  @Text('withdrawn_by', { nullable: true }) withdrawnBy!: string | null;
  @MaybeAt('withdrawn_at') withdrawnAt!: Date | null;
}
