import { Module } from '@nestjs/common';
import { DailySchedulerService } from './daily-scheduler.service.js';
import { FollowUpProcessor } from './follow-up.processor.js';

@Module({ providers: [FollowUpProcessor, DailySchedulerService] })
export class FollowUpModule {}
