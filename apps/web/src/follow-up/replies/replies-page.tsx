import { readLetterCode } from '@perennial/follow-up';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { answer, api, ApiProblem, type Schemas } from '../../api/client.js';
import { showCount, showDate } from '../../ui/format.js';
import { useToast } from '../../ui/toast.js';
import { todayQuery } from '../queries.js';
import { FollowUpTabs } from '../tabs.js';
import { AnswerForm, type Recorded } from './answer-form.js';
import css from './replies.module.css';

type Letter = Schemas['LetterOfCode'];

/** What was stored in this sitting, newest first. It is forgotten with the page. */
interface Stored extends Recorded {
  readonly letter: Letter;
  readonly reversed?: boolean;
}

/** Why a letter takes no answer; null when it does. */
function closedTo(letter: Letter): string | null {
  const on = letter.closedOn === null ? '' : ` on ${showDate(letter.closedOn)}`;
  switch (letter.state) {
    case 'answered':
      return `This letter was answered${on}. Nothing more is stored for it.`;
    case 'returned':
      return `This letter came back${on} and is stored as returned mail.`;
    case 'queued':
      return 'This letter is not printed yet.';
    case 'printed':
    case 'withdrawn':
    case 'superseded':
      return null;
  }
}

const LENGTH = 9;
const bare = (typed: string): string => typed.replaceAll(/[\s-]/g, '');

/**
 * A pile of answered letters: type or scan a code, say what the answer is by one letter, Enter, and the field is ready for the next. The code
 * checks itself: a wrong character is said before anything is asked.
 */
export function RepliesPage() {
  const queries = useQueryClient();
  const toast = useToast();
  const { data: waiting } = useQuery(todayQuery);
  const field = useRef<HTMLInputElement>(null);
  const [letter, setLetter] = useState<Letter | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const [stored, setStored] = useState<readonly Stored[]>([]);
  const asked = useRef('');

  const find = async (typed: string): Promise<void> => {
    const code = readLetterCode(typed);
    if (code === null) {
      field.current?.select();
      return setProblem(
        bare(typed).length === LENGTH
          ? 'This is no code of a letter: one character is wrong. Look at it again.'
          : `A code has ${LENGTH} characters, as K7Q2-9FMX-4; ${bare(typed).length} were typed.`,
      );
    }
    if (asked.current === code) return;
    asked.current = code;
    setProblem(null);
    setLooking(true);
    try {
      const found = await answer(api.GET('/api/v1/follow-up/letters/by-code/{code}', { params: { path: { code } } }));
      const closed = closedTo(found);
      // At once, so that the letter that is typed next lands in the answer.
      flushSync(() => {
        setLetter(closed === null ? found : null);
        setProblem(closed);
      });
      if (closed !== null) field.current?.select();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(
        error.status === 404
          ? `No letter of your facilities has the code ${code}. Is it from another registry?`
          : error.message,
      );
      field.current?.select();
    } finally {
      asked.current = '';
      setLooking(false);
    }
  };
  const next = (): void => {
    flushSync(() => setLetter(null));
    if (field.current !== null) {
      field.current.value = '';
      field.current.focus();
    }
  };
  useEffect(() => field.current?.focus(), []);

  const reverse = async (entry: Stored): Promise<void> => {
    try {
      await answer(
        api.POST('/api/v1/follow-up/death-reversals', {
          body: {
            patientId: entry.letter.patientId,
            facilityId: entry.letter.facilityId,
            reason: `Answer to letter ${entry.letter.code} was typed for the wrong person.`,
          },
        }),
      );
      setStored((all) => all.map((one) => (one === entry ? { ...one, reversed: true } : one)));
      toast({ text: 'The death was taken back; everything is as before it.', kind: 'done' });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };

  return (
    <main className={css.screen} id="main">
      <h1 className="visually-hidden">Replies</h1>
      <FollowUpTabs />
      <div className={css.page}>
        <section className={css.desk} aria-label="Answer of a letter">
          <form
            className={css.code}
            onSubmit={(event: FormEvent<HTMLFormElement>) => {
              event.preventDefault();
              void find(field.current?.value ?? '');
            }}
          >
            <label htmlFor="letter-code">Code of the letter</label>
            <input
              id="letter-code"
              ref={field}
              className="mono"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={14}
              placeholder="K7Q2-9FMX-4"
              aria-describedby="code-state"
              aria-invalid={problem !== null}
              readOnly={letter !== null}
              onChange={(event) => {
                setProblem(null);
                // A whole code is looked up by itself: a scanner sends no Enter, and nobody has to type one.
                if (bare(event.currentTarget.value).length === LENGTH) void find(event.currentTarget.value);
              }}
            />
            {letter !== null && (
              <button type="button" onClick={next}>
                Another letter <kbd>Esc</kbd>
              </button>
            )}
          </form>
          <p id="code-state" className={css.state} role="status" data-kind={problem === null ? 'quiet' : 'problem'}>
            {problem ??
              (looking
                ? 'Looking…'
                : letter === null
                  ? 'Type it with or without dashes; it is looked up by itself.'
                  : '')}
          </p>
          {letter !== null && (
            <AnswerForm
              key={letter.id}
              letter={letter}
              leave={next}
              done={(recorded) => {
                setStored((all) => [{ ...recorded, letter }, ...all]);
                next();
                void queries.invalidateQueries({ queryKey: ['follow-up'] });
              }}
            />
          )}
        </section>
        <section className={css.log} aria-labelledby="sitting">
          <h2 id="sitting">
            {stored.length === 0 ? 'Stored in this sitting' : `${showCount(stored.length)} stored in this sitting`}
          </h2>
          {stored.length === 0 && (
            <p className={css.faint}>
              {waiting === undefined
                ? ''
                : waiting.lettersOut === 0
                  ? 'No letter waits for an answer.'
                  : `${showCount(waiting.lettersOut)} letters wait for an answer; the oldest is of ${showDate(waiting.oldestLetter)}.`}
            </p>
          )}
          <ol aria-live="polite">
            {stored.map((entry) => (
              <li key={entry.letter.id}>
                <bdi>{entry.letter.name}</bdi>
                <span>
                  {entry.words}
                  {entry.reversed === true ? ' (taken back)' : ''}
                </span>
                <code>{entry.letter.code}</code>
                {entry.outcome === 'told_of_death' && entry.reversed !== true && (
                  <button type="button" onClick={() => void reverse(entry)}>
                    Take the death back
                  </button>
                )}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </main>
  );
}
