/**
 * `npm start`: the platform kept running on this machine, with demo data and printed sign-ins on the first start.
 *
 * `--empty` starts bare. Data stay in var/local (set PERENNIAL_DATA to another folder) until that folder is removed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureModules } from './services/install.mjs';

const tell = (line) => process.stderr.write(`${line}\n`);
await ensureModules(tell);
const { root } = await import('./build.mjs');
const { startPlatform } = await import('./platform.mjs');
const { buildWeb } = await import('./web/build.mjs');
if (await buildWeb()) tell('the web app was built');

const data = path.resolve(process.env.PERENNIAL_DATA ?? path.join(root, 'var', 'local'));
const signIns = path.join(data, 'sign-ins.json');
mkdirSync(data, { recursive: true, mode: 0o755 });
const platform = await startPlatform({
  durable: true,
  dataDir: path.join(data, 'services'),
  say: tell,
  env: {
    OUTBOUND_DIR: path.join(data, 'outbound'),
    API_PORT: process.env.API_PORT ?? '3000',
    REGISTRY_KIND: 'central',
  },
});
try {
  if (!process.argv.includes('--empty') && !existsSync(signIns)) {
    const { seed } = await import('../demo/seed.mjs');
    const { runDemo } = await import('../demo/run.mjs');
    const seeded = await seed(platform.services.databaseUrl);
    await runDemo(platform.api.url, seeded, { say: () => {}, tell });
    const { sendOpenCases } = await import('../demo/open-cases.mjs');
    await sendOpenCases(platform.api.url, seeded);
    const { startFollowUpWork } = await import('../demo/follow-up-work.mjs');
    await startFollowUpWork(platform.api.url, seeded);
    const { reportAgain } = await import('../demo/shared-tumor.mjs');
    await reportAgain(platform.api.url, seeded);
    writeFileSync(signIns, JSON.stringify(seeded.users, null, 2), { mode: 0o600 });
  }
  process.stdout.write(
    `\nPerennial runs at ${platform.api.url}: open it in a browser. The API describes itself at /api/docs. End it with Ctrl+C.\n`,
  );
  if (existsSync(signIns))
    for (const { login, password, name } of Object.values(JSON.parse(readFileSync(signIns, 'utf8'))))
      process.stdout.write(`  ${login.padEnd(20)} ${password}   ${name}\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
} finally {
  await platform.stop();
}
