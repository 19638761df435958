import { parseArgs } from 'node:util';
import { type Command, type Io, UsageError } from '../command.js';
import { type Database, withDatabase } from '../database.js';
import { readInput } from '../input.js';
import { describeProblems } from './algorithm.js';

/** Stage page by page in this process; a worker that takes the same pages finds them done. */
async function follow({ scoped, principal, config }: Database, runId: string, io: Io): Promise<void> {
  const { todayIn } = await import('@perennial/config');
  const { restageOnePage, RUN_VIEW } = await import('@perennial/records');
  const { loadRegistryTables } = await import('@perennial/records/node');
  const tables = loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID });
  for (;;) {
    const [run] = await scoped(principal, (tx) =>
      tx.query<{ page: number; state: string; total: number; lookedAt: number }[]>(
        `SELECT page, ${RUN_VIEW} FROM staging_run WHERE id = $1`,
        [runId],
      ),
    );
    if (run === undefined || run.state !== 'running') return;
    io.stderr.write(`staging: ${run.lookedAt} of ${run.total} looked at\n`);
    const next = { runId, page: run.page };
    const today = todayIn(config.REGISTRY_TIME_ZONE, new Date());
    await scoped(principal, (tx) => restageOnePage(tx, next, principal.actor, tables, today));
  }
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { preview: { type: 'boolean' }, here: { type: 'boolean' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one algorithm file');
  const bytes = await readInput(file, io);
  const { readAlgorithm } = await import('@perennial/staging');
  const read = readAlgorithm(bytes);
  if (!read.ok) throw new UsageError(describeProblems(file, read.error));
  const { installAlgorithm, RUN_VIEW } = await import('@perennial/records');
  const { loadRegistryTables } = await import('@perennial/records/node');
  const document = await withDatabase(async (database) => {
    const { scoped, principal, config } = database;
    const tables = loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID });
    const wanted = { preview: values.preview === true, actor: principal.actor };
    const installed = await scoped(principal, (tx) => installAlgorithm(tx, bytes, wanted, tables));
    if (installed.runId === null || values.here !== true) return installed;
    await follow(database, installed.runId, io);
    const [impact] = await scoped(principal, (tx) =>
      tx.query<object[]>(`SELECT ${RUN_VIEW} FROM staging_run WHERE id = $1`, [installed.runId]),
    );
    return { ...installed, run: impact };
  });
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  if (document.runId === null) io.stderr.write('staging: this file was current already; nothing is staged again\n');
  return 0;
}

/** `staging install`: keep an algorithm file in the configured database and stage by it. */
export const install: Command = {
  summary: 'install an algorithm file in the configured database; the worker (or --here) stages all tumors again',
  usage: 'staging install FILE.zip [--preview (only report what would change)] [--here (stage in this process)]',
  run,
};
