import { Module } from '@nestjs/common';
import { StagingProcessor } from './staging.processor.js';

@Module({ providers: [StagingProcessor] })
export class StagingModule {}
