import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { type Changeable, keepChosen, keyId, readChosen } from './own-keys.js';

/** A key that does something. Single letters act only outside of fields. */
export interface Key {
  /** `mod+k`, `shift+F4`, `?`, `y`, or two in a row: `g h`. `mod` is Ctrl, on a Mac Command. */
  readonly chord: string;
  readonly label: string;
  readonly group: string;
  /** Left out where a field or the browser does it: the key is then only shown in the map. */
  readonly run?: (event: KeyboardEvent) => void;
  /** Acts inside fields too. Implied by a modifier or a function key. */
  readonly inFields?: boolean;
}

const active = new Set<readonly Key[]>();
const listeners = new Set<() => void>();
/** A key as it works now: with the chord that the person chose, where they did. */
export interface ActiveKey extends Key {
  readonly standard: string;
}

let chosen = readChosen();
let snapshot: readonly ActiveKey[] = [];
const changed = (): void => {
  snapshot = [...active].flat().map((key) => ({ ...key, standard: key.chord, chord: chordFor(key) }));
  for (const listener of listeners) listener();
};

let onChosen: (all: Readonly<Record<string, string>>) => void = () => undefined;
/** Called whenever the person gives a key other keys. */
export const whenChosen = (listener: typeof onChosen): void => void (onChosen = listener);

/** Take what the person chose elsewhere. */
export function adoptKeys(all: Readonly<Record<string, string>>): void {
  chosen = all;
  keepChosen(all);
  changed();
}
/** Everything that was chosen. */
export const chosenKeys = (): Readonly<Record<string, string>> => chosen;

/** What is pressed for a key. */
export const chordFor = (key: Changeable): string => chosen[keyId(key)] ?? key.chord;

/** Give a key other keys, or (`null`) its own back. */
export function changeKey(key: Changeable, chord: string | null): void {
  const { [keyId(key)]: _before, ...others } = chosen;
  chosen = chord === null ? others : { ...others, [keyId(key)]: chord };
  keepChosen(chosen);
  changed();
  onChosen(chosen);
}

/** Keys that work while the component is shown; the newest screen wins. */
export function useKeys(keys: readonly Key[]): void {
  const current = useRef(keys);
  current.current = keys;
  const shape = keys.map(({ chord, label }) => `${chord} ${label}`).join('\n');
  // As soon as the screen is there: a key may be pressed before effects that can wait have run.
  useLayoutEffect(() => {
    const entry = current.current.map((key, index) => ({
      ...key,
      ...(key.run === undefined ? {} : { run: (event: KeyboardEvent) => current.current[index]?.run?.(event) }),
    }));
    active.add(entry);
    changed();
    return () => {
      active.delete(entry);
      changed();
    };
  }, [shape]);
}

/** Everything that works now, for the map of keys. */
export const useActiveKeys = (): readonly ActiveKey[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !['checkbox', 'radio', 'range'].includes((target as HTMLInputElement).type);

/** The chord of an event, by the key's place for digits and by its sign for everything else. */
export function chordOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const key = event.altKey && digit !== undefined ? digit : event.key;
  const parts = [
    event.ctrlKey || event.metaKey ? 'mod' : '',
    event.altKey ? 'alt' : '',
    event.shiftKey && key.length > 1 ? 'shift' : '',
    key.length === 1 ? key.toLowerCase() : key,
  ];
  return parts.filter(Boolean).join('+');
}

let pending = '';
let pendingSince = 0;

export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const chord = chordOf(event);
    const inField = isField(event.target);
    const sequence = event.timeStamp - pendingSince < 1200 && pending !== '' ? `${pending} ${chord}` : '';
    for (const key of snapshot.toReversed()) {
      if (key.run === undefined) continue;
      const isPlain = !/mod|alt|F\d|Escape/.test(key.chord);
      if (inField && isPlain && key.inFields !== true) continue;
      if (key.chord === chord || key.chord === sequence) {
        event.preventDefault();
        pending = '';
        key.run(event);
        return;
      }
    }
    if (!inField && chord.length === 1 && snapshot.some((key) => key.chord.startsWith(`${chord} `))) {
      pending = chord;
      pendingSince = event.timeStamp;
    } else pending = '';
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

const mac = /Mac|iPhone/.test(navigator.userAgent);
/** A chord as people read it. */
export const chordText = (chord: string): string =>
  chord
    .split(' ')
    .map((part) =>
      part
        .split('+')
        .map(
          (name) =>
            ({ mod: mac ? '⌘' : 'Ctrl', alt: mac ? '⌥' : 'Alt', shift: 'Shift' })[name] ??
            (name.length === 1 ? name.toUpperCase() : name),
        )
        .join(mac ? ' ' : '+'),
    )
    .join(' then ');
