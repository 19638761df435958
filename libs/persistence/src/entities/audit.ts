import { Check, Column, Entity, Generated, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { Ref, Text } from './columns.js';

abstract class Event {
  @Generated('uuid') @Column({ name: 'event', type: 'uuid' }) event!: string;
  @Column({ name: 'at', type: 'timestamptz', default: () => 'clock_timestamp()' }) at!: Date;
  @Ref('request_id') requestId!: string;
  @Text('actor') actor!: string;
  /** The right that was used, or what happened to a session. */
  @Text('action') action!: string;
  /** Method and path with its parameters unfilled. */
  @Text('route') route!: string;
  @Column({ name: 'status', type: 'integer' }) status!: number;
  /** The scope in which it was done. */
  @Column({ name: 'facility_ids', type: 'uuid', array: true, default: () => `'{}'` }) facilityIds!: string[];
  @Column({ name: 'all_facilities', type: 'boolean', default: false }) allFacilities!: boolean;
  /** Ids that were asked for and shown. */
  @Column({ name: 'seen', type: 'uuid', array: true, default: () => `'{}'` }) seen!: string[];
  @Column({ name: 'detail', type: 'jsonb', nullable: true }) detail!: unknown;
}

/** An event as its request wrote it, not yet numbered and chained. */
@Entity({ name: 'audit_pending' })
export class AuditPending extends Event {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
}

/** A sealed event: its hash covers it and the one before. */
@Entity({ name: 'audit_event' })
@Index('audit_event_seen_idx', { synchronize: false })
@Index('audit_event_actor_idx', ['actor', 'position'])
@Index('audit_event_at_idx', { synchronize: false })
export class AuditEvent extends Event {
  @PrimaryColumn({ name: 'position', type: 'bigint' }) position!: string;
  @Column({ name: 'hash', type: 'bytea' }) hash!: Buffer;
}

/** The end of the chain. One row. */
@Entity({ name: 'audit_head' })
@Check('audit_head_one_ck', 'single')
export class AuditHead {
  @PrimaryColumn({ name: 'single', type: 'boolean', default: true }) single!: boolean;
  @Column({ name: 'position', type: 'bigint' }) position!: string;
  @Column({ name: 'hash', type: 'bytea' }) hash!: Buffer;
}
