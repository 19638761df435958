/**
 * `npm run bench -- <name> [args]`: run one of test/bench/*.mjs; without a name, list them.
 *
 * The first line of output says on what machine, the following ones are the bench's figures; all are JSON.
 */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './build.mjs';

const folder = path.join(root, 'test/bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && !file.startsWith('_'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === '--help') {
  process.stdout.write(`usage: npm run bench -- <name> [options]\n${names.map((one) => `  ${one}\n`).join('')}`);
} else if (!names.includes(name)) {
  process.stderr.write(`no bench ${name}; there are: ${names.join(', ') || 'none'}\n`);
  process.exitCode = 2;
} else {
  await build();
  const bench = await import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  const cpus = os.cpus();
  const machine = {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    load: Number(os.loadavg()[0].toFixed(2)),
    // Benches that use PostgreSQL say so by `export const services = true`; they run with fsync and an append-only file.
    ...(bench.services
      ? { postgres: 'fsync, synchronous_commit and full_page_writes on', redis: 'appendonly yes' }
      : {}),
  };
  process.stdout.write(`${JSON.stringify({ bench: name, machine })}\n`);
  await bench.run(args);
}
