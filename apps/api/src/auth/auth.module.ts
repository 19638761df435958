import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { SessionController } from './session.controller.js';

@Module({ controllers: [SessionController], providers: [{ provide: APP_GUARD, useClass: AuthGuard }] })
export class AuthModule {}
