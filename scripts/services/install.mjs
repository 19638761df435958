/**
 * Brings what a program of this repository needs and does not find: npm packages, and with apt-get, as root, programs of Debian.
 *
 * Imports nothing from node_modules: it runs before there is one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Programs that tests use when they are there: any of `names` on PATH will do. */
const PROGRAMS = [
  { names: ['redis-server'], debian: 'redis-server', for: 'the queue on Redis' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium', for: 'the tests in a browser' },
  { names: ['xmllint'], debian: 'libxml2-utils', for: 'the comparison with xmllint' },
];

const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const sameNames = (a = {}, b = {}) => Object.keys(a).sort().join() === Object.keys(b).sort().join();

/** Why node_modules is not what package-lock.json says; null when it is. */
export function modulesProblem() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return 'not installed';
  const wanted = readJson('package-lock.json').packages;
  const manifest = readJson('package.json');
  const installed = readJson('node_modules/.package-lock.json').packages;
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    // Names only: npm takes `1.2.3` and `^1.2.3` in the two files as the same when 1.2.3 is locked.
    if (!sameNames(manifest[kind], wanted[''][kind])) return 'package.json and package-lock.json differ';
  }
  for (const [folder, { version, optional, peer }] of Object.entries(wanted)) {
    if (folder === '') continue;
    if (installed[folder] === undefined || !existsSync(path.join(root, folder, 'package.json'))) {
      // Packages of other platforms are in the lock and never installed here.
      if (optional || peer) continue;
      return `${folder} is missing`;
    }
    if (installed[folder].version !== version) return `${folder} is ${installed[folder].version}, not ${version}`;
  }
  const extra = Object.keys(installed).find((folder) => wanted[folder] === undefined);
  return extra === undefined ? null : `${extra} is not in the lock`;
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  return error === undefined && status === 0;
}

/**
 * Install npm packages when they are missing or out of date. `npm ci` removes node_modules first, which disturbs every other
 * program at work in the same checkout: PERENNIAL_NO_INSTALL=1 forbids it.
 *
 * @throws Error when neither `npm ci` nor `npm install` works, or installing is needed and forbidden.
 */
export function ensureModules(log) {
  const problem = modulesProblem();
  if (problem === null) return;
  if (process.env.PERENNIAL_NO_INSTALL === '1')
    throw new Error(
      `the npm packages are out of date (${problem}), and PERENNIAL_NO_INSTALL=1 forbids to install them`,
    );
  log(`installing packages: ${problem}`);
  // What npm prints is no answer of ours: it goes to standard error.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const stdio = ['ignore', 2, 2];
  if (run('npm', ['ci', ...quiet], { stdio })) return;
  log('npm ci failed; trying npm install');
  if (!run('npm', ['install', '--no-save', ...quiet], { stdio }))
    throw new Error('the npm packages cannot be installed');
}

/** Full path of a program on PATH, or null. */
export function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const name of names) if (existsSync(path.join(folder, name))) return path.join(folder, name);
  }
  return null;
}

/** The browser that tests drive, or null. */
export const findBrowser = () => process.env.PERENNIAL_TEST_BROWSER || onPath(PROGRAMS[1].names);

/**
 * Install missing programs with apt-get, where that is possible and not forbidden by PERENNIAL_NO_APT=1.
 *
 * @returns what is still missing: [{ debian, for }].
 */
export function ensurePrograms(log) {
  const missing = () => PROGRAMS.filter(({ names }) => onPath(names) === null);
  const wanted = missing();
  const mayInstall = process.env.PERENNIAL_NO_APT !== '1' && process.getuid?.() === 0 && onPath(['apt-get']) !== null;
  if (wanted.length === 0 || !mayInstall) return wanted;
  log(`installing ${wanted.map(({ debian }) => debian).join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'ignore'], timeout: 240_000 };
  run('apt-get', ['update', '-qq'], quiet);
  for (const { debian } of wanted) {
    if (!run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debian], quiet))
      log(`apt-get could not install ${debian}`);
  }
  return missing();
}
