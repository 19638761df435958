import { GAP, type Tokens } from './tokens.js';
import { type Vocabulary } from './vocabulary.js';

/** What a phrase of the lexicon is; a phrase may be several things. */
export const KINDS = ['morphology', 'anatomy', 'cue', 'heading', 'label', 'fragment'] as const;
export type Kind = (typeof KINDS)[number];
const KIND_COUNT = KINDS.length;
const CUE_KIND = KINDS.indexOf('cue');

/** A phrase found: first and last word, and its entry. */
export interface Match {
  readonly from: number;
  readonly to: number;
  readonly entry: number;
}

/** Most phrases of a kind that are kept; a report of a person has some hundreds. */
const MOST_FOUND = 4_000;
/** Words between parts of a term that change nothing of it: "carcinoma, moderately differentiated, clear cell". */
const MOST_SKIPPED = 8;
const UNREACHED = -1;
/** What ends a term. */
const ENDS = GAP.SEMI | GAP.BLANK | GAP.COLON | GAP.BULLET;

/**
 * All phrases in one automaton over word ids: a trie whose edges lie in one open-addressed table of typed arrays. Every position of a text is
 * walked once, whatever the number of phrases.
 */
export class Lexicon {
  private readonly edges = new Map<number, number>();
  private nodes = 1;
  private readonly outputs: { node: number; kind: number; entry: number }[] = [];
  private keys = new Float64Array(0);
  private values = new Int32Array(0);
  private out = new Int32Array(0);
  /** 1 for nodes where a phrase ends. */
  private ends = new Uint8Array(0);
  private starts = new Uint8Array(0);
  private skippable = new Uint8Array(0);
  private mask = 0;
  private readonly width = 1 << 20;

  constructor(readonly vocabulary: Vocabulary) {}

  /** Add a phrase. @param mendable whether misread words may be mended to words of this phrase. */
  add(kind: Kind, phrase: string, entry: number, mendable = true): void {
    const words = phrase.toLowerCase().match(/[a-z0-9\u00c0-\u024f]+/g);
    if (words === null) return;
    let node = 0;
    for (const word of words) {
      const key = node * this.width + this.vocabulary.add(word, mendable);
      let next = this.edges.get(key);
      if (next === undefined) {
        next = this.nodes;
        this.nodes += 1;
        this.edges.set(key, next);
      }
      node = next;
    }
    this.outputs.push({ node, kind: KINDS.indexOf(kind), entry });
  }

  /** Freeze: edges into typed arrays. The first entry added for a phrase and kind stays. */
  prepare(skipped: readonly string[]): void {
    const size = 1 << Math.ceil(Math.log2(this.edges.size * 2 + 2));
    this.mask = size - 1;
    this.keys = new Float64Array(size).fill(UNREACHED);
    this.values = new Int32Array(size);
    this.starts = new Uint8Array(this.vocabulary.size);
    for (const [key, node] of this.edges) {
      let slot = this.slotOf(key);
      while (this.keys[slot] !== UNREACHED) slot = (slot + 1) & this.mask;
      this.keys[slot] = key;
      this.values[slot] = node;
      if (key < this.width) this.starts[key] = 1;
    }
    this.out = new Int32Array(this.nodes * KIND_COUNT).fill(UNREACHED);
    this.ends = new Uint8Array(this.nodes);
    for (const { node, kind, entry } of this.outputs) {
      this.ends[node] = 1;
      const at = node * KIND_COUNT + kind;
      if (this.out[at] === UNREACHED) this.out[at] = entry;
    }
    this.skippable = new Uint8Array(this.vocabulary.size);
    for (const word of skipped) {
      const id = this.vocabulary.idOf(word);
      if (id >= 0) this.skippable[id] = 1;
    }
    this.edges.clear();
    this.outputs.length = 0;
  }

  private slotOf(key: number): number {
    const node = Math.floor(key / this.width);
    const word = key - node * this.width;
    return (Math.imul(node, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)) & this.mask;
  }

  private step(node: number, word: number): number {
    const key = node * this.width + word;
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)) & this.mask;
    for (;;) {
      const found = this.keys[slot];
      if (found === key) return this.values[slot] ?? UNREACHED;
      if (found === UNREACHED) return UNREACHED;
      slot = (slot + 1) & this.mask;
    }
  }

  isSkippable(word: number): boolean {
    return word >= 0 && this.skippable[word] === 1;
  }

  /** Every phrase of every kind: at each word the longest of each kind; terms of morphology and anatomy do not overlap their own kind. */
  scan(tokens: Tokens): Record<Kind, Match[]> {
    const found: Record<Kind, Match[]> = { morphology: [], anatomy: [], cue: [], heading: [], label: [], fragment: [] };
    const { count, word } = tokens;
    const lastEnd = new Int32Array(KIND_COUNT).fill(-1);
    const best = new Int32Array(KIND_COUNT);
    const bestTo = new Int32Array(KIND_COUNT);
    const ahead = new Int32Array(KIND_COUNT);
    const aheadTo = new Int32Array(KIND_COUNT);
    for (let from = 0; from < count; from += 1) {
      const first = word[from] ?? -1;
      if (first < 0 || this.starts[first] !== 1) continue;
      this.walk(tokens, from, best, bestTo);
      // "Invasive squamous cell carcinoma, keratinizing": the longer term begins behind the word that may be passed over.
      if (best[0] !== UNREACHED && this.skippable[first] === 1 && from + 1 < count) {
        this.walk(tokens, from + 1, ahead, aheadTo);
        if (ahead[0] !== UNREACHED && (aheadTo[0] ?? 0) > (bestTo[0] ?? 0)) best[0] = UNREACHED;
      }
      for (let kind = 0; kind < KIND_COUNT; kind += 1) {
        const entry = best[kind] ?? UNREACHED;
        if (entry === UNREACHED || from <= (lastEnd[kind] ?? -1)) continue;
        const to = bestTo[kind] ?? from;
        const list = found[KINDS[kind] ?? 'cue'];
        // Words of context are needed wherever a term may stand; the others are enough at some number.
        if (kind === CUE_KIND || list.length < MOST_FOUND) list.push({ from, to, entry });
        lastEnd[kind] = to;
      }
    }
    return found;
  }

  /** The longest phrase of each kind that begins at a word. */
  private walk(tokens: Tokens, from: number, best: Int32Array, bestTo: Int32Array): void {
    const { count, word, gap, clause } = tokens;
    for (let kind = 0; kind < KIND_COUNT; kind += 1) best[kind] = UNREACHED;
    let node = 0;
    let skipped = 0;
    let unread = 0;
    for (let at = from; at < count; at += 1) {
      const bits = gap[at] ?? 0;
      if (at > from && ((bits & ENDS) !== 0 || (clause[at] === 1 && endsTerm(tokens, at)))) return;
      const id = word[at] ?? -1;
      const next = id < 0 ? UNREACHED : this.step(node, id);
      if (next === UNREACHED) {
        if (node === 0) return;
        if (id >= 0 && this.skippable[id] === 1 && skipped < MOST_SKIPPED) {
          skipped += 1;
          continue;
        }
        // One short word that could not be read.
        if (id < 0 && unread === 0 && shortWord(tokens, at)) {
          unread = 1;
          continue;
        }
        // What stands in brackets may be passed over: "carcinoma (4 cm), clear cell type".
        if ((bits & GAP.OPEN) === 0 || skipped >= MOST_SKIPPED) return;
        const close = closingOf(tokens, at);
        if (close < 0) return;
        skipped += 1;
        at = close - 1;
        continue;
      }
      node = next;
      if (this.ends[node] === 0) continue;
      for (let kind = 0; kind < KIND_COUNT; kind += 1) {
        const entry = this.out[node * KIND_COUNT + kind] ?? UNREACHED;
        // Only terms of morphology are spoken with other words between their parts.
        if (entry === UNREACHED || (skipped + unread > 0 && kind !== 0)) continue;
        best[kind] = entry;
        bestTo[kind] = at;
      }
    }
  }
}

/** Up to four letters, no digits, not followed or preceded by a sentence end. */
const shortWord = ({ start, end, text, gap }: Tokens, at: number): boolean =>
  (end[at] ?? 0) - (start[at] ?? 0) <= 4 &&
  ((gap[at] ?? 0) & (GAP.STOP | GAP.COMMA | GAP.COLON)) === 0 &&
  /^[a-z]{3,4}$/i.test(text.slice(start[at], end[at])) &&
  !/^(and|not|non|but|nor|was|has|are|per|for|its|with|from|into|this|that|also|than|then)$/i.test(
    text.slice(start[at], end[at]),
  );

/** Most words in brackets that are passed over. */
const BRACKET = 14;

/** The word before which the bracket closes that opens before a word, or -1. */
function closingOf({ gap, count, clause }: Tokens, at: number): number {
  for (let next = at + 1; next < Math.min(count, at + BRACKET); next += 1) {
    if (((gap[next] ?? 0) & GAP.CLOSE) !== 0) return next;
    if (clause[next] === 1 && ((gap[next] ?? 0) & (GAP.SEMI | GAP.BLANK | GAP.BULLET)) !== 0) return -1;
  }
  return -1;
}

/** In a text whose lines were joined by periods a period alone does not end a term. */
function endsTerm({ wrapped, gap }: Tokens, at: number): boolean {
  const bits = gap[at] ?? 0;
  if ((bits & (GAP.SEMI | GAP.BLANK | GAP.BULLET)) !== 0) return true;
  if ((bits & GAP.STOP) !== 0) return !wrapped;
  // A new line that begins a statement.
  return (bits & GAP.NEWLINE) !== 0;
}
