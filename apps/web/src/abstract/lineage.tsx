import { useQuery } from '@tanstack/react-query';
import { actorWords, originWords } from '../items/origin.js';
import { showMoment, showName } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { useDraft, useScreen } from './context.js';
import css from './panels.module.css';
import { lineageQuery } from './queries.js';

/** Why this value: every change of one item, newest first, with who, when and from where. */
export function LineagePanel({ item, close }: { readonly item: string; readonly close: () => void }) {
  const { id, dictionary, draft, focusItem } = useScreen();
  const revision = useDraft(draft, (view) => view.revision);
  const { data, error } = useQuery(lineageQuery(id, revision));
  useKeys([{ chord: 'Escape', label: 'Close', group: 'Fields', run: close }]);
  const entries = (data ?? []).filter(({ changes }) => Object.hasOwn(changes, item));
  return (
    <aside className={css.panel} aria-label="Why this value">
      <header>
        <h2>Why this value: {showName(dictionary.byId.get(item)?.name ?? item)}</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data !== undefined && entries.length === 0 && (
        <p>The value has been there since the abstract was made; no one has changed it.</p>
      )}
      <ol className={css.timeline}>
        {entries.map((entry) => {
          const change = entry.changes[item] as unknown as readonly [string | null, string | null, { rule?: string }?];
          const [was, now, own] = change;
          return (
            <li key={entry.revision}>
              <time dateTime={entry.at}>{showMoment(entry.at)}</time>
              <span>
                {was === now ? (
                  <>
                    <code>{now}</code> confirmed
                  </>
                ) : (
                  <>
                    <code>{was ?? 'empty'}</code> → <code>{now ?? 'empty'}</code>
                  </>
                )}
              </span>
              <span>
                {originWords(entry.origin)}
                {own?.rule !== undefined && `, rule ${own.rule}`}
              </span>
              <span>{actorWords(entry)}</span>
            </li>
          );
        })}
      </ol>
      <button type="button" className={css.link} onClick={() => focusItem(item)}>
        Back to the field
      </button>
    </aside>
  );
}
