import { DomainError } from '@perennial/problem';

/** A page of a list and the cursor of the next one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Place in a list ordered by time and id. Opaque to clients. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}

/**
 * SQL of a time as a list gives it and its cursor needs it: to the microsecond, as it is stored. A JavaScript date would lose what lies within
 * a millisecond, and with it rows between two pages.
 */
export const stampOf = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** @throws DomainError 400 for a cursor that was not made here. */
export function readCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString('utf8').split('|');
  if (!/^[0-9T:.Z-]{1,32}$/.test(at) || Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id))
    throw new DomainError('list.cursor', 400, 'This cursor is not one of this list.');
  return { at, id };
}

/** Page from one row more than was asked for. */
export function toPage<T extends { readonly id: string }>(
  rows: readonly T[],
  limit: number,
  at: (row: T) => string,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items[items.length - 1];
  const next =
    rows.length > limit && last !== undefined ? Buffer.from(`${at(last)}|${last.id}`).toString('base64url') : null;
  return { items, next };
}
