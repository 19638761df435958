import { type ReactNode } from 'react';
import { useKeys } from '../ui/keys.js';
import css from './actions-bar.module.css';

/** Something that is done with the marked rows, or with the current one: by key and by button. */
export interface RowAction {
  readonly chord: string;
  readonly label: string;
  readonly button: string;
  readonly run: () => unknown;
  /** Does something without a row too. */
  readonly always?: boolean;
  /** It opened a panel, or would. */
  readonly expanded?: boolean;
}

/** Buttons and keys of what can be done with the rows of a list; a panel that one of them opened hangs below. */
export function ActionsBar({
  label,
  group,
  noun,
  marked,
  any,
  actions,
  children,
}: {
  readonly label: string;
  /** Heading of the keys in their map. */
  readonly group: string;
  readonly noun: string;
  /** Rows with a mark. */
  readonly marked: number;
  /** Whether there is a row to do something with. */
  readonly any: boolean;
  readonly actions: readonly RowAction[];
  readonly children?: ReactNode;
}) {
  useKeys(actions.map(({ chord, label: words, run }) => ({ chord, label: words, group, run: () => void run() })));
  return (
    <div className={css.bar} role="toolbar" aria-label={label}>
      <span className={css.about}>{marked === 0 ? `The ${noun} below` : `${marked} marked`}:</span>
      {actions.map(({ chord, button, run, always, expanded }) => (
        <button
          key={chord}
          type="button"
          disabled={!any && always !== true}
          aria-expanded={expanded}
          onClick={() => void run()}
        >
          {button} <kbd>{chord.toUpperCase()}</kbd>
        </button>
      ))}
      {children}
    </div>
  );
}
