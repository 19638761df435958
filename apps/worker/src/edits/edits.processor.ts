import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { EDITS_QUEUE, refreshPatientFindings, runStoredEdits } from '@perennial/queues';
import { refreshFindings, type RegistryTables, workOnRun } from '@perennial/records';
import { type Job, UnrecoverableError } from 'bullmq';
import { ContractProcessor } from '../platform/contract-processor.js';
import { SCOPED, TABLES, TODAY } from '../platform/platform.module.js';

/**
 * Edits over stored cases, page by page (a second start goes on where the run stands), and over one patient after a change (made anew each time).
 * One queue for both: each queue costs the PostgreSQL back end connections.
 */
@Processor(EDITS_QUEUE, { autorun: false })
export class EditsProcessor extends ContractProcessor<typeof runStoredEdits.schema> {
  protected readonly contract = runStoredEdits;
  private readonly principal = systemPrincipal('edits');

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    @Inject(TODAY) private readonly today: () => string,
  ) {
    super();
  }

  override async process(job: Job): Promise<unknown> {
    if (job.name !== refreshPatientFindings.name) return super.process(job);
    const data = refreshPatientFindings.schema.safeParse(job.data);
    if (!data.success)
      throw new UnrecoverableError(`job ${job.id}: payload does not fit ${refreshPatientFindings.name}`);
    const { cases, found } = await this.scoped(this.principal, (tx) =>
      refreshFindings(tx, [data.data.patientId], this.today(), this.tables),
    );
    return { cases, findings: found.length };
  }

  protected run({ runId }: { runId: string }): Promise<unknown> {
    return workOnRun(this.scoped, this.principal, runId, this.tables);
  }
}
