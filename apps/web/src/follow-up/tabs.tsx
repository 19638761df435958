import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMay } from '../session/session.js';
import { useKeys } from '../ui/keys.js';
import { todayQuery } from './queries.js';
import css from './tabs.module.css';

const TABS = [
  { to: '/follow-up', label: 'Due list', keys: 'g d', right: 'follow-up.read' },
  { to: '/follow-up/letters', label: 'Letters', keys: 'g l', right: 'follow-up.write' },
  { to: '/follow-up/replies', label: 'Replies', keys: 'g r', right: 'follow-up.write' },
  { to: '/follow-up/physicians', label: 'Physicians', keys: 'g o', right: 'follow-up.read' },
  { to: '/follow-up/rates', label: 'Rates and forecast', keys: 'g t', right: 'follow-up.read' },
] as const;

/** The screens of follow-up, with what waits on each. */
export function FollowUpTabs() {
  const may = useMay();
  const navigate = useNavigate();
  const { data } = useQuery(todayQuery);
  const tabs = TABS.filter(({ right }) => may(right));
  useKeys(
    tabs.map(({ to, label, keys }) => ({
      chord: keys,
      label: `Go to ${label}`,
      group: 'Follow-up',
      run: () => void navigate({ to }),
    })),
  );
  const waits: Readonly<Record<string, string>> = {
    '/follow-up': (data?.planned ?? 0) > 0 ? `${data?.planned} planned for today` : '',
    '/follow-up/letters': (data?.secondLetters ?? 0) > 0 ? `${data?.secondLetters} second letters due` : '',
    '/follow-up/replies': (data?.lettersOut ?? 0) > 0 ? `${data?.lettersOut} letters out` : '',
  };
  return (
    <nav className={css.tabs} aria-label="Follow-up">
      {tabs.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'data-active': true }}
        >
          {label}
          {waits[to] !== undefined && waits[to] !== '' && <small>{waits[to]}</small>}
        </Link>
      ))}
    </nav>
  );
}
