import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { EDITS_QUEUE, runStoredEdits } from '@perennial/queues';
import { type RegistryTables, workOnRun } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES } from '../platform/platform.module.js';

/** Edits over stored cases, page by page; a second start goes on where the run stands. */
@Processor(EDITS_QUEUE, { autorun: false })
export class EditsProcessor extends ContractProcessor<typeof runStoredEdits.schema> {
  protected readonly contract = runStoredEdits;
  private readonly principal = systemPrincipal('edits');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
  ) {
    super();
  }

  protected run({ runId }: { runId: string }): Promise<unknown> {
    return workOnRun(this.scoped, this.principal, runId, this.tables);
  }
}
