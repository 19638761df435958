import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { showAge, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { PairView } from './pair.js';
import css from './primaries.module.css';
import { DECISIONS, pairsQuery, RESULTS, ruleWords } from './queries.js';

/** Pairs of abstracts of one patient, of which a person says whether they are one primary: the list, and the pair that is looked at. */
export function PrimariesPage() {
  const search = useSearch({ from: '/shell/primaries' });
  const navigate = useNavigate();
  const open = search.all !== true;
  const { data, error, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery(pairsQuery(open));
  const pairs = data?.pages.flatMap(({ items }) => items) ?? [];
  const at = pairs.findIndex(({ id }) => id === search.pair);
  const show = (id: string | undefined): void =>
    void navigate({ to: '/primaries', search: { ...search, pair: id }, replace: true });
  const step = (by: 1 | -1): void => show(pairs[Math.max(0, Math.min(pairs.length - 1, at + by))]?.id);

  useEffect(() => {
    if (search.pair === undefined && pairs[0] !== undefined) show(pairs[0].id);
  }, [search.pair, pairs[0]?.id]);
  useKeys([
    { chord: 'ArrowDown', label: 'Next pair', group: 'Pairs', run: () => step(1) },
    { chord: 'ArrowUp', label: 'Previous pair', group: 'Pairs', run: () => step(-1) },
  ]);

  return (
    <main className={css.page} id="main">
      <nav className={css.list} aria-label="Pairs">
        <header>
          <h1>Primaries</h1>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={!open}
              onChange={(event) =>
                void navigate({ to: '/primaries', search: event.currentTarget.checked ? { all: true } : {} })
              }
            />
            decided ones too
          </label>
        </header>
        {error !== null && <Problem error={error} retry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton rows={8} />}
        {data !== undefined && pairs.length === 0 && (
          <Empty title="No pair waits">
            Two abstracts of one patient appear here when the rules call them one primary, are not certain, or when they
            lie in one organ.
          </Empty>
        )}
        <ul>
          {pairs.map((pair) => (
            <li key={pair.id}>
              <button type="button" aria-current={pair.id === search.pair} onClick={() => show(pair.id)}>
                <strong>
                  {pair.decision === null ? RESULTS[pair.result] : `Decided: ${DECISIONS[pair.decision].toLowerCase()}`}
                </strong>
                <span>{showAge(pair.createdAt)}</span>
                <small className="mono">{pair.sites.map((site) => showSite(site) || 'no site').join('  ·  ')}</small>
                <small>{ruleWords(pair.group, pair.step) || pair.reason}</small>
              </button>
            </li>
          ))}
        </ul>
        {hasNextPage && (
          <button type="button" className={css.more} onClick={() => void fetchNextPage()}>
            More pairs
          </button>
        )}
      </nav>
      {search.pair !== undefined && (
        <PairView key={search.pair} id={search.pair} next={() => show(pairs[at + 1]?.id ?? pairs[at - 1]?.id)} />
      )}
    </main>
  );
}
