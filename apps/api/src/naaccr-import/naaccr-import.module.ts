import { Module } from '@nestjs/common';
import { NaaccrImportController } from './naaccr-import.controller.js';
import { NaaccrImportService } from './naaccr-import.service.js';

@Module({ controllers: [NaaccrImportController], providers: [NaaccrImportService] })
export class NaaccrImportModule {}
