import { type CellText } from './source.js';

/** Value of a key while a case is staged: `undefined` = the key is not there, `null` = there without a value. */
export type Value = string | null | undefined;

/** One piece of a cell: a literal when both ends are the same text, else a range. */
export interface Piece {
  readonly low: string;
  readonly high: string;
}

/** A piece with `{{key}}`. The range of its last use is kept, because a key such as the current year hardly ever changes. */
export interface DynamicPiece extends Piece {
  readonly lowKey: string | undefined;
  readonly highKey: string | undefined;
  last: { readonly low: string; readonly high: string; readonly range: Range } | undefined;
}

/** A compiled INPUT cell. */
export interface Cell {
  /** Matches whatever the value is, absence included. */
  readonly any: boolean;
  readonly literals: readonly string[];
  readonly ranges: readonly Range[];
  /** A value for each piece: the literal, or the lower end of the range. */
  readonly samples: readonly string[];
  /** Pieces with `{{key}}`, whose ends are known only when a case is staged. */
  readonly dynamic: readonly DynamicPiece[];
}

/**
 * A range, both ends included.
 *
 * `number`: the value must be a number too, without a dot when neither end has one, and is compared in single precision. `text`: value and
 * ends have the same length and are compared as text. `same`: both ends are one text. `none`: ends of different lengths.
 */
export type Range =
  | { readonly kind: 'number'; readonly from: number; readonly to: number; readonly dots: boolean }
  | { readonly kind: 'text'; readonly low: string; readonly high: string }
  | { readonly kind: 'same'; readonly text: string }
  | { readonly kind: 'none' };

const REFERENCE = /^\{\{(.*)\}\}$/;

/**
 * The number a text writes plainly: digits with at most one dot that is not at the end; the only sign is a minus.
 *
 * @returns `NaN` for any other text, exponents and digits of other scripts included. Single precision.
 */
export function plainNumber(text: string): number {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const last = text.charCodeAt(text.length - 1);
  if (text.length === start || last === 46) return NaN;
  let whole = 0;
  let dots = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 48 && unit <= 57) whole = whole * 10 + unit - 48;
    else if (unit !== 46 || ++dots > 1) return NaN;
  }
  // Up to 2^24 whole numbers are exact in single precision; the rest is left to the language.
  if (dots === 0 && whole < 16_777_216) return start === 1 ? -whole : whole;
  return Math.fround(Number(text));
}

const isNumber = (text: string): boolean => !Number.isNaN(plainNumber(text));

/** The key of `{{key}}`, or `undefined` for any other text. */
export const referenceOf = (text: string): string | undefined =>
  text.startsWith('{{') ? REFERENCE.exec(text)?.[1] : undefined;

/** A reference as a range's end is one that begins with `{{` and ends with `}}`. */
const isReference = (text: string): boolean => text.startsWith('{{') && text.endsWith('}}');

/** Remove blanks and control characters at both ends, and nothing else: a no-break space stays, as in the reference. */
export function trimValue(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** The range between two texts. @source reference on staging, cell matching, point 5. */
export function rangeOf(low: string, high: string): Range {
  if (low === high) return { kind: 'same', text: low };
  const [from, to] = [plainNumber(low), plainNumber(high)];
  if (!Number.isNaN(from) && !Number.isNaN(to)) {
    return { kind: 'number', from, to, dots: low.includes('.') || high.includes('.') };
  }
  return low.length === high.length ? { kind: 'text', low, high } : { kind: 'none' };
}

/** @param number `plainNumber(value)`, worked out once for many ranges. */
export function inRange(range: Range, value: string, number: number): boolean {
  switch (range.kind) {
    case 'number':
      return number >= range.from && number <= range.to && (range.dots || !value.includes('.'));
    case 'text':
      return value.length === range.low.length && value >= range.low && value <= range.high;
    case 'same':
      return value === range.text;
    case 'none':
      return false;
  }
}

export function inRanges(ranges: readonly Range[], value: string, number: number): boolean {
  for (const range of ranges) if (inRange(range, value, number)) return true;
  return false;
}

/** Pieces of a cell between commas; an empty piece stands for blank. */
function pieceOf(text: string): Piece {
  const dash = text.indexOf('-');
  if (dash > 0 && text.indexOf('-', dash + 1) === -1) {
    const low = trimValue(text.slice(0, dash));
    const high = trimValue(text.slice(dash + 1));
    const isRange =
      low.length === high.length ||
      (isNumber(low) && isNumber(high)) ||
      ((isReference(low) || isReference(high)) && high !== '');
    if (isRange) return { low, high };
  }
  const literal = trimValue(text);
  return { low: literal, high: literal };
}

/**
 * Compile an INPUT cell.
 *
 * @param text `*` and `null` match anything; the empty text only blank; otherwise a comma-separated list of literals and ranges.
 */
export function compileCell(text: CellText): Cell {
  const literals: string[] = [];
  const ranges: Range[] = [];
  const dynamic: DynamicPiece[] = [];
  const samples: string[] = [];
  if (text === null || text === '*') return { any: true, literals, ranges, samples, dynamic };
  for (const part of text.split(',')) {
    const piece = pieceOf(part);
    if (!isReference(piece.low)) samples.push(piece.low);
    if (isReference(piece.low) || isReference(piece.high)) {
      dynamic.push({ ...piece, lowKey: referenceOf(piece.low), highKey: referenceOf(piece.high), last: undefined });
    } else if (piece.low === piece.high) literals.push(piece.low);
    else ranges.push(rangeOf(piece.low, piece.high));
  }
  return { any: false, literals, ranges, samples, dynamic };
}

/** Whether a dynamic piece holds the value once its ends are replaced by what the keys hold now ("" where absent). */
export function dynamicMatches(piece: DynamicPiece, value: string, get: (key: string) => Value): boolean {
  const low = piece.lowKey === undefined ? piece.low : (get(piece.lowKey) ?? '');
  const high = piece.highKey === undefined ? piece.high : (get(piece.highKey) ?? '');
  let { last } = piece;
  if (last === undefined || last.low !== low || last.high !== high) {
    last = { low, high, range: rangeOf(low, high) };
    piece.last = last;
  }
  return inRange(last.range, value, plainNumber(value));
}

/** Whether a literal or a fixed range of a cell holds the value; `any` and references to other keys are not looked at. */
export function cellHolds(cell: Cell, value: string): boolean {
  if (cell.literals.includes(value)) return true;
  return cell.ranges.length > 0 && inRanges(cell.ranges, value, plainNumber(value));
}

/** Whether a cell matches a value. A missing value counts as blank. */
export function cellMatches(cell: Cell, value: Value, get: (key: string) => Value): boolean {
  if (cell.any || cellHolds(cell, value ?? '')) return true;
  return cell.dynamic.some((piece) => dynamicMatches(piece, value ?? '', get));
}
