import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { grants, identifySession, identifyToken, type Identified, REQUIRED_RIGHT, type Right } from '@perennial/auth';
import { type Config } from '@perennial/config';
import { DomainError } from '@perennial/problem';
import { type Request } from 'express';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/tokens.js';
import { cookieOf, SESSION_COOKIE } from './cookies.js';

/** A request with who asks, after the guard. */
export type IdentifiedRequest = Request & { identified?: Identified; principal?: Identified['principal'] };

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who is asking, and whether they may: before any look-up. A route that declares no right is refused. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const right = this.reflector.getAllAndOverride<Right | 'public' | undefined>(REQUIRED_RIGHT, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (right === 'public') return true;
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const identified = await this.identify(request);
    if (identified === null) throw new DomainError('session.required', 401, 'Sign in first.');
    // Without a declaration nobody may: a forgotten one is found by a test and harms no one.
    if (right === undefined || !grants(identified.principal.roles, right))
      throw new DomainError('right.missing', 403, 'This needs a right that you do not have.', { right: right ?? null });
    if (identified.mustChange && right !== 'session.own')
      throw new DomainError('password.must-change', 403, 'Choose a password of your own first.');
    request.identified = identified;
    request.principal = identified.principal;
    return true;
  }

  private async identify(request: Request): Promise<Identified | null> {
    const bearer = /^Bearer (prn_[\w-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return identifyToken(this.db, bearer);
    const cookie = cookieOf(request, SESSION_COOKIE);
    if (cookie === undefined) return null;
    const identified = await identifySession(this.db, cookie, this.config.SESSION_IDLE_MINUTES);
    // A form of another site can send the cookie but cannot know the session's own word.
    if (identified !== null && !SAFE.has(request.method) && request.headers['x-perennial-csrf'] !== identified.csrf) {
      throw new DomainError('session.csrf', 403, "The request did not come from the registry's own page.");
    }
    return identified;
  }
}
