import { Module } from '@nestjs/common';
import { TumorsController } from './tumors.controller.js';

@Module({ controllers: [TumorsController] })
export class TumorsModule {}
