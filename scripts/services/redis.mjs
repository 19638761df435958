/** A private Redis, when `redis-server` is on PATH. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { end, freePort, mark, pause, runs, tail } from './processes.mjs';
import { remember } from './run-folder.mjs';

/** Whether Redis can be started here. */
export const hasRedis = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Start a private server in a folder; `durable` writes an append-only file.
 *
 * @returns url, mark(), stop(), crash(), restart().
 */
export async function startRedis({ folder, durable = false }) {
  const dir = path.join(folder, 'redis');
  const logFile = path.join(folder, 'redis.log');
  const passwordFile = path.join(folder, 'redis.password');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  const password = readFileSync(passwordFile, 'utf8');
  let running = null;

  async function launch(port) {
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn('redis-server', ['-'], { cwd: '/', detached: true, stdio: ['pipe', log, log] });
    child.once('error', () => {});
    child.unref();
    closeSync(log);
    if (child.pid === undefined) return false;
    remember(folder, 'redis', child.pid);
    running = mark(child.pid);
    // Settings go in by standard input: the command line, which every user can list, holds no password.
    child.stdin.on('error', () => {});
    child.stdin.end(
      [
        `port ${port}`,
        'bind 127.0.0.1',
        `dir ${JSON.stringify(dir)}`,
        `requirepass ${password}`,
        'save ""',
        `appendonly ${durable ? 'yes' : 'no'}`,
        'maxmemory-policy noeviction',
        'loglevel warning',
        '',
      ].join('\n'),
    );
    return answers(port, password, running);
  }

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    if (await launch(port)) {
      return {
        name: 'redis',
        url: `redis://:${password}@127.0.0.1:${port}`,
        mark: () => running,
        stop: () => end(running, durable ? 'SIGTERM' : 'SIGKILL'),
        crash: () => end(running, 'SIGKILL'),
        /** Back on the same port; with the same data only when durable. */
        restart: async () => {
          for (let again = 1; !(await launch(port)); again += 1) {
            if (again === 5) throw new Error(`redis-server did not come back:\n${tail(logFile)}`);
            await pause(200);
          }
        },
      };
    }
    if (running) await end(running, 'SIGKILL');
    if (attempt === 5) throw new Error(`redis-server did not start:\n${tail(logFile)}`);
  }
}

async function answers(port, password, marked) {
  for (const until = Date.now() + 15_000; Date.now() < until && runs(marked);) {
    const reply = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
      let text = '';
      socket.setTimeout(1_000, () => socket.destroy());
      socket.on('data', (data) => {
        text += data;
        if (text.split('\r\n').length > 2) socket.destroy();
      });
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(text.startsWith('+OK\r\n+PONG')));
    });
    if (reply) return true;
    await pause(20);
  }
  return false;
}
