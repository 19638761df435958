import { randomBytes } from 'node:crypto';
import { DomainError } from '@perennial/problem';
import { hash as argon2, verify } from '@node-rs/argon2';

/** Shortest password. Length is what counts; no rule asks for digits or signs. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;
/** Characters that must be left when everything guessable is taken away. */
const OWN_CHARACTERS = 6;

/** Words that lists of leaked passwords are made of, and those that come to mind in this trade. Longer ones first. */
const COMMON =
  'administrator administration correcthorsebatterystaple trustno1 iloveyou password passwort passphrase superman princess sunshine football baseball basketball welcome letmein monkey dragon master shadow michael jennifer jordan hunter freedom whatever qazwsx starwars cheese computer internet summer winter spring autumn january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday secret access changeme default guest login admin root test user hello charlie donald ashley bailey batman buster daniel george harley jessica joshua maggie matthew michelle nicole pepper robert soccer thomas tigger andrew ranger samsung google apple cookie flower ginger killer mustang orange purple silver yellow love hospital registry registrar perennial cancer tumor oncology medicine medical doctor nurse patient health clinic clinical america american company changeit temporary temp pass word qwerty qwertz azerty qwertyuiop asdfghjkl zxcvbnm asdf zxcv'
    .split(' ')
    .sort((a, b) => b.length - a.length);

const LOOKS_LIKE: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
};
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** The password without what a guesser tries first: common words, runs along an alphabet or keyboard, repeats, years and signs. */
function remainder(password: string, login: string): string {
  let rest = password;
  const words = login.length > 3 ? [login.toLowerCase(), ...COMMON] : COMMON;
  for (const word of words) rest = rest.replaceAll(word, ' ');
  rest = rest.replace(/(19|20)\d\d/g, ' ').replace(/(.)\1{2,}/g, '$1');
  for (const row of [...ROWS, ...ROWS.map((one) => [...one].reverse().join(''))]) {
    for (let length = row.length; length >= 4; length -= 1) {
      for (let start = 0; start + length <= row.length; start += 1)
        rest = rest.replaceAll(row.slice(start, start + length), ' ');
    }
  }
  return rest.replace(/[^\p{L}\p{N}]/gu, '');
}

/** Whether somebody would guess it: little is left beside common words, runs and the login. */
export function isGuessable(password: string, login: string): boolean {
  const plain = password.toLowerCase();
  const undisguised = [...plain].map((char) => LOOKS_LIKE[char] ?? char).join('');
  return [plain, undisguised].some((text) => {
    const rest = remainder(text, login);
    return rest.length < OWN_CHARACTERS || new Set(rest).size < OWN_CHARACTERS - 1;
  });
}

/** @throws DomainError 422 with the rule that a password breaks. */
export function judgePassword(password: string, login: string): void {
  const refuse = (detail: string): never => {
    throw new DomainError('password.weak', 422, 'Choose another password.', {
      errors: [{ pointer: '/password', detail }],
    });
  };
  if ([...password].length < SHORTEST_PASSWORD) refuse(`needs at least ${SHORTEST_PASSWORD} characters`);
  if (password.length > LONGEST_PASSWORD) refuse(`is longer than ${LONGEST_PASSWORD} characters`);
  if (isGuessable(password, login))
    refuse('is too easy to guess: it is made of common words, runs of keys or the login');
}

/** Compared with when there is no such account, so that both answers take the same time. */
const NOBODY = '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$TBHmCzlhEqNDS9gOHTMg3PKn4vRdkGx9dPmgxLnGhdk';

/** The library's constant is a `const enum`, which isolated modules cannot read: 2 is argon2id. */
const ARGON2ID = 2;

export const hashPassword = (password: string): Promise<string> => argon2(password, { algorithm: ARGON2ID });

/** Whether a password belongs to a hash. Without a hash the answer is no, after the same work. */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const right = await verify(hash ?? NOBODY, password).catch(() => false);
  return right && hash !== undefined;
}

/** A password for a first sign-in: random, easy to read out, without letters that look alike. */
export function generatePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const pick = (): string => {
    for (;;) {
      const byte = randomBytes(1)[0] ?? 255;
      if (byte < 256 - (256 % letters.length)) return letters[byte % letters.length] ?? 'x';
    }
  };
  return Array.from({ length: 4 }, () => Array.from({ length: 5 }, pick).join('')).join('-');
}
