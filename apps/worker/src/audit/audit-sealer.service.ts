import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { CONFIG, SCOPED } from '../platform/platform.module.js';

const BATCH = 5_000;
/** How often the end of the chain is logged, so that it is kept in a place of its own. */
const TELL_EVERY_MS = 3_600_000;

/**
 * Seals the audit log: numbers committed events and chains each to the one before, in batches, well within a second. Any number of
 * workers may run; the database lets one at a time do it.
 */
@Injectable()
export class AuditSealerService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Audit');
  private readonly principal = { ...systemPrincipal('audit'), allFacilities: false };
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private told = 0;

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), this.config.AUDIT_SEAL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }

  private wake(): void {
    this.running ??= this.seal()
      .catch((error: unknown) =>
        this.log.warn(
          `sealing waits: ${error instanceof Error ? error.name : 'error'} ${(error as { code?: string }).code ?? ''}`,
        ),
      )
      .finally(() => {
        this.running = null;
      });
  }

  private async seal(): Promise<void> {
    while ((await this.sealBatch()) === BATCH);
    if (Date.now() - this.told > TELL_EVERY_MS) await this.tell();
  }

  private sealBatch(): Promise<number> {
    return this.scoped(this.principal, async (tx) => {
      const [row] = await tx.query<{ sealed: number }[]>(`SELECT audit_seal($1) AS sealed`, [BATCH]);
      return row?.sealed ?? 0;
    });
  }

  private async tell(): Promise<void> {
    const [head] = await this.scoped(this.principal, (tx) =>
      tx.query<{ position: string; hash: string }[]>(`SELECT position, hash FROM audit_state()`),
    );
    this.told = Date.now();
    this.log.log(`sealed to ${head?.position ?? ''}:${head?.hash ?? ''}`);
  }
}
