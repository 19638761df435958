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
  return spelled.length > 3 && spelled.endsWith('s') && !/(ss|us|is|as)$/.test(spelled) ? spelled.slice(0, -1) : spelled;
}

/** Words that a scan commonly misreads: digits inside letters, `rn` for `m`. */
function repaired(word: string, known: ReadonlySet<string>): string {
  const plain = stem(word);
  if (known.has(plain)) return plain;
  const attempts = [word.replace(/1/g, 'l').replace(/0/g, 'o').replace(/5/g, 's'), word.replace(/1/g, 'i').replace(/0/g, 'o'), word.replace(/l/g, 'i')];
  for (const attempt of [...attempts, ...attempts.map((one) => one.replace(/rn/g, 'm')), word.replace(/rn/g, 'm')]) {
    const candidate = stem(attempt);
    if (known.has(candidate)) return candidate;
  }
  return plain;
}

/** Split a text into words; those of the lexicon that were misread are mended. */
export function wordsOf(text: string, known: ReadonlySet<string>): Word[] {
  const words: Word[] = [];
  const pattern = /[a-z0-9]+/g;
  const lower = text.slice(0, MAX_TEXT).toLowerCase();
  // Lower-casing may change lengths outside of ASCII; then places would be wrong, so only ASCII is lowered.
  const safe = lower.length === Math.min(text.length, MAX_TEXT) ? lower : text.slice(0, MAX_TEXT).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (let match = pattern.exec(safe); match !== null; match = pattern.exec(safe)) {
    words.push({ key: repaired(match[0], known), start: match.index, end: match.index + match[0].length });
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
      if (word === undefined || (at > from && before !== undefined && /[.;:]|\n\s*\n/.test(text.slice(before.end, word.start)))) break;
      node = node.next?.get(word.key);
      if (node === undefined) break;
      if (node.value !== undefined) found = { value: node.value, to: at };
    }
    return found;
  }
}
