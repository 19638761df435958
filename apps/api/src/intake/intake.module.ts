import { Module } from '@nestjs/common';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';
import { MllpServer } from './mllp/mllp.server.js';
import { SendersController } from './mllp/senders.controller.js';
import { SynonymsController } from './synonyms.controller.js';

@Module({
  controllers: [IntakeController, SendersController, SynonymsController],
  providers: [IntakeService, MllpServer],
})
export class IntakeModule {}
