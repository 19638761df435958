import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api, ApiProblem } from '../../api/client.js';
import { RowsGrid } from '../../lists/rows-grid.js';
import { useWholeList } from '../../lists/use-listed.js';
import { useRows } from '../../lists/use-rows.js';
import { chordText, useKeys } from '../../ui/keys.js';
import { showCount, showDate } from '../../ui/format.js';
import { Empty, Problem, Skeleton } from '../../ui/problem.js';
import { useToast } from '../../ui/toast.js';
import { RECIPIENT_WORDS, type Recipient, SKIPPED_WORDS } from '../words.js';
import { chosenTasks, keepChosen } from './chosen.js';
import { LetterPreview } from './letter-preview.js';
import {
  BATCH_LIMIT,
  type Kind,
  type LettersSearch,
  type PlanLine,
  planQuery,
  type Suggestion,
  suggestionsQuery,
} from './queries.js';
import css from './letters.module.css';

type Line = PlanLine & { readonly id: string };

const HEAD = ['Last contact', 'About', 'Goes to', 'Place'];
const WIDTHS = ['88px', 'minmax(110px, 1.3fr)', 'minmax(110px, 1.3fr)', 'minmax(90px, 1fr)'];
const cellsOf = (line: Line) =>
  [
    showDate(line.dateOfLastContact),
    <>
      <bdi>{line.name}</bdi> <span className={css.faint}>{showDate(line.dateOfBirth)}</span>
    </>,
    <bdi key="to">{line.to ?? ''}</bdi>,
    line.place ?? '',
  ].map((content, at) => ({ id: HEAD[at] ?? '', content }));

/** Choose who is to be written to, see each letter, make the batch. */
export function Compose({
  facilityId,
  facilities,
  search,
  set,
  made,
}: {
  readonly facilityId: string;
  readonly facilities: readonly { readonly id: string; readonly name: string }[];
  readonly search: LettersSearch;
  readonly set: (change: Partial<Record<keyof LettersSearch, string | number | undefined>>) => void;
  readonly made: (batchId: string) => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const suggestions = useQuery(suggestionsQuery(facilityId));
  const [marked, setMarked] = useState(() => chosenTasks().filter((task) => task.facilityId === facilityId));
  const [busy, setBusy] = useState(false);
  // What is worth most to begin with: the first kind that has a letter to write.
  const first = suggestions.data?.find(({ letters }) => letters > 0);
  const kind: Kind = {
    facilityId,
    recipient: search.recipient ?? first?.recipient ?? 'physician',
    number: search.number ?? (search.recipient === undefined ? (first?.number ?? 1) : 1),
  };
  const taskIds = marked.length === 0 ? null : marked.map(({ id }) => id);
  const plan = useQuery({ ...planQuery(kind, taskIds), enabled: suggestions.data !== undefined });
  const lines = useMemo(
    () => (plan.data?.lines ?? []).map((line): Line => ({ ...line, id: line.taskId })),
    [plan.data],
  );
  const letters = useMemo(() => lines.filter(({ reason }) => reason === null), [lines]);
  const without = lines.filter(({ reason }) => reason !== null);
  const list = useRows<Line>(useWholeList(letters), {
    wanted: search.at,
    show: (at) => set({ at }),
    group: 'Letters',
    noun: 'letter',
  });
  const wanted = list.chosen.length > 0 ? list.chosen : letters;

  const make = async (): Promise<void> => {
    if (wanted.length === 0 || busy) return;
    setBusy(true);
    try {
      const batch = await answer(
        api.POST('/api/v1/follow-up/letters/batches', {
          body: { ...kind, limit: BATCH_LIMIT, taskIds: wanted.map(({ taskId }) => taskId) },
        }),
      );
      keepChosen([]);
      toast({
        text: `${batch.letters === 1 ? 'One letter is' : `${batch.letters} letters are`} being printed.`,
        kind: 'done',
      });
      await queries.invalidateQueries({ queryKey: ['follow-up'] });
      made(batch.id);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
      await queries.invalidateQueries({ queryKey: ['follow-up'] });
    } finally {
      setBusy(false);
    }
  };
  useKeys([{ chord: 'mod+Enter', label: 'Make the letters', group: 'Letters', run: () => void make() }]);
  const unlisted = marked.length - lines.length;
  return (
    <>
      <section className={css.middle} aria-label="New letters">
        <div className={css.bar}>
          {facilities.length > 1 && (
            <select
              aria-label="Facility"
              value={facilityId}
              onChange={(event) => set({ facilityId: event.currentTarget.value, at: undefined })}
            >
              {facilities.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          {marked.length > 0 && (
            <p>
              {marked.length === 1 ? 'One person' : `${marked.length} people`} marked in the due list.{' '}
              <button
                type="button"
                className={css.link}
                onClick={() => {
                  keepChosen([]);
                  setMarked([]);
                }}
              >
                Take everybody who is due instead
              </button>
            </p>
          )}
        </div>
        {suggestions.error !== null && <Problem error={suggestions.error} retry={() => void suggestions.refetch()} />}
        {suggestions.data === undefined && suggestions.error === null && <Skeleton rows={6} />}
        {suggestions.data !== undefined && (
          <Kinds
            suggestions={suggestions.data}
            kind={kind}
            counted={marked.length === 0}
            choose={(recipient, number) => {
              list.chooseNothing();
              set({ recipient, number, at: undefined });
            }}
          />
        )}
        {plan.error !== null && <Problem error={plan.error} retry={() => void plan.refetch()} />}
        {plan.data === undefined && plan.error === null && suggestions.data !== undefined && <Skeleton rows={10} />}
        {plan.data !== undefined && (
          <>
            <div className={css.make}>
              <Button size="compact-sm" disabled={wanted.length === 0 || busy} onClick={() => void make()}>
                {wanted.length === 1 ? 'Make one letter' : `Make ${showCount(wanted.length)} letters`}
              </Button>
              <kbd>{chordText('mod+Enter')}</kbd>
              <span className={css.faint}>
                {list.chosen.length > 0
                  ? 'only those that are marked'
                  : lines.length >= BATCH_LIMIT
                    ? `the ${showCount(BATCH_LIMIT)} longest without contact; the others next`
                    : 'X marks the ones to write to now'}
              </span>
            </div>
            {letters.length > 0 ? (
              <RowsGrid
                list={list}
                label="Letters to be made"
                widths={WIDTHS}
                head={HEAD.map((title) => ({ id: title, content: title }))}
                cells={cellsOf}
                nameOf={({ name }) => name}
              />
            ) : (
              <Empty title="There is no letter to write">{nothing(kind)}</Empty>
            )}
            {marked.length > 0 && unlisted > 0 && (
              <p className={css.note}>
                {unlisted === 1 ? 'One of them waits' : `${unlisted} of them wait`} for the answer to a letter already,
                or{' '}
                {kind.recipient === 'physician'
                  ? 'the physician is written to a month later'
                  : 'no such letter is due yet'}
                .
              </p>
            )}
            {without.length > 0 && <Without lines={without} skipped={plan.data.skipped} />}
          </>
        )}
      </section>
      <aside className={css.preview} aria-label="Preview of the letter">
        {list.current !== undefined && <LetterPreview kind={kind} taskId={list.current.taskId} />}
      </aside>
    </>
  );
}

const nothing = ({ recipient, number }: Kind): string =>
  number === 2
    ? 'Second letters go to those who did not answer the first one in the days that the settings name.'
    : recipient === 'physician'
      ? 'A physician is written to thirteen months after the last contact, when one is named in the case and known by name and address.'
      : recipient === 'contact'
        ? 'Nobody who is due has a named contact with a good address and no letter out.'
        : recipient === 'registry'
          ? 'Nobody who is due is followed by another registry that is known by name and address.'
          : 'Nobody who is due has a good address and no letter out.';

const ORDER: readonly Recipient[] = ['physician', 'patient', 'contact', 'registry'];

/** Kinds of letters with how many of each could be written now. */
function Kinds({
  suggestions,
  kind,
  counted,
  choose,
}: {
  readonly suggestions: readonly Suggestion[];
  readonly kind: Kind;
  /** False while a selection is looked at: the counts are of everybody who is due. */
  readonly counted: boolean;
  readonly choose: (recipient: Recipient, number: 1 | 2) => void;
}) {
  const of = (recipient: Recipient, number: 1 | 2) =>
    suggestions.find((one) => one.recipient === recipient && one.number === number);
  return (
    <table className={css.kinds}>
      <caption className="visually-hidden">Letters that could be written now</caption>
      <thead>
        <tr>
          <th scope="col">To</th>
          <th scope="col">First letter</th>
          <th scope="col">Second letter</th>
          <th scope="col">Why not more</th>
        </tr>
      </thead>
      <tbody>
        {ORDER.map((recipient) => {
          const firstLetters = of(recipient, 1);
          return (
            <tr key={recipient}>
              <th scope="row">{RECIPIENT_WORDS[recipient].many}</th>
              {([1, 2] as const).map((number) => {
                const one = of(recipient, number);
                const pressed = kind.recipient === recipient && kind.number === number;
                const grouped = recipient === 'physician' || recipient === 'registry';
                return (
                  <td key={number}>
                    <button
                      type="button"
                      aria-pressed={pressed}
                      aria-label={`${number === 1 ? 'First' : 'Second'} letters to ${RECIPIENT_WORDS[recipient].many.toLowerCase()}${counted ? `, ${one?.letters ?? 0}` : ''}`}
                      data-none={counted && (one?.letters ?? 0) === 0}
                      onClick={() => choose(recipient, number)}
                    >
                      {counted
                        ? `${showCount(one?.letters ?? 0)}${one?.more === true ? '+' : ''}${grouped && (one?.letters ?? 0) > 0 ? ` to ${showCount(one?.addressees ?? 0)}` : ''}`
                        : 'write'}
                    </button>
                  </td>
                );
              })}
              <td className={css.faint}>
                {(firstLetters?.skipped ?? [])
                  .map(({ reason, patients }) => `${showCount(patients)} ${SKIPPED_WORDS[reason] ?? reason}`)
                  .join('; ')}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** People about whom no letter of this kind can be written, and why. */
function Without({
  lines,
  skipped,
}: {
  readonly lines: readonly Line[];
  readonly skipped: readonly { readonly reason: string; readonly patients: number }[];
}) {
  return (
    <details className={css.without}>
      <summary>
        No letter about {lines.length === 1 ? 'one person' : `${showCount(lines.length)} people`}:{' '}
        {skipped.map(({ reason, patients }) => `${showCount(patients)} ${SKIPPED_WORDS[reason] ?? reason}`).join('; ')}
      </summary>
      <ul>
        {lines.slice(0, 200).map(({ id, name, reason }) => (
          <li key={id}>
            <bdi>{name}</bdi> <span className={css.faint}>{SKIPPED_WORDS[reason ?? ''] ?? reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
