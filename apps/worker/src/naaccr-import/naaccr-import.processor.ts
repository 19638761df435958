import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { importNaaccr, IMPORTS_QUEUE } from '@perennial/queues';
import { type RegistryTables, runImport } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES, TODAY } from '../platform/platform.module.js';

/** Uploaded files become abstracts. A job that is run again goes on where the last page was committed. */
@Processor(IMPORTS_QUEUE, { autorun: false })
export class NaaccrImportProcessor extends ContractProcessor<typeof importNaaccr.schema> {
  protected readonly contract = importNaaccr;
  private readonly principal = systemPrincipal('import');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  protected run({ batchId }: { batchId: string }): Promise<unknown> {
    return runImport(this.scoped, this.principal, batchId, this.tables, this.today());
  }
}
