import { type NaaccrDay, parsePartialDate } from '@perennial/naaccr';
import { parse } from 'csv-parse/sync';
import { type Io, UsageError } from '../command.js';
import { readInput } from '../input.js';

/** Rows of a CSV file with a header line, as they are; a missing column or a broken line is a usage error. */
export async function readTable(
  file: string,
  io: Io,
  needed: readonly string[],
): Promise<readonly Readonly<Record<string, string>>[]> {
  const text = (await readInput(file, io)).toString('utf8');
  let columns: readonly string[] = [];
  let rows: Record<string, string>[];
  try {
    rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      columns: (header: string[]) => {
        columns = header.map((name) => name.trim());
        return [...columns];
      },
    });
  } catch (error) {
    throw new UsageError(`${file} is not a CSV file: ${error instanceof Error ? error.message : String(error)}`);
  }
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new UsageError(`${file} lacks the column(s) ${missing.join(', ')}`);
  return rows;
}

/** A day given as an option, `2026-06-30` or `20260630`. */
export function dayOption(name: string, text: string | undefined): NaaccrDay {
  if (text === undefined) throw new UsageError(`${name} is missing`);
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? text.replaceAll('-', '') : text;
  if (!/^\d{8}$/.test(day) || !parsePartialDate(day).ok) throw new UsageError(`${name} ${text} is not a day`);
  return day;
}

/** Today as the machine's calendar says it; commands that depend on it take `--today`. */
export function today(): NaaccrDay {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}
