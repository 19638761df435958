import { parseArgs } from 'node:util';
import { type Command, UsageError } from '../command.js';
import { withDatabase } from '../database.js';

const COLUMNS = [
  'item',
  'term',
  'proposed',
  'chosen',
  'abstracts',
  'facilities',
  'proposals',
  'confidence',
  'rule',
  'last',
] as const;

/** Which words of reports led to codes that people then changed. CSV, or one JSON document with `--json`. */
export const learnReport: Command = {
  summary: "terms behind people's changes of the proposed codes, most frequent first",
  usage: 'code learn-report [--since YYYY-MM-DD] [--facility NUMBER] [--item ID] [--least N] [--json]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        since: { type: 'string' },
        facility: { type: 'string' },
        item: { type: 'string' },
        least: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (values.since !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.since))
      throw new UsageError('--since takes a day as YYYY-MM-DD');
    const least = values.least === undefined ? undefined : Number(values.least);
    if (least !== undefined && !(Number.isInteger(least) && least >= 1)) throw new UsageError('--least takes a number');
    const { learnReport: learn } = await import('@perennial/records');
    const { stringify } = await import('csv-stringify/sync');
    return withDatabase(async ({ scoped, principal }) => {
      const rows = await scoped(principal, async (tx) => {
        const [facility] =
          values.facility === undefined
            ? []
            : await tx.query<{ id: string }[]>(`SELECT id FROM facility WHERE facility_number = $1`, [values.facility]);
        if (values.facility !== undefined && facility === undefined)
          throw new UsageError('there is no facility with this number');
        return learn(tx, { since: values.since, facilityId: facility?.id, item: values.item, least });
      });
      if (values.json === true) io.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
      else io.stdout.write(stringify([COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))]));
      return 0;
    });
  },
};
