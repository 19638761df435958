import { showName } from '../ui/format.js';
import { useDraftView, useScreen } from './context.js';
import css from './panels.module.css';

/** Somebody else saved the same items: both values, item by item, and a choice for each. */
export function Conflicts() {
  const { draft, dictionary } = useScreen();
  const { conflicts } = useDraftView(draft);
  if (conflicts.length === 0) return null;
  return (
    <section className={css.panel} data-kind="warning" role="alert" aria-label="Saved by somebody else">
      <header>
        <h2>Somebody else saved this case while you were typing</h2>
      </header>
      <p>Everything that only one of you changed is merged. Choose for these; nothing is saved until then.</p>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Before</th>
            <th scope="col">Yours</th>
            <th scope="col">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {conflicts.map(({ item, base, mine, theirs }) => (
            <tr key={item}>
              <th scope="row">{showName(dictionary.byId.get(item)?.name ?? item)}</th>
              <td>
                <code>{base ?? 'empty'}</code>
              </td>
              <td>
                <button type="button" onClick={() => draft.resolve(item, mine)}>
                  Keep <code>{mine ?? 'empty'}</code>
                </button>
              </td>
              <td>
                <button type="button" onClick={() => draft.resolve(item, theirs)}>
                  Take <code>{theirs ?? 'empty'}</code>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
