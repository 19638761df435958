import { type Config } from '@perennial/config';
import { type CookieOptions, type Request } from 'express';

/** The cookie of a session. In production browsers take it over TLS only, from this very host and for all of it (`__Host-`). */
export function sessionCookie(config: Pick<Config, 'NODE_ENV'>): {
  readonly name: string;
  readonly options: CookieOptions;
} {
  const secure = config.NODE_ENV === 'production';
  return {
    name: secure ? '__Host-perennial_session' : 'perennial_session',
    options: { httpOnly: true, sameSite: 'strict', secure, path: '/' },
  };
}

/** A cookie of the request by name. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined && /^[\w-]{1,200}$/.test(value)) return value;
  }
  return undefined;
}
