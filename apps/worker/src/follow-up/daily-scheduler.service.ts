import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { FOLLOW_UP_QUEUE, planFollowUp } from '@perennial/queues';
import { type Queue } from 'bullmq';
import { CONFIG } from '../platform/platform.module.js';
import { FollowUpProcessor } from './follow-up.processor.js';

/** Five past midnight, by the registry's clock. */
const NIGHTLY = '5 0 * * *';

/**
 * Tells the queue when the registry's day begins; its scheduler then says each night that it is time to plan the pass, to whichever
 * worker is free. A worker that starts plans the day at once, so that a night without a worker is caught up.
 */
@Injectable()
export class DailySchedulerService implements OnApplicationBootstrap {
  private readonly log = new Logger('Daily');

  constructor(
    @InjectQueue(FOLLOW_UP_QUEUE) private readonly queue: Queue,
    @Inject(CONFIG) private readonly config: Config,
    private readonly processor: FollowUpProcessor,
  ) {}

  onApplicationBootstrap(): void {
    const warn =
      (what: string) =>
      (error: unknown): void =>
        this.log.warn(`${what}: ${error instanceof Error ? error.name : 'error'}`);
    this.processor.plan().catch(warn('daily pass not planned'));
    this.queue
      .upsertJobScheduler(
        'follow-up-daily',
        { pattern: NIGHTLY, tz: this.config.REGISTRY_TIME_ZONE },
        { name: planFollowUp.name, data: {}, opts: planFollowUp.options },
      )
      .catch(warn('nightly pass not scheduled'));
  }
}
