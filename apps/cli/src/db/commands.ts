import { type Command, type CommandTable, UsageError } from '../command.js';

const migrate: Command = {
  summary: 'bring the configured database to the newest schema',
  usage: 'db migrate',
  async run(_args, io) {
    const { withSecretFiles } = await import('@perennial/config/node');
    const env = withSecretFiles(process.env);
    const url = env.DATABASE_OWNER_URL || env.DATABASE_URL;
    if (!url) throw new UsageError('set DATABASE_OWNER_URL (or DATABASE_URL) to the connection of the schema owner');
    const { migrate: run } = await import('@perennial/persistence/node');
    const applied = await run(url);
    io.stdout.write(`${JSON.stringify({ applied })}\n`);
    return 0;
  },
};

export const commands: CommandTable = { migrate };
