/** Longest word whose forms are looked for. */
const ROOM = 64;
const BASE = 0x01000193;
const POWERS = new Int32Array(ROOM + 1);
POWERS[0] = 1;
for (let at = 1; at <= ROOM; at += 1) POWERS[at] = Math.imul(POWERS[at - 1] ?? 0, BASE);

/** Shapes that scans take for one another, brought to one form. */
const SAME_SHAPE = new Uint16Array(128).map((_, code) => code);
for (const [seen, meant] of Object.entries({
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
}))
  SAME_SHAPE[seen.charCodeAt(0)] = meant.charCodeAt(0);

const [C, I, L, N, R, V, ONE] = Array.from('cilnrv1', (letter) => letter.charCodeAt(0));
const [D, M, U, W] = Array.from('dmuw', (letter) => letter.charCodeAt(0));

/** The letter that two are taken for (`rn` for `m`), or 0. */
function twoAsOne(first: number, second: number): number {
  if (first === R && second === N) return M ?? 0;
  if (first === V && second === V) return W ?? 0;
  if (first === C && (second === L || second === I || second === ONE)) return D ?? 0;
  return first === I && second === I ? (U ?? 0) : 0;
}

/**
 * One word by its shape, and the numbers of its forms with a letter or two left out, told without making them: two words that differ by a letter
 * share such a form. One object serves for all words, one after the other.
 */
export class WordForm {
  private readonly codes = new Uint16Array(ROOM);
  /** Number of the first letters, for every length. */
  private readonly firsts = new Int32Array(ROOM + 1);
  length = 0;

  /** Take a word of at most 64 letters. */
  take(word: string): this {
    let length = 0;
    for (let at = 0; at < word.length && length < ROOM; at += 1, length += 1) {
      const code = word.charCodeAt(at);
      const joined = twoAsOne(code, word.charCodeAt(at + 1));
      this.codes[length] = joined !== 0 ? joined : code < 128 ? (SAME_SHAPE[code] ?? code) : code;
      if (joined !== 0) at += 1;
    }
    this.length = length;
    for (let at = 0; at < length; at += 1)
      this.firsts[at + 1] = (Math.imul(this.firsts[at] ?? 0, BASE) + (this.codes[at] ?? 0)) | 0;
    return this;
  }

  /** The shape as text, whole or with letters left out. */
  text(without = -1, and = -1): string {
    let out = '';
    for (let at = 0; at < this.length; at += 1)
      if (at !== without && at !== and) out += String.fromCharCode(this.codes[at] ?? 0);
    return out;
  }

  /** Number of the letters from one place up to another. */
  private part(from: number, to: number): number {
    return ((this.firsts[to] ?? 0) - Math.imul(this.firsts[from] ?? 0, POWERS[to - from] ?? 0)) | 0;
  }

  get hash(): number {
    return this.firsts[this.length] ?? 0;
  }

  hashWithout(at: number): number {
    const rest = this.length - at - 1;
    return (Math.imul(this.firsts[at] ?? 0, POWERS[rest] ?? 0) + this.part(at + 1, this.length)) | 0;
  }

  /** @param b behind `a` */
  hashWithoutTwo(a: number, b: number): number {
    const rest = this.length - b - 1;
    const start = (Math.imul(this.firsts[a] ?? 0, POWERS[b - a - 1] ?? 0) + this.part(a + 1, b)) | 0;
    return (Math.imul(start, POWERS[rest] ?? 0) + this.part(b + 1, this.length)) | 0;
  }
}

const BITS = 20;

/** Numbers of forms that may be known: `false` is certain, `true` must be looked up. */
export class FormSet {
  private readonly bits = new Int32Array(1 << (BITS - 5));

  add(hash: number): void {
    const at = Math.imul(hash, 0x9e3779b1) >>> (32 - BITS);
    this.bits[at >>> 5] = (this.bits[at >>> 5] ?? 0) | (1 << (at & 31));
  }

  mayHave(hash: number): boolean {
    const at = Math.imul(hash, 0x9e3779b1) >>> (32 - BITS);
    return ((this.bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
  }
}
