import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { monthsQuery, todayQuery } from '../follow-up/queries.js';
import { useIcdo3 } from '../items/tables.js';
import { mayIn, useMay, useSession } from '../session/session.js';
import { SCREENS } from '../shell/screens.js';
import { chordText } from '../ui/keys.js';
import { showAge, showCount, showDate, showMonth, showSite } from '../ui/format.js';
import { LIVE_MS } from '../ui/live.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { Attention, Registry, REGISTRY_RIGHTS } from './registry.js';
import { countsQuery, type List } from '../worklists/queries.js';
import { TITLES } from '../worklists/words.js';
import css from './home.module.css';

const greeting = (): string => {
  const hour = new Date().getHours();
  return hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
};

/** What needs this person now, with counts and ages; what a role may not see is not asked for. */
export function HomePage() {
  const session = useSession();
  const may = (right: string): boolean => mayIn(session, right);
  const nothing = ![
    'reports.read',
    'follow-up.read',
    'abstracts.read',
    'research.read',
    'intake.submit',
    ...REGISTRY_RIGHTS,
  ].some(may);
  return (
    <main className={css.page} id="main">
      <header>
        <h1>
          {greeting()}, {session.name}
        </h1>
        <p>{session.roles.map((role) => role.replaceAll('_', ' ')).join(', ')}</p>
      </header>
      {nothing && (
        <Empty title="Your screens come later">
          What your role does is reached over the API for now; its screens are not there yet. Password and sessions are
          under your name.
        </Empty>
      )}
      <div className={css.grid}>
        {may('reports.read') && <Waiting />}
        {may('abstracts.read') && <OldestDrafts />}
        {may('follow-up.read') && <FollowUp />}
        {may('reports.read') && <SinceYesterday />}
        {may('research.read') && <Survival />}
        {REGISTRY_RIGHTS.some(may) && <Attention />}
        {REGISTRY_RIGHTS.some(may) && <Registry />}
        <Also />
      </div>
    </main>
  );
}

const ORDER: readonly List[] = ['drafts', 'screening', 'failed', 'unassigned', 'not-reportable'];

const waited = (days: number): string =>
  days === 0 ? 'none older than today' : `oldest ${days === 1 ? '1 day' : `${showCount(days)} days`}`;

function Waiting() {
  const { data, error, refetch } = useQuery(countsQuery());
  const mine = useQuery(countsQuery({ owner: 'me' }));
  return (
    <section className={css.card} aria-labelledby="waiting">
      <h2 id="waiting">Waiting for somebody</h2>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      <ul className={css.rows}>
        {ORDER.flatMap((list) => {
          const entry = data?.find((one) => one.list === list);
          if (entry === undefined) return [];
          const own = mine.data?.find((one) => one.list === list)?.count ?? 0;
          return [
            <li key={list}>
              <Link to="/worklists/$list" params={{ list }} search={{}}>
                {TITLES[list]}
              </Link>
              <span className={css.faint}>
                {[
                  ...(own > 0 ? [`${own} mine`] : []),
                  ...(entry.oldestDays === null ? [] : [waited(entry.oldestDays)]),
                ].join(' · ')}
              </span>
              <strong data-none={entry.count === 0}>{entry.shown}</strong>
            </li>,
          ];
        })}
      </ul>
    </section>
  );
}

function OldestDrafts() {
  const icdo3 = useIcdo3();
  const { data, error } = useQuery({
    queryKey: ['worklists', 'home', 'drafts'],
    refetchInterval: LIVE_MS * 2,
    queryFn: () => answer(api.GET('/api/v1/abstracts', { params: { query: { state: 'draft', limit: 8 } } })),
  });
  return (
    <section className={css.card} aria-labelledby="drafts">
      <h2 id="drafts">Oldest drafts</h2>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data?.items.length === 0 && <p className={css.faint}>Every abstract is complete.</p>}
      <ul className={css.rows}>
        {data?.items.map((one) => (
          <li key={one.id}>
            <Link to="/abstracts/$id" params={{ id: one.id }} className={css.case}>
              <code>{showSite(one.primarySite) || 'no site'}</code> <code>{one.histology ?? ''}</code>
              <span>{icdo3?.topography.get(one.primarySite ?? '')?.label}</span>
            </Link>
            <span className={css.faint}>{one.dateOfDiagnosis?.slice(0, 4) ?? ''}</span>
            <span>{showAge(one.createdAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FollowUp() {
  const may = useMay();
  const { data, error } = useQuery(monthsQuery());
  const { data: today } = useQuery(todayQuery);
  const all = data ?? [];
  const sum = (pick: (row: (typeof all)[number]) => number): number => all.reduce((total, row) => total + pick(row), 0);
  const most = Math.max(1, ...all.map(({ tasks }) => tasks));
  const write = may('follow-up.write');
  return (
    <section className={css.card} aria-labelledby="follow-up">
      <h2 id="follow-up">Follow-up</h2>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data !== undefined && (
        <p>
          <Link to="/follow-up">{showCount(sum(({ tasks }) => tasks))} patients are due</Link>,{' '}
          {showCount(sum(({ delinquent }) => delinquent))} of them delinquent.
        </p>
      )}
      <ul className={css.months} aria-label="Due by month">
        {all.slice(-12).map(({ month, tasks, delinquent }) => (
          <li key={month} title={`${showMonth(month)}: ${tasks} due, ${delinquent} delinquent`}>
            <span
              className={css.bar}
              data-late={delinquent > 0}
              ref={(node) => node?.style.setProperty('--share', String(tasks / most))}
            />
            <span className={css.monthName}>{showMonth(month).slice(0, 3)}</span>
          </li>
        ))}
      </ul>
      {all.length > 0 && (
        <p className={css.legend}>
          By the month in which they fell due. <span data-late="false">due</span>{' '}
          <span data-late="true">delinquent among them</span>
        </p>
      )}
      {today !== undefined && (
        <ul className={css.rows}>
          <li>
            <Link to="/follow-up" search={{ planned: true }}>
              Planned for today
            </Link>
            <span className={css.faint}>{today.plannedMine > 0 ? `${today.plannedMine} mine` : ''}</span>
            <strong data-none={today.planned === 0}>{showCount(today.planned)}</strong>
          </li>
          <li>
            <Link to="/follow-up" search={{ mine: true }}>
              Given to me
            </Link>
            <span />
            <strong data-none={today.mine === 0}>{showCount(today.mine)}</strong>
          </li>
          {write && (
            <>
              {today.proposals > 0 && (
                <li>
                  <Link to="/follow-up">Contacts of other facilities</Link>
                  <span className={css.faint}>to take over or not</span>
                  <strong>{showCount(today.proposals)}</strong>
                </li>
              )}
              <li>
                <Link to="/follow-up/letters">Second letters due</Link>
                <span />
                <strong data-none={today.secondLetters === 0}>{showCount(today.secondLetters)}</strong>
              </li>
              <li>
                <Link to="/follow-up/replies">Letters out</Link>
                <span className={css.faint}>
                  {today.oldestLetter === null ? '' : `oldest of ${showDate(today.oldestLetter)}`}
                </span>
                <strong data-none={today.lettersOut === 0}>{showCount(today.lettersOut)}</strong>
              </li>
            </>
          )}
        </ul>
      )}
    </section>
  );
}

const DAY = 86_400_000;

/** What came in lately: so that a person who was away sees what changed. */
function SinceYesterday() {
  const { data } = useQuery({
    queryKey: ['home', 'since'],
    refetchInterval: LIVE_MS * 2,
    queryFn: () => answer(api.GET('/api/v1/intake/messages', { params: { query: { limit: 200 } } })),
  });
  if (data === undefined) return null;
  const since = Date.now() - DAY;
  const lately = data.items.filter(({ receivedAt }) => Date.parse(receivedAt) > since);
  const of = (state: string): number => lately.filter((one) => one.state === state).length;
  const atLeast = data.next !== null && lately.length === data.items.length ? 'at least ' : '';
  return (
    <section className={css.card} aria-labelledby="since">
      <h2 id="since">Since yesterday</h2>
      <ul className={css.rows}>
        <li>
          <span>Messages received</span>
          <span />
          <strong>
            {atLeast}
            {lately.length}
          </strong>
        </li>
        <li>
          <span>of these processed</span>
          <span />
          <strong>{of('parsed')}</strong>
        </li>
        <li>
          <span>of these refused or failed</span>
          <span />
          <strong data-none={of('failed') === 0}>{of('failed')}</strong>
        </li>
      </ul>
    </section>
  );
}

/** Screens that are not in the bar. */
function Also() {
  const session = useSession();
  const own = SCREENS.filter(({ right }) => mayIn(session, right));
  const screens = own.filter(({ aside }) => aside === true);
  // Whoever has few screens has all of them in the bar, and an administrator finds them with their state beside this.
  const inBar = own.length - screens.length <= 1 && REGISTRY_RIGHTS.some((right) => mayIn(session, right));
  if (screens.length === 0 || inBar) return null;
  return (
    <section className={css.card} aria-labelledby="also">
      <h2 id="also">Also here</h2>
      <ul className={css.rows}>
        {screens.map(({ to, label, keys }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
            <span />
            <kbd>{chordText(keys)}</kbd>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For researchers: the one answer that is there. */
function Survival() {
  const { data, error } = useQuery({
    queryKey: ['research', 'survival'],
    queryFn: () => answer(api.GET('/api/v1/research/survival')),
  });
  const percent = (share: number | null | undefined): string =>
    share === null || share === undefined ? '' : `${(share * 100).toFixed(1)} %`;
  return (
    <section className={css.card} aria-labelledby="survival">
      <h2 id="survival">Observed survival by site</h2>
      {error !== null && <Problem error={error} />}
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col">Cases</th>
            <th scope="col">1 year</th>
            <th scope="col">3 years</th>
            <th scope="col">5 years</th>
          </tr>
        </thead>
        <tbody>
          {data?.map((row) => (
            <tr key={row.site}>
              <th scope="row">
                <code>{row.site}</code>
              </th>
              <td>{row.cases ?? 'under 16'}</td>
              <td>{percent(row.oneYear)}</td>
              <td>{percent(row.threeYears)}</td>
              <td>{percent(row.fiveYears)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
