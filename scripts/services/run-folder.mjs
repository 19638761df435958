/**
 * The folder of one run: its data, and `run.json`, which says who owns it and which processes belong to it.
 *
 * `run.json` is what the watchdog and the next start read to clean up after a program that could not do it itself.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { end, mark, runs } from './processes.mjs';

const PREFIX = 'perennial-run-';
const file = (folder) => path.join(folder, 'run.json');
export const isRoot = () => process.getuid?.() === 0;

/** Whether any user may enter every folder above a path. */
export function reachable(target) {
  for (let dir = path.dirname(path.resolve(target)); ; dir = path.dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === path.dirname(dir)) return true;
  }
}

/** Where temporary runs live. As root the server runs as another user, who must be able to get there. */
function temporaryRoot() {
  const usable = [os.tmpdir(), '/tmp', '/var/tmp'].filter((dir) => existsSync(dir));
  return usable.find((dir) => !isRoot() || reachable(path.join(dir, 'x'))) ?? os.tmpdir();
}

export function readRun(folder) {
  try {
    return JSON.parse(readFileSync(file(folder), 'utf8'));
  } catch {
    return null;
  }
}

function writeRun(folder, run) {
  const partial = `${file(folder)}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(run), { mode: 0o600 });
  renameSync(partial, file(folder));
}

/** A new temporary folder owned by this process. */
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(temporaryRoot(), PREFIX));
  if (isRoot()) chmodSync(folder, 0o755);
  writeRun(folder, { owner: mark(process.pid), temporary: true, services: [] });
  return folder;
}

/**
 * Take a folder that stays. Processes that a dead owner left behind are ended first.
 *
 * @throws Error when a running program has it.
 */
export async function claimFolder(folder) {
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(file(folder), JSON.stringify({ owner: mark(process.pid), temporary: false, services: [] }), {
        mode: 0o600,
        flag: 'wx',
      });
      return folder;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = readRun(folder)?.owner;
    if (owner && runs(owner)) throw new Error(`${folder} is in use by process ${owner.pid}`);
    await cleanUp(folder);
  }
}

/** Remember a process of this run, as soon as it exists. */
export function remember(folder, name, pid) {
  const run = readRun(folder);
  if (run === null) return;
  const services = run.services.filter((service) => service.name !== name);
  writeRun(folder, { ...run, services: [...services, { name, ...mark(pid) }] });
}

/** End everything that belongs to a folder and, when it is temporary, remove it. */
export async function cleanUp(folder) {
  const run = readRun(folder);
  // SIGQUIT ends PostgreSQL without a checkpoint: right for data that goes away, and for Redis it is just an end.
  const signal = run?.temporary ? 'SIGQUIT' : 'SIGINT';
  await Promise.all((run?.services ?? []).map((service) => end(service, signal)));
  if (run?.temporary) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  else rmSync(file(folder), { force: true });
}

/** Remove what runs of this user left behind whose program is gone, and whose watchdog too. @returns how many. */
export async function sweep() {
  const root = temporaryRoot();
  const hourAgo = Date.now() - 3_600_000;
  let removed = 0;
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(root, name);
    try {
      const stat = lstatSync(folder);
      // Another user's folder, or a link to somewhere else, is none of our business.
      if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid)) continue;
      const run = readRun(folder);
      if (run === null) {
        if (stat.mtimeMs > hourAgo) continue;
        rmSync(folder, { recursive: true, force: true });
      } else {
        if (runs(run.owner)) continue;
        await cleanUp(folder);
      }
      removed += 1;
    } catch {
      // Somebody else is removing it at the same time.
    }
  }
  return removed;
}
