import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { enqueue, type Scoped, systemPrincipal } from '@perennial/persistence';
import { followUpPass } from '@perennial/queues';
import { SCOPED, TODAY } from '../platform/platform.module.js';

const EVERY_MS = 10 * 60_000;

/**
 * Plans the pass of each day of the registry's calendar once, whichever worker is first: the day of the last planned pass is a setting
 * row that is moved in the same transaction as the job is written. A day without a worker is caught up by the next pass.
 */
@Injectable()
export class DailySchedulerService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Daily');
  private readonly principal = systemPrincipal('daily-scheduler');
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TODAY) private readonly today: () => string,
  ) {}

  onApplicationBootstrap(): void {
    const plan = (): void => {
      this.plan().catch((error: unknown) =>
        this.log.warn(`daily pass not planned: ${error instanceof Error ? error.name : 'error'}`),
      );
    };
    this.timer = setInterval(plan, EVERY_MS);
    plan();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private plan(): Promise<void> {
    const today = this.today();
    return this.scoped(this.principal, async (tx) => {
      const moved = await tx.query<unknown[]>(
        `INSERT INTO setting AS s (key, value) VALUES ('follow-up.last-planned-pass', to_jsonb($1::text))
         ON CONFLICT (key, valid_from) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value RETURNING key`,
        [today],
      );
      if (moved.length > 0) await enqueue(tx, followUpPass, { today });
    });
  }
}
