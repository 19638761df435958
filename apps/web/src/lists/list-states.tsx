import { type ReactNode } from 'react';
import { Problem, Skeleton } from '../ui/problem.js';

/** What stands in the place of a list that failed, that is still being read, or that has no rows; else the rows. */
export function ListStates({
  of: { data, error, refetch },
  count,
  empty,
  children,
}: {
  readonly of: { readonly data: unknown; readonly error: Error | null; readonly refetch: () => void };
  readonly count: number;
  readonly empty: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <>
      {error !== null && <Problem error={error} retry={refetch} />}
      {data === undefined && error === null && <Skeleton rows={14} />}
      {data !== undefined && count === 0 && empty}
      {count > 0 && children}
    </>
  );
}
