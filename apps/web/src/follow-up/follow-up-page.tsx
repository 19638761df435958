import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { showDate, showMonth, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { ForecastBar } from './forecast-bar.js';
import { Person } from './person.js';
import { type FollowUpSearch, monthsQuery, type TaskLine, tasksQuery } from './queries.js';
import css from './follow-up.module.css';

const STAGE_WORDS = { due: 'due', reminder: '13 months', delinquent: 'delinquent' } as const;
const none: TaskLine[] = [];

/** Who is due, by month and stage; the person on the right with everything that helps to reach them; the year's target above. */
export function FollowUpPage() {
  const search: FollowUpSearch = useSearch({ from: '/shell/follow-up' });
  const navigate = useNavigate({ from: '/follow-up' });
  const query = useInfiniteQuery(tasksQuery(search));
  const frame = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? none, [query.data]);
  const wanted = search.at ?? rows.find(({ patientId }) => patientId === search.patient)?.id;
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === wanted),
  );
  const current = rows[at];
  const set = (change: Partial<Record<keyof FollowUpSearch, string | boolean | undefined>>): void =>
    void navigate({
      search: (before: FollowUpSearch) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ) as FollowUpSearch,
      replace: true,
    });

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 32,
    overscan: 20,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  useEffect(() => {
    if (last >= rows.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    set({ at: row.id, patient: undefined });
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  useKeys([
    { chord: 'ArrowDown', label: 'Next person (also J)', group: 'Due list', run: () => go(at + 1) },
    { chord: 'ArrowUp', label: 'Previous person (also K)', group: 'Due list', run: () => go(at - 1) },
    { chord: 'j', label: 'Next person', group: 'Due list', run: () => go(at + 1) },
    { chord: 'k', label: 'Previous person', group: 'Due list', run: () => go(at - 1) },
    {
      chord: 'c',
      label: 'Log a contact',
      group: 'Due list',
      run: () => document.querySelector<HTMLElement>('[data-contact-form] input')?.focus(),
    },
  ]);

  return (
    <main className={css.page} id="main">
      <h1 className="visually-hidden">Follow-up</h1>
      <ForecastBar />
      <Months search={search} set={set} />
      <section className={css.middle} aria-label="People due">
        <div className={css.filters}>
          <select
            aria-label="Stage"
            value={search.stage ?? ''}
            onChange={(event) => set({ stage: event.currentTarget.value })}
          >
            <option value="">All stages</option>
            <option value="due">Due</option>
            <option value="reminder">13 months and more</option>
            <option value="delinquent">Delinquent</option>
          </select>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={search.mine === true}
              onChange={(event) => set({ mine: event.currentTarget.checked ? true : undefined })}
            />
            Mine only
          </label>
        </div>
        {query.error !== null && <Problem error={query.error} retry={() => void query.refetch()} />}
        {query.data === undefined && query.error === null && <Skeleton rows={14} />}
        {query.data !== undefined && rows.length === 0 && (
          <Empty title="Nobody is due">Each night, people whose last contact is twelve months ago appear here.</Empty>
        )}
        {rows.length > 0 && (
          <div
            className={css.frame}
            ref={frame}
            role="grid"
            aria-label="People due"
            aria-rowcount={hasNextPage ? -1 : rows.length}
            tabIndex={0}
          >
            <div className={css.head} role="row">
              {['Last contact', 'Person', 'Tumors', 'Stage', 'Next step'].map((title) => (
                <span key={title} role="columnheader">
                  {title}
                </span>
              ))}
            </div>
            <div
              role="rowgroup"
              className={css.body}
              ref={(node) => node?.style.setProperty('height', `${virtual.getTotalSize()}px`)}
            >
              {virtual.getVirtualItems().map((item) => {
                const row = rows[item.index];
                if (row === undefined) return null;
                return (
                  <div
                    key={row.id}
                    role="row"
                    className={css.row}
                    aria-rowindex={item.index + 1}
                    data-current={item.index === at}
                    ref={(node) => node?.style.setProperty('transform', `translateY(${item.start}px)`)}
                    onClick={() => set({ at: row.id, patient: undefined })}
                  >
                    <span role="gridcell">{showDate(row.dateOfLastContact)}</span>
                    <span role="gridcell">
                      <bdi>{row.name}</bdi> <span className={css.faint}>{showDate(row.dateOfBirth)}</span>
                    </span>
                    <span role="gridcell" className="mono">
                      {row.tumors.map(({ primarySite }) => showSite(primarySite)).join(' ')}
                    </span>
                    <span role="gridcell" data-stage={row.stage}>
                      {STAGE_WORDS[row.stage]}
                      {row.lost ? ', lost' : ''}
                    </span>
                    <span role="gridcell">
                      {row.nextStep === null ? '' : `${row.nextStep} ${showDate(row.nextStepOn)}`}
                    </span>
                  </div>
                );
              })}
            </div>
          </div>
        )}
      </section>
      <aside className={css.person} aria-label="Person">
        {current === undefined ? null : <Person key={current.id} line={current} next={() => go(at + 1)} />}
      </aside>
    </main>
  );
}

function Months({
  search,
  set,
}: {
  readonly search: FollowUpSearch;
  readonly set: (change: Partial<Record<keyof FollowUpSearch, string | boolean | undefined>>) => void;
}) {
  const { data } = useQuery(monthsQuery);
  const most = Math.max(1, ...(data ?? []).map(({ tasks }) => tasks));
  return (
    <nav className={css.months} aria-label="Months">
      <button
        type="button"
        aria-pressed={search.month === undefined}
        onClick={() => set({ month: undefined, at: undefined })}
      >
        <span>All</span>
        <span className={css.count}>{(data ?? []).reduce((sum, { tasks }) => sum + tasks, 0)}</span>
      </button>
      {data?.map(({ month, tasks, delinquent }) => (
        <button
          key={month}
          type="button"
          aria-pressed={search.month === month}
          title={`${tasks} due, ${delinquent} delinquent; shows this month and earlier ones`}
          onClick={() => set({ month, at: undefined })}
        >
          <span>{showMonth(month)}</span>
          <span className={css.count}>{tasks}</span>
          <span
            className={css.bar}
            data-late={delinquent > 0}
            ref={(node) => node?.style.setProperty('--share', String(tasks / most))}
          />
        </button>
      ))}
    </nav>
  );
}
