import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Config, todayIn } from '@perennial/config';
import { appOptions, createScoped, type Scoped } from '@perennial/persistence';
import { QUEUES } from '@perennial/queues';
import { loadRegistryTables } from '@perennial/records/node';
import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import { DataSource } from 'typeorm';

export const CONFIG = Symbol('config');
export const SCOPED = Symbol('scoped');
export const TABLES = Symbol('tables');
/** Gives today's date of the registry, `YYYYMMDD`. */
export const TODAY = Symbol('today');

/** What every processor stands on. The queue's back end is chosen here and nowhere else. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(config: Config): DynamicModule {
    const usesPostgres = config.QUEUE_BACKEND === 'postgres';
    // BullMQ picks its back end by the kind of connection; its PostgreSQL one has to be named for the whole process.
    if (usesPostgres)
      setDefaultBackendFactory(createPostgresBackend as unknown as Parameters<typeof setDefaultBackendFactory>[0]);
    const connection = usesPostgres
      ? { connectionString: config.DATABASE_URL }
      : { url: config.REDIS_URL, maxRetriesPerRequest: null };
    return {
      module: PlatformModule,
      imports: [
        TypeOrmModule.forRoot({
          ...appOptions({
            url: config.DATABASE_URL,
            poolSize: config.DATABASE_POOL_SIZE,
            applicationName: 'perennial-worker',
          }),
          retryAttempts: 0,
        }),
        BullModule.forRoot({ connection: connection as { url: string }, prefix: config.QUEUE_PREFIX }),
        BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: SCOPED, inject: [DataSource], useFactory: (db: DataSource): Scoped => createScoped(db) },
        {
          provide: TABLES,
          useFactory: () => loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID }),
        },
        { provide: TODAY, useValue: (): string => todayIn(config.REGISTRY_TIME_ZONE, new Date()) },
      ],
      exports: [CONFIG, SCOPED, TABLES, TODAY, TypeOrmModule, BullModule],
    };
  }
}
