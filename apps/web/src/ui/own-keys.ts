/** What a key is called in the choice that a person keeps: by what it does, not by what is pressed. */
export const keyId = ({ group, label }: { readonly group: string; readonly label: string }): string =>
  `${group}: ${label}`;

export interface Changeable {
  readonly chord: string;
  readonly label: string;
  readonly group: string;
}

/** The browser's own, and what moves the focus or closes: these cannot be given another meaning. */
const RESERVED =
  /^(mod\+(shift\+)?[tnwqrlpfadcvxz0-9]|mod\+Tab|F5|F6|F10|F11|F12|Tab|shift\+Tab|Escape|Enter|shift\+Enter| |Arrow\w+|Home|End|PageUp|PageDown|Backspace|Delete)$/;
/** Alt with a letter opens menus of the browser on Windows and types characters on a Mac. */
const ALT_LETTER = /^alt\+(shift\+)?[a-z]$/;
const isPlain = (chord: string): boolean => !/mod|alt|F\d/.test(chord);

/**
 * Why a key cannot have other keys; `null` when it can.
 *
 * @param wanted `mod+e`, `F6`, `x`. @param standard what it was made with. @param others every key that works here, as they are now.
 */
export function refuseChord(
  key: Changeable,
  wanted: string,
  standard: string,
  others: readonly Changeable[],
): string | null {
  if (RESERVED.test(wanted)) return 'The browser needs these keys itself.';
  if (ALT_LETTER.test(wanted)) return 'Alt with a letter opens menus or types a character in some browsers.';
  if (isPlain(wanted) && !isPlain(standard))
    return 'It works inside fields too: take a function key, or Ctrl or Alt with another key.';
  const taken = others.find(
    (other) => keyId(other) !== keyId(key) && (other.chord === wanted || other.chord.startsWith(`${wanted} `)),
  );
  return taken === undefined ? null : `These keys are “${taken.label}”.`;
}

const PLACE = 'perennial.keys';

/**
 * The keys that the person who was here last chose, by {@link keyId}: they hold from the first moment, until the registry says what the person
 * who is here chose. Nothing of a patient is in them.
 */
export function readChosen(): Readonly<Record<string, string>> {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '{}') as unknown;
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, string>) : {};
  } catch {
    return {};
  }
}

export function keepChosen(chosen: Readonly<Record<string, string>>): void {
  if (Object.keys(chosen).length === 0) localStorage.removeItem(PLACE);
  else localStorage.setItem(PLACE, JSON.stringify(chosen));
}

const UNSENT = 'perennial.keys.unsent';

/** Whose choice the registry has not heard of yet: the page may have been left before it did. */
export const unsentOf = (): string | null => localStorage.getItem(UNSENT);
export function noteUnsent(actor: string | null): void {
  if (actor === null) localStorage.removeItem(UNSENT);
  else localStorage.setItem(UNSENT, actor);
}
