import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { Redis } from 'ioredis';
import { CONFIG } from '../platform/tokens.js';

/** Asks the queue whether it is there. With the PostgreSQL back end the database answers for it. */
@Injectable()
export class QueueHealth implements OnApplicationShutdown {
  private readonly redis: Redis | null;

  constructor(@Inject(CONFIG) config: Config) {
    this.redis =
      config.QUEUE_BACKEND === 'redis' && config.REDIS_URL !== undefined
        ? new Redis(config.REDIS_URL, {
            lazyConnect: true,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            commandTimeout: 2_000,
          })
        : null;
    // A lost connection is told by ping; without a listener it would end the process.
    this.redis?.on('error', () => undefined);
  }

  async ping(): Promise<void> {
    if (this.redis === null) return;
    if (this.redis.status === 'wait') await this.redis.connect();
    await this.redis.ping();
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
