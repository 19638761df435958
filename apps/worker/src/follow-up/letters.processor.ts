import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { LETTERS_QUEUE, printLetters } from '@perennial/queues';
import { printBatch } from '@perennial/records';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED } from '../platform/platform.module.js';

/** Prints one batch of letters. */
@Processor(LETTERS_QUEUE, { autorun: false })
export class LettersProcessor extends ContractProcessor<typeof printLetters.schema> {
  protected readonly contract = printLetters;
  private readonly principal = systemPrincipal('letters');

  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {
    super();
  }

  protected run({ batchId }: { batchId: string }): Promise<unknown> {
    return printBatch(this.scoped, this.principal, batchId);
  }
}
