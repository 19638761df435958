/**
 * Ends the services of a run whose program is gone, however it went (a `kill -9` runs no handler), and removes their folder.
 *
 * Called with: pid of the program, JSON of pids, folder or empty.
 */
import { rmSync } from 'node:fs';
import { alive, end, pause } from './ports.mjs';

const [owner, pids, folder] = process.argv.slice(2);
while (alive(Number(owner))) await pause(500);
for (const pid of JSON.parse(pids)) await end(pid, 'SIGINT');
if (folder !== '') rmSync(folder, { recursive: true, force: true });
