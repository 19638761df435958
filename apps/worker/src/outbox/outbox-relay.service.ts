import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getQueueToken } from '@nestjs/bullmq';
import { type Config } from '@perennial/config';
import { claimDue, type DueMessage, markSent, OUTBOX_CHANNEL } from '@perennial/persistence';
import { contracts } from '@perennial/queues';
import { type Queue } from 'bullmq';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/platform.module.js';

const BATCH = 200;

/**
 * Moves jobs from the outbox to their queues: woken by a notice of the database and, should one be lost, by a poll. A queue that is
 * away delays jobs and loses none.
 */
@Injectable()
export class OutboxRelayService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Outbox');
  private listener: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    private readonly db: DataSource,
    private readonly modules: ModuleRef,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), this.config.OUTBOX_POLL_MS);
    void this.listen();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.running?.catch(() => undefined);
    await this.listener?.end().catch(() => undefined);
  }

  /** Run soon; a call while running runs once more after it. */
  private wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.drainAll().finally(() => {
      this.running = null;
    });
  }

  private async drainAll(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        while ((await this.drain()) === BATCH && !this.stopped);
      } catch (error) {
        this.log.warn(
          `outbox waits: ${error instanceof Error ? error.name : 'error'} ${(error as { code?: string }).code ?? ''}`,
        );
        return;
      }
    }
  }

  /** One batch: claim and commit, add to the queue, mark as sent. Row id = job id, so adding twice is harmless. */
  private async drain(): Promise<number> {
    const due = await claimDue(this.db, BATCH, this.config.OUTBOX_CLAIM_MS);
    for (const [name, messages] of group(due)) {
      const queue = this.modules.get<Queue>(getQueueToken(name), { strict: false });
      await withTimeout(queue.addBulk(messages.map(toJob)), this.config.QUEUE_ADD_TIMEOUT_MS);
      await markSent(
        this.db,
        messages.map(({ id }) => id),
      );
    }
    return due.length;
  }

  /** A connection that hears of new rows. When it breaks, the poll carries on and it is tried again. */
  private async listen(): Promise<void> {
    if (this.stopped) return;
    const client = new pg.Client({ connectionString: this.config.DATABASE_URL });
    const retry = (): void => {
      if (this.listener === client || this.listener === null) {
        this.listener = null;
        setTimeout(() => void this.listen(), 1_000).unref();
      }
    };
    client.on('error', retry);
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      this.listener = client;
    } catch {
      retry();
    }
  }
}

function group(messages: readonly DueMessage[]): Map<string, DueMessage[]> {
  const groups = new Map<string, DueMessage[]>();
  for (const message of messages) groups.set(message.queue, [...(groups.get(message.queue) ?? []), message]);
  return groups;
}

const toJob = ({
  id,
  name,
  payload,
}: DueMessage): { name: string; data: Record<string, unknown>; opts: Record<string, unknown> } => ({
  name,
  data: payload,
  opts: { ...contracts.get(name)?.options, jobId: id },
});

/** With its server away a queue neither answers nor fails: give up after a while and let the claim run out. */
async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('queue did not answer in time')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
