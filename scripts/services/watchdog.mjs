/**
 * Ends the services of a run whose program is gone, however it went (a `kill -9` runs no handler), and removes their folder.
 *
 * Called with the folder of the run. Standard input is a pipe whose other end only the program holds: it closes when the
 * program ends. The watchdog runs in its own session, so that Ctrl-C in a terminal does not reach it.
 */
import { cleanUp } from './run-folder.mjs';

const [folder] = process.argv.slice(2);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
process.stdin.resume();
process.stdin.once('close', () => void cleanUp(folder));
process.stdin.once('error', () => {});
