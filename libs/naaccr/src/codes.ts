import { type CodeTables, type ItemCode } from './items.js';

const NUMBER = /^\d+(\.\d+)?$/;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly decimals: boolean;
}

function rangeOf({ code }: ItemCode): Range {
  const [low = '', high = ''] = code.split('-');
  return { low: Number(low), high: Number(high), decimals: code.includes('.') };
}

/** Whether values are among the codes of their items. */
export interface CodeCheck {
  /** @returns false when the item has a list that does not hold the value; an item without a list takes any value. */
  allows(id: string, value: string): boolean;
}

/** Prepare code tables for many look-ups. */
export function createCodeCheck(tables: CodeTables): CodeCheck {
  const lists = new Map<string, { readonly codes: ReadonlySet<string>; readonly ranges: readonly Range[] }>();
  for (const [id, codes] of tables) {
    lists.set(id, {
      codes: new Set(codes.filter(({ kind }) => kind === 'code').map(({ code }) => code)),
      ranges: codes.filter(({ kind }) => kind === 'range').map(rangeOf),
    });
  }
  return {
    allows(id, value) {
      const list = lists.get(id);
      if (list === undefined || list.codes.has(value)) return true;
      if (list.ranges.length === 0 || !NUMBER.test(value)) return list.codes.size === 0 && list.ranges.length === 0;
      const number = Number(value);
      const decimals = value.includes('.');
      return list.ranges.some((range) => number >= range.low && number <= range.high && (range.decimals || !decimals));
    },
  };
}
