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

/** Longest of these words. */
const NO_END_LENGTH = 5;

const goesOn = (text: string, start: number, end: number): boolean =>
  end - start <= NO_END_LENGTH && NO_END.has(text.slice(start, end).toLowerCase());

const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isUpper = (code: number): boolean => code >= 65 && code <= 90;

/** Split a text into words and look each up; misread words are mended by the vocabulary. Time grows with the text. */
export function tokensOf(full: string, vocabulary: Vocabulary): Tokens {
  const text = full.length > MAX_TEXT ? full.slice(0, MAX_TEXT) : full;
  // Words have marks between them, and of one that is split each half has four letters.
  const room = (text.length >> 1) + 2;
  const columns = {
    start: new Int32Array(room),
    end: new Int32Array(room),
    word: new Int32Array(room),
    gap: new Uint16Array(room),
  };
  const layout = { newlines: 0, ends: 0, falseEnds: 0 };
  const count = readWords(text, vocabulary, columns, layout);
  const tokens = { text, count, ...columns, wrapped: isWrapped(text, layout) };
  return { ...tokens, clause: clausesOf(tokens) };
}

/** Line ends of a text, ends of sentences, and those behind which no sentence ends. */
interface Layout {
  newlines: number;
  ends: number;
  falseEnds: number;
}

/** Whether a text of one long line has periods where its lines ended. */
function isWrapped(text: string, { newlines, ends, falseEnds }: Layout): boolean {
  if (newlines >= 2 + text.length / 600) return false;
  return falseEnds >= 2 ? falseEnds > ends * 0.05 : text.length > 500;
}

/** Fill the columns with the words of a text. @returns how many there are. */
function readWords(text: string, vocabulary: Vocabulary, columns: Columns, layout: Layout): number {
  const { length } = text;
  const word = new WordScan();
  let count = 0;
  let bits: number = GAP.NEWLINE;
  let lineEmpty = true;
  for (let at = 0; at < length;) {
    const code = text.charCodeAt(at);
    if (kindOf(code) === 0) {
      bits = withMark(bits, code, lineEmpty);
      if (code === 10 || code === 13) {
        lineEmpty = true;
        layout.newlines += 1;
      }
      at += 1;
      continue;
    }
    word.read(text, at);
    if ((bits & GAP.STOP) !== 0 && count > 0) noteEnd(text, columns, count - 1, layout);
    count = addWord(text, vocabulary, columns, count, word, bits);
    at = word.to;
    bits = 0;
    lineEmpty = false;
  }
  return count;
}

function noteEnd(text: string, { start, end }: Columns, last: number, layout: Layout): void {
  layout.ends += 1;
  if (goesOn(text, start[last] ?? 0, end[last] ?? 0)) layout.falseEnds += 1;
}

/** The word at a place of a text. */
class WordScan {
  from = 0;
  to = 0;
  /** By `wordHash`. */
  hash = 0;
  letters = false;
  /** Letters that were stored two bytes each and read one by one stay one word. */
  nulls = false;

  read(text: string, from: number): void {
    const { length } = text;
    let hash = 0;
    let letters = false;
    let at = from;
    this.nulls = false;
    for (; at < length; at += 1) {
      const code = text.charCodeAt(at);
      const kind = kindOf(code);
      if (kind === LETTER) letters = true;
      if (kind !== 0) hash = wordHash(hash, code);
      else if (code === 0 && at + 1 < length && kindOf(text.charCodeAt(at + 1)) !== 0) this.nulls = true;
      else break;
    }
    this.from = from;
    this.to = at;
    this.hash = hash;
    this.letters = letters;
  }
}

/** Add a word by what the vocabulary finds it to be. @returns the count of words. */
function addWord(
  text: string,
  vocabulary: Vocabulary,
  columns: Columns,
  count: number,
  { from, to, hash, letters, nulls }: WordScan,
  bits: number,
): number {
  // Long numbers are no words.
  if (!letters && to - from > 2) return pushOrJoin(text, vocabulary, columns, count, from, to, -1, bits);
  const found = nulls
    ? vocabulary.findWord(text.slice(from, to).replaceAll('\u0000', ''))
    : vocabulary.find(text, from, to, hash);
  if (typeof found === 'number') return pushOrJoin(text, vocabulary, columns, count, from, to, found, bits);
  const middle = from + found.at;
  const second = pushOrJoin(text, vocabulary, columns, count, from, middle, found.first, bits);
  columns.start[second] = middle;
  columns.end[second] = to;
  columns.word[second] = found.second;
  columns.gap[second] = 0;
  return second + 1;
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
      const touching = (bits & (GAP.SPACE | GAP.DASH)) === 0;
      const joined = vocabulary.joined(text, start[last] ?? 0, end[last] ?? 0, from, to, touching);
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
      const soft =
        isLower(first) || (wrapped && (bits & GAP.COMMA) !== 0) || goesOn(text, start[at - 1] ?? 0, end[at - 1] ?? 0);
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
