/** Whether a value is in a cell such as `001-988,999`. Missing is the empty text. */
export type CellTest = (value: string) => boolean;

const NUMBER = /^[+-]?\d*\.?\d+$|^[+-]?\d+\.$/;

function pieceTest(piece: string): CellTest {
  const dash = piece.indexOf('-');
  const low = piece.slice(0, dash);
  const high = piece.slice(dash + 1);
  const numbers = NUMBER.test(low) && NUMBER.test(high);
  const isRange =
    dash > 0 && dash === piece.lastIndexOf('-') && dash < piece.length - 1 && (low.length === high.length || numbers);
  if (!isRange) return (value) => value === piece;
  if (low !== high && numbers) {
    const [from, to] = [Math.fround(Number(low)), Math.fround(Number(high))];
    const whole = !low.includes('.') && !high.includes('.');
    return (value) => {
      if (!NUMBER.test(value) || (whole && value.includes('.'))) return false;
      const number = Math.fround(Number(value));
      return number >= from && number <= to;
    };
  }
  return (value) => value.length === low.length && low.length === high.length && value >= low && value <= high;
}

/**
 * Compile one cell of a staging table: a comma list of codes and ranges; an empty piece matches a blank, `*` everything.
 *
 * @source EOD algorithm format, matching of table cells.
 */
export function cellTest(cell: string): CellTest {
  if (cell === '*') return () => true;
  const pieces = cell.split(',').map((piece) => piece.trim());
  const literals = new Set(pieces);
  const ranges = pieces.filter((piece) => piece.includes('-')).map(pieceTest);
  return (value) => literals.has(value) || ranges.some((range) => range(value));
}

/** Compile the codes of an input table. */
export const codesTest = (codes: readonly string[]): CellTest => cellTest(codes.length === 0 ? '' : codes.join(','));
