import { Module } from '@nestjs/common';
import { WorklistsController } from './worklists.controller.js';
import { WorklistsService } from './worklists.service.js';

@Module({ controllers: [WorklistsController], providers: [WorklistsService] })
export class WorklistsModule {}
