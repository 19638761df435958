import { FormSet, WordForm } from './forms.js';
import { UNKNOWN, WordMemory } from './memory.js';

/** A token that is two words of the lexicon run together; `at` is where the second begins. */
export interface SplitWord {
  readonly first: number;
  readonly second: number;
  readonly at: number;
}

const S = 115;

/** Plural and spelling variants fall together, so that a term is written once. */
export function stem(word: string): string {
  let spelled = word.startsWith('oe') ? word.slice(1) : word;
  if (spelled.includes('aem')) spelled = spelled.replace('aem', 'em');
  if (spelled.includes('tumour')) spelled = spelled.replace('tumour', 'tumor');
  const { length } = spelled;
  if (length <= 3 || spelled.charCodeAt(length - 1) !== S) return spelled;
  const before = spelled[length - 2] ?? '';
  if (length > 5 && before === 'e' && spelled.charCodeAt(length - 3) === 105) return `${spelled.slice(0, -3)}y`;
  return 'suia'.includes(before) ? spelled : spelled.slice(0, -1);
}

/** Strokes of a bar code, numbers and their like: three digits, or one letter three times. */
const NO_WORD = /\d[^\d]*\d[^\d]*\d|^\d+$|([a-z1])\1\1/;

/** First halves of compound words that are written apart as well. */
const HALVES = new Set([
  'adeno',
  'cyst',
  'oligo',
  'cholangio',
  'hepato',
  'lipo',
  'fibro',
  'leiomyo',
  'neuro',
  'adenosquam',
]);

/** Lengths from which a word is mended by shape, and by one letter besides. */
const SHAPE_FROM = 4;
const LETTER_FROM = 6;
const LONGEST = 26;
const NONE = -1;
const SHARED = -2;
/** Number that stands for the first of `splits` among ids. */
const FIRST_SPLIT = -2;

/**
 * Words of the lexicon with ids, and the mending of words that a scan misread: same shape (`l` for `i`, `rn` for `m`), one letter wrong,
 * missing or added in a long word, or two words run together. A form that two words of the lexicon could have been is left alone.
 */
export class Vocabulary {
  private readonly ids = new Map<string, number>();
  private readonly words: string[] = [];
  private readonly mendable: boolean[] = [];
  private readonly shapes = new Map<string, number>();
  private readonly shorter = new Map<string, number>();
  private readonly far = new Map<string, number>();
  /** First and last three letters of the telling words: two wrong letters seldom spoil both. */
  private readonly ends = new Set<string>();
  /** First three letters of the words that misread words may be mended to. */
  private readonly beginnings = new Beginnings();
  private readonly plain = new Set<string>();
  private readonly telling = new Set<string>();
  /** Numbers of the forms in `shapes`, `shorter` and `far`. */
  private readonly shapeSet = new FormSet();
  private readonly shorterSet = new FormSet();
  private readonly farSet = new FormSet();
  private readonly form = new WordForm();
  /** What words of texts were found to be: an id, or `FIRST_SPLIT` less the place in `splits`. */
  private readonly known = new WordMemory();
  private readonly splits: SplitWord[] = [];
  /** 1 for ids of first halves of compound words. */
  private halves = new Uint8Array(0);

  /** Id of a word, made when it is new. `mendable` words are those that misread words may be mended to. */
  add(word: string, mendable = true): number {
    const key = stem(word);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.words.length;
      this.ids.set(key, id);
      this.words.push(key);
      this.mendable.push(false);
    }
    if (mendable) {
      this.mendable[id] = true;
      this.beginnings.add(key);
    }
    return id;
  }

  get size(): number {
    return this.words.length;
  }

  wordOf(id: number): string {
    return this.words[id] ?? '';
  }

  idOf(word: string): number {
    return this.ids.get(stem(word)) ?? NONE;
  }

  isPlain(raw: string): boolean {
    return this.plain.has(stem(raw.toLowerCase()));
  }

  /** Words of plain language that must not be mended to words of the lexicon. */
  leaveAlone(words: Iterable<string>): void {
    for (const word of words) this.plain.add(stem(word));
  }

  /** Long words that name tumors: these are found with two letters wrong as well. */
  tell(words: Iterable<string>): void {
    for (const word of words) this.telling.add(stem(word));
  }

  /** Index the forms that misread words are found by. Once, after all words were added. */
  prepare(): void {
    const { form } = this;
    this.halves = Uint8Array.from(this.words, (word) => (HALVES.has(word) ? 1 : 0));
    const put = (index: Map<string, number>, text: string, id: number): void => {
      const old = index.get(text);
      index.set(text, old === undefined || old === id ? id : SHARED);
    };
    for (const [id, word] of this.words.entries()) {
      if (this.mendable[id] !== true || word.length < SHAPE_FROM || word.length > LONGEST * 2 || /\d/.test(word))
        continue;
      form.take(word);
      const whole = form.text();
      put(this.shapes, whole, id);
      this.shapeSet.add(form.hash);
      if (word.length < LETTER_FROM) continue;
      put(this.shorter, whole, id);
      this.shorterSet.add(form.hash);
      const telling = this.telling.has(word);
      if (telling) {
        this.ends.add(whole.slice(0, 3)).add(whole.slice(-3));
        put(this.far, whole, id);
        this.farSet.add(form.hash);
      }
      for (let at = 0; at < form.length; at += 1) {
        const less = without(whole, at);
        const hash = form.hashWithout(at);
        put(this.shorter, less, id);
        this.shorterSet.add(hash);
        if (!telling) continue;
        put(this.far, less, id);
        this.farSet.add(hash);
        for (let and = at + 1; and < form.length; and += 1) {
          put(this.far, without(less, and - 1), id);
          this.farSet.add(form.hashWithoutTwo(at, and));
        }
      }
    }
  }

  /** Id of the word at `from` to `to` of a text, or -1, or the two words that it is. @param hash of its letters, by `wordHash`. */
  find(text: string, from: number, to: number, hash: number): number | SplitWord {
    if (to - from > LONGEST) return this.findWord(text.slice(from, to));
    const known = this.known.find(text, from, to, hash);
    if (known !== UNKNOWN) return known >= NONE ? known : (this.splits[FIRST_SPLIT - known] ?? NONE);
    const found = this.findWord(text.slice(from, to));
    this.known.keep(text, from, to, hash, typeof found === 'number' ? found : FIRST_SPLIT - this.splitAt(found));
    return found;
  }

  /** Place of two words in `splits`, of which there are few. */
  private splitAt(split: SplitWord): number {
    const known = this.splits.findIndex(
      ({ first, second, at }) => first === split.first && second === split.second && at === split.at,
    );
    return known >= 0 ? known : this.splits.push(split) - 1;
  }

  /** A piece of a word (`adeno`) that the lexicon also knows by itself. */
  isHalf(id: number): boolean {
    return this.halves[id] === 1;
  }

  /**
   * Id of the word that two pieces of a text make, or -1.
   *
   * @param touching only a stray mark stands between them.
   */
  joined(text: string, start: number, end: number, from: number, to: number, touching: boolean): number {
    const length = end - start + to - from;
    if (length > LONGEST || !this.beginnings.hasJoined(text, start, end, from, touching ? THREE : FIVE)) return NONE;
    const whole = (text.slice(start, end) + text.slice(from, to)).toLowerCase();
    const id = this.ids.get(stem(whole));
    if (id !== undefined) return this.mendable[id] === true ? id : NONE;
    // Pieces with only a stray mark between them may be misread besides.
    if (!touching || length < 10) return NONE;
    const found = this.findWord(whole);
    return typeof found === 'number' && found >= 0 && this.mendable[found] === true ? found : NONE;
  }

  /** Id of a word by itself, or -1, or the two words that it is; worked out anew each time. */
  findWord(raw: string): number | SplitWord {
    if (raw.length > LONGEST * 2) return NONE;
    const lower = raw.toLowerCase();
    const key = stem(lower);
    const exact = this.ids.get(key);
    if (exact !== undefined) return exact;
    if (key.length < SHAPE_FROM || this.plain.has(key) || NO_WORD.test(key)) return NONE;
    const form = this.form.take(key);
    if (this.shapeSet.mayHave(form.hash)) {
      const same = this.shapes.get(form.text());
      if (same !== undefined && same >= 0) return same;
    }
    if (key.length >= LETTER_FROM && key.length <= LONGEST) {
      const near = this.nearby(form, key);
      if (near >= 0) return near;
    }
    if (key.length < 9) return NONE;
    const parts = this.split(lower);
    return parts !== NONE || key.length > LONGEST ? parts : this.twoAway(form);
  }

  /** The one word of the lexicon that differs by a letter. */
  private nearby(form: WordForm, key: string): number {
    let found = this.shorterSet.mayHave(form.hash) ? (this.shorter.get(form.text()) ?? NONE) : NONE;
    if (found === SHARED) return NONE;
    for (let at = 0; at < form.length; at += 1) {
      if (!this.shorterSet.mayHave(form.hashWithout(at))) continue;
      const id = this.shorter.get(form.text(at));
      if (id === undefined || id === found) continue;
      if (id === SHARED || found >= 0) return NONE;
      found = id;
    }
    if (found < 0) return NONE;
    // A changed first letter, or a word with its own ending (`-ed`, `-ing`), is more often another word.
    const word = this.wordOf(found);
    return Math.abs(word.length - key.length) <= 2 && (word.length >= 8 || word[0] === key[0]) ? found : NONE;
  }

  /** The one telling word that differs by two letters. */
  private twoAway(form: WordForm): number {
    const whole = form.text();
    if (!this.ends.has(whole.slice(0, 3)) && !this.ends.has(whole.slice(-3))) return NONE;
    let found = this.far.get(whole) ?? NONE;
    /** Whether the word is still the only one, seen with one more form. */
    const alone = (hash: number, without: number, and?: number): boolean => {
      if (!this.farSet.mayHave(hash)) return true;
      const id = this.far.get(form.text(without, and));
      if (id === undefined || id === found) return true;
      if (id === SHARED || found >= 0) return false;
      found = id;
      return true;
    };
    if (found === SHARED) return NONE;
    for (let at = 0; at < form.length; at += 1) if (!alone(form.hashWithout(at), at)) return NONE;
    for (let at = 0; at < form.length; at += 1)
      for (let and = at + 1; and < form.length; and += 1)
        if (!alone(form.hashWithoutTwo(at, and), at, and)) return NONE;
    return found;
  }

  private split(lower: string): number | SplitWord {
    // Words with these letters may be spelled otherwise in the lexicon.
    const respelled = lower.includes('oe') || lower.includes('ae');
    if (!respelled && !this.beginnings.has(lower, 0)) return NONE;
    for (let at = 4; at <= lower.length - 4; at += 1) {
      if (!respelled && !this.beginnings.has(lower, at)) continue;
      const first = this.ids.get(stem(lower.slice(0, at)));
      if (first === undefined || this.mendable[first] !== true) continue;
      const second = this.ids.get(stem(lower.slice(at)));
      if (second !== undefined && this.mendable[second] === true) return { first, second, at };
    }
    return NONE;
  }
}

const without = (text: string, at: number): string => text.slice(0, at) + text.slice(at + 1);

/** Letters that a word is told by which may be misread behind them, and one that may not. */
const THREE = 3;
const FIVE = 5;

/** The first letters that words begin with: three, and of longer words five. */
class Beginnings {
  private readonly seen = new Uint8Array(1 << 15);
  private readonly fives = new FormSet();

  add(word: string): void {
    const place = placeOf(word, 0, THREE);
    if (place < 0) return;
    this.seen[place] = 1;
    const five = placeOf(word, 0, FIVE);
    if (five >= 0) this.fives.add(five);
  }

  /** Whether a word begins with the three letters at a place of a lower-case text; never where other marks than letters stand among them. */
  has(text: string, at: number): boolean {
    const place = placeOf(text, at, THREE);
    return place >= 0 && this.seen[place] === 1;
  }

  /** Whether a word begins like two pieces of a text of any case, the first from `start` to `end`, the second at `from`. */
  hasJoined(text: string, start: number, end: number, from: number, letters: number): boolean {
    let place = 0;
    for (let at = 0; at < letters; at += 1) {
      const letter = (text.charCodeAt(start + at < end ? start + at : from + at - end + start) | 32) - 96;
      if (letter < 1 || letter > 26) return false;
      place = place * 32 + letter;
      if (at === THREE - 1 && this.seen[place] === 0) return false;
    }
    return letters === THREE || this.fives.mayHave(place);
  }
}

/** Some small letters as a number, -1 where others stand among them. */
function placeOf(text: string, from: number, letters: number): number {
  let place = 0;
  for (let at = from; at < from + letters; at += 1) {
    const letter = text.charCodeAt(at) - 96;
    if (!(letter >= 1 && letter <= 26)) return -1;
    place = place * 32 + letter;
  }
  return place;
}
