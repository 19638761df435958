import { type CommandTable } from '../command.js';

export const commands: CommandTable = {
  rate: {
    summary: 'follow-up rates of CoC Standard 6.5 for a file of cases',
    usage: 'follow-up rate CASES.csv --as-of DATE --reference-date DATE [--cases OUT.csv]',
    run: async (args, io) => (await import('./rate.js')).runRate(args, io),
  },
  'survival-time': {
    summary: 'survival time in months and days of tumors, by patient',
    usage: 'follow-up survival-time CASES.csv [--today DATE]',
    run: async (args, io) => (await import('./survival-time.js')).runSurvivalTime(args, io),
  },
};
