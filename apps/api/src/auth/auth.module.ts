import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { Identifier } from './identifier.js';
import { SessionController } from './session.controller.js';

@Module({
  controllers: [SessionController],
  providers: [Identifier, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [Identifier],
})
export class AuthModule {}
