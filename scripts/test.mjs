/**
 * `npm test`: everything, set up by itself. `npm test -- unit`, `-- e2e`, `-- browser`, `-- types`, `-- lint`, `-- format` run a part;
 * any other word is a pattern of test files.
 *
 * The last line is `N passed, N failed, N skipped`; types, lint and format count as one each, and so does everything that cannot
 * be had on this machine (as skipped, and said loudly). PERENNIAL_NO_APT=1 keeps it from installing Debian
 * packages, PERENNIAL_NO_INSTALL=1 from installing npm packages.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ensureModules, ensurePrograms, findBrowser, root } from './services/install.mjs';

const PARTS = ['types', 'lint', 'format', 'unit', 'e2e', 'browser'];
/** End-to-end files that depend on the version of PostgreSQL most: run again on the system's, when it has one. */
const ON_EVERY_POSTGRES = '(schema|persistence|scoped|outbox|lineage|records)[^/]*\\.e2e\\.ts$';

const words = process.argv.slice(2);
const parts = words.filter((word) => PARTS.includes(word));
const patterns = words.filter((word) => !PARTS.includes(word));
const wanted = parts.length > 0 ? parts : patterns.length > 0 ? ['unit', 'e2e', 'browser'] : PARTS;
const everything = words.length === 0;

const began = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const notices = [];
const failures = [];
const children = new Set();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'perennial-test-'));
const log = (message) => process.stdout.write(`${message}\n`);
const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(0)} s`;

/** What this machine cannot run: counted as one skip, and said again at the end. */
function cannot(what) {
  total.skipped += 1;
  notices.push(what);
  log(`\n*** ${what} ***\n`);
}

/** What jest and Node say that helps nobody here; the deprecated call is TypeORM's own. */
const CHATTER =
  /^(Running \d+ projects?:|Running one project:|Force exiting Jest:|.*DeprecationWarning: Calling client\.query\(\)|\(Use `node --trace-deprecation|npm warn Unknown user config)/;

/** Run a program. Its output is kept until it fails, unless `shown`; `gently`: behind all else that runs. @returns whether it ended with 0. */
function run(command, args, { env = {}, shown = false, gently = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(gently ? 'nice' : command, gently ? [command, ...args] : args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (CHATTER.test(line)) return;
        if (shown) log(line);
        else output += `${line}\n`;
      });
    }
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      children.delete(child);
      if (code !== 0 && output !== '') log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

async function check(name, script) {
  const from = Date.now();
  const fine = await run('npm', ['run', '--silent', script], { gently: true });
  total[fine ? 'passed' : 'failed'] += 1;
  if (!fine) failures.push(name);
  log(`${name}: ${fine ? 'passed' : 'FAILED'} (${seconds(from)})`);
}

let runs = 0;
async function jest(name, args, env = {}) {
  const from = Date.now();
  const summaryFile = path.join(temporary, `${(runs += 1)}.json`);
  const fine = await run(
    process.execPath,
    [
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--ci',
      '--passWithNoTests',
      '--reporters=<rootDir>/test/support/reporter.cjs',
      ...args,
    ],
    { env: { PERENNIAL_TEST_SUMMARY: summaryFile, ...env }, shown: true },
  );
  const summary = existsSync(summaryFile)
    ? JSON.parse(readFileSync(summaryFile, 'utf8'))
    : { passed: 0, failed: fine ? 0 : 1, skipped: 0, files: 0 };
  // Jest can fail beside its tests (a global teardown, say): that is a failure too.
  if (!fine && summary.failed === 0) summary.failed = 1;
  for (const key of Object.keys(total)) total[key] += summary[key];
  if (summary.failed > 0) failures.push(name);
  log(
    `${name}: ${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped in ${summary.files} files (${seconds(from)})`,
  );
}

const project = (name, ...more) => [
  `--selectProjects=${name}`,
  ...patterns.map((pattern) => `--testPathPatterns=${pattern}`),
  ...more,
];

async function main() {
  ensureModules(log);
  const missing = new Set(
    wanted.some((part) => part === 'e2e' || part === 'browser') ? ensurePrograms(log).map(({ debian }) => debian) : [],
  );
  const { build } = await import('./build.mjs');
  await build();

  const has = (part) => wanted.includes(part);
  const checks = async () => {
    if (has('types')) {
      const { buildClient } = await import('./web/build.mjs');
      await buildClient();
      await check('types', 'types');
      await check('types of the web app', 'types:web');
    }
    if (has('lint')) await check('lint', 'lint');
    if (has('format')) await check('format', 'format:check');
  };
  // They have no time limits, so they go on beside the end-to-end files, which wait about half of their time.
  const checked = checks();
  checked.catch(() => undefined);
  if (has('unit')) await jest('unit', project('unit'));

  if (has('e2e')) {
    if (missing.has('redis-server') && !process.env.REDIS_URL)
      cannot('no Redis on this machine: the queue was tested on PostgreSQL only');
    // A test may leave a handle behind; the run must end all the same. Files wait for queues and restarts about half of their time, and each
    // has a registry of its own, so two go side by side even on two cores.
    await jest('e2e', project('e2e', '--forceExit', '--maxWorkers=2'));
    if (everything) {
      const { hasSystemPostgres } = await import('./services/index.mjs');
      const version = hasSystemPostgres();
      if (version === null) cannot('no PostgreSQL of the system: the schema was tested on the embedded version only');
      else {
        const subset = ['--selectProjects=e2e', `--testPathPatterns=${ON_EVERY_POSTGRES}`, '--forceExit'];
        await jest(`e2e on PostgreSQL ${version}`, subset, { PERENNIAL_TEST_POSTGRES: 'system' });
      }
    }
  }

  await checked;
  if (has('browser')) {
    const folder = path.join(root, 'test/browser');
    const any =
      existsSync(folder) &&
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith('.browser.ts'));
    if (any && findBrowser() === null) cannot('no Chromium on this machine: nothing was tested in a browser');
    else if (any) {
      const { buildWeb } = await import('./web/build.mjs');
      await buildWeb();
      await jest('browser', project('browser', '--forceExit', '--runInBand'));
    }
  }
  if (missing.has('libxml2-utils')) notices.push('no xmllint on this machine: tests that compare with it are skipped');
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(name, () => {
    for (const child of children) child.kill('SIGTERM');
    rmSync(temporary, { recursive: true, force: true });
    process.exit(130);
  });
}

try {
  await main();
} catch (error) {
  total.failed += 1;
  failures.push('set-up');
  log(`npm test: ${error.stack ?? error}`);
}
rmSync(temporary, { recursive: true, force: true });
log('');
for (const notice of notices) log(`*** ${notice} ***`);
if (failures.length > 0) log(`failed: ${failures.join(', ')}`);
log(`took ${seconds(began)}`);
log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
