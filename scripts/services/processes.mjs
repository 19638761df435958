/** Processes and ports, shared by the services. Everything listens on 127.0.0.1 only. */
import { execFileSync } from 'node:child_process';
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

/**
 * When a process started, in the words of its system; null when it does not run. A zombie does not run.
 *
 * Pids are used again, so a pid alone never says whose process it is; a pid with its start does.
 */
export function startOf(pid) {
  if (!Number.isInteger(pid) || pid < 2) return null;
  if (process.platform === 'linux') {
    try {
      // Field 2 is the program's name in parentheses, which may hold spaces. State is field 3, start time field 22.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Pid and start of a process: what run folders remember. */
export const mark = (pid) => ({ pid, start: startOf(pid) });

/** Whether exactly this process still runs. */
export const runs = ({ pid, start }) => start !== null && startOf(pid) === start;

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}

/** End one process, given by its mark: first as asked, by force when that takes too long. Anything else is left alone. */
export async function end(marked, name = 'SIGTERM', withinMs = 8_000) {
  if (!runs(marked)) return;
  signal(marked.pid, name);
  for (const until = Date.now() + withinMs; Date.now() < until;) {
    if (!runs(marked)) return;
    await pause(15);
  }
  signal(marked.pid, 'SIGKILL');
  while (runs(marked)) await pause(15);
}

/** The reason in the last lines of a server's log. */
export function tail(file, lines = 12) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
