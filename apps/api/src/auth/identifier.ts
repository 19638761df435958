import { Inject, Injectable } from '@nestjs/common';
import { identifySession, identifyToken, type Identified, type Reach } from '@perennial/auth';
import { type Config } from '@perennial/config';
import { type Principal } from '@perennial/persistence';
import { type Request } from 'express';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/tokens.js';
import { cookieOf, sessionCookie } from './cookies.js';

/** A request with who asks, after the guard. `reach` is where the right of the route holds. */
export type IdentifiedRequest = Request & { identified?: Identified; principal?: Principal; reach?: Reach };

/** Finds out who asks: by a bearer token or, without one, by the cookie of a session. */
@Injectable()
export class Identifier {
  private readonly known = new WeakMap<Request, Promise<Identified | null>>();

  constructor(
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Who asks; `null` for nobody that is known. Looked up once a request. */
  identify(request: Request): Promise<Identified | null> {
    const found = this.known.get(request) ?? this.lookUp(request);
    this.known.set(request, found);
    return found;
  }

  private lookUp(request: Request): Promise<Identified | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = /^Bearer (prn_[\w-]{20,100})$/.exec(authorization)?.[1];
      return bearer === undefined ? Promise.resolve(null) : identifyToken(this.db, bearer);
    }
    const cookie = cookieOf(request, sessionCookie(this.config).name);
    return cookie === undefined
      ? Promise.resolve(null)
      : identifySession(this.db, cookie, this.config.SESSION_IDLE_MINUTES);
  }
}
