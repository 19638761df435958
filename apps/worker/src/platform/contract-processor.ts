import { WorkerHost } from '@nestjs/bullmq';
import { type Contract } from '@perennial/queues';
import { type Job, UnrecoverableError } from 'bullmq';
import { type z } from 'zod';

/** A processor that takes the jobs of one contract and refuses what is not of its shape: trying again cannot help then. */
export abstract class ContractProcessor<Schema extends z.ZodType> extends WorkerHost {
  protected abstract readonly contract: Contract<Schema>;

  protected abstract run(data: z.infer<Schema>): Promise<unknown>;

  override async process(job: Job): Promise<unknown> {
    if (job.name !== this.contract.name) throw new UnrecoverableError(`job ${job.id}: ${job.name} is not known here`);
    const data = this.contract.schema.safeParse(job.data);
    if (!data.success) throw new UnrecoverableError(`job ${job.id}: payload does not fit ${this.contract.name}`);
    return this.run(data.data);
  }
}
