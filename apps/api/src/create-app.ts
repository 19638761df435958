import 'reflect-metadata';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { withRequest } from '@perennial/audit';
import { type Config } from '@perennial/config';
import { assertSafe } from '@perennial/persistence';
import { validationPipe } from '@perennial/problem';
import helmet from 'helmet';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { AuditFilter } from './audit/audit.filter.js';
import { SCOPED } from './platform/tokens.js';
import { readDescription, servePage, styleNonce } from './web/page.js';

/** Largest message and largest JSON body. */
const MESSAGE_LIMIT = '20mb';
const JSON_LIMIT = '6mb';

const LEVELS: Readonly<Record<Config['LOG_LEVEL'], LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  log: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
};

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
    await assertSafe(app.get(DataSource));
  } catch (error) {
    await app.close();
    throw error;
  }
  app.use((_request: unknown, _response: unknown, next: () => void) => withRequest(() => next()));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: true,
        directives: { 'script-src': ["'self'"], 'style-src': ["'self'", styleNonce], 'frame-ancestors': ["'none'"] },
      },
    }),
  );
  app.useBodyParser('raw', {
    type: ['application/hl7-v2', 'text/plain', 'application/octet-stream', 'x-application/hl7-v2+er7'],
    limit: MESSAGE_LIMIT,
  });
  app.useBodyParser('json', { limit: JSON_LIMIT });
  app.setGlobalPrefix('api/v1');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new AuditFilter(app.get(SCOPED)));
  app.enableShutdownHooks();
  const description = readDescription();
  if (description !== null)
    SwaggerModule.setup('api/docs', app, description, {
      jsonDocumentUrl: 'api/v1/openapi.json',
      useGlobalPrefix: false,
    });
  servePage(app);
  return app;
}
