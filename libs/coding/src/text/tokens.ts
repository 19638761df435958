import { wordHash } from './memory.js';
import { type Vocabulary } from './vocabulary.js';

/** What stands between two words, as bits. */
export const GAP = {
  NEWLINE: 1,
  BLANK: 2,
  PERIOD: 4,
  COLON: 8,
  SEMI: 16,
  COMMA: 32,
  DASH: 64,
  OPEN: 128,
  CLOSE: 256,
  SLASH: 512,
  PLUS: 1024,
  SPACE: 2048,
  /** A dash, star or dot that begins a point of a list. */
  BULLET: 4096,
  /** A dash at the end of a line: the word goes on below. */
  HYPHEN: 8192,
  QUOTE: 16384,
  /** A period with a space or line end behind it: the end of a sentence. */
  STOP: 32768,
} as const;

/** Longest part of a report that is read; what lies behind is flagged, so that time stays bounded. */
export const MAX_TEXT = 400_000;

/** Words of a text in order, column by column. Offsets are UTF-16 units of the text. */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Id in the vocabulary, -1 for a word the lexicon does not know. */
  readonly word: Int32Array;
  /** What stands before the word (bits of `GAP`). */
  readonly gap: Uint16Array;
  /** 1 where a new statement begins at the word. */
  readonly clause: Uint8Array;
  /** The text was wrapped into one line with a period for every line end, so periods end little. */
  readonly wrapped: boolean;
}

const LETTER = 1;
const DIGIT = 2;

function kindOf(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  return code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && (code < 0x2000 || code > 0x33ff) ? LETTER : 0;
}

/** Words after which no sentence ends: a period there only marks where a line was broken. */
const NO_END = new Set(
  'of the and is in with to a an for are by at or from was were no not as on that this which be has have'.split(' '),
);

const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isUpper = (code: number): boolean => code >= 65 && code <= 90;

/** Split a text into words and look each up; misread words are mended by the vocabulary. Time grows with the text. */
export function tokensOf(full: string, vocabulary: Vocabulary): Tokens {
  const text = full.length > MAX_TEXT ? full.slice(0, MAX_TEXT) : full;
  const room = (text.length >> 1) + 2;
  const start = new Int32Array(room * 2);
  const end = new Int32Array(room * 2);
  const word = new Int32Array(room * 2);
  const gap = new Uint16Array(room * 2);
  const columns = { start, end, word, gap };
  let count = 0;
  let bits: number = GAP.NEWLINE;
  let lineEmpty = true;
  let falseEnds = 0;
  let ends = 0;
  let newlines = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind === 0) {
      bits = withMark(bits, code, lineEmpty);
      if (code === 10 || code === 13) {
        lineEmpty = true;
        newlines += 1;
      }
      at += 1;
      continue;
    }
    const from = at;
    let nulls = false;
    let letters = kind === LETTER;
    let hash = wordHash(0, code);
    at += 1;
    for (; at < text.length; at += 1) {
      const next = text.charCodeAt(at);
      const nextKind = kindOf(next);
      if (nextKind !== 0) {
        if (nextKind === LETTER) letters = true;
        hash = wordHash(hash, next);
        continue;
      }
      // Letters that were stored two bytes each and read one by one stay one word.
      if (next === 0 && at + 1 < text.length && kindOf(text.charCodeAt(at + 1)) !== 0) nulls = true;
      else break;
    }
    lineEmpty = false;
    if ((bits & GAP.STOP) !== 0 && count > 0) {
      ends += 1;
      const before = count - 1;
      if (NO_END.has(text.slice(start[before], end[before]).toLowerCase())) falseEnds += 1;
    }
    const found = nulls
      ? vocabulary.findWord(text.slice(from, at).replaceAll('\u0000', ''))
      : // Long numbers are no words.
        letters || at - from <= 2
        ? vocabulary.find(text, from, at, hash)
        : -1;
    if (typeof found === 'number') count = pushOrJoin(text, vocabulary, columns, count, from, at, found, bits);
    else {
      const middle = from + found.at;
      count = pushOrJoin(text, vocabulary, columns, count, from, middle, found.first, bits);
      start[count] = middle;
      end[count] = at;
      word[count] = found.second;
      gap[count] = 0;
      count += 1;
    }
    bits = 0;
  }
  const wrapped = newlines < 2 + text.length / 600 && (falseEnds >= 2 ? falseEnds > ends * 0.05 : text.length > 500);
  const tokens = { text, count, start, end, word, gap, wrapped };
  return { ...tokens, clause: clausesOf(tokens) };
}

function withMark(bits: number, code: number, lineEmpty: boolean): number {
  const stop = (bits & GAP.PERIOD) !== 0 ? GAP.STOP : 0;
  switch (code) {
    case 10:
    case 13: {
      const hyphen = (bits & GAP.DASH) !== 0 && (bits & (GAP.SPACE | GAP.NEWLINE)) === 0 ? GAP.HYPHEN : 0;
      return (bits & GAP.NEWLINE) !== 0 && lineEmpty && code === 10
        ? bits | GAP.BLANK | GAP.SPACE | stop
        : bits | GAP.NEWLINE | GAP.SPACE | hyphen | stop;
    }
    case 32:
    case 9:
    case 0xa0:
      return bits | GAP.SPACE | stop;
    case 46:
      return bits | GAP.PERIOD;
    case 58:
      return bits | GAP.COLON;
    case 59:
      return bits | GAP.SEMI;
    case 44:
      return bits | GAP.COMMA;
    case 45:
    case 42:
    case 126:
    case 0x2013:
    case 0x2014:
    case 0x2022:
    case 0xb7:
    case 95:
      return (bits & (GAP.NEWLINE | GAP.PERIOD | GAP.COLON)) !== 0 && (bits & GAP.SPACE) !== 0
        ? bits | GAP.DASH | GAP.BULLET
        : bits | GAP.DASH;
    case 40:
    case 91:
      return bits | GAP.OPEN;
    case 41:
    case 93:
      return bits | GAP.CLOSE;
    case 47:
      return bits | GAP.SLASH;
    case 43:
      return bits | GAP.PLUS;
    case 34:
    case 39:
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d:
      return bits | GAP.QUOTE;
    default:
      return bits;
  }
}

interface Columns {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly word: Int32Array;
  readonly gap: Uint16Array;
}

/** Marks that a scan puts inside a word. */
const INSIDE = GAP.SPACE | GAP.PERIOD | GAP.DASH | GAP.NEWLINE | GAP.HYPHEN | GAP.QUOTE | GAP.COLON | GAP.SEMI;

/** Add a word; two pieces that are no words of their own but make one together become that word. */
function pushOrJoin(
  text: string,
  vocabulary: Vocabulary,
  { start, end, word, gap }: Columns,
  count: number,
  from: number,
  to: number,
  id: number,
  bits: number,
): number {
  const last = count - 1;
  if (
    count > 0 &&
    ((word[last] ?? -1) < 0 || id < 0 || vocabulary.isHalf(word[last] ?? -1)) &&
    (bits & ~INSIDE) === 0 &&
    from - (end[last] ?? 0) <= 3
  ) {
    const lastLength = (end[last] ?? 0) - (start[last] ?? 0);
    // A sound sentence end is not a broken word.
    const sentence = (bits & GAP.STOP) !== 0 || ((bits & (GAP.COLON | GAP.SEMI)) !== 0 && (bits & GAP.SPACE) !== 0);
    if (!sentence && lastLength >= 2 && lastLength + to - from >= 6) {
      const joined = vocabulary.joined(
        text.slice(start[last], end[last]),
        text.slice(from, to),
        (bits & (GAP.SPACE | GAP.DASH)) === 0,
      );
      if (joined >= 0) {
        end[last] = to;
        word[last] = joined;
        return count;
      }
    }
  }
  start[count] = from;
  end[count] = to;
  word[count] = id;
  gap[count] = bits;
  return count + 1;
}

/** Where statements begin: after sentence ends, semicolons, blank lines, points of a list and before `Label:` lines. */
function clausesOf(tokens: Omit<Tokens, 'clause'>): Uint8Array {
  const { text, count, start, end, gap, wrapped } = tokens;
  const clause = new Uint8Array(count + 1);
  for (let at = 0; at < count; at += 1) {
    const bits = gap[at] ?? 0;
    if (at === 0 || (bits & (GAP.SEMI | GAP.BLANK)) !== 0) clause[at] = 1;
    else if ((bits & GAP.BULLET) !== 0) clause[at] = 1;
    else if ((bits & GAP.STOP) !== 0) {
      const first = text.charCodeAt(start[at] ?? 0);
      const before = text.slice(start[at - 1], end[at - 1]).toLowerCase();
      const soft = isLower(first) || NO_END.has(before) || (wrapped && (bits & GAP.COMMA) !== 0);
      clause[at] = soft ? 0 : 1;
    } else if ((bits & GAP.NEWLINE) !== 0 && beginsLine(tokens, at)) clause[at] = 1;
  }
  clause[count] = 1;
  return clause;
}

/** Whether a line says something of its own: a label with a colon, a numbered point, or a capital after a line that ended early. */
function beginsLine({ text, count, start, end, gap }: Omit<Tokens, 'clause'>, at: number): boolean {
  for (let next = at + 1; next < Math.min(count, at + 7); next += 1) {
    const bits = gap[next] ?? 0;
    if ((bits & GAP.COLON) !== 0) return true;
    if ((bits & (GAP.NEWLINE | GAP.COMMA | GAP.SEMI)) !== 0) break;
    if (next === at + 1 && (bits & (GAP.PERIOD | GAP.CLOSE)) !== 0 && (end[at] ?? 0) - (start[at] ?? 0) <= 2)
      return true;
  }
  const first = text.charCodeAt(start[at] ?? 0);
  if (!isUpper(first) || isUpper(text.charCodeAt((start[at] ?? 0) + 1))) return false;
  // A line that begins with a capital after a line that was not full.
  const lineStart = text.lastIndexOf('\n', (end[at - 1] ?? 1) - 1);
  return (end[at - 1] ?? 0) - lineStart < 45;
}

export const spanText = (tokens: Tokens, from: number, to: number): string =>
  tokens.text.slice(tokens.start[from], tokens.end[to]);
