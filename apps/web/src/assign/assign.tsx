import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { ApiProblem, type Schemas } from '../api/client.js';
import { inParts } from '../lists/in-parts.js';
import { useSession } from '../session/session.js';
import { useToast } from '../ui/toast.js';
import { undo } from '../ui/undo.js';
import css from './assign.module.css';

export type Holder = Schemas['Holder'];

/** A row of any list, as far as giving it to somebody asks. */
export interface Assignable {
  readonly id: string;
  /** Id of the person who has it. */
  readonly owner: string | null;
  /** Null where a row belongs to no facility. */
  readonly facilityId: string | null;
}

/**
 * Tell the registry who has some rows from now on.
 *
 * @param heldBy only those that this person has, so that taking back takes nothing from a third.
 * @returns ids of the rows that moved.
 */
export type SendAssignment = (
  ids: readonly string[],
  owner: string | null,
  heldBy?: string | null,
) => Promise<readonly string[]>;

export type People = UseQueryOptions<Holder[], Error, Holder[], string[]>;

const userOf = (actor: string): string | null => (actor.startsWith('user:') ? actor.slice('user:'.length) : null);

/** Giving rows to people, with the way back. */
export function useAssignment(
  people: People,
  send: SendAssignment,
  done: () => void,
): {
  readonly me: string | null;
  readonly give: (rows: readonly Assignable[], owner: string | null, name: string) => Promise<void>;
} {
  const toast = useToast();
  const session = useSession();
  // Before they are asked for: whoever types a name at once finds it.
  useQuery(people);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({
        text: error.errors[0] === undefined ? error.message : `${error.message} ${error.errors[0].detail}.`,
        kind: 'error',
      });
    }
    done();
  };
  const back = (rows: readonly Assignable[], owner: string | null): Promise<void> =>
    attempt(async () => {
      let returned = 0;
      for (const [before, group] of Map.groupBy(rows, (row) => row.owner))
        returned += (
          await inParts(
            group.map(({ id }) => id),
            (part) => send(part, before, owner),
          )
        ).flat().length;
      const late = rows.length - returned;
      toast({
        text: `Taken back${late > 0 ? `; ${late} had gone to somebody else` : ''}.`,
        kind: late > 0 ? 'info' : 'done',
      });
    });
  return {
    me: userOf(session.actor),
    give: (rows, owner, name) =>
      attempt(async () => {
        if (rows.length === 0) return;
        const moved = new Set(
          (
            await inParts(
              rows.map(({ id }) => id),
              (part) => send(part, owner),
            )
          ).flat(),
        );
        const given = rows.filter(({ id }) => moved.has(id));
        if (given.length === 0) return toast({ text: 'Nothing changed: they have that owner already.' });
        const what = given.length === 1 ? 'One' : String(given.length);
        const takeBack = undo.offer(() => back(given, owner));
        toast({
          text: owner === null ? `${what} put back for everybody.` : `${what} given to ${name}.`,
          kind: 'done',
          undo: () => void takeBack(),
        });
      }),
  };
}

const covers = (holder: Holder, facilities: readonly (string | null)[]): boolean =>
  holder.allFacilities || facilities.every((id) => id !== null && holder.facilityIds.includes(id));

/** Choose who is to have some rows: type a few letters of a name, Enter. Who may not hold all of them is not offered. */
export function AssignPanel({
  people: peopleQuery,
  rows,
  me,
  give,
  close,
}: {
  readonly people: People;
  readonly rows: readonly Assignable[];
  readonly me: string | null;
  readonly give: (owner: string | null, name: string) => void;
  readonly close: () => void;
}) {
  const { data: people, error } = useQuery(peopleQuery);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const frame = useRef<HTMLDivElement>(null);
  const facilities = [...new Set(rows.map(({ facilityId }) => facilityId))];
  const words = text.trim().toLowerCase();
  const matching = (people ?? [])
    .filter((one) => covers(one, facilities) && `${one.name} ${one.initials}`.toLowerCase().includes(words))
    .sort((a, b) => Number(b.id === me) - Number(a.id === me));
  const options = [
    ...matching.map(({ id, name, initials }) => ({
      id,
      name,
      label: id === me ? `${name} (you)` : name,
      detail: initials,
    })),
    ...(people !== undefined && 'nobody'.includes(words)
      ? [{ id: null, name: 'nobody', label: 'Nobody', detail: 'put back for everybody' }]
      : []),
  ];
  useEffect(() => setAt(0), [words]);
  useEffect(() => {
    frame.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const take = (index: number): void => {
    const option = options[index];
    if (option === undefined) return;
    close();
    give(option.id, option.name);
  };
  return (
    <div className={css.panel} role="dialog" aria-label="Give to">
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={options[at] === undefined ? undefined : `${list}-${at}`}
        aria-label={`Give ${rows.length === 1 ? 'the row' : `${rows.length} rows`} to`}
        placeholder="Name or initials"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          else if (event.key === 'ArrowDown') setAt((now) => Math.min(options.length - 1, now + 1));
          else if (event.key === 'ArrowUp') setAt((now) => Math.max(0, now - 1));
          else if (event.key === 'Enter') take(at);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={(event) => {
          if (!event.relatedTarget?.closest(`.${css.panel}`)) close();
        }}
      />
      <div role="listbox" id={list} ref={frame} className={css.options} aria-label="People">
        {options.map((option, index) => (
          <button
            key={option.id ?? 'nobody'}
            type="button"
            role="option"
            tabIndex={-1}
            id={`${list}-${index}`}
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(index)}
          >
            <bdi>{option.label}</bdi>
            <small>{option.detail}</small>
          </button>
        ))}
      </div>
      {error !== null && <p role="alert">{error.message}</p>}
      {people !== undefined && matching.length === 0 && (
        <p>Nobody of this name may hold {rows.length === 1 ? 'it' : 'all of them'}.</p>
      )}
    </div>
  );
}
