import { OnWorkerEvent, Processor } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { INTAKE_QUEUE, processMessage } from '@perennial/queues';
import {
  createBatcher,
  failMessage,
  processMessages,
  type RegistryTables,
  type ReportOutcome,
} from '@perennial/records';
import { type Job } from 'bullmq';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES, TODAY } from '../platform/platform.module.js';

/** Messages of one transaction. Larger ones hold the locks of more people for longer and save little more. */
const MESSAGES_A_TRANSACTION = 50;

/**
 * Stored messages become reports, codes and drafts. Jobs that are at hand together share a transaction; each is done when its own message
 * is, and a second run finds nothing to do.
 */
@Processor(INTAKE_QUEUE, { autorun: false })
export class IntakeProcessor extends ContractProcessor<typeof processMessage.schema> {
  /** Jobs at hand at a time: two transactions' worth, so that one is read and coded while the other is written. */
  static readonly JOBS_AT_ONCE = 2 * MESSAGES_A_TRANSACTION;

  protected readonly contract = processMessage;
  private readonly log = new Logger('Intake');
  private readonly principal = systemPrincipal('intake');
  private readonly batches = createBatcher((ids: readonly string[]) => this.processAll(ids), {
    size: MESSAGES_A_TRANSACTION,
    atOnce: 2,
  });

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  protected run({ messageId }: { messageId: string }): Promise<unknown> {
    return this.batches.submit(messageId);
  }

  private async processAll(ids: readonly string[]): Promise<(ReportOutcome[] | null)[]> {
    const outcomes = await this.scoped(this.principal, (tx) => processMessages(tx, ids, this.tables, this.today()));
    return ids.map((id) => outcomes.get(id) ?? null);
  }

  /** After the last attempt the message is listed for an operator instead of waiting for ever. */
  @OnWorkerEvent('failed')
  async onFailed(job: Job | undefined): Promise<void> {
    const data = this.contract.schema.safeParse(job?.data);
    if (job === undefined || !data.success || job.attemptsMade < (job.opts.attempts ?? 1)) return;
    await this.scoped(this.principal, (tx) => failMessage(tx, data.data.messageId)).catch((error: unknown) =>
      this.log.error(`message of job ${job.id} could not be marked: ${error instanceof Error ? error.name : 'error'}`),
    );
  }
}
