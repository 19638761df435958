import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useFacilities } from '../../facilities/facilities.js';
import { showCount, showDate } from '../../ui/format.js';
import { Problem, Skeleton } from '../../ui/problem.js';
import { FollowUpTabs } from '../tabs.js';
import {
  curveQuery,
  DIMENSION_WORDS,
  type Dimension,
  DIMENSIONS,
  type Forecast,
  forecastQuery,
  LISTED,
  type Measure,
  MEASURE_WORDS,
  ratesByQuery,
  type RatesSearch,
  yearEnd,
} from './queries.js';
import css from './rates.module.css';

// The library that draws is fetched only by whoever looks at curves.
const TimeCurve = lazy(() => import('./curves.js').then(({ TimeCurve }) => ({ default: TimeCurve })));
const PathCurve = lazy(() => import('./curves.js').then(({ PathCurve }) => ({ default: PathCurve })));

const percent = (value: number | null): string => (value === null ? 'nobody' : `${value.toFixed(1)} %`);

/** Both rates now and on the day of a survey, the way there, the shortest list of contacts, and the rates by year, site, class, physician. */
export function RatesPage() {
  const search: RatesSearch = useSearch({ from: '/shell/follow-up/rates' });
  const navigate = useNavigate({ from: '/follow-up/rates' });
  const facilities = useFacilities('follow-up.read') ?? [];
  const survey = search.survey ?? yearEnd();
  const { facilityId } = search;
  const forecast = useQuery(forecastQuery(survey, facilityId));
  const set = (change: Partial<Record<keyof RatesSearch, string | undefined>>): void =>
    void navigate({
      search: (before: RatesSearch) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ) as RatesSearch,
      replace: true,
    });
  const asked = new URLSearchParams({ surveyDate: survey, ...(facilityId === undefined ? {} : { facilityId }) });
  return (
    <main className={css.screen} id="main">
      <FollowUpTabs />
      <div className={css.page}>
        <header className={css.top}>
          <h1>Rates and forecast</h1>
          <label>
            Survey on
            <input
              type="date"
              value={showDate(survey)}
              onChange={(event) => set({ survey: event.currentTarget.value.replaceAll('-', '') })}
            />
          </label>
          {facilities.length > 1 && (
            <label>
              Facility
              <select value={facilityId ?? ''} onChange={(event) => set({ facilityId: event.currentTarget.value })}>
                <option value="">All</option>
                {facilities.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
        </header>
        {forecast.error !== null && <Problem error={forecast.error} retry={() => void forecast.refetch()} />}
        {forecast.data === undefined && forecast.error === null && <Skeleton rows={10} />}
        {forecast.data !== undefined && (
          <>
            <Curves forecast={forecast.data} survey={survey} facilityId={facilityId} asked={asked} />
            <Shortest forecast={forecast.data} asked={asked} />
          </>
        )}
        <RatesBy by={search.by ?? 'diagnosisYear'} facilityId={facilityId} choose={(by) => set({ by })} />
        <Reports facilityId={facilityId} />
      </div>
    </main>
  );
}

function Curves({
  forecast,
  survey,
  facilityId,
  asked,
}: {
  readonly forecast: Forecast;
  readonly survey: string;
  readonly facilityId: string | undefined;
  readonly asked: URLSearchParams;
}) {
  const { data: points, error } = useQuery(curveQuery(survey, facilityId));
  return (
    <div className={css.two}>
      {forecast.rates.map(({ measure, now, nothingMore, allDueReached }) => (
        <section key={measure} className={css.card} aria-labelledby={`rate-${measure}`}>
          <h2 id={`rate-${measure}`}>{MEASURE_WORDS[measure]}</h2>
          <dl className={css.figures}>
            <div>
              <dt>Now</dt>
              <dd data-meets={now.meets}>{percent(now.allPercent)}</dd>
              <dd className={css.faint}>
                {showCount(now.dead + now.current)} of {showCount(now.eligible)}
              </dd>
            </div>
            <div>
              <dt>{showDate(survey)}, nothing more done</dt>
              <dd data-meets={nothingMore.meets}>{percent(nothingMore.allPercent)}</dd>
              <dd className={css.faint}>{showCount(nothingMore.delinquent)} delinquent</dd>
            </div>
            <div>
              <dt>All due reached</dt>
              <dd data-meets={allDueReached.meets}>{percent(allDueReached.allPercent)}</dd>
              <dd className={css.faint}>goal {now.goalPercent} %</dd>
            </div>
          </dl>
          {error !== null && <Problem error={error} />}
          {points === undefined && error === null && (
            <div className={css.waiting} role="status" aria-label="Counting" />
          )}
          {points !== undefined && (
            <div className={css.beside}>
              <Suspense fallback={<div className={css.waiting} />}>
                <TimeCurve points={points} measure={measure} />
              </Suspense>
              <div className={css.scroll} tabIndex={0} role="group" aria-label={`${MEASURE_WORDS[measure]} by day`}>
                <table className={css.table}>
                  <caption className="visually-hidden">{MEASURE_WORDS[measure]}, by day</caption>
                  <thead>
                    <tr>
                      <th scope="col">Day</th>
                      <th scope="col">Nothing more</th>
                      <th scope="col">All reached</th>
                    </tr>
                  </thead>
                  <tbody>
                    {points.map(({ day, rates }) => {
                      const rate = rates.find((one) => one.measure === measure);
                      return (
                        <tr key={day}>
                          <th scope="row">{showDate(day)}</th>
                          <td>{percent(rate?.nothingMorePercent ?? null)}</td>
                          <td>{percent(rate?.allDueReachedPercent ?? null)}</td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
            </div>
          )}
          <p className={css.foot}>
            <a href={`/api/v1/follow-up/forecast/curve.csv?${asked.toString()}`} download>
              CSV
            </a>
          </p>
        </section>
      ))}
    </div>
  );
}

function Shortest({ forecast, asked }: { readonly forecast: Forecast; readonly asked: URLSearchParams }) {
  const { rates, contacts, listed, reaches, missing, experience } = forecast;
  const of = (measure: Measure) => rates.find((one) => one.measure === measure);
  const [all, recent] = [of('since-reference-date'), of('last-five-years')];
  const start = useMemo(
    () => ({ all: all?.nothingMore.allPercent ?? 100, recent: recent?.nothingMore.allPercent ?? 100 }),
    [all, recent],
  );
  const goals = useMemo(
    () => ({ all: all?.now.goalPercent ?? 0, recent: recent?.now.goalPercent ?? 0 }),
    [all, recent],
  );
  return (
    <section className={css.card} aria-labelledby="shortest">
      <h2 id="shortest">
        {listed === 0
          ? 'The goals are met without more contacts'
          : reaches
            ? `${showCount(listed)} contacts reach the goals`
            : `${showCount(listed)} contacts help, and do not reach the goals`}
      </h2>
      <p className={css.faint}>
        {showCount(missing.all)} cases lack since the reference date and {showCount(missing.recent)} of the last five
        years. Best expected yield first. One attempt in general is expected to succeed in{' '}
        {(experience.overall * 100).toFixed(0)} %, learned from {showCount(experience.attempts)} of your own and, while
        these are few, from usual ones.
      </p>
      {contacts.length > 0 && (
        <div className={css.beside} data-wide="true">
          <Suspense fallback={<div className={css.waiting} />}>
            <PathCurve contacts={contacts} start={start} goals={goals} />
          </Suspense>
          <div className={css.scroll} tabIndex={0} role="group" aria-label="Contacts, best first">
            <table className={css.table}>
              <caption className="visually-hidden">Contacts, best first</caption>
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Source</th>
                  <th scope="col">Months</th>
                  <th scope="col">Yield</th>
                  <th scope="col">Since ref.</th>
                  <th scope="col">Five years</th>
                </tr>
              </thead>
              <tbody>
                {contacts.map((one) => (
                  <tr key={one.patientId}>
                    <th scope="row">
                      {one.taskId === null ? (
                        <span title="Falls due later">{one.name}</span>
                      ) : (
                        <Link to="/follow-up" search={{ patient: one.patientId }}>
                          <bdi>{one.name || 'no name'}</bdi>
                        </Link>
                      )}
                    </th>
                    <td>{one.source}</td>
                    <td>{one.monthsSinceContact === 999 ? 'never' : one.monthsSinceContact}</td>
                    <td
                      title={`${(one.expected.overall * 100).toFixed(0)} % overall; odds × ${one.expected.factors.source.toFixed(2)} for the source × ${one.expected.factors.months.toFixed(2)} for the months × ${one.expected.factors.earlier.toFixed(2)} for what came before`}
                    >
                      {(one.expected.probability * 100).toFixed(0)} %
                    </td>
                    <td>{one.percent.all.toFixed(1)}</td>
                    <td>{one.percent.recent.toFixed(1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      <p className={css.foot}>
        {listed > LISTED && <span>the first {LISTED} are shown; CSV has all</span>}
        <a href={`/api/v1/follow-up/forecast?${asked.toString()}&format=csv`} download>
          CSV with the arithmetic
        </a>
      </p>
    </section>
  );
}

function RatesBy({
  by,
  facilityId,
  choose,
}: {
  readonly by: Dimension;
  readonly facilityId: string | undefined;
  readonly choose: (by: Dimension) => void;
}) {
  const { data, error } = useQuery(ratesByQuery(by, facilityId));
  const keys = [...new Set(data?.map(({ key }) => key))];
  const csv = new URLSearchParams({ by, format: 'csv', ...(facilityId === undefined ? {} : { facilityId }) });
  return (
    <section className={css.card} aria-labelledby="rates-by">
      <header className={css.cardHead}>
        <h2 id="rates-by">Rates today by</h2>
        <select aria-label="Rates by" value={by} onChange={(event) => choose(event.currentTarget.value as Dimension)}>
          {DIMENSIONS.map((one) => (
            <option key={one} value={one}>
              {DIMENSION_WORDS[one]}
            </option>
          ))}
        </select>
        <a href={`/api/v1/follow-up/rates?${csv.toString()}`} download>
          CSV
        </a>
      </header>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data !== undefined && (
        <div className={css.scroll} tabIndex={0} role="group" aria-label="Rates">
          <table className={css.table}>
            <caption className="visually-hidden">Rates by {DIMENSION_WORDS[by].toLowerCase()}</caption>
            <thead>
              <tr>
                <th scope="col">{DIMENSION_WORDS[by]}</th>
                <th scope="col">Counted</th>
                <th scope="col">Dead</th>
                <th scope="col">Current</th>
                <th scope="col">Delinquent</th>
                <th scope="col">Since reference date</th>
                <th scope="col">Last five years</th>
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => {
                const row = (measure: Measure) => data.find((one) => one.key === key && one.measure === measure);
                const [all, recent] = [row('since-reference-date'), row('last-five-years')];
                return (
                  <tr key={key}>
                    <th scope="row">{key === '' ? 'not known' : key}</th>
                    <td>{showCount(all?.eligible ?? 0)}</td>
                    <td>{showCount(all?.dead ?? 0)}</td>
                    <td>{showCount(all?.current ?? 0)}</td>
                    <td>{showCount(all?.delinquent ?? 0)}</td>
                    <td data-meets={all?.meets}>
                      {all === undefined || all.eligible === 0 ? '' : percent(all.allPercent)}
                    </td>
                    <td data-meets={recent?.meets}>
                      {recent === undefined || recent.eligible === 0 ? '' : percent(recent.allPercent)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const REPORTS = [
  ['delinquent', 'Delinquent cases'],
  ['months-since-contact', 'Months since contact'],
  ['source-mix', 'Where contacts came from'],
  ['exclusions', 'Cases that are not counted, and why'],
  ['rates/seer', 'SEER rates by age and behavior'],
] as const;

/** Lists for a spreadsheet. */
function Reports({ facilityId }: { readonly facilityId: string | undefined }) {
  const query = new URLSearchParams({ format: 'csv', ...(facilityId === undefined ? {} : { facilityId }) });
  return (
    <section className={css.card} aria-labelledby="lists">
      <h2 id="lists">Lists as CSV</h2>
      <ul className={css.downloads}>
        {REPORTS.map(([path, label]) => (
          <li key={path}>
            <a href={`/api/v1/follow-up/${path}?${query.toString()}`} download>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
