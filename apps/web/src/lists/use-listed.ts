import { hashKey, type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react';
import { LIVE_MS } from '../ui/live.js';
import { brought, type Read } from './bring.js';
import { type Listed, stale, type View, wanted, wholeList, type WithId } from './segments.js';

/** Parts of a list are read again after this time when they are in view. Less than the time between two looks, so that each look reads them. */
const STALE_MS = LIVE_MS - 5_000;
/** What is read before the screen has said what it shows. */
const FIRST_VIEW: View = { first: 0, last: 0 };

/** How a list is read. */
export interface ListQuery<Row> {
  readonly queryKey: QueryKey;
  readonly read: Read<Row>;
}

/** A list as rows are shown from it. */
export interface ListSource<Row> {
  /** Another list has another name. */
  readonly name: string;
  readonly listed: Listed<Row>;
  /** Tell which rows are on the screen or near it. */
  readonly look: (view: View) => void;
  /** Rows that stay held however far away they are. */
  readonly kept: RefObject<ReadonlySet<string>>;
}

/**
 * A list that is read page by page as it is scrolled, and looked at again every 15 seconds as long as the page is shown: only the parts in
 * view, so that a look costs the same however far the list was read. What is out of view is read again when it comes into view.
 */
export function useListed<Row extends WithId>({
  queryKey,
  read,
}: ListQuery<Row>): ListSource<Row> & {
  /** Undefined: nothing was read yet. */
  readonly data: Listed<Row> | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
} {
  const queries = useQueryClient();
  const name = hashKey(queryKey);
  const view = useRef(FIRST_VIEW);
  const shown = useRef(name);
  if (shown.current !== name) view.current = FIRST_VIEW;
  shown.current = name;
  const kept = useRef<ReadonlySet<string>>(new Set());
  const { data, error, refetch } = useQuery({
    queryKey,
    refetchInterval: LIVE_MS,
    // Rows that did not change are the same objects already.
    structuralSharing: false,
    queryFn: () => {
      const state = queries.getQueryState<Listed<Row>>(queryKey);
      const known = state?.data ?? [];
      const isKept = (id: string): boolean => kept.current.has(id);
      return brought(state?.isInvalidated === true ? stale(known) : known, view.current, read, isKept, STALE_MS);
    },
  });
  const listed = useMemo(() => data ?? [], [data]);
  const latest = useRef({ listed, error, key: queryKey });
  latest.current = { listed, error, key: queryKey };

  const ensure = useCallback((): void => {
    const { listed: known, error: failed, key } = latest.current;
    // After a failure the next look tries again, or the person does.
    if (known.length === 0 || failed !== null || queries.isFetching({ queryKey: key, exact: true }) > 0) return;
    const { again, next } = wanted(known, view.current, Date.now(), STALE_MS);
    if (again.length > 0 || next) void refetch({ cancelRefetch: false });
  }, [queries, refetch]);
  useEffect(ensure, [listed, ensure]);
  const look = useCallback(
    (seen: View): void => {
      view.current = seen;
      ensure();
    },
    [ensure],
  );
  return { name, listed, look, kept, data, error, refetch: () => void refetch() };
}

const nothing = (): void => undefined;

/** A list that is here whole, as {@link useListed} gives one. */
export function useWholeList<Row extends WithId>(rows: readonly Row[]): ListSource<Row> {
  const kept = useRef<ReadonlySet<string>>(new Set());
  return { name: 'whole', listed: useMemo(() => wholeList(rows), [rows]), look: nothing, kept };
}
