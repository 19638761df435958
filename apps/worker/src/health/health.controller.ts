import { Controller, Get, HttpException } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bullmq';
import { INTAKE_QUEUE } from '@perennial/queues';
import { type Queue } from 'bullmq';
import { DataSource } from 'typeorm';

const ANSWER_WITHIN_MS = 2_000;

/** The only thing a worker serves. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly db: DataSource,
    @InjectQueue(INTAKE_QUEUE) private readonly queue: Queue,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('late')), ANSWER_WITHIN_MS).unref(),
    );
    const parts = await Promise.allSettled(
      [this.db.query('SELECT 1'), this.queue.getJobCounts('waiting')].map((part) => Promise.race([part, late])),
    );
    if (parts.some((part) => part.status === 'rejected')) throw new HttpException({ status: 'away' }, 503);
    return { status: 'ok' };
  }
}
