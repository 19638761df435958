import { Module } from '@nestjs/common';
import { FacilitiesController } from './facilities.controller.js';

@Module({ controllers: [FacilitiesController] })
export class FacilitiesModule {}
