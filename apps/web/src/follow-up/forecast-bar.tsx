import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.js';
import { showDate } from '../ui/format.js';
import { forecastQuery, MEASURE_WORDS, type Rate, yearEnd } from './rates/queries.js';
import css from './follow-up.module.css';

const percent = (rate: Rate): string => (rate.allPercent === null ? 'nobody' : `${rate.allPercent.toFixed(1)} %`);

/** The rate now, what it will be at the end of the year, the goal, and how many contacts reach it. */
export function ForecastBar({ facilityId }: { readonly facilityId: string | undefined }) {
  const survey = yearEnd();
  const { data, error } = useQuery(forecastQuery(survey, facilityId));
  return (
    <section className={css.forecast} aria-label="Rates and forecast">
      {data?.rates.map(({ measure, now, nothingMore, allDueReached }) => (
        <figure key={measure} className={css.rate}>
          <figcaption>{MEASURE_WORDS[measure]}</figcaption>
          <strong data-meets={now.meets}>{percent(now)}</strong>
          <span
            className={css.track}
            role="img"
            aria-label={`now ${percent(now)}, goal ${now.goalPercent} %, on ${showDate(survey)} ${percent(nothingMore)} if nothing more is done and ${percent(allDueReached)} if all are reached`}
            ref={(node) => {
              node?.style.setProperty('--now', String((now.allPercent ?? 0) / 100));
              node?.style.setProperty('--then', String((nothingMore.allPercent ?? 0) / 100));
              node?.style.setProperty('--best', String((allDueReached.allPercent ?? 0) / 100));
              node?.style.setProperty('--goal', String(now.goalPercent / 100));
            }}
          />
          <span className={css.faint}>
            goal {now.goalPercent} % · at the year’s end {percent(nothingMore)}, all reached {percent(allDueReached)}
          </span>
        </figure>
      ))}
      <div className={css.shortest}>
        {error !== null && (
          <span className={css.wrong}>{error instanceof ApiProblem ? error.message : 'No forecast.'}</span>
        )}
        {data !== undefined && (
          <Link to="/follow-up/rates" search={facilityId === undefined ? {} : { facilityId }}>
            {data.listed === 0
              ? 'The goals are met without more contacts'
              : data.reaches
                ? `${data.listed} contacts reach the goals`
                : `${data.listed} contacts help, and do not reach the goals`}
          </Link>
        )}
      </div>
    </section>
  );
}
