import { type DynamicModule, Module } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { AuditModule } from './audit/audit.module.js';
import { EditsModule } from './edits/edits.module.js';
import { FollowUpModule } from './follow-up/follow-up.module.js';
import { HealthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { NaaccrImportModule } from './naaccr-import/naaccr-import.module.js';
import { OutboxModule } from './outbox/outbox.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { StagingModule } from './staging/staging.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';

/** The table of contents of the worker. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        PlatformModule.forRoot(config),
        HealthModule,
        OutboxModule,
        AuditModule,
        IntakeModule,
        NaaccrImportModule,
        EditsModule,
        FollowUpModule,
        StagingModule,
        SubmissionsModule,
      ],
    };
  }
}
