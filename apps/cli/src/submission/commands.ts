import { parseArgs } from 'node:util';
import { type SubmissionFile } from '@perennial/persistence';
import { type Command, type CommandTable, type Io, UsageError } from '../command.js';
import { type Database, withDatabase } from '../database.js';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly records: number;
  readonly held: number;
  readonly files: readonly SubmissionFile[];
  readonly manifest: unknown;
}

async function find({ scoped, principal }: Database, id: string): Promise<Row> {
  if (!/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id)) throw new UsageError('give the id of a submission');
  const [row] = await scoped(principal, (tx) =>
    tx.query<Row[]>(
      `SELECT id, state, record_count AS records, held_count AS held, files, manifest FROM submission WHERE id = $1`,
      [id],
    ),
  );
  if (row === undefined) throw new UsageError('there is no such submission');
  return row;
}

const print = (io: Io, document: unknown): void => void io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

const build: Command = {
  summary: 'freeze, check, write and deliver a submission',
  usage: 'submission build --profile P [--facility NUMBER] [--out DIR]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        profile: { type: 'string' },
        facility: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const profile = values.profile;
    if (profile === undefined) throw new UsageError('name a profile');
    const { buildAndDeliver, freezeSubmission } = await import('@perennial/records');
    const { loadRegistryTables } = await import('@perennial/records/node');
    const { DomainError } = await import('@perennial/problem');
    return withDatabase(async (database) => {
      const { scoped, config, principal: by } = database;
      const tables = loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID });
      try {
        const frozen = await scoped(
          by,
          async (tx) => {
            const [facility] =
              values.facility === undefined
                ? []
                : await tx.query<{ id: string }[]>(`SELECT id FROM facility WHERE facility_number = $1`, [
                    values.facility,
                  ]);
            if (values.facility !== undefined && facility === undefined)
              throw new UsageError('there is no facility with this number');
            return freezeSubmission(tx, profile, facility?.id ?? null, by.actor);
          },
          'REPEATABLE READ',
        );
        await buildAndDeliver(scoped, by, frozen.id, values.out ?? config.OUTBOUND_DIR, tables);
        const row = await find(database, frozen.id);
        print(io, row);
        return row.state === 'held' ? 1 : 0;
      } catch (error) {
        if (error instanceof DomainError) throw new UsageError(error.message);
        throw error;
      }
    });
  },
};

const status: Command = {
  summary: 'print a submission as it stands',
  usage: 'submission status ID',
  async run([id = ''], io) {
    print(io, await withDatabase((database) => find(database, id)));
    return 0;
  },
};

const verify: Command = {
  summary: 'compare the delivered files with the manifest',
  usage: 'submission verify ID',
  async run([id = ''], io) {
    const { verifyFiles } = await import('@perennial/records');
    const row = await withDatabase((database) => find(database, id));
    const wrong = await verifyFiles(row.files);
    print(io, { id: row.id, state: row.state, files: row.files.length, wrong });
    return wrong.length > 0 || row.files.length === 0 ? 1 : 0;
  },
};

export const commands: CommandTable = { build, status, verify };
