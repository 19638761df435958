import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type Command, type CommandTable, UsageError } from '../command.js';
import { withDatabase } from '../database.js';

/** `1200:ab12...`: an end of the chain that was kept elsewhere. */
function readAnchor(text: string | undefined): { position: number; hash: string } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text);
  if (match === null) throw new UsageError('--expect takes POSITION:HASH as `audit verify` prints them');
  return { position: Number(match[1]), hash: match[2] ?? '' };
}

const verify: Command = {
  summary: 'walk the audit log and name the first row that was altered, removed or inserted',
  usage: 'audit verify [--expect POSITION:HASH] [--json]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, expect: { type: 'string' } },
    });
    const anchor = readAnchor(values.expect);
    const { auditorPrincipal, verifyLog } = await import('@perennial/audit');
    const result = await withDatabase(({ scoped }) =>
      scoped(
        auditorPrincipal('command-line'),
        (tx) =>
          verifyLog(tx, anchor, (position, of) => {
            if (of > 200_000) io.stderr.write(`${position} of ${of} rows\n`);
          }),
        'REPEATABLE READ',
      ),
    );
    const { sealed, head, unsealed, oldestUnsealed, breach } = result;
    if (values.json) io.stdout.write(`${JSON.stringify({ ok: breach === null, ...result }, null, 2)}\n`);
    else {
      io.stdout.write(
        breach === null
          ? `${sealed} rows are as they were sealed. Head ${sealed}:${head}\n`
          : `BREACH at row ${breach.position} (${breach.kind}${breach.event === null ? '' : `, event ${breach.event}`}): ${breach.why}\n`,
      );
      if (unsealed > 0) io.stdout.write(`${unsealed} rows wait for their seal, the oldest since ${oldestUnsealed}\n`);
    }
    return breach === null ? 0 : 1;
  },
};

const seal: Command = {
  summary: 'seal what waits now; the worker does it twice a second',
  usage: 'audit seal [--json]',
  async run(args, io) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const sealed = await withDatabase(async ({ scoped, principal }) => {
      for (let total = 0; ;) {
        const [row] = await scoped(principal, (tx) =>
          tx.query<{ sealed: number }[]>(`SELECT audit_seal(5000) AS sealed`),
        );
        total += row?.sealed ?? 0;
        if ((row?.sealed ?? 0) === 0) return total;
      }
    });
    io.stdout.write(values.json ? `${JSON.stringify({ sealed })}\n` : `${sealed} rows sealed\n`);
    return 0;
  },
};

const exportCsv: Command = {
  summary: 'write sealed events as CSV, newest first',
  usage: 'audit export [--from T] [--to T] [--actor A] [--out FILE]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        actor: { type: 'string' },
        out: { type: 'string' },
      },
    });
    for (const moment of [values.from, values.to])
      if (moment !== undefined && Number.isNaN(Date.parse(moment)))
        throw new UsageError(`'${moment}' is no moment; write 2026-01-31 or 2026-01-31T08:00:00Z`);
    const { auditorPrincipal, eventsCsv } = await import('@perennial/audit');
    await withDatabase(({ scoped }) =>
      scoped(
        auditorPrincipal('command-line'),
        async (tx) => {
          const rows = Readable.from(eventsCsv(tx, { from: values.from, to: values.to, actor: values.actor }));
          if (values.out !== undefined) await pipeline(rows, createWriteStream(values.out));
          else
            for await (const text of rows)
              if (!io.stdout.write(text as string)) await new Promise((go) => io.stdout.once('drain', go));
        },
        'REPEATABLE READ',
      ),
    );
    return 0;
  },
};

export const commands: CommandTable = { verify, seal, export: exportCsv };
