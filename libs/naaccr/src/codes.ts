import { type CodeTables, type Dictionary } from './items.js';

interface Range {
  /** Letters before the number, as in `A0.1-A9.9`. */
  readonly prefix: string;
  readonly low: number;
  readonly high: number;
  readonly decimals: boolean;
  /** Digits that a value must have; null when they differ within the range. */
  readonly width: number | null;
}

interface CodeList {
  readonly codes: ReadonlySet<string>;
  readonly ranges: readonly Range[];
}

/** `001-998`, `0.1-99.9`, `A0.1-A9.9`. */
const RANGE = /(?<![\w.])([A-Z]?)(\d+(?:\.\d+)?) ?[-–] ?\1(\d+(?:\.\d+)?)(?![\w.])/g;
const VALUE = /^([A-Z]?)(\d+(?:\.\d+)?)$/;
/** Words by which the standard says that codes beyond those printed are allowed: those of a schema, of a manual, of no list at all. */
const OPEN =
  /specific|\bsee\b|\bany\b|digit|alphanumeric|valid|\bcity\b|address|\bname|published|in addition|appendix/i;

function rangesOf(text: string): Range[] {
  return [...text.matchAll(RANGE)].map(([, prefix = '', low = '', high = '']) => ({
    prefix,
    low: Number(low),
    high: Number(high),
    decimals: low.includes('.') || high.includes('.'),
    width: low.length === high.length && !low.includes('.') ? low.length : null,
  }));
}

/** Whether values are among the codes of their items. */
export interface CodeCheck {
  /** @returns false when the item has a closed list that does not hold the value; an item without one takes any value. */
  allows(id: string, value: string): boolean;
}

/**
 * Prepare code tables for many look-ups.
 *
 * A table alone does not say whether other codes are allowed: that of a count lists `00` and `99` and means all between, that of a
 * staging item lists only what all schemas share. The dictionary's words on allowable values decide: ranges in them count, and a list
 * is open where they refer to schemas, manuals or free values.
 */
export function createCodeCheck(tables: CodeTables, dictionary: Dictionary): CodeCheck {
  const lists = new Map<string, CodeList>();
  for (const [id, rows] of tables) {
    const item = dictionary.byId.get(id);
    if (item === undefined) continue;
    const codes = new Set(rows.filter(({ kind }) => kind === 'code').map(({ code }) => code));
    // Lists of states and countries are said to be in an appendix, and are here in full.
    const whole = codes.size >= 50 && !item.allowed.includes('AJCC');
    const told =
      whole ||
      (item.allowed === '' ? item.length <= 2 || codes.size >= 10 : item.length === 1 || !OPEN.test(item.allowed));
    const onlyDates = ['date', 'dateTime'].includes(item.type);
    if (!told || onlyDates) continue;
    const ranges = [...rows.flatMap(({ code }) => rangesOf(code)), ...rangesOf(item.allowed)];
    if (codes.size + ranges.length > 0) lists.set(id, { codes, ranges });
  }
  return {
    allows(id, value) {
      const list = lists.get(id);
      if (list === undefined || list.codes.has(value)) return true;
      const match = VALUE.exec(value);
      if (!match || list.ranges.length === 0) return false;
      const [, prefix = '', digits = ''] = match;
      const number = Number(digits);
      return list.ranges.some(
        (range) =>
          range.prefix === prefix &&
          number >= range.low &&
          number <= range.high &&
          (range.decimals || !digits.includes('.')) &&
          (range.width === null || digits.length === range.width),
      );
    },
  };
}
