import { Module } from '@nestjs/common';
import { DailySchedulerService } from './daily-scheduler.service.js';
import { FollowUpProcessor } from './follow-up.processor.js';
import { LettersProcessor } from './letters.processor.js';

@Module({ providers: [FollowUpProcessor, LettersProcessor, DailySchedulerService] })
export class FollowUpModule {}
