import { Module } from '@nestjs/common';
import { AuditSealerService } from './audit-sealer.service.js';

@Module({ providers: [AuditSealerService] })
export class AuditModule {}
