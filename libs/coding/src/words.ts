/** A word of a text with its place. */
export interface Word {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Longest part of a report that is read; what lies behind is flagged, so that time stays bounded. */
export const MAX_TEXT = 400_000;

/** Plural and spelling variants fall together, so that a term is written once. */
export function stem(word: string): string {
  const spelled = word.replace(/^oe/, 'e').replace('aem', 'em').replace('tumour', 'tumor');
  return spelled.length > 3 && spelled.endsWith('s') && !/(ss|us|is|as)$/.test(spelled)
    ? spelled.slice(0, -1)
    : spelled;
}

/** Length from which a word may differ by one letter from a word of the lexicon. */
const FUZZY_FROM = 7;

/** Words a letter short, to the word of the lexicon: two words that differ by one letter share one of these. */
export type Neighbors = ReadonlyMap<string, string>;

const shortened = (word: string): string[] => [
  word,
  ...Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1)),
];

/** Index for `wordsOf` of the words that may be misread by a letter. A form that two words share belongs to neither. */
export function neighborsOf(known: Iterable<string>): Neighbors {
  const index = new Map<string, string>();
  const shared = new Set<string>();
  for (const word of known) {
    if (word.length < FUZZY_FROM || /\d/.test(word)) continue;
    for (const form of new Set(shortened(word))) {
      if (index.has(form) && index.get(form) !== word) shared.add(form);
      index.set(form, word);
    }
  }
  for (const form of shared) index.delete(form);
  return index;
}

/** Words that a scan commonly misreads: digits inside letters, `rn` for `m`, one wrong letter in a long word. */
function repaired(word: string, known: ReadonlySet<string>, neighbors: Neighbors): string {
  const plain = stem(word);
  if (known.has(plain)) return plain;
  const attempts = [
    word.replace(/1/g, 'l').replace(/0/g, 'o').replace(/5/g, 's'),
    word.replace(/1/g, 'i').replace(/0/g, 'o'),
    word.replace(/l/g, 'i'),
  ];
  for (const attempt of [...attempts, ...attempts.map((one) => one.replace(/rn/g, 'm')), word.replace(/rn/g, 'm')]) {
    const candidate = stem(attempt);
    if (known.has(candidate)) return candidate;
  }
  if (plain.length < FUZZY_FROM || plain.length > 24) return plain;
  for (const form of shortened(plain)) {
    const near = neighbors.get(form);
    if (near !== undefined && Math.abs(near.length - plain.length) <= 1) return near;
  }
  return plain;
}

/** Split a text into words; those of the lexicon that were misread are mended. NULs between letters (UTF-16 read as bytes) are passed over. */
export function wordsOf(text: string, known: ReadonlySet<string>, neighbors: Neighbors): Word[] {
  const words: Word[] = [];
  const pattern = /[a-z0-9](?:\u0000?[a-z0-9])*/g;
  const seen = new Map<string, string>();
  const lower = text.slice(0, MAX_TEXT).toLowerCase();
  // Lower-casing may change lengths outside of ASCII; then places would be wrong, so only ASCII is lowered.
  const safe =
    lower.length === Math.min(text.length, MAX_TEXT)
      ? lower
      : text.slice(0, MAX_TEXT).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (let match = pattern.exec(safe); match !== null; match = pattern.exec(safe)) {
    const word = match[0].includes('\u0000') ? match[0].replaceAll('\u0000', '') : match[0];
    let key = seen.get(word);
    if (key === undefined) {
      key = repaired(word, known, neighbors);
      seen.set(word, key);
    }
    words.push({ key, start: match.index, end: match.index + match[0].length });
  }
  return words;
}

interface Node<T> {
  next: Map<string, Node<T>> | null;
  value: T | undefined;
}

/** Finds terms of many words in a text, longest first, in time that grows with the text and not with the lexicon. */
export class PhraseIndex<T> {
  private readonly root: Node<T> = { next: null, value: undefined };
  readonly vocabulary = new Set<string>();

  add(phrase: string, value: T, merge: (old: T, next: T) => T = (old) => old): void {
    const keys = (phrase.toLowerCase().match(/[a-z0-9]+/g) ?? []).map(stem);
    if (keys.length === 0) return;
    let node = this.root;
    for (const key of keys) {
      this.vocabulary.add(key);
      node.next ??= new Map();
      let next = node.next.get(key);
      if (next === undefined) {
        next = { next: null, value: undefined };
        node.next.set(key, next);
      }
      node = next;
    }
    node.value = node.value === undefined ? value : merge(node.value, value);
  }

  /** Longest term that begins at a word, not crossing the end of a clause. */
  longest(words: readonly Word[], from: number, text: string): { value: T; to: number } | null {
    let node: Node<T> | undefined = this.root;
    let found: { value: T; to: number } | null = null;
    for (let at = from; at < words.length; at += 1) {
      const word = words[at];
      const before = words[at - 1];
      if (
        word === undefined ||
        (at > from && before !== undefined && /[.;:]|\n\s*\n/.test(text.slice(before.end, word.start)))
      )
        break;
      node = node.next?.get(word.key);
      if (node === undefined) break;
      if (node.value !== undefined) found = { value: node.value, to: at };
    }
    return found;
  }
}
