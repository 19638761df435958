import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@perennial/auth';
import { DomainError } from '@perennial/problem';
import { QueueHealth } from './queue-health.js';
import { DataSource } from 'typeorm';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly db: DataSource,
    private readonly queue: QueueHealth,
  ) {}

  /** The process runs. */
  @Public()
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Database and queue answer. */
  @Public()
  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    const away = (
      await Promise.all([this.answers('database', this.db.query('SELECT 1')), this.answers('queue', this.queue.ping())])
    ).flatMap((part) => part ?? []);
    if (away.length > 0) throw new DomainError('service.not-ready', 503, 'A part of the registry is away.', { away });
    return { status: 'ok' };
  }

  private answers(part: string, work: Promise<unknown>): Promise<string | null> {
    return work.then(
      () => null,
      () => part,
    );
  }
}
