import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { parseDate } from '../abstract/parse-value.js';
import { OF_PERSON, SECTIONS } from '../abstract/sections.js';
import { meaningOf, showValue } from '../items/labels.js';
import { actorWords, originWords } from '../items/origin.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showDate, showMoment, showName, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import { today } from '../ui/today.js';
import { type Entry, type History, linesAt, type Moment, momentsOf, rowAt } from './history.js';
import { historyQuery } from './queries.js';
import css from './history.module.css';

const ORDER = [...new Set([...OF_PERSON, ...SECTIONS.flatMap(({ items, rest }) => [...items, ...rest])])];

/** The last moment of a day that was typed, in the time of this machine. A month or a year ends with its last day. */
function endOf(day: string): number {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6, 8))];
  const next =
    month === 0
      ? new Date(year + 1, 0, 1)
      : date === 0
        ? new Date(year, month, 1)
        : new Date(year, month - 1, date + 1);
  return next.getTime() - 1;
}

interface Titles {
  /** How a row is called: the patient, a tumor by its site, an abstract by its facility. */
  readonly of: (id: string) => string;
  /** An abstract by its facility and site. */
  readonly abstract: (id: string) => string;
}

function useTitles(rows: readonly History[]): Titles {
  const icdo3 = useIcdo3();
  const { data: facilities } = useQuery(facilitiesQuery);
  const abstract = (id: string): string => {
    const row = rows.find((one) => one.id === id);
    const facility = facilities?.find((one) => one.id === row?.facilityId)?.name ?? 'a facility';
    return [facility, showSite(row?.items.primarySite)].filter(Boolean).join(', ');
  };
  return {
    abstract,
    of: (id) => {
      const row = rows.find((one) => one.id === id);
      const site = row?.items.primarySite;
      if (row?.entity === 'patient') return 'Patient, consolidated';
      if (row?.entity === 'tumor')
        return `Tumor ${site === undefined ? '' : `${showSite(site)} ${icdo3?.topography.get(site)?.label ?? ''}`}`;
      return `Abstract of ${abstract(id)}`;
    },
  };
}

/**
 * A patient as of any day: a date, a slider over the moments at which something changed, and each value as it stood then beside what it is
 * now, with who gave it, when and from where.
 */
export function HistoryPage() {
  const { id } = useParams({ from: '/shell/patients/$id/history' });
  const { data: rows, error, refetch } = useQuery(historyQuery(id));
  if (error !== null && rows === undefined) return <PageProblem error={error} retry={() => void refetch()} />;
  if (rows === undefined)
    return (
      <main id="main">
        <Skeleton rows={14} />
      </main>
    );
  return <Past id={id} rows={rows} />;
}

function Past({ id, rows }: { readonly id: string; readonly rows: readonly History[] }) {
  const search = useSearch({ from: '/shell/patients/$id/history' });
  const navigate = useNavigate();
  const titles = useTitles(rows);
  const [wrong, setWrong] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const moments = useMemo(() => momentsOf(rows), [rows]);
  const chosen = search.at === undefined ? Infinity : Date.parse(search.at);
  /** The last moment that had happened by then; -1 before the first. */
  const step = moments.findLastIndex(({ at }) => at <= chosen);
  const moment = moments[step];
  const isNow = chosen === Infinity;

  const go = (at: number | null): void => {
    setWrong(null);
    void navigate({
      to: '/patients/$id/history',
      params: { id },
      search: { ...search, at: at === null ? undefined : new Date(at).toISOString() },
      replace: true,
    });
  };
  const goTo = (index: number): void => {
    const bounded = Math.max(0, Math.min(moments.length - 1, index));
    const target = moments[bounded];
    if (target !== undefined) go(bounded === moments.length - 1 ? null : target.at);
  };
  useKeys([
    { chord: '[', label: 'Change before', group: 'History', run: () => goTo(step - 1) },
    { chord: ']', label: 'Change after', group: 'History', run: () => goTo(step + 1) },
    { chord: 'n', label: 'As it is now', group: 'History', run: () => go(null) },
    { chord: 'a', label: 'All items, or only what differs', group: 'History', run: () => setAll(!all) },
  ]);

  const byDate = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const date = parseDate(typed, today());
    if (!date.ok || date.value === null) return setWrong(date.ok ? 'Type a date.' : date.why);
    go(endOf(date.value));
  };
  const dayShown = isNow ? '' : showDate(today(new Date(chosen)));
  const [typed, setTyped] = useState(dayShown);
  useEffect(() => setTyped(dayShown), [dayShown]);

  return (
    <main className={css.page} id="main">
      <header>
        <h1>
          <Link to="/patients/$id" params={{ id }}>
            Patient
          </Link>{' '}
          as of {isNow ? 'now' : showMoment(new Date(chosen).toISOString())}
        </h1>
      </header>
      <section className={css.tools} aria-label="When">
        <form onSubmit={byDate}>
          <label htmlFor="as-of">As of</label>
          <input
            id="as-of"
            name="date"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            placeholder="3/15/2024"
            autoComplete="off"
            aria-invalid={wrong !== null}
            aria-describedby="as-of-wrong"
          />
          <button type="submit">Show</button>
        </form>
        <button type="button" onClick={() => goTo(step - 1)} disabled={step <= 0}>
          ← Change before <kbd>[</kbd>
        </button>
        <input
          type="range"
          className={css.slider}
          aria-label="Changes"
          aria-valuetext={
            step < 0
              ? 'before the first change'
              : `change ${step + 1} of ${moments.length}, ${showMoment(moment?.iso ?? '')}`
          }
          min={0}
          max={Math.max(0, moments.length - 1)}
          value={Math.max(0, step)}
          onChange={(event) => goTo(Number(event.currentTarget.value))}
        />
        <button type="button" onClick={() => goTo(step + 1)} disabled={step >= moments.length - 1}>
          Change after <kbd>]</kbd> →
        </button>
        <button type="button" onClick={() => go(null)} disabled={isNow}>
          Now <kbd>n</kbd>
        </button>
        <label className={css.check}>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          all items
        </label>
        <p id="as-of-wrong" className={css.wrong} role="alert">
          {wrong}
        </p>
      </section>
      <Change step={step} count={moments.length} moment={moment} titles={titles} />
      {rows.map((row) => (
        <Row key={row.id} row={row} at={chosen} all={all} moment={moment} titles={titles} />
      ))}
    </main>
  );
}

/** What the chosen moment changed, by whom and why. */
function Change({
  step,
  count,
  moment,
  titles,
}: {
  readonly step: number;
  readonly count: number;
  readonly moment: Moment | undefined;
  readonly titles: Titles;
}) {
  if (moment === undefined)
    return (
      <p className={css.change} role="status">
        Before the first of {count} changes: nothing of this patient was here yet.
      </p>
    );
  return (
    <div className={css.change} role="status">
      <strong>
        Change {step + 1} of {count}
      </strong>{' '}
      <time dateTime={moment.iso}>{showMoment(moment.iso)}</time>
      <ul>
        {moment.saves.map(({ row, entry }) => {
          const changed = Object.keys(entry.changes).filter((item) => !item.startsWith('@')).length;
          return (
            <li key={`${row.id} ${entry.revision}`}>
              {titles.of(row.id)}:{' '}
              {entry.revision === 1 ? 'made' : `${changed} ${changed === 1 ? 'item' : 'items'} changed`} by{' '}
              {actorWords(entry)}, {originWords(entry.origin, titles.abstract)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Who saved, from where and when. */
function Save({ entry, titles }: { readonly entry: Entry; readonly titles: Titles }) {
  return (
    <>
      {actorWords(entry)}, {originWords(entry.origin, titles.abstract)}{' '}
      <time dateTime={entry.at}>{showMoment(entry.at)}</time>
    </>
  );
}

function Row({
  row,
  at,
  all,
  moment,
  titles,
}: {
  readonly row: History;
  readonly at: number;
  readonly all: boolean;
  readonly moment: Moment | undefined;
  readonly titles: Titles;
}) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const then = rowAt(row, at);
  const lines = useMemo(() => linesAt(row, at, ORDER), [row, at]);
  const changedNow = new Set(
    (moment?.saves ?? []).flatMap((save) =>
      save.row.id === row.id && save.entry.revision > 1 ? Object.keys(save.entry.changes) : [],
    ),
  );
  const differing = lines.filter(({ differs }) => differs).length;
  const shown = then === null ? [] : lines.filter(({ differs, item }) => all || differs || changedNow.has(item));
  const words = (item: string, value: string | null, behavior: string | undefined) =>
    value === null ? (
      <em>empty</em>
    ) : (
      <>
        <code dir="auto">{showValue(item, value)}</code>{' '}
        {tables !== undefined && <span>{meaningOf({ codes: tables.codes, icdo3 }, item, value, behavior)}</span>}
      </>
    );
  return (
    <section className={css.row} aria-label={titles.of(row.id)}>
      <header>
        <h2>{titles.of(row.id)}</h2>
        {row.entity === 'abstract' && (
          <Link to="/abstracts/$id" params={{ id: row.id }}>
            open
          </Link>
        )}
        {then !== null && then.state !== null && (
          <span>
            {then.state}
            {then.state !== row.state && `, now ${row.state ?? ''}`}
          </span>
        )}
        <span className={css.faint}>
          {then === null
            ? `made on ${showMoment(row.entries.at(-1)?.at ?? '')}: it was not there yet`
            : differing === 0
              ? 'as it is now'
              : `${differing} ${differing === 1 ? 'item differs' : 'items differ'} from now`}
        </span>
      </header>
      {shown.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Then</th>
              <th scope="col">Now</th>
              <th scope="col">Who and why</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ item, then: was, now, differs, from, since }) => (
              <tr key={item} data-differs={differs} data-changed={changedNow.has(item)}>
                <th scope="row">{showName(tables?.dictionary.byId.get(item)?.name ?? item)}</th>
                <td>{words(item, was, then?.items.behaviorCodeIcdO3)}</td>
                <td>
                  {differs ? words(item, now, row.items.behaviorCodeIcdO3) : <span className={css.faint}>same</span>}
                </td>
                <td>
                  {from !== undefined && <Save entry={from} titles={titles} />}
                  {differs && since !== undefined && (
                    <>
                      {from !== undefined && <br />}
                      <b>since then:</b> <Save entry={since} titles={titles} />
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
