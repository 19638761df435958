import { useItemTables } from '../items/tables.js';
import { showCount, showMoment, showName } from '../ui/format.js';
import { type Run } from './queries.js';
import css from '../settings/settings.module.css';

/** Moves that are shown of each item. */
const MOST_MOVES = 6;

/** How far a run has come. */
export function Progress({ run }: { readonly run: Run }) {
  const known = run.total > 0;
  return (
    <p className={css.progress} role="status">
      <progress
        aria-label={`${run.preview ? 'Report on' : 'Staging by'} ${run.algorithm} ${run.version}`}
        {...(known ? { max: run.total, value: Math.min(run.lookedAt, run.total) } : {})}
      />
      <span>
        {run.preview ? 'Reporting what would change' : 'Staging again'}:{' '}
        {known
          ? `${showCount(run.lookedAt)} of ${showCount(run.total)} tumors and complete abstracts`
          : 'waiting for a worker'}
        . It goes on by itself, also after a restart.
      </span>
    </p>
  );
}

/** What a run changed, or would change: by item, the most frequent moves first. */
export function Impact({ run }: { readonly run: Run }) {
  const tables = useItemTables();
  const items = Object.entries(run.impact.items).sort(([, one], [, other]) => other - one);
  const would = run.preview ? 'would change' : 'changed';
  const nameOf = (id: string): string => {
    const item = tables?.dictionary.byId.get(id);
    return item === undefined ? id : `${showName(item.name)} (${item.number})`;
  };
  return (
    <div className={css.report}>
      <p>
        {run.preview ? 'Report' : 'Staged again'}, finished {run.finishedAt === null ? '' : showMoment(run.finishedAt)}:
        of {showCount(run.total)} tumors and complete abstracts, {showCount(run.changedTumors)}{' '}
        {run.changedTumors === 1 ? 'tumor' : 'tumors'} and {showCount(run.changedAbstracts)}{' '}
        {run.changedAbstracts === 1 ? 'abstract' : 'abstracts'} {would}.
      </p>
      {items.length > 0 && (
        <table className={css.table}>
          <caption>Tumors that {would}, by item</caption>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Tumors</th>
              <th scope="col">From and to, the most frequent first</th>
            </tr>
          </thead>
          <tbody>
            {items.map(([id, tumors]) => {
              const moves = Object.entries(run.impact.moves[id] ?? {}).sort(([, one], [, other]) => other - one);
              return (
                <tr key={id}>
                  <th scope="row">{nameOf(id)}</th>
                  <td>{showCount(tumors)}</td>
                  <td>
                    {moves.slice(0, MOST_MOVES).map(([move, count]) => (
                      <span key={move} className={css.move}>
                        <code>{move.replace(' > ', ' → ')}</code> {showCount(count)}
                      </span>
                    ))}
                    {moves.length > MOST_MOVES && <span>and {moves.length - MOST_MOVES} more</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}
