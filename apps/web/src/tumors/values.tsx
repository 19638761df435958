import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode, useState } from 'react';
import { actorWords, originWords } from '../items/origin.js';
import { meaningOf, showValue } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { type History, rowAt } from '../patients/history.js';
import { type Titles } from '../patients/titles.js';
import { showDate, showMoment, showName } from '../ui/format.js';
import { today } from '../ui/today.js';
import { algorithmOf, type Compared, type Line, type Told, type Why } from './compare.js';
import { Correct, type Corrections, TakeValue } from './correct.js';
import css from './tumor.module.css';

const dayOf = (iso: string): string => showDate(today(new Date(iso)));

/** Why a consolidated value is what it is, in a sentence. */
export function whyWords(
  { kind, entry, abstractId, rule, reason }: Why,
  titles: Titles,
  facilityOf: (id: string) => string,
): string {
  const facility = abstractId === undefined ? 'a facility' : facilityOf(abstractId);
  const algorithm = algorithmOf(rule);
  switch (kind) {
    case 'reported':
      return `as ${facility} reported it on ${dayOf(entry.at)}`;
    case 'first':
      return `${facility} reported it first, on ${dayOf(entry.at)}; a later report does not replace it`;
    case 'changed':
      return `${facility} gave it on ${dayOf(entry.at)} and says something else now`;
    case 'shared':
      return 'made of the answers of all facilities together';
    case 'derived':
      return algorithm === null
        ? `by rule ${rule ?? ''}`
        : `derived by ${algorithm.name}, version ${algorithm.version}, from the consolidated values`;
    case 'decided':
      return `set by a person (${actorWords(entry)}, ${dayOf(entry.at)}), because ${reason ?? ''}`;
    case 'other':
      return `${originWords(entry.origin, titles.abstract)}, ${actorWords(entry)}, ${dayOf(entry.at)}`;
  }
}

/** The consolidated values beside those of each facility: what differs first, then the sections of the form. */
export function Values({
  rows,
  consolidated,
  compared: { abstracts, differing, groups },
  onlyDiffering,
  isNow,
  titles,
  corrections,
}: {
  readonly rows: readonly History[];
  readonly consolidated: boolean;
  /** `null` for those who do not correct values. */
  readonly corrections: Corrections | null;
  readonly compared: Compared;
  readonly onlyDiffering: boolean;
  readonly isNow: boolean;
  readonly titles: Titles;
}) {
  const columns = abstracts.length + (consolidated ? 2 : 1);
  const shown = onlyDiffering ? [] : groups;
  const several = abstracts.length > 1;
  return (
    <section className={css.card} aria-labelledby="values">
      <h2 id="values">Values</h2>
      {several && (
        <p className={css.faint} role="status">
          {differing.length === 0
            ? 'All facilities say the same.'
            : `${differing.length === 1 ? 'One item differs' : `${differing.length} items differ`} between facilities; ${differing.length === 1 ? 'it stands' : 'they stand'} first.`}{' '}
          An item’s name opens where its value comes from.
        </p>
      )}
      <div className={css.scroll} tabIndex={0} role="region" aria-label="Values of the tumor">
        <table className={css.values}>
          <thead>
            <tr>
              <th scope="col">Item</th>
              {consolidated && <th scope="col">Consolidated</th>}
              {abstracts.map((one) => (
                <th scope="col" key={one.id}>
                  <Link to="/abstracts/$id" params={{ id: one.id }}>
                    {titles.facility(one.facilityId)}
                  </Link>{' '}
                  <span data-state={one.state}>{one.state}</span>
                </th>
              ))}
            </tr>
          </thead>
          {differing.length > 0 && (
            <Lines
              title="What differs"
              columns={columns}
              lines={differing}
              of={{ rows, consolidated, isNow, titles, corrections }}
            />
          )}
          {shown.map(({ id, title, lines }) => (
            <Lines
              key={id}
              title={title}
              columns={columns}
              lines={lines}
              of={{ rows, consolidated, isNow, titles, corrections }}
            />
          ))}
        </table>
      </div>
    </section>
  );
}

interface Context {
  readonly corrections: Corrections | null;
  readonly rows: readonly History[];
  readonly consolidated: boolean;
  readonly isNow: boolean;
  readonly titles: Titles;
}

function Lines({
  title,
  columns,
  lines,
  of,
}: {
  readonly title: string;
  readonly columns: number;
  readonly lines: readonly Line[];
  readonly of: Context;
}) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <tbody>
      <tr className={css.group}>
        <th scope="rowgroup" colSpan={columns}>
          {title}
        </th>
      </tr>
      {lines.map((line) => (
        <Fragment key={line.item}>
          <Item
            line={line}
            of={of}
            isOpen={open === line.item}
            toggle={() => setOpen(open === line.item ? null : line.item)}
          />
          {open === line.item && (
            <tr className={css.lineage}>
              <td colSpan={columns}>
                <Lineage line={line} of={of} />
              </td>
            </tr>
          )}
        </Fragment>
      ))}
    </tbody>
  );
}

function useValue(): (
  item: string,
  value: string | undefined,
  behavior: string | undefined,
  meaning?: boolean,
) => ReactNode {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  return (item, value, behavior, meaning = true) =>
    value === undefined ? (
      <em>empty</em>
    ) : (
      <>
        <code dir="auto">{showValue(item, value)}</code>{' '}
        {meaning && tables !== undefined && (
          <span>{meaningOf({ codes: tables.codes, icdo3 }, item, value, behavior)}</span>
        )}
      </>
    );
}

function Item({
  line,
  of: { rows, consolidated, isNow, titles, corrections },
  isOpen,
  toggle,
}: {
  readonly line: Line;
  readonly of: Context;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}) {
  const tables = useItemTables();
  const value = useValue();
  const { item, differs, told, why, changedSince } = line;
  const whole = rows.find(({ entity }) => entity === 'tumor');
  const facilityOf = (id: string): string => titles.facility(rows.find((row) => row.id === id)?.facilityId);
  return (
    <tr data-differs={differs}>
      <th scope="row">
        <button type="button" aria-expanded={isOpen} onClick={toggle} title={item}>
          {showName(tables?.dictionary.byId.get(item)?.name ?? item)}
        </button>
      </th>
      {consolidated && (
        <td>
          {value(item, line.value, whole?.items.behaviorCodeIcdO3)}
          {(differs || why?.kind === 'decided') && why !== null && <small>{whyWords(why, titles, facilityOf)}</small>}
          {isNow &&
            corrections?.decisions
              .filter((one) => one.item === item && one.otherwise.length > 0)
              .map(({ otherwise }) => (
                <small key={item} data-since="true">
                  {otherwise.map(facilityOf).join(' and ')} said something else since
                </small>
              ))}
          {!isNow && changedSince && (
            <small data-since="true">now {value(item, whole?.items[item], undefined, false)}</small>
          )}
        </td>
      )}
      {told.map((one) => (
        <td key={one.abstract.id} data-mark={markOf(line, one)}>
          {value(item, one.value, one.abstract.items.behaviorCodeIcdO3, !consolidated || one.value !== line.value)}
          {differs && one.value !== undefined && <b>{MARKS[markOf(line, one)]}</b>}
          {corrections !== null && one.value !== undefined && ['differs', 'gave'].includes(markOf(line, one)) && (
            <TakeValue
              corrections={corrections}
              item={item}
              value={one.value}
              abstractId={one.abstract.id}
              facility={titles.facility(one.abstract.facilityId)}
            />
          )}
        </td>
      ))}
    </tr>
  );
}

type Mark = 'taken' | 'same' | 'differs' | 'gave' | 'none';
const MARKS: Readonly<Record<Mark, string>> = {
  taken: 'taken',
  same: 'agrees',
  differs: 'differs',
  gave: 'was taken, changed since',
  none: '',
};
/** How a facility's value stands to the consolidated one. */
function markOf({ value }: Line, told: Told): Mark {
  if (told.value === undefined) return 'none';
  if (told.abstract.state === 'withdrawn') return 'none';
  if (told.value === value) return told.gave ? 'taken' : 'same';
  return value === undefined ? 'none' : told.gave ? 'gave' : 'differs';
}

/** Every change of one item in the consolidated tumor and in each abstract, newest first. */
function Lineage({
  line: { item, why, value },
  of: { rows, titles, corrections },
}: {
  readonly line: Line;
  readonly of: Context;
}) {
  const facilityOf = (id: string): string => titles.facility(rows.find((row) => row.id === id)?.facilityId);
  const changes = rows
    .flatMap((row) =>
      row.entries.flatMap((entry) => {
        const change = entry.changes[item];
        if (change !== undefined) return [{ row, entry, change }];
        const made = entry.revision === 1 ? rowAt(row, Date.parse(entry.at))?.items[item] : undefined;
        return made === undefined ? [] : [{ row, entry, change: [null, made] as const }];
      }),
    )
    .toSorted((a, b) => (a.entry.at < b.entry.at ? 1 : -1));
  return (
    <>
      {why !== null && (
        <p>
          <strong>Why this value:</strong> {whyWords(why, titles, facilityOf)}.
        </p>
      )}
      {corrections !== null && (
        <Correct item={item} value={value} corrections={corrections} abstractName={facilityOf} />
      )}
      <ol>
        {changes.map(({ row, entry, change }) => (
          <li key={`${row.id} ${entry.revision}`}>
            <time dateTime={entry.at}>{showMoment(entry.at)}</time>
            <span>{row.entity === 'tumor' ? 'Consolidated' : titles.facility(row.facilityId)}</span>
            <span>
              {change[0] === change[1] ? (
                <>
                  <code>{change[1]}</code> confirmed
                </>
              ) : (
                <>
                  <code>{change[0] ?? 'empty'}</code> → <code>{change[1] ?? 'empty'}</code>
                </>
              )}
            </span>
            <span>
              {actorWords(entry)}, {originWords(entry.origin, titles.abstract)}
              {change[2]?.rule !== undefined && `, rule ${change[2].rule}`}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
