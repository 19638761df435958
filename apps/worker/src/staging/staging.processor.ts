import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { restagePage, STAGING_QUEUE } from '@perennial/queues';
import { type RegistryTables, restageOnePage } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES, TODAY } from '../platform/platform.module.js';

/** Tumors staged again page by page, each page one transaction. */
@Processor(STAGING_QUEUE, { autorun: false })
export class StagingProcessor extends ContractProcessor<typeof restagePage.schema> {
  protected readonly contract = restagePage;
  private readonly principal = systemPrincipal('staging');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  protected run(page: { runId: string; page: number }): Promise<unknown> {
    return this.scoped(this.principal, (tx) =>
      restageOnePage(tx, page, this.principal.actor, this.tables, this.today()),
    );
  }
}
