import { useQuery } from '@tanstack/react-query';
import { showCount, showMonth } from '../ui/format.js';
import { Problem } from '../ui/problem.js';
import { monthsQuery } from './queries.js';
import css from './follow-up.module.css';

/** Months with how many are due in each: late ones in amber, with delinquent ones in red. */
export function Months({
  facilityId,
  month: chosen,
  set,
}: {
  readonly facilityId: string | undefined;
  readonly month: string | undefined;
  readonly set: (month: string | undefined) => void;
}) {
  const { data, error } = useQuery(monthsQuery(facilityId));
  const months = data ?? [];
  const most = Math.max(1, ...months.map(({ tasks }) => tasks));
  if (error !== null) return <Problem error={error} />;
  return (
    <nav className={css.months} aria-label="Months">
      <button type="button" aria-pressed={chosen === undefined} onClick={() => set(undefined)}>
        <span>All</span>
        <span className={css.count}>{showCount(months.reduce((sum, { tasks }) => sum + tasks, 0))}</span>
      </button>
      {months.map(({ month, tasks, delinquent }) => (
        <button
          key={month}
          type="button"
          aria-pressed={chosen === month}
          title={`${tasks} due, ${delinquent} delinquent; shows this month and earlier ones`}
          onClick={() => set(month)}
        >
          <span>{showMonth(month)}</span>
          <span className={css.count}>{showCount(tasks)}</span>
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
