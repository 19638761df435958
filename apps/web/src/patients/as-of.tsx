import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import { parseDate } from '../abstract/parse-value.js';
import { actorWords, originWords } from '../items/origin.js';
import { showDate, showMoment } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { today } from '../ui/today.js';
import { type Entry, type History, type Moment, momentsOf } from './history.js';
import { type Titles } from './titles.js';
import css from './as-of.module.css';

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

/** A moment of the past, or now, and the changes before and after it. */
export interface AsOf {
  /** Milliseconds; `Infinity` is now. */
  readonly chosen: number;
  readonly isNow: boolean;
  readonly moments: readonly Moment[];
  /** Place of the last change that had happened by then; -1 before the first. */
  readonly step: number;
  readonly moment: Moment | undefined;
  /** `null`: as it is now. */
  readonly go: (at: number | null) => void;
  /** To the change at a place, as near as there is one. */
  readonly goTo: (index: number) => void;
}

/**
 * @param at the moment of the address, ISO 8601; absent: now. @param show writes another one there.
 */
export function useAsOf(
  rows: readonly History[],
  at: string | undefined,
  show: (at: string | undefined) => void,
): AsOf {
  const moments = useMemo(() => momentsOf(rows), [rows]);
  const chosen = at === undefined ? Infinity : Date.parse(at);
  const step = moments.findLastIndex((moment) => moment.at <= chosen);
  const go = (to: number | null): void => show(to === null ? undefined : new Date(to).toISOString());
  return {
    chosen,
    isNow: chosen === Infinity,
    moments,
    step,
    moment: moments[step],
    go,
    goTo: (index) => {
      const bounded = Math.max(0, Math.min(moments.length - 1, index));
      const target = moments[bounded];
      if (target !== undefined) go(bounded === moments.length - 1 ? null : target.at);
    },
  };
}

/** A date, a slider over the moments at which something changed, and the way back to now. */
export function AsOfBar({ asOf, children }: { readonly asOf: AsOf; readonly children?: ReactNode }) {
  const { chosen, isNow, moments, step, moment, go, goTo } = asOf;
  const [wrong, setWrong] = useState<string | null>(null);
  const dayShown = isNow ? '' : showDate(today(new Date(chosen)));
  const [typed, setTyped] = useState(dayShown);
  useEffect(() => {
    setTyped(dayShown);
    setWrong(null);
  }, [dayShown]);
  useKeys([
    { chord: '[', label: 'Change before', group: 'History', run: () => goTo(step - 1) },
    { chord: ']', label: 'Change after', group: 'History', run: () => goTo(step + 1) },
    { chord: 'n', label: 'As it is now', group: 'History', run: () => go(null) },
  ]);
  const byDate = (event: FormEvent): void => {
    event.preventDefault();
    const date = parseDate(typed, today());
    if (!date.ok || date.value === null) return setWrong(date.ok ? 'Type a date.' : date.why);
    setWrong(null);
    go(endOf(date.value));
  };
  return (
    <section className={css.tools} aria-label="When">
      <form onSubmit={byDate}>
        <label htmlFor="as-of">As of</label>
        <input
          id="as-of"
          name="date"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          placeholder="now"
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
      {children}
      <p id="as-of-wrong" className={css.wrong} role="alert">
        {wrong}
      </p>
    </section>
  );
}

/** Who saved, from where and when. */
export function Save({ entry, titles }: { readonly entry: Entry; readonly titles: Titles }) {
  return (
    <>
      {actorWords(entry)}, {originWords(entry.origin, titles.abstract)}{' '}
      <time dateTime={entry.at}>{showMoment(entry.at)}</time>
    </>
  );
}

/** What the chosen moment changed, by whom and why. */
export function Change({ asOf: { step, moments, moment }, titles }: { readonly asOf: AsOf; readonly titles: Titles }) {
  if (moment === undefined)
    return (
      <p className={css.change} role="status">
        Before the first of {moments.length} changes: nothing of this patient was here yet.
      </p>
    );
  return (
    <div className={css.change} role="status">
      <strong>
        Change {step + 1} of {moments.length}
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
