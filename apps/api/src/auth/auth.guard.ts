import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentRequest, idsIn } from '@perennial/audit';
import { type Identified, reachOf, REQUIRED_RIGHT, type Right, scopeFor } from '@perennial/auth';
import { DomainError } from '@perennial/problem';
import { type Request } from 'express';
import { type IdentifiedRequest, Identifier } from './identifier.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who is asking, and whether they may: before any look-up. A route that declares no right is refused. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly identifier: Identifier,
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
    const identified = await this.identifier.identify(request);
    if (identified === null) throw new DomainError('session.required', 401, 'Sign in first.');
    refuseForgedForm(request, identified);
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
}

const refused = (): DomainError =>
  new DomainError('session.csrf', 403, "The request did not come from the registry's own page.");

/** Browsers say where a request comes from: a change that another site asks for is refused whoever is signed in, sign-in included. */
function refuseForeignPage(request: Request): void {
  const from = request.headers['sec-fetch-site'];
  if (!SAFE.has(request.method) && (from === 'cross-site' || from === 'same-site')) throw refused();
}

/** A form of another site can send the cookie but cannot know the session's own word. A token is sent by nobody unasked. */
function refuseForgedForm(request: Request, identified: Identified): void {
  if (identified.csrf === null || SAFE.has(request.method)) return;
  if (request.headers['x-perennial-csrf'] !== identified.csrf) throw refused();
}
