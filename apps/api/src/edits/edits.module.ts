import { Module } from '@nestjs/common';
import { EditsController } from './edits.controller.js';

@Module({ controllers: [EditsController] })
export class EditsModule {}
