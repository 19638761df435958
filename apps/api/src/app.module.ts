import { type DynamicModule, Module } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { AbstractsModule } from './abstracts/abstracts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { DictionariesModule } from './dictionaries/dictionaries.module.js';
import { DisclosuresModule } from './disclosures/disclosures.module.js';
import { EditsModule } from './edits/edits.module.js';
import { FacilitiesModule } from './facilities/facilities.module.js';
import { FollowUpModule } from './follow-up/follow-up.module.js';
import { HealthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { NaaccrImportModule } from './naaccr-import/naaccr-import.module.js';
import { PatientsModule } from './patients/patients.module.js';
import { PrimariesModule } from './primaries/primaries.module.js';
import { RegistryModule } from './platform/registry.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { ResearchModule } from './research/research.module.js';
import { StagingModule } from './staging/staging.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';
import { WorklistsModule } from './worklists/worklists.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TumorsModule } from './tumors/tumors.module.js';
import { UsersModule } from './users/users.module.js';

/** The table of contents of the API. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        RegistryModule.forRoot(config),
        AuthModule,
        UsersModule,
        TokensModule,
        AuditModule,
        DisclosuresModule,
        HealthModule,
        FacilitiesModule,
        DictionariesModule,
        NaaccrImportModule,
        IntakeModule,
        ReportsModule,
        WorklistsModule,
        AbstractsModule,
        EditsModule,
        PatientsModule,
        TumorsModule,
        PrimariesModule,
        FollowUpModule,
        StagingModule,
        SubmissionsModule,
        ResearchModule,
      ],
    };
  }
}
