import {
  type Cell,
  cellMatches,
  compileCell,
  inRanges,
  plainNumber,
  type Range,
  referenceOf,
  type Value,
} from './cells.js';
import { type TableSource } from './source.js';

export type EndpointType = 'MATCH' | 'VALUE' | 'ERROR' | 'JUMP' | 'STOP';
export const ENDPOINT_TYPES: readonly EndpointType[] = ['MATCH', 'VALUE', 'ERROR', 'JUMP', 'STOP'];

/** A text that is taken as it is, or copied from another key. */
export interface Template {
  readonly text: string;
  /** Slot of the key to copy from; -1 when `text` is meant. */
  readonly slot: number;
}

export interface Endpoint {
  readonly type: EndpointType;
  /** Key of the column, which a VALUE sets. */
  readonly key: string;
  readonly slot: number;
  /** `null` for a bare endpoint: a bare VALUE removes the key. */
  readonly value: Template | null;
}

/** Gives every key of an algorithm a place in the array that holds a case while it is staged. */
export interface Slots {
  /** The key's place, given now if it has none. */
  of(key: string): number;
  /** The key's place, or `undefined`: what comes from outside never makes new ones. */
  find(key: string): number | undefined;
  readonly keys: readonly string[];
}

export function createSlots(): Slots {
  const slots = new Map<string, number>();
  const keys: string[] = [];
  return {
    keys,
    find: (key) => slots.get(key),
    of(key) {
      const known = slots.get(key);
      if (known !== undefined) return known;
      slots.set(key, keys.length);
      return keys.push(key) - 1;
    },
  };
}

export function templateOf(text: string, slots: Slots): Template {
  const key = referenceOf(text);
  return key === undefined ? { text, slot: -1 } : { text, slot: slots.of(key) };
}

/** What a template stands for now; a key that is not there gives "". */
export function valueOf(template: Template, context: readonly Value[]): string | null {
  if (template.slot < 0) return template.text;
  const value = context[template.slot];
  return value === undefined ? '' : value;
}

/** `TYPE` or `TYPE:text`, both trimmed. `undefined` when the type is unknown or a JUMP names no table. */
export function splitEndpoint(cell: string): { readonly type: EndpointType; readonly text: string | null } | undefined {
  const colon = cell.indexOf(':');
  const word = (colon < 0 ? cell : cell.slice(0, colon)).trim();
  const type = ENDPOINT_TYPES.find((one) => one === word);
  const text = colon < 0 ? null : cell.slice(colon + 1).trim();
  if (type === undefined || (type === 'JUMP' && (text === null || text === ''))) return undefined;
  return { type, text };
}

/** Rows as bits, 32 a word. */
type Rows = Int32Array;
const setRow = (rows: Rows, row: number): void => {
  rows[row >>> 5] = (rows[row >>> 5] ?? 0) | (1 << (row & 31));
};

/** One INPUT column: which rows each value matches. */
interface Column {
  readonly key: string;
  readonly slot: number;
  readonly cells: readonly Cell[];
  /** Rows by every literal of the column, ranges included. */
  readonly literal: ReadonlyMap<string, Rows>;
  /** First row by the same. */
  readonly first: ReadonlyMap<string, number>;
  /** Rows that match any value. */
  readonly any: Rows;
  readonly firstAny: number;
  /** Ranges of the rows that have any, in order: they are asked for a value that is no literal. */
  readonly asked: readonly { readonly row: number; readonly ranges: readonly Range[] }[];
  /** A cell refers to other keys, so nothing can be prepared. */
  readonly dynamic: boolean;
}

/** A table ready to be asked for the first row that matches. */
export interface CompiledTable {
  readonly id: string;
  readonly source: TableSource;
  readonly inputs: readonly Column[];
  readonly endpointKeys: readonly string[];
  readonly endpoints: readonly (readonly Endpoint[])[];
  /**
   * Index of the first row all of whose INPUT cells match; -1 when there is none.
   *
   * @param context value of each key by slot.
   */
  findRow(context: readonly Value[]): number;
}

export function compileTable(source: TableSource, slots: Slots): CompiledTable {
  const words = (source.rows.length + 31) >>> 5;
  const inputs = source.columns.flatMap((column, at) =>
    column.type === 'INPUT'
      ? [
          compileColumn(
            column.key ?? '',
            source.rows.map((row) => row[at] ?? null),
            words,
            slots,
          ),
        ]
      : [],
  );
  const ends = source.columns.flatMap((column, at) =>
    column.type === 'ENDPOINT' ? [{ key: column.key ?? '', at }] : [],
  );
  const endpoints = source.rows.map((row) => ends.map(({ key, at }) => endpointOf(row[at] ?? '', key, slots)));
  const [only] = inputs;
  const none = source.rows.length > 0 ? 0 : -1;
  const getter: Getter = (context) => (key) => context[slots.of(key)];
  return {
    id: source.id,
    source,
    inputs,
    endpointKeys: ends.map(({ key }) => key),
    endpoints,
    findRow:
      only === undefined
        ? () => none
        : inputs.length > 1
          ? (context) => commonRow(inputs, words, context, getter)
          : only.dynamic
            ? (context) => firstDynamicRow(only, context[only.slot] ?? '', getter(context))
            : (context) => firstRow(only, context[only.slot] ?? ''),
  };
}

function endpointOf(cell: string, key: string, slots: Slots): Endpoint {
  const parts = splitEndpoint(cell);
  if (parts === undefined) throw new RangeError(`endpoint ${JSON.stringify(cell)} is not known`);
  return {
    type: parts.type,
    key,
    slot: slots.of(key),
    value: parts.text === null ? null : templateOf(parts.text, slots),
  };
}

function compileColumn(key: string, texts: readonly (string | null)[], words: number, slots: Slots): Column {
  const cells = texts.map(compileCell);
  const dynamic = cells.some((cell) => cell.dynamic.length > 0);
  const any = new Int32Array(words);
  cells.forEach((cell, row) => {
    if (cell.any) setRow(any, row);
    for (const { low, high } of cell.dynamic) for (const end of [low, high]) templateOf(end, slots);
  });
  const firstAny = cells.findIndex((cell) => cell.any);
  const asked = cells.flatMap(({ ranges }, row) => (ranges.length > 0 ? [{ row, ranges }] : []));
  const literal = new Map<string, Rows>();
  if (!dynamic) {
    cells.forEach((cell, row) => {
      for (const value of cell.literals) {
        let rows = literal.get(value);
        if (rows === undefined) {
          rows = rowsInRanges(asked, any, value);
          literal.set(value, rows);
        }
        setRow(rows, row);
      }
    });
  }
  const first = new Map([...literal].map(([value, rows]) => [value, lowest(rows)]));
  return { key, slot: slots.of(key), cells, literal, first, any, firstAny, asked, dynamic };
}

function rowsInRanges(asked: Column['asked'], any: Rows, value: string): Rows {
  const rows = any.slice();
  const number = plainNumber(value);
  for (const { row, ranges } of asked) if (inRanges(ranges, value, number)) setRow(rows, row);
  return rows;
}

function lowest(rows: Rows): number {
  for (let word = 0; word < rows.length; word++) {
    const bits = rows[word] ?? 0;
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits & -bits);
  }
  return -1;
}

/** Values of other keys of a case; asked only by cells that refer to them. */
type Getter = (context: readonly Value[]) => (key: string) => Value;

const firstDynamicRow = (column: Column, value: string, get: (key: string) => Value): number =>
  column.cells.findIndex((cell) => cellMatches(cell, value, get));

function firstRow(column: Column, value: string): number {
  const known = column.first.get(value);
  if (known !== undefined) return known;
  if (column.asked.length > 0) {
    const number = plainNumber(value);
    for (const { row, ranges } of column.asked) {
      if (column.firstAny >= 0 && row > column.firstAny) break;
      if (inRanges(ranges, value, number)) return row;
    }
  }
  return column.firstAny;
}

function rowsOf(column: Column, context: readonly Value[], getter: Getter): Rows {
  const value = context[column.slot] ?? '';
  const known = column.literal.get(value);
  if (known !== undefined) return known;
  if (!column.dynamic) return column.asked.length === 0 ? column.any : rowsInRanges(column.asked, column.any, value);
  const rows = column.any.slice();
  const get = getter(context);
  column.cells.forEach((cell, row) => {
    if (cellMatches(cell, value, get)) setRow(rows, row);
  });
  return rows;
}

function commonRow(columns: readonly Column[], words: number, context: readonly Value[], getter: Getter): number {
  if (words === 1) {
    let bits = -1;
    for (const column of columns) {
      bits &= rowsOf(column, context, getter)[0] ?? 0;
      if (bits === 0) return -1;
    }
    return 31 - Math.clz32(bits & -bits);
  }
  const all = columns.map((column) => rowsOf(column, context, getter));
  for (let word = 0; word < words; word++) {
    let bits = -1;
    for (const rows of all) bits &= rows[word] ?? 0;
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits & -bits);
  }
  return -1;
}
