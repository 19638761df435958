/** A private Redis, when `redis-server` is on PATH. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { alive, end, freePort, pause } from './ports.mjs';

/** Whether Redis can be started here. */
export const hasRedis = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** Start a server in a folder; `durable` writes an append-only file. @returns url, pid and stop(). */
export async function startRedis({ folder, durable = false }) {
  const dir = path.join(folder, 'redis');
  mkdirSync(dir, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const options = ['--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', durable ? 'yes' : 'no', '--maxmemory-policy', 'noeviction', '--loglevel', 'warning'];
    const child = spawn('redis-server', options.map(String), { detached: true, stdio: 'ignore' });
    child.unref();
    if (await answers(port, child.pid)) return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop: () => end(child.pid) };
    await end(child.pid);
    if (attempt === 5) throw new Error('redis-server did not start');
  }
}

async function answers(port, pid) {
  for (const until = Date.now() + 10_000; Date.now() < until && alive(pid); ) {
    const reply = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.setTimeout(1_000, () => socket.destroy());
      socket.once('data', (data) => {
        socket.destroy();
        resolve(String(data).startsWith('+PONG'));
      });
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
    });
    if (reply) return true;
    await pause(30);
  }
  return false;
}
