import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { INTAKE_QUEUE, processMessage } from '@perennial/queues';
import { processStoredMessage, type RegistryTables } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES, TODAY } from '../platform/platform.module.js';

/** Stored messages become reports, codes and drafts. One transaction a message; a second run finds nothing to do. */
@Processor(INTAKE_QUEUE, { autorun: false })
export class IntakeProcessor extends ContractProcessor<typeof processMessage.schema> {
  protected readonly contract = processMessage;
  private readonly principal = systemPrincipal('intake');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  protected run({ messageId }: { messageId: string }): Promise<unknown> {
    return this.scoped(this.principal, (tx) => processStoredMessage(tx, messageId, this.tables, this.today()));
  }
}
