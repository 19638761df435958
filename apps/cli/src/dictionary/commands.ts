import { parseArgs } from 'node:util';
import { type Command, type CommandTable, type Io, UsageError } from '../command.js';
import { withDatabase } from '../database.js';
import { readInput } from '../input.js';

const one = (args: readonly string[], what: string): string => {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [word] = positionals;
  if (word === undefined || positionals.length > 1) throw new UsageError(`give one ${what}`);
  return word;
};
const print = (io: Io, document: unknown): void => void io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

const install: Command = {
  summary: 'use a NAACCR XML dictionary of items beyond the standard, in place of another version under its URI',
  usage: 'dictionary install FILE.xml',
  async run(args, io) {
    const bytes = await readInput(one(args, 'dictionary file'), io);
    const { installUserDictionary } = await import('@perennial/records');
    const { loadRegistryTables } = await import('@perennial/records/node');
    const { DomainError } = await import('@perennial/problem');
    try {
      print(
        io,
        await withDatabase(({ scoped, principal, config }) => {
          const tables = loadRegistryTables({ kind: config.REGISTRY_KIND, id: config.REGISTRY_ID });
          return scoped(principal, (tx) => installUserDictionary(tx, Buffer.from(bytes), principal.actor, tables));
        }),
      );
      return 0;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      print(io, { code: error.code, message: error.message, ...error.extra });
      return 1;
    }
  },
};

const list: Command = {
  summary: 'dictionaries of items beyond the standard, those in use first',
  usage: 'dictionary list',
  async run(_args, io) {
    const { listUserDictionaries } = await import('@perennial/records');
    print(io, await withDatabase(({ scoped, principal }) => scoped(principal, listUserDictionaries)));
    return 0;
  },
};

const retire: Command = {
  summary: 'take a dictionary out of use; stored values stay',
  usage: 'dictionary retire ID',
  async run(args, io) {
    const id = one(args, 'id');
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new UsageError(`${id} is not an id; see dictionary list`);
    const { retireUserDictionary } = await import('@perennial/records');
    print(io, await withDatabase(({ scoped, principal }) => scoped(principal, (tx) => retireUserDictionary(tx, id))));
    return 0;
  },
};

export const commands: CommandTable = { install, list, retire };
