/** Free ports and waiting, shared by the services. Everything listens on 127.0.0.1 only. */
import { readFileSync } from 'node:fs';
import net from 'node:net';

/** A port that nobody listens on right now. Another program may take it: starters try again with a new one. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a process is still running. One that ended but was not collected by its parent (a zombie) is not. */
export function alive(pid) {
  try {
    process.kill(pid, 0);
    return !(process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, '')));
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** End a process politely, then by force. Only ever called with ids of processes that were started here. */
export async function end(pid, signal = 'SIGTERM', withinMs = 5_000) {
  if (!alive(pid)) return;
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  for (const until = Date.now() + withinMs; Date.now() < until; ) {
    if (!alive(pid)) return;
    await pause(20);
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
