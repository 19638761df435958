import { type ItemDefinition, type ItemType } from './items.js';
import { daysInMonth } from './partial-date.js';

/** What may be wrong with a value, by the rules of its item alone. */
export type ValueProblem = 'too-long' | 'too-short' | 'bad-type' | 'bad-date' | 'leading-space' | 'trailing-space';

const DATE = /^(18|19|20)\d\d((0[1-9]|1[012])(0[1-9]|[12]\d|3[01])?)?$/;
const DATE_TIME =
  /^(\d{4})(?:-(0[1-9]|1[012])(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/;

/** Pattern of each data type. @source NAACCR XML specification, data types of the dictionary. */
const PATTERNS: Readonly<Record<ItemType, RegExp | null>> = {
  alpha: /^[A-Z]+$/,
  digits: /^\d+$/,
  mixed: /^[A-Z\d]+$/,
  numeric: /^\d+(\.\d+)?$/,
  date: DATE,
  dateTime: DATE_TIME,
  text: null,
};

/** Types whose values fill the item. */
export const FULL_LENGTH: readonly ItemType[] = ['alpha', 'digits', 'mixed'];

/** Days 29 to 31 exist only in some months. Takes a date that fits the pattern of its type. */
function dayExists(year: string, month: string | undefined, day: string | undefined): boolean {
  return month === undefined || day === undefined || Number(day) <= daysInMonth(Number(year), Number(month));
}

/** Whether a text is an ISO 8601 date or date and time (extended form) that exists in the calendar; parts may be missing on the right. */
export function isIsoDateTime(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (!match) return false;
  const [, year = '', month, day, hour, minute, second, fraction] = match;
  if (!dayExists(year, month, day)) return false;
  return hour !== '24' || (minute === '00' && (second ?? '00') === '00' && /^0*$/.test(fraction ?? ''));
}

/** Characters as a person counts them: code points, not UTF-16 units. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      count--;
      at++;
    }
  }
  return count;
}

/** Own pattern of an item of a user dictionary, whole value. */
const ownPatterns = new WeakMap<ItemDefinition, RegExp>();
function ownPattern(item: ItemDefinition, source: string): RegExp {
  const known = ownPatterns.get(item) ?? new RegExp(`^(?:${source})$`, 'u');
  ownPatterns.set(item, known);
  return known;
}

/**
 * Judge a value by length, data type and spaces of its item. All problems are named, not only the first.
 *
 * @param value as it stands in the file; the empty text is an absent item and has no problems.
 * @source NAACCR XML specification; a date that fits the pattern but not the calendar (30 February) is `bad-date`.
 */
export function valueProblems(item: ItemDefinition, value: string): ValueProblem[] {
  const problems: ValueProblem[] = [];
  if (value === '') return problems;
  const characters = characterCount(value);
  if (characters > item.length && item.unlimitedText !== true) problems.push('too-long');
  if (characters < item.length && FULL_LENGTH.includes(item.type)) problems.push('too-short');
  if (/^[ \t\n\r]/.test(value)) problems.push('leading-space');
  if (/[ \t\n\r]$/.test(value)) problems.push('trailing-space');
  const pattern = PATTERNS[item.type];
  if (pattern !== null && !pattern.test(value)) problems.push('bad-type');
  else if (item.pattern !== undefined && !ownPattern(item, item.pattern).test(value)) problems.push('bad-type');
  else if (
    (item.type === 'date' &&
      !dayExists(value.slice(0, 4), value.slice(4, 6) || undefined, value.slice(6) || undefined)) ||
    (item.type === 'dateTime' && !isIsoDateTime(value))
  ) {
    problems.push('bad-date');
  }
  return problems;
}
