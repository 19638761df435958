import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { FOLLOW_UP_QUEUE, followUpPass } from '@perennial/queues';
import { dailyPass } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED } from '../platform/platform.module.js';

/** One day of follow-up, set-based. */
@Processor(FOLLOW_UP_QUEUE, { autorun: false })
export class FollowUpProcessor extends ContractProcessor<typeof followUpPass.schema> {
  protected readonly contract = followUpPass;
  private readonly principal = systemPrincipal('follow-up');

  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {
    super();
  }

  protected run({ today }: { today: string }): Promise<unknown> {
    return this.scoped(this.principal, (tx) => dailyPass(tx, today, this.principal.actor));
  }
}
