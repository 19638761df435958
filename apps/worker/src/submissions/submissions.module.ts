import { Module } from '@nestjs/common';
import { SubmissionsProcessor } from './submissions.processor.js';

@Module({ providers: [SubmissionsProcessor] })
export class SubmissionsModule {}
