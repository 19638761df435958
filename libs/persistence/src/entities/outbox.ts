import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { CreatedAt, MaybeAt, Text } from './columns.js';

/** A job that is to be queued. Written with its data in one transaction; its id becomes the job's id. */
@Entity({ name: 'outbox_message' })
@Index('outbox_message_unsent_idx', ['createdAt'], { where: 'sent_at IS NULL' })
export class OutboxMessage {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('queue') queue!: string;
  @Text('name') name!: string;
  @Column({ name: 'payload', type: 'jsonb' }) payload!: Record<string, unknown>;
  @CreatedAt('created_at') createdAt!: Date;
  @MaybeAt('claimed_until') claimedUntil!: Date | null;
  @MaybeAt('sent_at') sentAt!: Date | null;
}
