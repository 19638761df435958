import { Module } from '@nestjs/common';
import { IntakeProcessor } from './intake.processor.js';

@Module({ providers: [IntakeProcessor] })
export class IntakeModule {}
