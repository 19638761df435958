/** Once before all end-to-end and browser files: services up, schema migrated into a template that each file clones. */
import { createRequire } from 'node:module';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';
import { startServices } from '../../scripts/services/index.mjs';
import { findBrowser } from '../../scripts/services/install.mjs';

const require = createRequire(import.meta.url);

export default async function setup() {
  const notice = (message) => process.stderr.write(`\n*** ${message} ***\n`);
  process.env.PERENNIAL_TEST_BROWSER = findBrowser() ?? '';
  await build();
  const services = await startServices({ postgres: process.env.PERENNIAL_TEST_POSTGRES ?? 'auto', log: notice });
  globalThis.perennialServices = services;
  try {
    // On a server that is not ours another run may be at work at the same time.
    const template = services.postgres === null ? `perennial_template_${process.pid}` : 'perennial_template';
    const admin = new pg.Client({ connectionString: services.databaseUrl });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${template}`);
    await admin.query(`CREATE DATABASE ${template}`);
    const url = new URL(services.databaseUrl);
    url.pathname = `/${template}`;
    const { migrate } = require('../../dist/libs/persistence/node.js');
    await migrate(url.href);
    await admin.end();
    process.env.PERENNIAL_TEST_TEMPLATE = template;
    process.env.PERENNIAL_TEST_DATABASE_URL = services.databaseUrl;
    process.env.PERENNIAL_TEST_REDIS_URL = services.redisUrl ?? '';
    if (services.redisUrl === null) notice('Redis cannot be had here: the queue is tested on PostgreSQL only');
  } catch (error) {
    await services.stop();
    throw error;
  }
}
