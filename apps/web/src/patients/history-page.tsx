import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { OF_PERSON, SECTIONS } from '../abstract/sections.js';
import { meaningOf, showValue } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showMoment, showName } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import { AsOfBar, Change, Save, useAsOf } from './as-of.js';
import { type Entry, type History, linesAt, type Moment, rowAt } from './history.js';
import { historyQuery } from './queries.js';
import { type Titles, useTitles } from './titles.js';
import asOfCss from './as-of.module.css';
import css from './history.module.css';

const ORDER = [...new Set([...OF_PERSON, ...SECTIONS.flatMap(({ items, rest }) => [...items, ...rest])])];

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
  const [all, setAll] = useState(false);
  const asOf = useAsOf(
    rows,
    search.at,
    (at) => void navigate({ to: '/patients/$id/history', params: { id }, search: { ...search, at }, replace: true }),
  );
  const { chosen, isNow, moment } = asOf;
  useKeys([{ chord: 'a', label: 'All items, or only what differs', group: 'History', run: () => setAll(!all) }]);
  const named = rows.find(({ items }) => items.nameLast !== undefined)?.items;
  return (
    <main className={css.page} id="main">
      <header>
        <h1>
          <Link to="/patients/$id" params={{ id }}>
            <bdi>{[named?.nameLast, named?.nameFirst].filter(Boolean).join(', ') || 'Patient'}</bdi>
          </Link>{' '}
          as of {isNow ? 'now' : showMoment(new Date(chosen).toISOString())}
        </h1>
      </header>
      <AsOfBar asOf={asOf}>
        <label className={asOfCss.check}>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          all items
        </label>
      </AsOfBar>
      <Change asOf={asOf} titles={titles} />
      {rows.map((row) => (
        <Row key={row.id} row={row} at={chosen} all={all} moment={moment} titles={titles} />
      ))}
    </main>
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
        {row.entity === 'tumor' && (
          <Link
            to="/tumors/$id"
            params={{ id: row.id }}
            search={at === Infinity ? {} : { at: new Date(at).toISOString() }}
          >
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
            {shown.map(({ item, then: was, now, differs, from, since }, index) => (
              <tr key={item} data-differs={differs} data-changed={changedNow.has(item)}>
                <th scope="row">{showName(tables?.dictionary.byId.get(item)?.name ?? item)}</th>
                <td>{words(item, was, then?.items.behaviorCodeIcdO3)}</td>
                <td>
                  {differs ? words(item, now, row.items.behaviorCodeIcdO3) : <span className={css.faint}>same</span>}
                </td>
                <td>
                  <Why
                    from={from}
                    since={differs ? since : undefined}
                    above={index === 0 ? undefined : shown[index - 1]}
                    titles={titles}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface Saves {
  readonly differs: boolean;
  readonly from: Entry | undefined;
  readonly since: Entry | undefined;
}

/** Who gave the value of then, and who changed it since. What the line above says already is a ditto mark. */
function Why({
  from,
  since,
  above,
  titles,
}: {
  readonly from: Entry | undefined;
  readonly since: Entry | undefined;
  readonly above: Saves | undefined;
  readonly titles: Titles;
}) {
  if (above !== undefined && above.from === from && (above.differs ? above.since : undefined) === since)
    return (
      <>
        <span aria-hidden="true">″</span>
        <span className="visually-hidden">as above</span>
      </>
    );
  return (
    <>
      {from !== undefined && <Save entry={from} titles={titles} />}
      {since !== undefined && (
        <>
          {from !== undefined && <br />}
          <b>since then:</b> <Save entry={since} titles={titles} />
        </>
      )}
    </>
  );
}
