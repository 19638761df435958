import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Facility } from './registry.js';

const bigint = (name: string): PropertyDecorator => Column({ name, type: 'bigint', default: 0 });
const facilityIds = (options = {}): PropertyDecorator =>
  Column({ name: 'facility_ids', type: 'uuid', array: true, ...options });

/** An uploaded NAACCR XML file and how far its import has come. */
@Entity({ name: 'import_batch' })
@Check(
  'import_batch_state_ck',
  `state IN ('uploading', 'received', 'checking', 'importing', 'done', 'refused', 'failed', 'cancelled')`,
)
@Index('import_batch_received_idx', ['receivedAt', 'id'])
@Index('import_batch_sha256_idx', ['sha256'])
export class ImportBatch {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @facilityIds({ default: [] }) facilityIds!: string[];
  @ForeignKey(() => Facility, { name: 'import_batch_facility_fk' })
  @Ref('default_facility_id', { nullable: true })
  defaultFacilityId!: string | null;
  @Text('state', { default: 'uploading' }) state!: string;
  @Column({ name: 'dry_run', type: 'boolean', default: false }) dryRun!: boolean;
  @Column({ name: 'as_draft', type: 'boolean', default: false }) asDraft!: boolean;
  @Text('requested_by') requestedBy!: string;
  @bigint('bytes') bytes!: string;
  @bigint('stored_bytes') storedBytes!: string;
  @Column({ name: 'parts', type: 'integer', default: 0 }) parts!: number;
  @Text('sha256', { nullable: true }) sha256!: string | null;
  @Column({ name: 'file', type: 'jsonb', default: {} }) file!: Record<string, unknown>;
  @Column({ name: 'problem', type: 'jsonb', nullable: true }) problem!: Record<string, unknown> | null;
  @Column({ name: 'done_patients', type: 'integer', default: 0 }) donePatients!: number;
  @Column({ name: 'counts', type: 'jsonb', default: {} }) counts!: Record<string, unknown>;
  /** The newest lineage there was when the import began. */
  @Column({ name: 'first_revision', type: 'bigint', nullable: true }) firstRevision!: string | null;
  @CreatedAt('received_at') receivedAt!: Date;
  @MaybeAt('started_at') startedAt!: Date | null;
  @MaybeAt('finished_at') finishedAt!: Date | null;
}

/** A part of the bytes of a file. */
@Entity({ name: 'import_part' })
export class ImportPart {
  @ForeignKey(() => ImportBatch, { name: 'import_part_batch_fk' })
  @PrimaryColumn({ name: 'batch_id', type: 'uuid', primaryKeyConstraintName: 'import_part_pk' })
  batchId!: string;
  @PrimaryColumn({ name: 'part', type: 'integer', primaryKeyConstraintName: 'import_part_pk' }) part!: number;
  @facilityIds() facilityIds!: string[];
  @Column({ name: 'bytes', type: 'bytea' }) bytes!: Buffer;
}

/** A record that was not taken: its place in the file and why. */
@Entity({ name: 'import_reject' })
export class ImportReject {
  @ForeignKey(() => ImportBatch, { name: 'import_reject_batch_fk' })
  @PrimaryColumn({ name: 'batch_id', type: 'uuid', primaryKeyConstraintName: 'import_reject_pk' })
  batchId!: string;
  /** Place among the patients of the file, from 1. */
  @PrimaryColumn({ name: 'patient', type: 'integer', primaryKeyConstraintName: 'import_reject_pk' }) patient!: number;
  /** Place among the tumors of the patient, from 1. */
  @PrimaryColumn({ name: 'tumor', type: 'integer', primaryKeyConstraintName: 'import_reject_pk' }) tumor!: number;
  @facilityIds() facilityIds!: string[];
  @Column({ name: 'line', type: 'integer' }) line!: number;
  @Text('reason') reason!: string;
  @Column({ name: 'detail', type: 'jsonb', default: {} }) detail!: Record<string, unknown>;
}
