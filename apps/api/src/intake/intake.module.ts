import { Module } from '@nestjs/common';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';
import { MllpServer } from './mllp/mllp.server.js';
import { SendersController } from './mllp/senders.controller.js';

@Module({ controllers: [IntakeController, SendersController], providers: [IntakeService, MllpServer] })
export class IntakeModule {}
