import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { FOLLOW_UP_QUEUE, followUpPass, planFollowUp } from '@perennial/queues';
import { planDay, runPass } from '@perennial/records';
import { type Job, UnrecoverableError } from 'bullmq';
import { SCOPED, TODAY } from '../platform/platform.module.js';

/** Plans the pass of the day and runs passes. Both may be asked for again at any time: what is done is not done twice. */
@Processor(FOLLOW_UP_QUEUE, { autorun: false })
export class FollowUpProcessor extends WorkerHost {
  private readonly principal = systemPrincipal('follow-up');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  override async process(job: Job): Promise<unknown> {
    if (job.name === planFollowUp.name) return this.plan();
    const data = followUpPass.schema.safeParse(job.data);
    if (job.name !== followUpPass.name || !data.success) {
      throw new UnrecoverableError(`job ${job.id}: ${job.name} with this payload is not known here`);
    }
    return runPass(this.scoped, this.principal, data.data.passId);
  }

  /** The pass of today, unless it is planned already. */
  plan(): Promise<string | null> {
    return this.scoped(this.principal, (tx) => planDay(tx, this.today(), this.principal.actor));
  }
}
