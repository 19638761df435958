import { Module } from '@nestjs/common';
import { StagingController } from './staging.controller.js';
import { StagingService } from './staging.service.js';

@Module({ controllers: [StagingController], providers: [StagingService] })
export class StagingModule {}
