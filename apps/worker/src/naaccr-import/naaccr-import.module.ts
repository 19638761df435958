import { Module } from '@nestjs/common';
import { NaaccrImportProcessor } from './naaccr-import.processor.js';

@Module({ providers: [NaaccrImportProcessor] })
export class NaaccrImportModule {}
