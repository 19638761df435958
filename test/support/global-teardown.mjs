import pg from 'pg';

export default async function teardown() {
  const services = globalThis.perennialServices;
  if (services === undefined) return;
  if (services.postgres === null) {
    const admin = new pg.Client({ connectionString: services.databaseUrl });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${process.env.PERENNIAL_TEST_TEMPLATE} WITH (FORCE)`);
    await admin.end();
  }
  await services.stop();
}
