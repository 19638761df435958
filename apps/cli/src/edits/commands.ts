import { type CommandTable } from '../command.js';

export const commands: CommandTable = {
  run: {
    summary: 'run a set of edits on a NAACCR XML file (gzip or not), patient by patient',
    usage:
      'edits run FILE.xml [--set SET] [--version V] [--off ID,ID...] [--today DAY] [--findings OUT.ndjson] [--dictionary DICTIONARY.xml]...',
    run: async (args, io) => (await import('./run.js')).runFile(args, io),
  },
  examples: {
    summary: 'run examples, one JSON line each, and say which disagree with the edit they are for',
    usage: 'edits examples FILE.jsonl [--set SET] [--today DAY]',
    run: async (args, io) => (await import('./examples.js')).runExamples(args, io),
  },
  list: {
    summary: 'list the edits: of a set, or those that read some items',
    usage: 'edits list [--set SET] [--version V] [--items [ITEM,ITEM...]] [--sets] [--json]',
    run: async (args, io) => (await import('./catalog.js')).runList(args, io),
  },
  explain: {
    summary: 'say what an edit checks, on which items, with examples, and in which sets it is',
    usage: 'edits explain ID [--json]',
    run: async (args, io) => (await import('./catalog.js')).runExplain(args, io),
  },
};
