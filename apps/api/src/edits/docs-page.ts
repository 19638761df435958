import { type NestExpressApplication } from '@nestjs/platform-express';
import { catalogHtml } from '@perennial/edits';
import { type Dictionary } from '@perennial/naaccr';
import { type Request, type Response } from 'express';

/** Serve the catalog of edits as a page at `/api/docs/edits`. It holds no patient data, and is made once. */
export function serveEditDocs(app: NestExpressApplication, dictionary: Dictionary): void {
  let page: string | undefined;
  app.use('/api/docs/edits', (_request: Request, response: Response) => {
    page ??= catalogHtml(dictionary);
    response.type('html').send(page);
  });
}
