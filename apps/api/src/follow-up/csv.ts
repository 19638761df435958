import { type Response } from 'express';
import { stringify } from 'csv-stringify';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Answer with CSV, row by row as they come: constant memory. Cells that a spreadsheet would run as a formula are escaped.
 *
 * @param columns in their order.
 */
export async function sendCsv(
  response: Response,
  name: string,
  columns: readonly string[],
  rows: Iterable<object> | AsyncIterable<object>,
): Promise<void> {
  response.type('text/csv; charset=utf-8').attachment(`${name}.csv`);
  const writer = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    cast: { boolean: (value) => (value ? 'yes' : 'no') },
  });
  await pipeline(Readable.from(rows), writer, response);
}
