import { type Server } from 'node:http';
import { type Config } from '@perennial/config';
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';

/** Slowest rate at which a body may come once the grace is over, bytes a second. */
const SLOWEST = 1_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Headers that browsers heed: nothing but our own scripts and styles, none of them inline, and no frame around us.
 *
 * @param styles a further source of styles: the word of this one answer that the page's own style elements carry.
 */
export const securityHeaders = (
  config: Pick<Config, 'NODE_ENV'>,
  styles: (request: unknown, response: unknown) => string,
): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", styles],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'worker-src': ["'self'"],
        'manifest-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        ...(config.NODE_ENV === 'production' ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
  });

/** Answers of the API stay in no cache on the way or in the browser. */
export const noStore: RequestHandler = (_request: Request, response: Response, next: NextFunction): void => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const problem = (response: Response, status: number, title: string): void => {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:perennial:problem:http.${status}`, title, status }));
};

/** A body that comes drop by drop holds a connection for hours: once the grace is over it must keep a rate. */
export const refuseSlowBodies =
  (graceMs: number): RequestHandler =>
  (request, response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
    if (!hasBody) {
      next();
      return;
    }
    const began = Date.now();
    const before = request.socket.bytesRead;
    const timer = setInterval(
      () => {
        const ms = Date.now() - began;
        const bytes = request.socket.bytesRead - before;
        if (ms < graceMs || bytes / (ms / 1_000) >= SLOWEST) return;
        stop();
        const { socket } = request;
        if (!response.headersSent) {
          response.setHeader('Connection', 'close');
          // The answer is on its way before the connection goes.
          response.once('finish', () => socket.end(() => socket.destroy()));
          problem(response, 408, 'The request came too slowly.');
        } else socket.end(() => socket.destroy());
      },
      Math.min(LOOK_EVERY_MS, graceMs),
    );
    timer.unref();
    const stop = (): void => clearInterval(timer);
    request.once('end', stop).once('close', stop);
    response.once('close', stop);
    next();
  };

/** No record of the platform is nested deeper; what is, is meant to exhaust whoever walks it. */
const DEEPEST = 32;

function deeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((one) => deeperThan(one, levels - 1));
}

/** Refuse a body that is nested without end. */
export const refuseDeepBodies: RequestHandler = (request, response, next): void => {
  if (deeperThan(request.body, DEEPEST)) problem(response, 400, 'The request is nested too deeply.');
  else next();
};

/** Limits of the server itself: headers within seconds, few of them, and a body within half an hour at most. */
export function limitServer(server: Server): void {
  server.headersTimeout = 15_000;
  server.requestTimeout = 1_800_000;
  server.keepAliveTimeout = 65_000;
  server.maxHeadersCount = 100;
}
