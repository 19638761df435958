import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem } from '../api/client.js';
import { forecastQuery, type Rate } from './queries.js';
import css from './follow-up.module.css';

const percent = (rate: Rate): string => (rate.allPercent === null ? 'nobody' : `${rate.allPercent.toFixed(1)} %`);
const TITLES = { 'since-reference-date': 'Since the reference date', 'last-five-years': 'Last five years' } as const;

/** The last day of the year, as a day of survey to begin with. */
const yearEnd = (): string => `${new Date().getFullYear()}-12-31`;

/** The rate now, what it will be on the survey date, the goal, and how many contacts reach it. */
export function ForecastBar() {
  const [day, setDay] = useState(yearEnd);
  const [listed, setListed] = useState(false);
  const navigate = useNavigate({ from: '/follow-up' });
  const { data, error } = useQuery({
    ...forecastQuery(day.replaceAll('-', '')),
    enabled: /^\d{4}-\d\d-\d\d$/.test(day),
  });
  return (
    <section className={css.forecast} aria-label="Rates and forecast">
      {data?.rates.map(({ measure, now, nothingMore, allDueReached }) => (
        <figure key={measure} className={css.rate}>
          <figcaption>{TITLES[measure]}</figcaption>
          <strong data-meets={now.meets}>{percent(now)}</strong>
          <span
            className={css.track}
            role="img"
            aria-label={`now ${percent(now)}, goal ${now.goalPercent} %, on the survey date ${percent(nothingMore)} if nothing more is done and ${percent(allDueReached)} if all are reached`}
            ref={(node) => {
              node?.style.setProperty('--now', String((now.allPercent ?? 0) / 100));
              node?.style.setProperty('--then', String((nothingMore.allPercent ?? 0) / 100));
              node?.style.setProperty('--best', String((allDueReached.allPercent ?? 0) / 100));
              node?.style.setProperty('--goal', String(now.goalPercent / 100));
            }}
          />
          <span className={css.faint}>
            then {percent(nothingMore)}, all reached {percent(allDueReached)}, goal {now.goalPercent} %
          </span>
        </figure>
      ))}
      <div className={css.shortest}>
        <label>
          Survey date <input type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
        </label>
        {error !== null && (
          <span className={css.wrong}>{error instanceof ApiProblem ? error.message : 'No forecast.'}</span>
        )}
        {data !== undefined && (
          <button type="button" aria-expanded={listed} onClick={() => setListed(!listed)} disabled={data.listed === 0}>
            {data.listed === 0
              ? 'The goals are met without more contacts'
              : data.reaches
                ? `${data.listed} contacts reach the goals`
                : `${data.listed} contacts help, and do not reach the goals`}
          </button>
        )}
        {listed && data !== undefined && (
          <ol className={css.shortList} aria-label="Best contacts first">
            {data.contacts.slice(0, 50).map((one) => (
              <li key={`${one.patientId} ${one.source}`}>
                <button
                  type="button"
                  onClick={() => {
                    setListed(false);
                    void navigate({ search: { patient: one.patientId } });
                  }}
                >
                  by {one.source}, {one.monthsSinceContact} months ago
                </button>
                <span>{one.percent.all.toFixed(1)} %</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
