import { type ItemDefinition } from '@perennial/naaccr';

/** A typed value as the item holds it, or why it cannot. */
export type Typed = { readonly ok: true; readonly value: string | null } | { readonly ok: false; readonly why: string };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const two = (text: string): string => text.padStart(2, '0');

/** A two-digit year of a date that is not ahead: `24` in 2026 is 2024, `60` is 1960. */
function fullYear(text: string, today: string): string {
  if (text.length === 4) return text;
  const century = Number(today.slice(0, 2));
  return Number(text) <= Number(today.slice(2, 4)) ? `${century}${text}` : `${century - 1}${text}`;
}

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function checkedDate(year: string, month?: string, day?: string): Typed {
  if (!/^(18|19|20)\d\d$/.test(year)) return { ok: false, why: 'The year must be from 1800 to 2099.' };
  if (month === undefined) return { ok: true, value: year };
  if (Number(month) < 1 || Number(month) > 12) return { ok: false, why: `There is no month ${month}.` };
  if (day === undefined) return { ok: true, value: year + two(month) };
  if (Number(day) < 1 || Number(day) > lastDay(Number(year), Number(month)))
    return { ok: false, why: `${year}-${two(month)} has no day ${day}.` };
  return { ok: true, value: year + two(month) + two(day) };
}

/**
 * A date as people type it, as NAACCR writes it: `2024`, `202403`, `20240315`, `2024-03-15`, `03/2024`, `3/15/24`, `15 mar 2024`, `t` for
 * today, `t-1` for yesterday. What is unknown stays away: `2024` is not the first of January.
 *
 * @param today `YYYYMMDD`.
 */
export function parseDate(input: string, today: string): Typed {
  const text = input.trim().toLowerCase();
  const relative = /^(?:t|today)(?:\s*([+-])\s*(\d{1,4}))?$/.exec(text);
  if (relative !== null) {
    const days = Number(relative[2] ?? 0) * (relative[1] === '-' ? -1 : 1);
    const at = new Date(Date.UTC(+today.slice(0, 4), +today.slice(4, 6) - 1, +today.slice(6, 8) + days));
    return { ok: true, value: at.toISOString().slice(0, 10).replaceAll('-', '') };
  }
  let match = /^(\d{4})(\d{2})?(\d{2})?$/.exec(text) ?? /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(text);
  if (match !== null) return checkedDate(match[1] ?? '', match[2], match[3]);
  match = /^(\d{1,2})[-/.](\d{4})$/.exec(text);
  if (match !== null) return checkedDate(match[2] ?? '', match[1]);
  match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(text);
  if (match !== null) return checkedDate(fullYear(match[3] ?? '', today), match[1], match[2]);
  match = /^(?:(\d{1,2})\s+)?([a-z]{3})[a-z]*\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})$/.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '') + 1;
  if (match !== null && month > 0) return checkedDate(match[4] ?? '', String(month), match[1] ?? match[3]);
  return { ok: false, why: 'Type a date as 2024, 03/2024 or 3/15/2024; leave out what is unknown.' };
}

const CODED = /^[\d.A-Za-z/ -]+$/;

/**
 * What a person typed into an item, as the standard writes it. Codes lose dots and get upper case; numbers shorter than the item get
 * leading zeros where the dictionary pads; an empty field removes the item.
 *
 * @returns the value, `null` for an empty field, or why the item cannot hold it. Meaning is for the edits, not for here.
 */
export function parseValue(item: ItemDefinition, input: string, today: string): Typed {
  const text = item.type === 'text' && item.length > 60 ? input.replace(/\s+$/, '').replace(/^\s+/, '') : input.trim();
  if (text === '') return { ok: true, value: null };
  if (item.type === 'date') return parseDate(text, today);
  if (item.id === 'primarySite' || item.type === 'digits' || item.type === 'mixed' || item.type === 'alpha') {
    if (!CODED.test(text)) return { ok: false, why: 'This is not a code.' };
    let code = text.replace(/[. -]/g, '').toUpperCase();
    if (item.type === 'digits' && /^\d+$/.test(code) && item.padLeftZero) code = code.padStart(item.length, '0');
    if (code.length !== item.length)
      return { ok: false, why: `This item takes ${item.length} characters; ${code.length} were typed.` };
    if (item.type === 'digits' && !/^\d+$/.test(code)) return { ok: false, why: 'This item takes digits only.' };
    if (item.type === 'alpha' && !/^[A-Z]+$/.test(code)) return { ok: false, why: 'This item takes letters only.' };
    return { ok: true, value: code };
  }
  if (item.type === 'numeric' && !/^\d+(\.\d+)?$/.test(text)) return { ok: false, why: 'This item takes a number.' };
  // Control characters of a paste cannot be stored or sent.
  const clean = text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
  if (clean.length > item.length && item.unlimitedText !== true)
    return { ok: false, why: `This item takes ${item.length} characters; ${clean.length - item.length} too many.` };
  if (item.pattern !== undefined && !new RegExp(`^(?:${item.pattern})$`, 'u').test(clean))
    return { ok: false, why: 'This is not of the form that the item’s dictionary asks for.' };
  return { ok: true, value: clean };
}

/**
 * The value that a field's text stands for before it is left: a whole code, a whole date, a text.
 *
 * @returns `undefined` while it is only the beginning of one, so that half a code is neither a mistake nor filled up with zeros.
 */
export function liveValue(item: ItemDefinition, input: string, today: string): string | null | undefined {
  const result = parseValue(item, input, today);
  if (!result.ok) return undefined;
  if (result.value === null || item.type === 'text') return result.value;
  if (item.type === 'date') return result.value.length === 8 && /\d{4}/.test(input) ? result.value : undefined;
  return input.replace(/[. -]/g, '').length === result.value.length ? result.value : undefined;
}
