const EMPTY = -1;
/** Words kept at first, and at most; forgotten altogether when full, so that memory stays bounded. */
const FEW = 1 << 13;
const MOST = 1 << 17;
/** Letters that a word has room for on the average. */
const LETTERS_EACH = 12;

/** What `WordMemory.find` gives for a word that it does not hold. */
export const UNKNOWN = 0x7fffffff;

/** A step of the number that words are found by; begin with 0 and go letter by letter. */
export const wordHash = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

/**
 * Words as they stand in texts, each with a number for what it was found to be, so that a word is worked out once. Letters are copied: a slice of
 * a text would hold the whole report in memory.
 */
export class WordMemory {
  private room = FEW;
  private slots = new Int32Array(FEW * 2).fill(EMPTY);
  private starts = new Int32Array(FEW + 1);
  private hashes = new Int32Array(FEW);
  private values = new Int32Array(FEW);
  private letters = new Uint16Array(FEW * LETTERS_EACH);
  private count = 0;

  /** The number kept for the word at `from` to `to` of a text, or `UNKNOWN`. `hash` is that of its letters in order. */
  find(text: string, from: number, to: number, hash: number): number {
    const { slots, hashes, starts, letters } = this;
    const mask = slots.length - 1;
    for (let slot = scatter(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? EMPTY;
      if (entry === EMPTY) return UNKNOWN;
      if (hashes[entry] !== hash) continue;
      const start = starts[entry] ?? 0;
      const length = (starts[entry + 1] ?? 0) - start;
      if (length !== to - from) continue;
      let at = 0;
      while (at < length && letters[start + at] === text.charCodeAt(from + at)) at += 1;
      if (at === length) return this.values[entry] ?? UNKNOWN;
    }
  }

  /** Keep the number of a word that `find` did not know. */
  keep(text: string, from: number, to: number, hash: number, value: number): void {
    if (this.count === this.room || (this.starts[this.count] ?? 0) + to - from > this.letters.length) this.makeRoom();
    const entry = this.count;
    this.count += 1;
    let end = this.starts[entry] ?? 0;
    for (let at = from; at < to; at += 1, end += 1) this.letters[end] = text.charCodeAt(at);
    this.starts[entry + 1] = end;
    this.hashes[entry] = hash;
    this.values[entry] = value;
    this.place(entry, hash);
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = scatter(hash) & mask;
    while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }

  private makeRoom(): void {
    if (this.room === MOST) {
      this.count = 0;
      this.slots.fill(EMPTY);
      return;
    }
    this.room *= 2;
    this.starts = copied(this.starts, new Int32Array(this.room + 1));
    this.hashes = copied(this.hashes, new Int32Array(this.room));
    this.values = copied(this.values, new Int32Array(this.room));
    this.letters = copied(this.letters, new Uint16Array(this.room * LETTERS_EACH));
    this.slots = new Int32Array(this.room * 2).fill(EMPTY);
    for (let entry = 0; entry < this.count; entry += 1) this.place(entry, this.hashes[entry] ?? 0);
  }
}

/** Bits of a number mixed, so that words alike lie apart. */
const scatter = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return mixed ^ (mixed >>> 13);
};

function copied<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
