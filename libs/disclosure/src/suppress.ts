/** Cells with fewer cases are never shown. @source CDC and NCI, United States Cancer Statistics: suppression of counts under 16. */
export const SMALLEST_CELL = 16;

/** A table's row with its count, in which small counts and all that rests on them are blank. */
export type Suppressed<T> = { readonly [K in keyof T]: T[K] | null } & { readonly suppressed: boolean };

/**
 * Blank every number of the rows whose count is too small, and, when exactly one row of a table with a shown total is blank, of the
 * next smallest too: otherwise the total gives the blank one away.
 *
 * @param countOf the number of cases of a row. @param labels keys that stay readable.
 */
export function suppress<T extends object>(
  rows: readonly T[],
  countOf: (row: T) => number,
  labels: readonly (keyof T)[],
  totalShown: boolean,
): Suppressed<T>[] {
  const hidden = new Set(rows.flatMap((row, index) => (countOf(row) < SMALLEST_CELL ? [index] : [])));
  if (totalShown && hidden.size === 1) {
    const next = rows
      .map((row, index) => ({ index, count: countOf(row) }))
      .filter(({ index }) => !hidden.has(index))
      .sort((a, b) => a.count - b.count)[0];
    if (next !== undefined) hidden.add(next.index);
  }
  return rows.map((row, index) => {
    const blank = hidden.has(index);
    const entries = Object.entries(row).map(([key, value]) => [
      key,
      blank && !labels.includes(key as keyof T) ? null : (value as unknown),
    ]);
    return { ...Object.fromEntries(entries), suppressed: blank } as Suppressed<T>;
  });
}
