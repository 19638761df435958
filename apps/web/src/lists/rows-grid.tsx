import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type MouseEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import css from './rows.module.css';
import { indexOf, rowAt, type WithId } from './segments.js';
import { type Rows } from './use-rows.js';

/** Rows are this high everywhere. */
const HEIGHT = 32;
/** And their titles, as the style sheet has them. */
const HEAD_HEIGHT = 28;
/** Rows beyond those on the screen that exist, so that keys and a slow wheel find them there. */
const OVERSCAN = 4;
/** Rows beyond the screen at which the next page is asked for. */
const AHEAD = 60;

/** A cell, or the title of a column. */
export interface Cell {
  readonly id: string;
  readonly content: ReactNode;
}

const MARK_WIDTH = '20px';

/** Scroll as little as needed for a row to be seen whole, below the titles that stay. */
function bringInto(frame: HTMLElement | null, index: number): void {
  if (frame === null) return;
  const room = frame.clientHeight - HEAD_HEIGHT;
  const top = index * HEIGHT;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + HEIGHT > frame.scrollTop + room) frame.scrollTop = top + HEIGHT - room;
}

interface GridProps<Row> {
  readonly list: Rows<Row>;
  readonly label: string;
  /** Widths of the columns, as a grid template has them. */
  readonly widths: readonly string[];
  readonly head: readonly Cell[];
  /** What is shown of a row. As long as this is the same function, a row that did not change is not asked again. */
  readonly cells: (row: Row) => readonly Cell[];
  /** What a row is called when it is marked. */
  readonly nameOf: (row: Row) => string;
  readonly open?: (row: Row) => void;
}

/** The rows of a list as a grid: only those near the screen exist. A box in front of each marks it; so do x, and Ctrl or Shift with a click. */
export function RowsGrid<Row extends WithId>(props: GridProps<Row>) {
  // Another list begins at its own place.
  return <Grid key={props.list.name} {...props} />;
}

function Grid<Row extends WithId>({ list, label, widths, head, cells, nameOf, open }: GridProps<Row>) {
  const { listed, count, at, bring, look, isChosen } = list;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => look({ first: Math.max(0, first - AHEAD), last: last + AHEAD }), [look, first, last]);
  useEffect(() => {
    bring.current = (index) => bringInto(frame.current, index);
    return () => void (bring.current = null);
  }, [bring]);
  // Back from somewhere else the list stands where it was left; later it is moved by keys and the wheel alone.
  useEffect(() => bringInto(frame.current, at), []);
  useStill(list, frame, first);

  const act = useLatest({
    click: (event: MouseEvent, row: Row): void => {
      const index = indexOf(listed, row.id);
      if (event.shiftKey) list.chooseTo(index);
      else if (event.ctrlKey || event.metaKey) list.choose([row.id], !isChosen(row.id));
      list.go(index);
    },
    mark: (row: Row): void => list.choose([row.id], !isChosen(row.id)),
    open: (row: Row): void => open?.(row),
  });
  const template = [MARK_WIDTH, ...widths].join(' ');
  return (
    <div
      className={css.frame}
      ref={(node) => {
        frame.current = node;
        node?.style.setProperty('--columns', template);
      }}
      role="grid"
      aria-rowcount={list.hasMore ? -1 : count + 1}
      aria-label={label}
      aria-multiselectable="true"
      tabIndex={0}
    >
      <div role="rowgroup" className={css.headGroup}>
        <div className={css.head} role="row" aria-rowindex={1}>
          <span role="columnheader">
            <MarkAll list={list} />
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
        {items.map(({ index }) => {
          const row = rowAt(listed, index);
          return row === undefined ? (
            <Absent key={`absent-${index}`} index={index} />
          ) : (
            <GridRow
              key={row.id}
              row={row}
              index={index}
              isCurrent={index === at}
              isChosen={isChosen(row.id)}
              cells={cells as (row: WithId) => readonly Cell[]}
              nameOf={nameOf as (row: WithId) => string}
              act={act as RefObject<RowActs>}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowActs {
  readonly click: (event: MouseEvent, row: WithId) => void;
  readonly mark: (row: WithId) => void;
  readonly open: (row: WithId) => void;
}

const place =
  (index: number) =>
  (node: HTMLElement | null): void =>
    node?.style.setProperty('transform', `translateY(${index * HEIGHT}px)`);

/** One row. Scrolling makes those that come up and leaves the others alone. */
const GridRow = memo(function GridRow({
  row,
  index,
  isCurrent,
  isChosen,
  cells,
  nameOf,
  act,
}: {
  readonly row: WithId;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly cells: (row: WithId) => readonly Cell[];
  readonly nameOf: (row: WithId) => string;
  readonly act: RefObject<RowActs>;
}) {
  return (
    <div
      className={css.row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-current={isCurrent}
      ref={place(index)}
      onClick={(event) => act.current.click(event, row)}
      onDoubleClick={() => act.current.open(row)}
    >
      <span role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Mark ${nameOf(row)}`}
          checked={isChosen}
          onClick={(event) => event.stopPropagation()}
          onChange={() => act.current.mark(row)}
        />
      </span>
      {cells(row).map(({ id, content }) => (
        <span key={id} role="gridcell">
          {content}
        </span>
      ))}
    </div>
  );
});

/** A row that was let go and is being read again. */
function Absent({ index }: { readonly index: number }) {
  return (
    <div className={css.row} role="row" aria-rowindex={index + 2} aria-busy="true" ref={place(index)}>
      <span role="gridcell" />
      <span role="gridcell" className={css.absent}>
        …
      </span>
    </div>
  );
}

function MarkAll<Row extends WithId>({ list }: { readonly list: Rows<Row> }) {
  const { held, chosen } = list;
  const all = held.length > 0 && chosen.length === held.length;
  return (
    <input
      type="checkbox"
      aria-label={`Mark all ${held.length} that are loaded`}
      checked={all}
      ref={(node) => {
        if (node !== null) node.indeterminate = !all && chosen.length > 0;
      }}
      onChange={() =>
        all
          ? list.chooseNothing()
          : list.choose(
              held.map(({ id }) => id),
              true,
            )
      }
    />
  );
}

/**
 * What is read stays where it is on the screen when rows above it come or go. At the very top the list shows what arrives there.
 *
 * @param first place of the first row that exists.
 */
function useStill<Row extends WithId>(
  { listed }: Rows<Row>,
  frame: RefObject<HTMLDivElement | null>,
  first: number,
): void {
  const before = useRef({ listed, first });
  useLayoutEffect(() => {
    const { listed: was, first: wasFirst } = before.current;
    before.current = { listed, first };
    const node = frame.current;
    if (was === listed || node === null || node.scrollTop === 0) return;
    const top = Math.floor(node.scrollTop / HEIGHT);
    for (let index = Math.max(top, wasFirst); index <= top + node.clientHeight / HEIGHT; index += 1) {
      const now = indexOf(listed, rowAt(was, index)?.id);
      if (now < 0) continue;
      if (now !== index) node.scrollTop += (now - index) * HEIGHT;
      return;
    }
  });
}

/** A value for handlers that outlive the render they were made in. */
function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}
