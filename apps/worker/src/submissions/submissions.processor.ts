import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { buildSubmission, SUBMISSIONS_QUEUE } from '@perennial/queues';
import { buildAndDeliver, type RegistryTables } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { CONFIG, SCOPED, TABLES } from '../platform/platform.module.js';

/** Frozen submissions become files in the outbound folder. */
@Processor(SUBMISSIONS_QUEUE, { autorun: false })
export class SubmissionsProcessor extends ContractProcessor<typeof buildSubmission.schema> {
  protected readonly contract = buildSubmission;
  private readonly principal = systemPrincipal('submissions');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  protected run({ submissionId }: { submissionId: string }): Promise<unknown> {
    return buildAndDeliver(this.scoped, this.principal, submissionId, this.config.OUTBOUND_DIR, this.tables);
  }
}
