import { type Request } from 'express';

export const SESSION_COOKIE = 'perennial_session';

/** A cookie of the request by name. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined && /^[\w-]{1,200}$/.test(value)) return value;
  }
  return undefined;
}
