import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../ui/keys.js';
import { countOf, hasMore, heldRows, indexOf, type Listed, rowAt, type View, type WithId } from './segments.js';
import { type ListSource } from './use-listed.js';

/** Rows after the current one that are remembered, so that one of them takes its place when it goes. */
const FOLLOWERS = 50;

export interface Rows<Row> {
  readonly name: string;
  readonly listed: Listed<Row>;
  /** Rows that were read, those let go included. */
  readonly count: number;
  readonly hasMore: boolean;
  /** Place of the current row, and the row. */
  readonly at: number;
  readonly current: Row | undefined;
  readonly rowAt: (index: number) => Row | undefined;
  /** Rows that are held, in order. */
  readonly held: readonly Row[];
  /** Rows with a mark, and what an action is about: those, or else the current row. */
  readonly chosen: readonly Row[];
  readonly targets: readonly Row[];
  readonly isChosen: (id: string) => boolean;
  readonly choose: (ids: readonly string[], chosen: boolean) => void;
  readonly chooseNothing: () => void;
  /** Mark everything from the last mark to this row. */
  readonly chooseTo: (index: number) => void;
  readonly go: (index: number) => void;
  readonly look: (view: View) => void;
  /** Brings a row onto the screen; the grid that shows the rows puts it here. */
  readonly bring: RefObject<((index: number) => void) | null>;
}

/**
 * The current row of a list, which keys move, and marks that actions are about. Both survive when the list is read again; a current row that
 * went leaves its place to the one that followed it.
 *
 * @param wanted id of the current row, as the address of the page holds it; @param show keeps it there.
 * @param noun what a row is, for the map of keys: `row`, `person`.
 */
export function useRows<Row extends WithId>(
  { name, listed, look, kept }: ListSource<Row>,
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
  const bring = useRef<((index: number) => void) | null>(null);
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set());
  const lastMark = useRef<string>(undefined);
  const [here, showHere] = useHere(wanted, show);
  const count = useMemo(() => countOf(listed), [listed]);
  const held = useMemo(() => heldRows(listed), [listed]);
  const chosen = useMemo(() => held.filter(({ id }) => marks.has(id)), [held, marks]);

  const before = useRef<{ readonly at: number; readonly followers: readonly string[] }>({ at: 0, followers: [] });
  const at = useMemo(() => {
    const found = indexOf(listed, here);
    if (found >= 0 || here === undefined) return Math.max(found, 0);
    const { at: was, followers } = before.current;
    const follower = followers.find((id) => indexOf(listed, id) >= 0);
    return follower === undefined ? Math.max(0, Math.min(was, count - 1)) : indexOf(listed, follower);
  }, [listed, here, count]);
  const current = rowAt(listed, at);
  useEffect(() => {
    const followers = Array.from({ length: FOLLOWERS }, (_, n) => rowAt(listed, at + 1 + n)?.id);
    before.current = { at, followers: followers.filter((id) => id !== undefined) };
  }, [listed, at]);
  useEffect(() => {
    kept.current = new Set(current === undefined ? marks : [...marks, current.id]);
  }, [kept, marks, current]);

  const go = (index: number): void => {
    const to = Math.max(0, Math.min(count - 1, index));
    const row = rowAt(listed, to);
    if (row !== undefined) showHere(row.id);
    // Where rows were let go they are read again first.
    bring.current?.(to);
  };
  const choose = (ids: readonly string[], mark: boolean): void => {
    lastMark.current = ids[0] ?? lastMark.current;
    setMarks((all) => {
      const next = new Set(all);
      for (const id of ids)
        if (mark) next.add(id);
        else next.delete(id);
      return next;
    });
  };
  const chooseNothing = (): void => setMarks(new Set());

  const step = (by: number) => () => go(at + by);
  useKeys([
    { chord: 'ArrowDown', label: `Next ${noun} (also J)`, group, run: step(1) },
    { chord: 'ArrowUp', label: `Previous ${noun} (also K)`, group, run: step(-1) },
    { chord: 'j', label: `Next ${noun}`, group, run: step(1) },
    { chord: 'k', label: `Previous ${noun}`, group, run: step(-1) },
    { chord: 'Home', label: `First ${noun}`, group, run: () => go(0) },
    { chord: 'End', label: `Last ${noun} that is loaded`, group, run: () => go(count - 1) },
    {
      chord: 'x',
      label: `Mark the ${noun} and go on`,
      group,
      run: () => {
        if (current === undefined) return;
        choose([current.id], !marks.has(current.id));
        go(at + 1);
      },
    },
    { chord: 'Escape', label: 'Mark nothing', group, run: chooseNothing },
    ...(open === undefined
      ? []
      : [{ chord: 'Enter', label: 'Open', group, run: () => void (current !== undefined && open(current)) }]),
  ]);

  return {
    name,
    listed,
    count,
    hasMore: hasMore(listed),
    at,
    current,
    rowAt: (index) => rowAt(listed, index),
    held,
    chosen,
    targets: chosen.length > 0 ? chosen : current === undefined ? [] : [current],
    isChosen: (id) => marks.has(id),
    choose,
    chooseNothing,
    chooseTo: (index) => {
      const last = Math.max(0, indexOf(listed, lastMark.current));
      const [from, to] = [Math.min(last, index), Math.max(last, index)];
      const mark = lastMark.current;
      choose(
        Array.from({ length: to - from + 1 }, (_, n) => rowAt(listed, from + n)?.id).filter((id) => id !== undefined),
        true,
      );
      lastMark.current = mark ?? lastMark.current;
    },
    go,
    look,
    bring,
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
