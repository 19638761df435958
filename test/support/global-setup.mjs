/** Once before all end-to-end files: services up, schema migrated into a template that each file clones. */
import { createRequire } from 'node:module';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';
import { startServices } from '../../scripts/services/index.mjs';

const require = createRequire(import.meta.url);

export const TEMPLATE = 'perennial_template';

export default async function setup() {
  await build();
  const services = await startServices({ postgres: process.env.PERENNIAL_TEST_POSTGRES ?? 'auto' });
  globalThis.perennialServices = services;
  const admin = new pg.Client({ connectionString: services.databaseUrl });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const url = new URL(services.databaseUrl);
  url.pathname = `/${TEMPLATE}`;
  const { migrate } = require('../../dist/libs/persistence/node.js');
  await migrate(url.href);
  process.env.PERENNIAL_TEST_DATABASE_URL = services.databaseUrl;
  process.env.PERENNIAL_TEST_REDIS_URL = services.redisUrl ?? '';
}
