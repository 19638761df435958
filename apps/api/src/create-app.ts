import 'reflect-metadata';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { withRequest } from '@perennial/audit';
import { type Config } from '@perennial/config';
import { assertSafe } from '@perennial/persistence';
import { DomainError, validationPipe } from '@perennial/problem';
import { type NextFunction, type Request, type Response } from 'express';
import { type RegistryTables } from '@perennial/records';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { serveEditDocs } from './edits/docs-page.js';
import { AuditFilter } from './audit/audit.filter.js';
import { Identifier } from './auth/identifier.js';
import { limitServer, noStore, refuseDeepBodies, refuseSlowBodies, securityHeaders } from './platform/hardening.js';
import { SCOPED, TABLES } from './platform/tokens.js';
import { readDescription, servePage, styleNonce } from './web/page.js';

/** Largest message and largest JSON body. */
const MESSAGE_LIMIT = '20mb';
const JSON_LIMIT = '6mb';
/** Most that somebody may send before it is known who they are: a sign-in and no more. */
const STRANGER_LIMIT = 16_384;

const LEVELS: Readonly<Record<Config['LOG_LEVEL'], LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  log: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
};

/** Read a large body only of somebody who is known: others could make the server hold any number of them. */
function refuseLargeBodiesOfStrangers(app: NestExpressApplication): void {
  const identifier = app.get(Identifier);
  const look = async (request: Request): Promise<void> => {
    const length = request.headers['content-length'];
    const small =
      length !== undefined ? Number(length) <= STRANGER_LIMIT : request.headers['transfer-encoding'] === undefined;
    if (small || (await identifier.identify(request)) !== null) return;
    throw new DomainError('session.required', 401, 'Sign in first.');
  };
  app.use((request: Request, _response: Response, next: NextFunction) => {
    look(request).then(() => next(), next);
  });
}

/**
 * The API, ready to listen.
 *
 * @throws UnsafeDatabaseError when the database role could bypass row security or the schema is not up to date.
 */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    bodyParser: false,
    abortOnError: false,
    logger: new ConsoleLogger({ json: true, logLevels: LEVELS[config.LOG_LEVEL] }),
  });
  try {
    await assertSafe(app.get(DataSource), { production: config.NODE_ENV === 'production' });
  } catch (error) {
    await app.close();
    throw error;
  }
  app.use((_request: unknown, _response: unknown, next: () => void) => withRequest(() => next()));
  app.set('trust proxy', config.API_TRUSTED_PROXIES);
  app.use(securityHeaders(config, styleNonce), refuseSlowBodies(config.API_BODY_GRACE_MS));
  app.use('/api', noStore);
  limitServer(app.getHttpServer());
  refuseLargeBodiesOfStrangers(app);
  app.useBodyParser('raw', {
    type: [
      'application/hl7-v2',
      'text/plain',
      'application/octet-stream',
      'application/zip',
      'x-application/hl7-v2+er7',
    ],
    limit: MESSAGE_LIMIT,
  });
  app.useBodyParser('json', { limit: JSON_LIMIT });
  app.use(refuseDeepBodies);
  app.setGlobalPrefix('api/v1');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new AuditFilter(app.get(SCOPED)));
  app.enableShutdownHooks();
  serveEditDocs(app, app.get<RegistryTables>(TABLES).dictionary);
  const description = readDescription();
  if (description !== null)
    SwaggerModule.setup('api/docs', app, description, {
      jsonDocumentUrl: 'api/v1/openapi.json',
      useGlobalPrefix: false,
    });
  servePage(app);
  return app;
}
