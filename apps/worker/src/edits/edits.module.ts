import { Module } from '@nestjs/common';
import { EditsProcessor } from './edits.processor.js';

@Module({ providers: [EditsProcessor] })
export class EditsModule {}
