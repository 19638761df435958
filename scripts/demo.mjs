/** `npm run demo`: the main job from pathology message to submission and survival, on a fresh machine, checked at every step. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureModules } from './services/install.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const started = Date.now();
const tell = (line) => process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}\n`);
await ensureModules(tell);
const { startPlatform } = await import('./platform.mjs');
const { seed } = await import('../demo/seed.mjs');
const { runDemo } = await import('../demo/run.mjs');

const keep = process.argv.includes('--keep');
const say = (text) => process.stdout.write(`${text}\n`);

const outbound = path.join(root, 'out', 'demo');
const platform = await startPlatform({
  say: tell,
  env: { OUTBOUND_DIR: outbound, REGISTRY_ID: '0000009999', REGISTRY_KIND: 'central' },
});
try {
  const seeded = await seed(platform.services.databaseUrl);
  const checks = await runDemo(platform.api.url, seeded, { say, tell });
  say(`\n${checks.made - checks.wrong.length} of ${checks.made} checks are as expected. Files: ${outbound}`);
  for (const line of checks.wrong) say(`  WRONG ${line}`);
  if (checks.wrong.length > 0) process.exitCode = 1;
  if (keep) {
    say(
      `\nThe platform keeps running at ${platform.api.url} (API description: ${platform.api.url}/api/docs). End it with Ctrl+C.`,
    );
    for (const { login, password, name } of Object.values(seeded.users))
      say(`  ${login.padEnd(20)} ${password}   ${name}`);
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  }
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`demo: ${error.stack ?? error}\n${platform.api.output()}\n${platform.worker.output()}\n`);
} finally {
  await platform.stop();
}
