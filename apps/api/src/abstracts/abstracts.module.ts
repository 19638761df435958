import { Module } from '@nestjs/common';
import { AbstractsController } from './abstracts.controller.js';
import { AbstractsService } from './abstracts.service.js';

@Module({ controllers: [AbstractsController], providers: [AbstractsService] })
export class AbstractsModule {}
