import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';

/** A staging algorithm file as it came. At most one version of an algorithm is current. */
@Entity({ name: 'staging_algorithm' })
@Unique('staging_algorithm_sha256_uq', ['sha256'])
@Check('staging_algorithm_sha256_ck', `sha256 ~ '^[0-9a-f]{64}$'`)
@Index('staging_algorithm_current_uq', ['algorithm'], { unique: true, where: 'current' })
export class StagingAlgorithm {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('algorithm') algorithm!: string;
  @Text('version') version!: string;
  @Text('sha256') sha256!: string;
  @Column({ name: 'file', type: 'bytea' }) file!: Buffer;
  @Column({ name: 'schemas', type: 'integer' }) schemas!: number;
  @Column({ name: 'tables', type: 'integer' }) tables!: number;
  @Column({ name: 'current', type: 'boolean', default: false }) current!: boolean;
  @Text('installed_by') installedBy!: string;
  @CreatedAt('installed_at') installedAt!: Date;
}

/** One pass over all tumors and complete abstracts with one algorithm; a preview writes nothing but the report. */
@Entity({ name: 'staging_run' })
@Check('staging_run_state_ck', `state IN ('running', 'done', 'replaced')`)
@Check('staging_run_entity_ck', `entity IN ('tumor', 'abstract')`)
@Index('staging_run_started_idx', ['startedAt', 'id'])
export class StagingRun {
  @PrimaryGeneratedColumn('uuid') id!: string;
  /** Absent when it went back to what ships with the product. */
  @ForeignKey(() => StagingAlgorithm, { name: 'staging_run_algorithm_fk' })
  @Ref('algorithm_id', { nullable: true })
  algorithmId!: string | null;
  @Text('algorithm') algorithm!: string;
  @Text('version') version!: string;
  @Column({ name: 'preview', type: 'boolean' }) preview!: boolean;
  @Text('state', { default: 'running' }) state!: 'running' | 'done' | 'replaced';
  @Text('entity', { default: 'tumor' }) entity!: 'tumor' | 'abstract';
  @Ref('after_id', { nullable: true }) afterId!: string | null;
  @Column({ name: 'page', type: 'integer', default: 0 }) page!: number;
  @Column({ name: 'total', type: 'integer', default: 0 }) total!: number;
  @Column({ name: 'looked_at', type: 'integer', default: 0 }) lookedAt!: number;
  @Column({ name: 'changed_tumors', type: 'integer', default: 0 }) changedTumors!: number;
  @Column({ name: 'changed_abstracts', type: 'integer', default: 0 }) changedAbstracts!: number;
  @Column({ name: 'impact', type: 'jsonb', default: {} }) impact!: Record<string, unknown>;
  @Text('requested_by') requestedBy!: string;
  @CreatedAt('started_at') startedAt!: Date;
  @MaybeAt('finished_at') finishedAt!: Date | null;
}

/** What a run changed of one tumor or abstract, or would change. */
@Entity({ name: 'staging_change' })
@Check('staging_change_entity_ck', `entity IN ('tumor', 'abstract')`)
export class StagingChange {
  @PrimaryColumn({ name: 'run_id', type: 'uuid', primaryKeyConstraintName: 'staging_change_pk' })
  @ForeignKey(() => StagingRun, { name: 'staging_change_run_fk' })
  runId!: string;
  @PrimaryColumn({ name: 'entity', type: 'text', primaryKeyConstraintName: 'staging_change_pk' }) entity!:
    'tumor' | 'abstract';
  @PrimaryColumn({ name: 'entity_id', type: 'uuid', primaryKeyConstraintName: 'staging_change_pk' }) entityId!: string;
  @Ref('patient_id') patientId!: string;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Column({ name: 'changes', type: 'jsonb' }) changes!: Record<string, unknown[]>;
}
