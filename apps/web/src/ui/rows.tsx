import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from './keys.js';
import css from './rows.module.css';

/** Rows are this high everywhere. */
const HEIGHT = 32;
/** Rows below the last one on the screen at which the next page is asked for. */
const AHEAD = 20;

interface WithId {
  readonly id: string;
}

/** What is asked of an infinite query. */
interface Paged<Row> {
  readonly data: { readonly pages: readonly { readonly items: readonly Row[] }[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** Place of the current row, and the row. */
  readonly at: number;
  readonly current: Row | undefined;
  /** Rows with a mark, and what an action is about: those, or else the current row. */
  readonly chosen: readonly Row[];
  readonly targets: readonly Row[];
  readonly isChosen: (id: string) => boolean;
  readonly choose: (ids: readonly string[], chosen: boolean) => void;
  readonly chooseNothing: () => void;
  /** Mark everything from the last mark to this row. */
  readonly chooseTo: (index: number) => void;
  readonly go: (index: number) => void;
  readonly hasMore: boolean;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  readonly frame: RefObject<HTMLDivElement | null>;
}

/**
 * A list that is read page by page as it is scrolled, with a current row that keys move and marks that actions are about. Both survive when the
 * list is read again; a current row that went leaves its place to the one that moved up.
 *
 * @param wanted id of the current row, as the address of the page holds it; @param show keeps it there.
 * @param noun what a row is, for the map of keys: `row`, `person`.
 */
export function useRows<Row extends WithId>(
  query: Paged<Row>,
  {
    wanted,
    show,
    group,
    noun,
    open,
  }: {
    readonly wanted: string | undefined;
    readonly show: (id: string | undefined) => void;
    readonly group: string;
    readonly noun: string;
    readonly open?: (row: Row) => void;
  },
): Rows<Row> {
  const frame = useRef<HTMLDivElement>(null);
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set());
  const lastAt = useRef(0);
  const lastMark = useRef(0);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const [here, showHere] = useHere(wanted, show);
  const found = rows.findIndex(({ id }) => id === here);
  const at = found >= 0 ? found : here === undefined ? 0 : Math.max(0, Math.min(lastAt.current, rows.length - 1));
  lastAt.current = at;
  const current = rows[at];

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => HEIGHT,
    overscan: AHEAD,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    showHere(row.id);
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  const choose = (ids: readonly string[], chosen: boolean): void =>
    setMarks((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (chosen) next.add(id);
        else next.delete(id);
      return next;
    });
  const chooseNothing = (): void => setMarks(new Set());

  const step = (by: number) => () => go(at + by);
  useKeys([
    { chord: 'ArrowDown', label: `Next ${noun} (also J)`, group, run: step(1) },
    { chord: 'ArrowUp', label: `Previous ${noun} (also K)`, group, run: step(-1) },
    { chord: 'j', label: `Next ${noun}`, group, run: step(1) },
    { chord: 'k', label: `Previous ${noun}`, group, run: step(-1) },
    { chord: 'Home', label: `First ${noun}`, group, run: () => go(0) },
    { chord: 'End', label: `Last ${noun} that is loaded`, group, run: () => go(rows.length - 1) },
    {
      chord: 'x',
      label: `Mark the ${noun} and go on`,
      group,
      run: () => {
        if (current === undefined) return;
        choose([current.id], !marks.has(current.id));
        lastMark.current = at;
        go(at + 1);
      },
    },
    { chord: 'Escape', label: 'Mark nothing', group, run: chooseNothing },
    ...(open === undefined
      ? []
      : [{ chord: 'Enter', label: 'Open', group, run: () => void (current !== undefined && open(current)) }]),
  ]);

  const chosen = rows.filter(({ id }) => marks.has(id));
  return {
    rows,
    at,
    current,
    chosen,
    targets: chosen.length > 0 ? chosen : current === undefined ? [] : [current],
    isChosen: (id) => marks.has(id),
    choose: (ids, mark) => {
      lastMark.current = Math.max(
        0,
        rows.findIndex(({ id }) => id === ids[0]),
      );
      choose(ids, mark);
    },
    chooseNothing,
    chooseTo: (index) => {
      const [from, to] = [Math.min(lastMark.current, index), Math.max(lastMark.current, index)];
      choose(
        rows.slice(from, to + 1).map(({ id }) => id),
        true,
      );
    },
    go,
    hasMore: hasNextPage,
    virtual,
    frame,
  };
}

/**
 * Where the list stands. Keys move it at once; the address of the page follows, later and not always in step, so what it says is heard only when
 * somebody else changed it.
 */
function useHere(
  wanted: string | undefined,
  show: (id: string | undefined) => void,
): readonly [here: string | undefined, showHere: (id: string) => void] {
  const [here, setHere] = useState(wanted);
  // What was asked for and is not in the address yet; of several the last one counts.
  const asked = useRef<(string | undefined)[]>([]);
  const before = useRef(wanted);
  useEffect(() => {
    if (before.current === wanted) return;
    before.current = wanted;
    const own = asked.current.includes(wanted);
    if (!own) setHere(wanted);
    if (!own || asked.current.at(-1) === wanted) asked.current = [];
  }, [wanted]);
  return [
    here,
    (id) => {
      asked.current.push(id);
      setHere(id);
      show(id);
    },
  ];
}

/** A cell, or the title of a column. */
export interface Cell {
  readonly id: string;
  readonly content: ReactNode;
}

const MARK_WIDTH = '20px';

/** The rows of a list as a grid: only those near the screen exist. A box in front of each marks it; so do x, and Ctrl or Shift with a click. */
export function RowsGrid<Row extends WithId>({
  list,
  label,
  widths,
  head,
  cells,
  nameOf,
  open,
}: {
  readonly list: Rows<Row>;
  readonly label: string;
  /** Widths of the columns, as a grid template has them. */
  readonly widths: readonly string[];
  readonly head: readonly Cell[];
  readonly cells: (row: Row, index: number) => readonly Cell[];
  /** What a row is called when it is marked. */
  readonly nameOf: (row: Row) => string;
  readonly open?: (row: Row) => void;
}) {
  const { rows, at, virtual, frame, hasMore, isChosen, choose } = list;
  const template = [MARK_WIDTH, ...widths].join(' ');
  const columns = (node: HTMLElement | null): void => node?.style.setProperty('grid-template-columns', template);
  const all = rows.length > 0 && list.chosen.length === rows.length;
  const onClick = (event: MouseEvent, row: Row, index: number): void => {
    if (event.shiftKey) list.chooseTo(index);
    else if (event.ctrlKey || event.metaKey) choose([row.id], !isChosen(row.id));
    list.go(index);
  };
  return (
    <div
      className={css.frame}
      ref={frame}
      role="grid"
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-label={label}
      aria-multiselectable="true"
      tabIndex={0}
    >
      <div role="rowgroup" className={css.headGroup}>
        <div className={css.head} role="row" aria-rowindex={1} ref={columns}>
          <span role="columnheader">
            <input
              type="checkbox"
              aria-label={`Mark all ${rows.length} that are loaded`}
              checked={all}
              ref={(node) => {
                if (node !== null) node.indeterminate = !all && list.chosen.length > 0;
              }}
              onChange={() =>
                all
                  ? list.chooseNothing()
                  : choose(
                      rows.map(({ id }) => id),
                      true,
                    )
              }
            />
          </span>
          {head.map(({ id, content }) => (
            <span key={id} role="columnheader">
              {content}
            </span>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        className={css.body}
        ref={(node) => node?.style.setProperty('height', `${virtual.getTotalSize()}px`)}
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={row.id}
              className={css.row}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isChosen(row.id)}
              data-current={index === at}
              ref={(node) => {
                columns(node);
                node?.style.setProperty('transform', `translateY(${start}px)`);
              }}
              onClick={(event) => onClick(event, row, index)}
              onDoubleClick={() => open?.(row)}
            >
              <span role="gridcell">
                <input
                  type="checkbox"
                  tabIndex={-1}
                  aria-label={`Mark ${nameOf(row)}`}
                  checked={isChosen(row.id)}
                  onClick={(event) => event.stopPropagation()}
                  onChange={() => choose([row.id], !isChosen(row.id))}
                />
              </span>
              {cells(row, index).map(({ id, content }) => (
                <span key={id} role="gridcell">
                  {content}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
