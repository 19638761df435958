import { nearlyEqual, QUALIFIERS, SHORT_FORMS, type Word, wordsOf } from './words.js';

/** A term of an entry, as it is searched. */
export interface IndexedTerm {
  /** Which entry it belongs to. */
  readonly entry: number;
  readonly text: string;
  /** The entry's own label, which comes before its synonyms. */
  readonly isLabel: boolean;
}

/** How a term answers a query; a higher score is a better answer. */
export interface TermMatch {
  readonly term: IndexedTerm;
  readonly score: number;
}

const EXACT = 3;
const BEGINS = 2;
const NEARLY = 1;

/** How long a query may be; more words are left out. */
const MOST_WORDS = 12;

/**
 * Terms by their words. A query finds the terms in which each of its words is a word or the beginning of one. Where nothing is found, words that no code
 * hangs on are left out, then slips of the keyboard are forgiven, then words that no term has are left out.
 */
export class TermIndex {
  private readonly terms: readonly IndexedTerm[];
  /** All words in order, each with the terms that have it. */
  private readonly vocabulary: readonly string[];
  private readonly postings: readonly Uint16Array[];
  /** The words of each term, as places in the vocabulary. */
  private readonly words: readonly Uint16Array[];
  /** Scratch of a query: how many words of it each term has answered, and how well. */
  private readonly answered: Uint8Array;
  private readonly quality: Uint8Array;

  constructor(terms: readonly IndexedTerm[]) {
    if (terms.length > 0xffff) throw new RangeError(`an index takes up to 65,535 terms, not ${terms.length}`);
    this.terms = terms;
    const split = terms.map(({ text }) => wordsOf(text).map(({ word }) => word));
    this.vocabulary = [...new Set(split.flat())].sort();
    const places = new Map(this.vocabulary.map((word, at) => [word, at]));
    const postings: number[][] = this.vocabulary.map(() => []);
    this.words = split.map((words, term) => {
      const own = Uint16Array.from(words, (word) => places.get(word) ?? 0);
      for (const at of new Set(own)) postings[at]?.push(term);
      return own;
    });
    this.postings = postings.map((list) => Uint16Array.from(list));
    this.answered = new Uint8Array(terms.length);
    this.quality = new Uint8Array(terms.length);
  }

  /**
   * Terms that answer a query, in no order: what it says first, then what it may have meant, one list after the other. Take the first that serves.
   *
   * @param context words that are known already, as a site's are when a histology is sought: a term need not be asked for them.
   */
  *find(query: string, context = ''): Generator<readonly TermMatch[]> {
    const words = wordsOf(query)
      .map(({ word }) => word)
      .slice(0, MOST_WORDS);
    if (words.length === 0) return;
    const known = new Set(wordsOf(context).map(({ word }) => this.firstAtLeast(word)));
    const direct = this.match(words, known);
    const long = words.flatMap((word) => spellOut(word)).slice(0, MOST_WORDS);
    const spelledOut = long.join(' ') === words.join(' ') ? [] : this.match(long, known);
    // A short form that is a word of its own keeps both meanings; what it is short for comes first.
    yield [...spelledOut.map(raised), ...direct];
    const telling = long.filter((word) => !QUALIFIERS.has(word));
    const asked = telling.length === 0 ? long : telling;
    yield this.match(asked, known);
    // Words that are known were not typed wrong.
    if (direct.length + spelledOut.length > 0) return;
    for (const slips of [1, 2]) yield this.match(asked, known, slips);
    const had = asked.filter((word) => this.wordsLike(word, 0).next().done !== true);
    if (had.length < asked.length) yield this.match(had, known);
  }

  private match(words: readonly string[], known: ReadonlySet<number>, slips = 0): TermMatch[] {
    if (words.length === 0) return [];
    const { answered, quality } = this;
    answered.fill(0);
    quality.fill(0);
    words.forEach((word, nth) => {
      for (const [at, how] of this.wordsLike(word, slips)) {
        for (const term of this.postings[at] ?? []) {
          // Only a term that answered all words before can still answer the query; a word counts once, in its best form.
          if (answered[term] === nth) {
            answered[term] = nth + 1;
            quality[term] = (quality[term] ?? 0) + how;
          }
        }
      }
    });
    const matches: TermMatch[] = [];
    for (let at = 0; at < this.terms.length; at++) {
      const term = this.terms[at];
      if (answered[at] === words.length && term !== undefined)
        matches.push({ term, score: this.score(at, words, known) });
    }
    return matches;
  }

  /** Mostly how much of the term the query says, then how exactly, then whether they begin alike. */
  private score(term: number, words: readonly string[], known: ReadonlySet<number>): number {
    const own = this.words[term] ?? new Uint16Array();
    let unasked = 0;
    for (const at of own) if (known.has(at)) unasked++;
    const coverage = Math.min(1, words.length / Math.max(1, own.length - unasked));
    const exactness = (this.quality[term] ?? 0) / (EXACT * words.length);
    const begins = this.vocabulary[own[0] ?? 0]?.startsWith(words[0] ?? '') === true;
    return 60 * coverage + 30 * exactness + (begins ? 6 : 0) + (this.terms[term]?.isLabel === true ? 2 : 0);
  }

  /** Words of the vocabulary that a word of a query may stand for, exact ones first. */
  private *wordsLike(word: string, slips: number): Generator<readonly [at: number, how: number]> {
    const first = this.firstAtLeast(word);
    if (this.vocabulary[first] === word) yield [first, EXACT];
    for (let at = first; this.vocabulary[at]?.startsWith(word) === true; at++) {
      if (this.vocabulary[at] !== word) yield [at, BEGINS];
    }
    // Short words are too easily another word.
    if (slips === 0 || word.length < 4 + slips) return;
    for (let at = 0; at < this.vocabulary.length; at++) {
      const known = this.vocabulary[at] ?? '';
      if (known[0] !== word[0] || known.startsWith(word)) continue;
      // The beginning of a long word may be typed wrong too.
      const head = known.length > word.length + slips ? known.slice(0, word.length) : known;
      if (nearlyEqual(word, head, slips)) yield [at, NEARLY];
    }
  }

  private firstAtLeast(word: string): number {
    let low = 0;
    let high = this.vocabulary.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.vocabulary[middle] ?? '') < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function spellOut(word: string): readonly string[] {
  const long = Object.hasOwn(SHORT_FORMS, word) ? SHORT_FORMS[word] : undefined;
  return long === undefined ? [word] : wordsOf(long).map((one) => one.word);
}

const raised = (match: TermMatch): TermMatch => ({ ...match, score: match.score + 3 });

/** Places of a term's text that answer a query, to be shown: `[start, end)` in UTF-16 units, in order. */
export function placesOf(text: string, query: string): (readonly [start: number, end: number])[] {
  const wanted = wordsOf(query).flatMap(({ word }) => [word, ...spellOut(word)]);
  return wordsOf(text).flatMap(({ word, start, end }: Word): (readonly [number, number])[] => {
    const best = wanted
      .filter((one) => word.startsWith(one) || (one.length > 4 && nearlyEqual(one, word)))
      .reduce((longest, one) => Math.max(longest, one.length), 0);
    return best === 0 ? [] : [[start, Math.min(end, start + best)]];
  });
}
