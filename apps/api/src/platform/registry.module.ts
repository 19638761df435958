import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { audited } from '@perennial/audit';
import { type Config } from '@perennial/config';
import { appOptions, createScoped, type Scoped } from '@perennial/persistence';
import { loadRegistryTables } from '@perennial/records/node';
import { DataSource } from 'typeorm';
import { CONFIG, Clock, SCOPED, TABLES } from './tokens.js';

/** What every feature stands on: configuration, the one door to the database, the tables of the standards, the calendar. */
@Global()
@Module({})
export class RegistryModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: RegistryModule,
      imports: [
        TypeOrmModule.forRoot({
          ...appOptions({
            url: config.DATABASE_URL,
            poolSize: config.DATABASE_POOL_SIZE,
            applicationName: 'perennial-api',
          }),
          retryAttempts: 0,
        }),
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: SCOPED, inject: [DataSource], useFactory: (db: DataSource): Scoped => audited(createScoped(db)) },
        {
          provide: TABLES,
          useFactory: () => loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID }),
        },
        { provide: Clock, useValue: new Clock(config.REGISTRY_TIME_ZONE) },
      ],
      exports: [CONFIG, SCOPED, TABLES, Clock, TypeOrmModule],
    };
  }
}
