import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import {
  columnVisibilityFeature,
  createColumnHelper,
  rowSelectionFeature,
  type RowSelectionState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { useMay } from '../session/session.js';
import { SEXES, showDate, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { Filters } from './filters.js';
import { Preview } from './preview.js';
import { countsQuery, LISTS, listQuery, type List, type ListSearch, type Row } from './queries.js';
import { useRowActions } from './row-actions.js';
import { EMPTY, reasonWords, TITLES } from './words.js';
import css from './worklists.module.css';

/** Days after which a row of a list is late; half of it is the time to look. */
const STANDARD_DAYS = 30;

const features = tableFeatures({ rowSelectionFeature, columnVisibilityFeature });
const column = createColumnHelper<typeof features, Row>();
const columns = column.columns([
  column.accessor('ageDays', { header: 'Age', cell: ({ getValue }) => <Age days={getValue()} /> }),
  column.accessor('patient', {
    header: 'Patient',
    cell: ({ getValue }) => {
      const patient = getValue();
      if (patient === null) return <span className={css.faint}>unknown</span>;
      const name = [patient.last, patient.first].filter(Boolean).join(', ');
      return (
        <>
          <span dir="auto">{name === '' ? 'no name' : name}</span>{' '}
          <span className={css.faint}>
            {[SEXES[patient.sex ?? ''], showDate(patient.birthDate)].filter(Boolean).join(' ')}
          </span>
        </>
      );
    },
  }),
  column.accessor('site', {
    header: 'Site, histology',
    cell: ({ row }) => (
      <>
        <code>{showSite(row.original.site)}</code> <code>{row.original.histology ?? ''}</code>
      </>
    ),
  }),
  column.accessor('confidence', {
    header: 'Sure',
    cell: ({ getValue }) => {
      const value = getValue();
      return value === null ? '' : <span className={css.sure}>{Math.round(value * 100)}</span>;
    },
  }),
  column.accessor('reasons', {
    header: 'Reason',
    cell: ({ getValue, row }) => {
      const [first, ...more] = getValue();
      const missing = row.original.missing;
      const words = first === undefined ? (missing === null ? '' : `${missing} items to fill`) : reasonWords(first);
      return (
        <span title={getValue().map(reasonWords).join('; ')}>
          {words}
          {more.length > 0 && <span className={css.faint}> +{more.length}</span>}
        </span>
      );
    },
  }),
  column.accessor('reportNumber', { header: 'Report', cell: ({ getValue }) => <code>{getValue() ?? ''}</code> }),
  column.accessor('facility', { header: 'Facility', cell: ({ getValue }) => getValue()?.name ?? '' }),
  column.accessor('owner', {
    header: 'Owner',
    cell: ({ getValue }) => getValue()?.name ?? <span className={css.faint}>nobody</span>,
  }),
]);
export const COLUMN_NAMES: Readonly<Record<string, string>> = {
  ageDays: 'Age',
  patient: 'Patient',
  site: 'Site, histology',
  confidence: 'Sure',
  reasons: 'Reason',
  reportNumber: 'Report',
  facility: 'Facility',
  owner: 'Owner',
};

function Age({ days }: { readonly days: number }) {
  const share = Math.min(1, days / STANDARD_DAYS);
  const state = days > STANDARD_DAYS ? 'late' : days > STANDARD_DAYS / 2 ? 'soon' : 'fine';
  return (
    <span className={css.age} data-state={state}>
      <span className={css.ageBar} ref={(node) => node?.style.setProperty('--share', String(share))} />
      {days === 0 ? 'today' : `${days} d`}
    </span>
  );
}

const none: Row[] = [];

const toggled =
  (id: string) =>
  (before: RowSelectionState): RowSelectionState => {
    const { [id]: was, ...others } = before;
    return was === true ? others : { ...others, [id]: true };
  };

export function WorklistPage() {
  const { list } = useParams({ from: '/shell/worklists/$list' });
  return <Worklist key={list} list={list as List} />;
}

function Worklist({ list }: { readonly list: List }) {
  const search: ListSearch = useSearch({ from: '/shell/worklists/$list' });
  const navigate = useNavigate({ from: '/worklists/$list' });
  const queries = useQueryClient();
  const may = useMay();
  const query = useInfiniteQuery(listQuery(list, search));
  const { data: counts } = useQuery(countsQuery());
  const { data: facilities } = useQuery(facilitiesQuery);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const frame = useRef<HTMLDivElement>(null);

  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? none, [query.data]);
  const hidden = useMemo(() => new Set((search.hide ?? '').split(',').filter(Boolean)), [search.hide]);
  const columnVisibility = useMemo(
    () =>
      Object.fromEntries(
        Object.keys(COLUMN_NAMES).map((id) => [
          id,
          !hidden.has(id) && (id !== 'facility' || (facilities?.length ?? 0) > 1),
        ]),
      ),
    [hidden, facilities],
  );
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row: Row) => row.id,
    state: { rowSelection: selection, columnVisibility },
    onRowSelectionChange: setSelection,
  });
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === search.at),
  );
  const current = rows[at];
  const setSearch = (change: Partial<Record<keyof ListSearch, string | number | undefined>>): void =>
    void navigate({
      search: (before: ListSearch) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ) as ListSearch,
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
    setSearch({ at: row.id });
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  const chosen = rows.filter(({ id }) => selection[id] === true);
  const targets = chosen.length > 0 ? chosen : current === undefined ? [] : [current];
  const actions = useRowActions(list, {
    targets,
    done: () => {
      setSelection({});
      // The next row moves up into the place of what was decided.
      const next = rows.find((row, index) => index > at && !targets.includes(row)) ?? rows[Math.max(0, at - 1)];
      setSearch({ at: next?.id });
      void queries.invalidateQueries({ queryKey: ['worklists'] });
    },
  });
  const open = (row: Row | undefined): void => {
    if (row?.entity === 'abstract') void navigate({ to: '/abstracts/$id', params: { id: row.id } });
    else if (row !== undefined)
      frame.current?.parentElement?.querySelector<HTMLElement>('[data-preview] [tabindex="0"]')?.focus();
  };

  useKeys([
    { chord: 'ArrowDown', label: 'Next row (also J)', group: 'List', run: () => go(at + 1) },
    { chord: 'ArrowUp', label: 'Previous row (also K)', group: 'List', run: () => go(at - 1) },
    { chord: 'j', label: 'Next row', group: 'List', run: () => go(at + 1) },
    { chord: 'k', label: 'Previous row', group: 'List', run: () => go(at - 1) },
    { chord: 'Home', label: 'First row', group: 'List', run: () => go(0) },
    { chord: 'End', label: 'Last row that is loaded', group: 'List', run: () => go(rows.length - 1) },
    { chord: 'Enter', label: 'Open', group: 'List', run: () => open(current) },
    {
      chord: 'x',
      label: 'Select the row',
      group: 'List',
      run: () => {
        if (current === undefined) return;
        setSelection(toggled(current.id));
        go(at + 1);
      },
    },
    { chord: 'Escape', label: 'Select nothing', group: 'List', run: () => setSelection({}) },
    ...actions.map(({ chord, label, run }) => ({ chord, label, group: 'Decide', run: () => void run() })),
  ]);

  const template = table
    .getVisibleLeafColumns()
    .map(({ id }) => WIDTHS[id] ?? '1fr')
    .join(' ');
  return (
    <main className={css.page} id="main">
      <nav className={css.lists} aria-label="Worklists">
        <h1>Worklists</h1>
        {LISTS.filter((one) => counts === undefined || counts.some((entry) => entry.list === one)).map((one) => (
          <Link
            key={one}
            to="/worklists/$list"
            params={{ list: one }}
            search={{}}
            activeProps={{ 'data-active': true }}
          >
            <span>{TITLES[one]}</span>
            <span className={css.count}>{counts?.find((entry) => entry.list === one)?.shown ?? ''}</span>
          </Link>
        ))}
      </nav>
      <section className={css.middle} aria-label={TITLES[list]}>
        <Filters list={list} search={search} set={setSearch} facilities={facilities ?? []} names={COLUMN_NAMES} />
        <div className={css.actions} role="toolbar" aria-label="Decide">
          <span className={css.faint}>{chosen.length === 0 ? 'The row below' : `${chosen.length} selected`}:</span>
          {actions.map(({ chord, button, run }) => (
            <button key={chord} type="button" disabled={targets.length === 0} onClick={() => void run()}>
              {button} <kbd>{chord.toUpperCase()}</kbd>
            </button>
          ))}
        </div>
        {query.error !== null && <Problem error={query.error} retry={() => void query.refetch()} />}
        {query.data === undefined && query.error === null && <Skeleton rows={14} />}
        {query.data !== undefined && rows.length === 0 && <Empty title="Nothing here">{EMPTY[list]}</Empty>}
        {rows.length > 0 && (
          <div
            className={css.frame}
            ref={frame}
            role="grid"
            aria-rowcount={hasNextPage ? -1 : rows.length}
            aria-label={TITLES[list]}
            tabIndex={0}
          >
            <div
              className={css.head}
              role="row"
              ref={(node) => node?.style.setProperty('grid-template-columns', template)}
            >
              {table.getHeaderGroups()[0]?.headers.map((header) => (
                <span key={header.id} role="columnheader">
                  <table.FlexRender header={header} />
                </span>
              ))}
            </div>
            <div
              role="rowgroup"
              className={css.body}
              ref={(node) => node?.style.setProperty('height', `${virtual.getTotalSize()}px`)}
            >
              {virtual.getVirtualItems().map((item) => {
                const row = table.getRowModel().rows[item.index];
                if (row === undefined) return null;
                return (
                  <div
                    key={row.id}
                    className={css.row}
                    role="row"
                    aria-rowindex={item.index + 1}
                    aria-selected={selection[row.id] === true}
                    data-current={item.index === at}
                    ref={(node) => {
                      node?.style.setProperty('grid-template-columns', template);
                      node?.style.setProperty('transform', `translateY(${item.start}px)`);
                    }}
                    onClick={(event) => {
                      if (event.ctrlKey || event.metaKey) setSelection(toggled(row.id));
                      setSearch({ at: row.id });
                    }}
                    onDoubleClick={() => open(row.original)}
                  >
                    {row.getVisibleCells().map((cell) => (
                      <span key={cell.id} role="gridcell">
                        <table.FlexRender cell={cell} />
                      </span>
                    ))}
                  </div>
                );
              })}
            </div>
          </div>
        )}
      </section>
      <aside className={css.preview} data-preview aria-label="Preview">
        {current === undefined ? null : <Preview key={current.id} row={current} canOpen={may('abstracts.read')} />}
      </aside>
    </main>
  );
}

const WIDTHS: Readonly<Record<string, string>> = {
  ageDays: '92px',
  patient: 'minmax(150px, 1.6fr)',
  site: '116px',
  confidence: '48px',
  reasons: 'minmax(120px, 1.4fr)',
  reportNumber: 'minmax(90px, 0.8fr)',
  facility: 'minmax(90px, 1fr)',
  owner: 'minmax(80px, 0.8fr)',
};
