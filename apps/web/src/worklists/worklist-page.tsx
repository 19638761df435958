import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { answer, api } from '../api/client.js';
import { AssignPanel, useAssignment } from '../assign/assign.js';
import { useFacilities } from '../facilities/facilities.js';
import { useMay } from '../session/session.js';
import { SEXES, showDate, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { RowsGrid, useRows } from '../ui/rows.js';
import { Filters } from './filters.js';
import { Preview } from './preview.js';
import { assigneesQuery, countsQuery, LISTS, listQuery, type List, type ListSearch, type Row } from './queries.js';
import { useRowActions } from './row-actions.js';
import { EMPTY, reasonWords, TITLES } from './words.js';
import css from './worklists.module.css';

/** Days after which a row of a list is late; half of it is the time to look. */
const STANDARD_DAYS = 30;

const features = tableFeatures({ columnVisibilityFeature });
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

export function WorklistPage() {
  const { list } = useParams({ from: '/shell/worklists/$list' });
  return <Worklist key={list} list={list as List} />;
}

const nameOf = ({ patient, reportNumber }: Row): string =>
  [patient?.last, patient?.first].filter(Boolean).join(', ') || reportNumber || 'the row';

function Worklist({ list }: { readonly list: List }) {
  const search: ListSearch = useSearch({ from: '/shell/worklists/$list' });
  const navigate = useNavigate({ from: '/worklists/$list' });
  const queries = useQueryClient();
  const may = useMay();
  const query = useInfiniteQuery(listQuery(list, search));
  const { data: counts } = useQuery(countsQuery());
  const facilities = useFacilities('reports.read');
  const [asking, setAsking] = useState(false);
  const page = useRef<HTMLElement>(null);

  const setSearch = (change: Partial<Record<keyof ListSearch, string | number | undefined>>): void =>
    void navigate({
      search: (before: ListSearch) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ) as ListSearch,
      replace: true,
    });
  const open = (row: Row): void => {
    if (row.entity === 'abstract') void navigate({ to: '/abstracts/$id', params: { id: row.id } });
    else page.current?.querySelector<HTMLElement>('[data-preview] [tabindex="0"]')?.focus();
  };
  const shown = useRows<Row>(query, {
    wanted: search.at,
    show: (at) => setSearch({ at }),
    group: 'List',
    noun: 'row',
    open,
  });
  const { rows, at, current, targets, chosen } = shown;
  const refresh = (): void => void queries.invalidateQueries({ queryKey: ['worklists'] });
  const assignment = useAssignment(
    { ...assigneesQuery, enabled: may('reports.screen') },
    async (ids, owner, heldBy) => {
      const body = { list, ids: [...ids], owner, ...(heldBy === undefined ? {} : { heldBy }) };
      return (await answer(api.POST('/api/v1/worklists/assignments', { body }))).ids;
    },
    refresh,
  );
  const assignables = targets.map(({ id, owner, facility }) => ({
    id,
    owner: owner?.id ?? null,
    facilityId: facility?.id ?? null,
  }));
  const actions = useRowActions(list, {
    targets,
    done: () => {
      shown.chooseNothing();
      // The next row moves up into the place of what was decided.
      const next = rows.find((row, index) => index > at && !targets.includes(row)) ?? rows[Math.max(0, at - 1)];
      setSearch({ at: next?.id });
      refresh();
    },
    assignment: {
      give: (to) => assignment.give(assignables, to === 'me' ? assignment.me : null, to === 'me' ? 'you' : 'nobody'),
      ask: () => Promise.resolve(flushSync(() => setAsking(targets.length > 0))),
    },
  });
  useKeys(actions.map(({ chord, label, run }) => ({ chord, label, group: 'Decide', run: () => void run() })));

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
  // The table is made of the rows on the screen: a list that was scrolled far stays as quick as a short one.
  const onScreen = shown.virtual.getVirtualItems();
  const first = onScreen[0]?.index ?? 0;
  const past = (onScreen.at(-1)?.index ?? -1) + 1;
  const data = useMemo(() => rows.slice(first, past), [rows, first, past]);
  const table = useTable({ features, columns, data, getRowId: (row: Row) => row.id, state: { columnVisibility } });
  return (
    <main className={css.page} id="main" ref={page}>
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
          <span className={css.faint}>{chosen.length === 0 ? 'The row below' : `${chosen.length} marked`}:</span>
          {actions.map(({ chord, button, run }) => (
            <button
              key={chord}
              type="button"
              disabled={targets.length === 0 && chord !== 'z'}
              aria-expanded={chord === 'a' ? asking : undefined}
              onClick={() => void run()}
            >
              {button} <kbd>{chord.toUpperCase()}</kbd>
            </button>
          ))}
          {asking && (
            <AssignPanel
              people={assigneesQuery}
              rows={assignables}
              me={assignment.me}
              give={(owner, name) => void assignment.give(assignables, owner, name).then(shown.chooseNothing)}
              close={() => setAsking(false)}
            />
          )}
        </div>
        {query.error !== null && <Problem error={query.error} retry={() => void query.refetch()} />}
        {query.data === undefined && query.error === null && <Skeleton rows={14} />}
        {query.data !== undefined && rows.length === 0 && <Empty title="Nothing here">{EMPTY[list]}</Empty>}
        {rows.length > 0 && (
          <RowsGrid
            list={shown}
            label={TITLES[list]}
            widths={table.getVisibleLeafColumns().map(({ id }) => WIDTHS[id] ?? '1fr')}
            head={(table.getHeaderGroups()[0]?.headers ?? []).map((header) => ({
              id: header.id,
              content: <table.FlexRender header={header} />,
            }))}
            cells={(_, index) =>
              (table.getRowModel().rows[index - first]?.getVisibleCells() ?? []).map((cell) => ({
                id: cell.id,
                content: <table.FlexRender cell={cell} />,
              }))
            }
            nameOf={nameOf}
            open={open}
          />
        )}
      </section>
      <aside className={css.preview} data-preview aria-label="Preview">
        {current === undefined ? null : <Preview key={current.id} row={current} canOpen={may('abstracts.read')} />}
      </aside>
    </main>
  );
}

const WIDTHS: Readonly<Record<string, string>> = {
  ageDays: '82px',
  patient: 'minmax(150px, 1.8fr)',
  site: '92px',
  confidence: '34px',
  reasons: 'minmax(90px, 1.2fr)',
  reportNumber: 'minmax(78px, 0.8fr)',
  facility: 'minmax(70px, 1fr)',
  owner: 'minmax(64px, 0.8fr)',
};
