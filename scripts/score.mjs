/**
 * `npm run score -- <name> [options]`: measure answers against files whose right answers are known; without a name, list what can be scored.
 *
 * Scores are read from files outside the repository (`../shared` beside the checkout); where they are absent that is said loudly.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './build.mjs';

const folder = path.join(root, 'scripts/score');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && !file.startsWith('_'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === '--help') {
  process.stdout.write(`usage: npm run score -- <name> [options]\n${names.map((one) => `  ${one}\n`).join('')}`);
} else if (!names.includes(name)) {
  process.stderr.write(`no score ${name}; there are: ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  await build();
  const score = await import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  process.exitCode = (await score.run(args)) ?? 0;
}
