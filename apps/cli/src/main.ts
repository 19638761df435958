import { type CommandTable, type Io, UsageError } from './command.js';

/** Each area loads only when it is called, so that a pure command starts quickly and never loads Nest or TypeORM. */
const areas: Readonly<Record<string, { summary: string; load: () => Promise<{ commands: CommandTable }> }>> = {
  naaccr: { summary: 'NAACCR XML files, items and recodes', load: () => import('./naaccr/commands.js') },
  code: { summary: 'code pathology reports', load: () => import('./code/commands.js') },
  hl7: { summary: 'read HL7 v2 messages', load: () => import('./hl7/commands.js') },
  edits: { summary: 'run and explain edits', load: () => import('./edits/commands.js') },
  'follow-up': { summary: 'follow-up rates and survival time', load: () => import('./follow-up/commands.js') },
  staging: { summary: 'staging schemas and stage', load: () => import('./staging/commands.js') },
  primaries: { summary: 'single or multiple primaries', load: () => import('./primaries/commands.js') },
  dictionary: { summary: 'items beyond the standard', load: () => import('./dictionary/commands.js') },
  submission: { summary: 'build, list and verify submissions', load: () => import('./submission/commands.js') },
  db: { summary: 'database schema', load: () => import('./db/commands.js') },
  user: { summary: 'users of the platform', load: () => import('./user/commands.js') },
  audit: { summary: 'the audit log', load: () => import('./audit/commands.js') },
};

async function help(io: Io, only?: string): Promise<void> {
  io.stderr.write('usage: perennial <command> [options]\n\n');
  for (const [area, { summary, load }] of Object.entries(areas)) {
    if (only !== undefined && only !== area) continue;
    io.stderr.write(`${area.padEnd(12)}${summary}\n`);
    for (const command of Object.values((await load()).commands)) {
      io.stderr.write(`  ${command.usage}\n      ${command.summary}\n`);
    }
  }
}

/** Find the command and run it. @returns the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [areaName = '', word = '', ...rest] = argv;
  const area = areas[areaName];
  if (area === undefined) {
    await help(io);
    if (['', 'help', '--help', '-h'].includes(areaName)) return 0;
    io.stderr.write(`\nperennial: there is no command '${areaName}'\n`);
    return 2;
  }
  const { commands } = await area.load();
  const named = Object.hasOwn(commands, word) && word !== '' ? commands[word] : undefined;
  const command = named ?? commands[''];
  const args = named ? rest : argv.slice(1);
  if (command === undefined || args.includes('--help')) {
    await help(io, areaName);
    return args.includes('--help') || word === '--help' ? 0 : 2;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const expected =
      error instanceof UsageError ||
      code.startsWith('ERR_PARSE_ARGS') ||
      ['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR'].includes(code);
    if (!expected) throw error;
    io.stderr.write(`perennial: ${(error as Error).message}\nusage: perennial ${command.usage}\n`);
    return 2;
  }
}

// A reader that closes early (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void main(process.argv.slice(2), process).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`perennial: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
