import { Module } from '@nestjs/common';
import { PrimariesController } from './primaries.controller.js';
import { PrimariesService } from './primaries.service.js';

@Module({ controllers: [PrimariesController], providers: [PrimariesService] })
export class PrimariesModule {}
