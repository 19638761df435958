/** Letters and digits that are not taken for each other when read aloud or from handwriting. */
const ALPHABET = '23456789CDFHJKMNPQRTVWXY';
const LENGTH = 8;

/** Check character of a code: changes with every single wrong character. */
function check(body: string): string {
  // Weights prime to the size of the alphabet, so that no change of one character goes unseen.
  const weights = [5, 7, 11, 13, 17, 19, 23, 29];
  const sum = [...body].reduce((total, character, at) => total + ALPHABET.indexOf(character) * (weights[at] ?? 1), 0);
  return ALPHABET[sum % ALPHABET.length] ?? '';
}

/**
 * The code of a letter from random bytes: `K7Q2-9FMX-4`, eight characters and one to check them.
 *
 * @param bytes at least eight; each gives a character.
 */
export function letterCode(bytes: Uint8Array): string {
  const body = Array.from(bytes.slice(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${body.slice(0, 4)}-${body.slice(4)}-${check(body)}`;
}

/** A code as somebody types it, any case, with or without dashes, in its written form; null when it cannot be one. */
export function readLetterCode(typed: string): string | null {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  if (text.length !== LENGTH + 1 || [...text].some((character) => !ALPHABET.includes(character))) return null;
  const body = text.slice(0, LENGTH);
  return check(body) === text[LENGTH] ? `${body.slice(0, 4)}-${body.slice(4)}-${text[LENGTH]}` : null;
}
