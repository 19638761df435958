/** A token that is two words of the lexicon run together; `at` is where the second begins. */
export interface SplitWord {
  readonly first: number;
  readonly second: number;
  readonly at: number;
}

/** Plural and spelling variants fall together, so that a term is written once. */
export function stem(word: string): string {
  const spelled = word.replace(/^oe/, 'e').replace('aem', 'em').replace('tumour', 'tumor').replace('haemo', 'hemo');
  if (spelled.length > 5 && spelled.endsWith('ies')) return `${spelled.slice(0, -3)}y`;
  return spelled.length > 3 && spelled.endsWith('s') && !/(ss|us|is|as)$/.test(spelled)
    ? spelled.slice(0, -1)
    : spelled;
}

const withoutOne = (form: string): string[] => Array.from(form, (_, at) => form.slice(0, at) + form.slice(at + 1));

function withoutTwo(form: string): string[] {
  const found = [form, ...withoutOne(form)];
  for (let a = 0; a < form.length; a += 1)
    for (let b = a + 1; b < form.length; b += 1)
      found.push(form.slice(0, a) + form.slice(a + 1, b) + form.slice(b + 1));
  return found;
}

/** Shapes that scans take for one another, brought to one form. */
function shape(word: string): string {
  let out = '';
  for (let at = 0; at < word.length; at += 1) {
    const two = word.slice(at, at + 2);
    if (two === 'rn') out += 'm';
    else if (two === 'vv') out += 'w';
    else if (two === 'cl' || two === 'ci' || two === 'c1') out += 'd';
    else if (two === 'ii') out += 'u';
    else {
      const one = word[at] ?? '';
      out += SAME_SHAPE[one] ?? one;
      continue;
    }
    at += 1;
  }
  return out;
}
const SAME_SHAPE: Readonly<Record<string, string>> = {
  '1': 'i',
  l: 'i',
  j: 'i',
  t: 'i',
  '0': 'o',
  '5': 's',
  '8': 'b',
  '6': 'b',
  h: 'b',
  '9': 'g',
  q: 'g',
  e: 'c',
  v: 'u',
};

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
/** Mended words kept, so that a word is worked out once; forgotten altogether when full. */
const MEMORY = 60_000;
const NONE = -1;
const SHARED = -2;

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
  private readonly beginnings = new Set<string>();
  private readonly plain = new Set<string>();
  private readonly telling = new Set<string>();
  private readonly known = new Map<string, number | SplitWord>();

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
      this.beginnings.add(key.slice(0, 3));
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
    const put = (index: Map<string, number>, form: string, id: number): void => {
      const old = index.get(form);
      index.set(form, old === undefined || old === id ? id : SHARED);
    };
    for (const [id, word] of this.words.entries()) {
      if (this.mendable[id] !== true || word.length < SHAPE_FROM || /\d/.test(word)) continue;
      const form = shape(word);
      put(this.shapes, form, id);
      if (word.length < LETTER_FROM) continue;
      put(this.shorter, form, id);
      for (const less of withoutOne(form)) put(this.shorter, less, id);
      if (this.telling.has(word)) {
        this.ends.add(form.slice(0, 3)).add(form.slice(-3));
        for (const less of withoutTwo(form)) put(this.far, less, id);
      }
    }
  }

  /** Id of a word as it stands in a text, or -1, or the two words that it is. */
  find(raw: string): number | SplitWord {
    const known = this.known.get(raw);
    if (known !== undefined) return known;
    const found = this.work(raw.toLowerCase());
    if (raw.length <= LONGEST) {
      if (this.known.size >= MEMORY) this.known.clear();
      this.known.set(raw, found);
    }
    return found;
  }

  /** A piece of a word (`adeno`) that the lexicon also knows by itself. */
  isHalf(id: number): boolean {
    return id >= 0 && HALVES.has(this.words[id] ?? '');
  }

  /** Id of the word that two pieces make, or -1. */
  joined(first: string, second: string, touching: boolean): number {
    if (first.length + second.length > LONGEST) return NONE;
    if (first.length >= 3 && !this.beginnings.has(first.slice(0, 3).toLowerCase())) return NONE;
    const whole = (first + second).toLowerCase();
    if (!this.beginnings.has(whole.slice(0, 3))) return NONE;
    const id = this.ids.get(stem(whole));
    if (id !== undefined) return this.mendable[id] === true ? id : NONE;
    // Pieces with only a stray mark between them may be misread besides.
    if (!touching || whole.length < 10) return NONE;
    const found = this.find(whole);
    return typeof found === 'number' && found >= 0 && this.mendable[found] === true ? found : NONE;
  }

  private work(lower: string): number | SplitWord {
    if (lower.length > LONGEST * 2) return NONE;
    const key = stem(lower);
    const exact = this.ids.get(key);
    if (exact !== undefined) return exact;
    if (key.length < SHAPE_FROM || this.plain.has(key) || NO_WORD.test(key)) return NONE;
    const form = shape(key);
    const same = this.shapes.get(form);
    if (same !== undefined && same >= 0) return same;
    if (key.length >= LETTER_FROM && key.length <= LONGEST) {
      const near = this.nearby(form, key);
      if (near >= 0) return near;
    }
    if (key.length < 9) return NONE;
    const parts = this.split(lower);
    return parts !== NONE || key.length > LONGEST ? parts : this.twoAway(form);
  }

  /** The one word of the lexicon that differs by a letter. */
  private nearby(form: string, key: string): number {
    let found = this.shorter.get(form) ?? NONE;
    if (found === SHARED) return NONE;
    for (const less of withoutOne(form)) {
      const id = this.shorter.get(less);
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
  private twoAway(form: string): number {
    if (!this.ends.has(form.slice(0, 3)) && !this.ends.has(form.slice(-3))) return NONE;
    let found = this.far.get(form) ?? NONE;
    if (found === SHARED) return NONE;
    for (const less of withoutTwo(form)) {
      const id = this.far.get(less);
      if (id === undefined || id === found) continue;
      if (id === SHARED || found >= 0) return NONE;
      found = id;
    }
    return found;
  }

  private split(lower: string): number | SplitWord {
    for (let at = 4; at <= lower.length - 4; at += 1) {
      const first = this.ids.get(stem(lower.slice(0, at)));
      if (first === undefined || this.mendable[first] !== true) continue;
      const second = this.ids.get(stem(lower.slice(at)));
      if (second !== undefined && this.mendable[second] === true) return { first, second, at };
    }
    return NONE;
  }
}
