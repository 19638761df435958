import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import express from 'express';
import { DictionariesController } from './dictionaries.controller.js';

/** A dictionary of a few hundred items has some 100 kB. */
const MOST_BYTES = 5 * 1024 ** 2;

@Module({ controllers: [DictionariesController] })
export class DictionariesModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(express.raw({ type: ['application/xml', 'text/xml'], limit: MOST_BYTES }))
      .forRoutes({ path: 'dictionaries', method: RequestMethod.POST });
  }
}
