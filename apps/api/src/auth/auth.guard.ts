import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentRequest, idsIn } from '@perennial/audit';
import {
  identifySession,
  identifyToken,
  type Identified,
  reachOf,
  type Reach,
  REQUIRED_RIGHT,
  type Right,
  scopeFor,
} from '@perennial/auth';
import { type Config } from '@perennial/config';
import { type Principal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { type Request } from 'express';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/tokens.js';
import { cookieOf, sessionCookie } from './cookies.js';

/** A request with who asks, after the guard. `reach` is where the right of the route holds. */
export type IdentifiedRequest = Request & { identified?: Identified; principal?: Principal; reach?: Reach };

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
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const log = currentRequest();
    if (log !== undefined) {
      log.action = right ?? 'none';
      log.route = `${request.method} ${(request.route as { path?: string } | undefined)?.path ?? ''}`;
    }
    refuseForeignPage(request);
    if (right === 'public') return true;
    const identified = await this.identify(request);
    if (identified === null) throw new DomainError('session.required', 401, 'Sign in first.');
    // Without a declaration nobody may: a forgotten one is found by a test and harms no one.
    const principal = right === undefined ? null : scopeFor(identified, right);
    if (log !== undefined) {
      log.actor = identified.actor;
      log.asked = [...idsIn([request.params, request.query, request.body])];
      log.facilityIds = principal?.facilityIds ?? [];
      log.allFacilities = principal?.allFacilities ?? false;
    }
    if (right === undefined || principal === null)
      throw new DomainError('right.missing', 403, 'This needs a right that you do not have.', { right: right ?? null });
    if (identified.mustChange && right !== 'session.own')
      throw new DomainError('password.must-change', 403, 'Choose a password of your own first.');
    request.identified = identified;
    request.principal = principal;
    request.reach = reachOf(identified.grants, right);
    return true;
  }

  private async identify(request: Request): Promise<Identified | null> {
    if (request.headers.authorization !== undefined) {
      const bearer = /^Bearer (prn_[\w-]{20,100})$/.exec(request.headers.authorization)?.[1];
      return bearer === undefined ? null : identifyToken(this.db, bearer);
    }
    const cookie = cookieOf(request, sessionCookie(this.config).name);
    if (cookie === undefined) return null;
    const identified = await identifySession(this.db, cookie, this.config.SESSION_IDLE_MINUTES);
    // A form of another site can send the cookie but cannot know the session's own word.
    if (identified !== null && !SAFE.has(request.method) && request.headers['x-perennial-csrf'] !== identified.csrf) {
      throw new DomainError('session.csrf', 403, "The request did not come from the registry's own page.");
    }
    return identified;
  }
}

/** Browsers say where a request comes from: a change that another site asks for is refused whoever is signed in, sign-in included. */
function refuseForeignPage(request: Request): void {
  const from = request.headers['sec-fetch-site'];
  if (!SAFE.has(request.method) && (from === 'cross-site' || from === 'same-site'))
    throw new DomainError('session.csrf', 403, "The request did not come from the registry's own page.");
}
