import { useEffect, useRef } from 'react';
import { chordText, useActiveKeys, useKeys } from '../ui/keys.js';
import css from './shell.module.css';

/** Every key that works on the screen that is open now. */
export function KeyMap({ close }: { readonly close: () => void }) {
  const keys = useActiveKeys();
  const panel = useRef<HTMLDivElement>(null);
  useKeys([{ chord: 'Escape', label: 'Close', group: 'Everywhere', run: close }]);
  useEffect(() => {
    panel.current?.focus();
  }, []);
  const groups = Map.groupBy(
    keys.filter(({ chord }) => chord !== 'Escape'),
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
            {entries.map(({ chord, label }) => (
              <div key={`${chord} ${label}`} style={{ display: 'contents' }}>
                <dt>
                  <kbd>{chordText(chord)}</kbd>
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className={css.hint}>Single letters act only while no field has the focus.</p>
    </div>
  );
}
