import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { constructRow, useTable } from '@tanstack/react-table';
import { useCallback, useMemo, useRef } from 'react';
import { answer, api } from '../api/client.js';
import { useAssigning } from '../assign/use-assigning.js';
import { useFacilities } from '../facilities/facilities.js';
import { ActionsBar } from '../lists/actions-bar.js';
import { listAddress } from '../lists/list-address.js';
import { ListStates } from '../lists/list-states.js';
import { RowsGrid } from '../lists/rows-grid.js';
import { useListed } from '../lists/use-listed.js';
import { useRows } from '../lists/use-rows.js';
import { useMay } from '../session/session.js';
import { Empty } from '../ui/problem.js';
import { COLUMN_NAMES, columns, features, WIDTHS } from './columns.js';
import { Filters } from './filters.js';
import { Preview } from './preview.js';
import { assigneesQuery, countsQuery, LISTS, type List, type ListSearch, type Row, worklistQuery } from './queries.js';
import { useRowActions } from './row-actions.js';
import { EMPTY, TITLES } from './words.js';
import css from './worklists.module.css';

export function WorklistPage() {
  const { list } = useParams({ from: '/shell/worklists/$list' });
  return <Worklist key={list} list={list as List} />;
}

const nameOf = ({ patient, reportNumber }: Row): string =>
  [patient?.last, patient?.first].filter(Boolean).join(', ') || reportNumber || 'the row';

/** The table knows the columns; its rows are made one by one as they come onto the screen. */
const NO_ROWS: Row[] = [];

function Worklist({ list }: { readonly list: List }) {
  const search: ListSearch = useSearch({ from: '/shell/worklists/$list' });
  const navigate = useNavigate({ from: '/worklists/$list' });
  const queries = useQueryClient();
  const may = useMay();
  const source = useListed(worklistQuery(list, search));
  const { data: counts } = useQuery(countsQuery());
  const facilities = useFacilities('reports.read');
  const page = useRef<HTMLElement>(null);

  const setSearch = (change: Partial<Record<keyof ListSearch, string | number | undefined>>): void =>
    void navigate(listAddress<ListSearch>(change));
  const open = (row: Row): void => {
    if (row.entity === 'abstract') void navigate({ to: '/abstracts/$id', params: { id: row.id } });
    else page.current?.querySelector<HTMLElement>('[data-preview] [tabindex="0"]')?.focus();
  };
  const shown = useRows<Row>(source, {
    wanted: search.at,
    show: (at) => setSearch({ at }),
    group: 'List',
    noun: 'row',
    open,
  });
  const { at, current, targets, chosen } = shown;
  const refresh = (): void => void queries.invalidateQueries({ queryKey: ['worklists'] });
  const assigning = useAssigning({
    people: assigneesQuery,
    mayAsk: may('reports.screen'),
    send: async (ids, owner, heldBy) => {
      const body = { list, ids: [...ids], owner, ...(heldBy === undefined ? {} : { heldBy }) };
      return (await answer(api.POST('/api/v1/worklists/assignments', { body }))).ids;
    },
    rows: targets.map(({ id, owner, facility }) => ({
      id,
      owner: owner?.id ?? null,
      facilityId: facility?.id ?? null,
    })),
    done: shown.chooseNothing,
    refresh,
    undoLabel: 'Take the last decision or assignment back',
  });
  const actions = useRowActions(list, {
    targets,
    done: () => {
      shown.chooseNothing();
      // The next row moves up into the place of what was decided.
      const gone = new Set(targets);
      const after = shown.held.slice(current === undefined ? 0 : shown.held.indexOf(current) + 1);
      const next = after.find((row) => !gone.has(row)) ?? shown.rowAt(at - 1);
      setSearch({ at: next?.id });
      refresh();
    },
    assigning: [...assigning.actions, assigning.takeBack],
  });

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
  const table = useTable(
    useMemo(() => ({ features, columns, data: NO_ROWS, state: { columnVisibility } }), [columnVisibility]),
  );
  const cells = useCallback(
    (row: Row) =>
      constructRow(table, row.id, row, 0, 0)
        .getVisibleCells()
        .map((cell) => ({ id: cell.id, content: <table.FlexRender cell={cell} /> })),
    [table],
  );
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
        <ActionsBar
          label="Decide"
          group="Decide"
          noun="row"
          marked={chosen.length}
          any={targets.length > 0}
          actions={actions}
        >
          {assigning.panel}
        </ActionsBar>
        <ListStates of={source} count={shown.count} empty={<Empty title="Nothing here">{EMPTY[list]}</Empty>}>
          <RowsGrid
            list={shown}
            label={TITLES[list]}
            widths={table.getVisibleLeafColumns().map(({ id }) => WIDTHS[id] ?? '1fr')}
            head={(table.getHeaderGroups()[0]?.headers ?? []).map((header) => ({
              id: header.id,
              content: <table.FlexRender header={header} />,
            }))}
            cells={cells}
            nameOf={nameOf}
            open={open}
          />
        </ListStates>
      </section>
      <aside className={css.preview} data-preview aria-label="Preview">
        {current === undefined ? null : <Preview key={current.id} row={current} canOpen={may('abstracts.read')} />}
      </aside>
    </main>
  );
}
