import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type OpenAPIObject } from '@nestjs/swagger';
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** What the build makes beside the compiled API: the page, and the description of the API read from its sources. */
const PAGE = path.join(__dirname, '../../../web');
const DESCRIPTION = path.join(__dirname, '../../openapi.json');

/** The description of the API; `null` in a build without it. */
export const readDescription = (): OpenAPIObject | null =>
  existsSync(DESCRIPTION) ? (JSON.parse(readFileSync(DESCRIPTION, 'utf8')) as OpenAPIObject) : null;

const NONCE = Symbol('style nonce');
type WithNonce = Response & { [NONCE]?: string };

/** A word, new for each answer, that lets the page's own style elements pass its policy. Used as a source of `style-src`. */
export const styleNonce = (_request: unknown, response: unknown): string => {
  const answer = response as WithNonce;
  answer[NONCE] ??= randomBytes(16).toString('base64');
  return `'nonce-${answer[NONCE]}'`;
};

const FORMS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Files that the build compressed go out in the best form that the browser takes. They are asked for by names with a hash. */
function compressed(folder: string): RequestHandler {
  const names = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return (request, response, next) => {
    const name = path.basename(request.path);
    const form = FORMS.find(
      ([encoding, ending]) => names.has(name + ending) && request.acceptsEncodings(encoding) === encoding,
    );
    if (request.method !== 'GET' || form === undefined) return next();
    response.setHeader('Content-Encoding', form[0]).setHeader('Vary', 'Accept-Encoding').type(path.extname(name));
    response.sendFile(name + form[1], { root: folder, immutable: true, maxAge: '1y' });
  };
}

/**
 * Serve the web app from the API's own origin. Hashed files may be kept for ever, the page itself never. Every address that is not the
 * API's and asks for a page gets the page: the app reads the address by itself.
 */
export function servePage(app: NestExpressApplication): void {
  const index = path.join(PAGE, 'index.html');
  if (!existsSync(index)) return;
  const html = readFileSync(index, 'utf8');
  app.use('/assets', compressed(path.join(PAGE, 'assets')));
  app.useStaticAssets(path.join(PAGE, 'assets'), {
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
    fallthrough: false,
  });
  app.useStaticAssets(PAGE, { index: false, maxAge: '1h' });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const asksForPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !request.path.startsWith('/api/') &&
      request.accepts(['html', 'json']) === 'html';
    if (!asksForPage) return next();
    styleNonce(request, response);
    response
      .setHeader('Cache-Control', 'no-store')
      .type('html')
      .send(html.replace('__STYLE_NONCE__', (response as WithNonce)[NONCE] ?? ''));
  });
}
