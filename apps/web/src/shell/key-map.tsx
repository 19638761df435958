import { useEffect, useRef, useState } from 'react';
import { type ActiveKey, changeKey, chordOf, chordText, useActiveKeys, useKeys } from '../ui/keys.js';
import { keyId, refuseChord } from '../ui/own-keys.js';
import css from './shell.module.css';

/** Every key that works on the screen that is open now. Each can be given other keys; the choice goes along with the person. */
export function KeyMap({ close }: { readonly close: () => void }) {
  const keys = useActiveKeys();
  const panel = useRef<HTMLDivElement>(null);
  const [changing, setChanging] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  useKeys([{ chord: 'Escape', label: 'Close', group: 'Everywhere', run: close }]);
  useEffect(() => {
    panel.current?.focus();
  }, []);

  const wanted = keys.find((key) => keyId(key) === changing);
  useEffect(() => {
    if (wanted === undefined) return;
    const onKey = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return;
      if (event.key === 'Escape') return setChanging(null);
      const chord = chordOf(event);
      const refused = refuseChord(wanted, chord, wanted.standard, keys);
      setTold(refused);
      if (refused !== null) return;
      changeKey(wanted, chord === wanted.standard ? null : chord);
      setChanging(null);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [wanted, keys]);

  const groups = Map.groupBy(
    keys.filter(({ standard }) => standard !== 'Escape'),
    ({ group }) => group,
  );
  return (
    <div className={`${css.panel} ${css.keys}`} role="dialog" aria-label="Map of keys" tabIndex={-1} ref={panel}>
      <header>
        <h2>Keys that work here</h2>
        <button type="button" className={css.icon} onClick={close}>
          Close
        </button>
      </header>
      {[...groups].map(([group, entries]) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {entries.map((key) => (
              <Line
                key={keyId(key)}
                entry={key}
                changing={keyId(key) === changing}
                change={(on) => {
                  setTold(null);
                  setChanging(on ? keyId(key) : null);
                }}
              />
            ))}
          </dl>
        </section>
      ))}
      <p className={css.hint} role="status">
        {told ??
          (wanted === undefined
            ? 'Single letters act only while no field has the focus. Choose a key to change it.'
            : `Press the new keys for “${wanted.label}”, or Esc.`)}
      </p>
    </div>
  );
}

function Line({
  entry,
  changing,
  change,
}: {
  readonly entry: ActiveKey;
  readonly changing: boolean;
  readonly change: (on: boolean) => void;
}) {
  const { chord, standard, label } = entry;
  return (
    <div style={{ display: 'contents' }}>
      <dt>
        <button
          type="button"
          className={css.chord}
          aria-label={`${chordText(chord)}: change the keys of ${label}`}
          aria-pressed={changing}
          onClick={() => change(!changing)}
        >
          <kbd>{changing ? 'press…' : chordText(chord)}</kbd>
        </button>
      </dt>
      <dd>
        {label}
        {chord !== standard && (
          <button type="button" className={css.back} onClick={() => changeKey(entry, null)}>
            back to {chordText(standard)}
          </button>
        )}
      </dd>
    </div>
  );
}
