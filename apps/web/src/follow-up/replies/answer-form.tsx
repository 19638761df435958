import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { parseDate } from '../../abstract/parse-value.js';
import { answer, api, ApiProblem, type Schemas } from '../../api/client.js';
import { showDate, showSite, VITAL } from '../../ui/format.js';
import { formText } from '../../ui/form-text.js';
import {
  CancerStatusField,
  CauseField,
  type Choice,
  newsOf,
  type Outcome,
  Outcomes,
  Problems,
  refusedWords,
} from '../news.js';
import { registryDay } from '../queries.js';
import { CLOSED_WORDS, RECIPIENT_WORDS, STEP_WORDS } from '../words.js';
import css from './replies.module.css';

type Letter = Schemas['LetterOfCode'];

export interface Recorded {
  readonly outcome: Outcome;
  readonly words: string;
}

interface Dated extends Choice {
  /** Whether the answer has a day of its own; without one the day of typing counts. */
  readonly dated: boolean;
}

/** What an answer can say, each by its letter. */
const CHOICES: readonly Dated[] = [
  { key: 'a', outcome: 'reached', label: 'Alive', dated: true },
  { key: 'd', outcome: 'told_of_death', label: 'Dead', dated: true },
  { key: 'm', outcome: 'moved', label: 'Moved', dated: true },
  { key: 'r', outcome: 'refused', label: 'Refused', dated: false },
  { key: 'u', outcome: 'nothing_known', label: 'Nothing known', dated: false },
  { key: 'b', outcome: 'returned_mail', label: 'Came back unopened', dated: false },
];

const ADDRESS = [
  ['addrCurrentNoStreet', 'New street', 60],
  ['addrCurrentCity', 'City', 50],
  ['addrCurrentState', 'State', 2],
  ['addrCurrentPostalCode', 'Postal code', 9],
  ['telephone', 'Telephone', 10],
] as const;

/** What the letter's answer says. The server moves last contact, vital status and the rest by the rules of any contact. */
export function AnswerForm({
  letter,
  leave,
  done,
}: {
  readonly letter: Letter;
  readonly leave: () => void;
  readonly done: (recorded: Recorded) => void;
}) {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [earlier, setEarlier] = useState(false);
  const [busy, setBusy] = useState(false);
  const choice = CHOICES.find((one) => one.outcome === outcome);
  useEffect(() => form.current?.querySelector<HTMLElement>('input[type=radio]')?.focus(), []);
  // A chosen answer leads to the first thing that it needs.
  useEffect(() => {
    if (choice?.dated !== true) return;
    const date = form.current?.querySelector<HTMLInputElement>('input[name=date]');
    date?.focus();
    date?.select();
  }, [choice]);

  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const typed = event.currentTarget;
    if (choice === undefined) {
      typed.querySelector('input')?.focus();
      return setProblems(['Say what the answer is: press its letter.']);
    }
    const date = parseDate(choice.dated ? formText(typed, 'date') : 't', await registryDay(queries));
    if (!date.ok || date.value === null) return setProblems([date.ok ? 'Type the date.' : date.why]);
    const text = (name: string): string => formText(typed, name).trim();
    const moved = Object.fromEntries(
      ADDRESS.flatMap(([item]) => {
        const value =
          item === 'telephone' || item === 'addrCurrentPostalCode' ? text(item).replaceAll(/\D/g, '') : text(item);
        return value === '' ? [] : [[item, item === 'addrCurrentState' ? value.toUpperCase() : value]];
      }),
    );
    setBusy(true);
    try {
      const recorded = await answer(
        api.POST('/api/v1/follow-up/letters/answers', {
          body: {
            code: letter.code,
            contactedOn: date.value,
            outcome: choice.outcome,
            ...newsOf(typed, choice.outcome, letter.tumors, choice.outcome === 'moved' ? moved : {}),
            ...(earlier && formText(typed, 'earlier') !== ''
              ? { reason: choice.outcome === 'told_of_death' ? 'earlier-death' : 'correction' }
              : {}),
          },
        }),
      );
      const stop = choice.outcome === 'refused' && formText(typed, 'stop') !== '';
      if (stop) {
        await answer(
          api.POST('/api/v1/follow-up/do-not-contact', {
            body: {
              patientId: letter.patientId,
              facilityId: letter.facilityId,
              recipients: letter.recipient === 'patient' ? ['patient', 'contact'] : [letter.recipient],
              askedBy: letter.recipient === 'contact' ? 'family' : letter.recipient,
              reason: `Refused by letter ${letter.code}`,
            },
          }),
        );
      }
      const next = recorded.task?.nextStep;
      done({
        outcome: choice.outcome,
        words: [
          choice.dated ? `${choice.label.toLowerCase()} ${showDate(date.value)}` : choice.label.toLowerCase(),
          ...(stop ? ['not written to again'] : []),
          ...(next === null || next === undefined ? [] : [`next: ${(STEP_WORDS[next] ?? next).toLowerCase()}`]),
        ].join(', '),
      });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // A date that goes back is right at times; then a person says so.
      if (error.errors.some(({ code }) => code === 'contact.earlier')) setEarlier(true);
      setProblems(refusedWords(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <header className={css.letter}>
        <h2>
          <bdi>{letter.name}</bdi>
        </h2>
        <p>
          born {showDate(letter.dateOfBirth)}
          {letter.medicalRecordNumber === null ? '' : ` · MRN ${letter.medicalRecordNumber}`} ·{' '}
          {VITAL[letter.vitalStatus ?? ''] ?? 'vital status not known'}, {showDate(letter.dateOfLastContact)}
        </p>
        <p>
          {letter.number === 2 ? 'Second letter' : 'Letter'} of {showDate(letter.dated)} to the{' '}
          {RECIPIENT_WORDS[letter.recipient].one} <bdi>{letter.to}</bdi>
        </p>
        <p>
          {letter.tumors.map((tumor) => (
            <span key={`${tumor.tumorId ?? ''}${tumor.dateOfDiagnosis ?? ''}`} className={css.tumor}>
              <code>{showSite(tumor.primarySite)}</code> <code>{tumor.histology}</code>{' '}
              {showDate(tumor.dateOfDiagnosis)}
            </span>
          ))}
        </p>
        {(letter.state === 'withdrawn' || letter.state === 'superseded') && (
          <p className={css.mark}>
            {letter.state === 'withdrawn' ? 'Withdrawn' : 'Closed'}
            {letter.closedOn === null ? '' : ` on ${showDate(letter.closedOn)}`}:{' '}
            {CLOSED_WORDS[letter.closedReason ?? ''] ?? 'it was not to go out'}. A late answer counts all the same.
          </p>
        )}
      </header>
      <form
        ref={form}
        className={css.answer}
        aria-label="What the answer says"
        onSubmit={(event) => void save(event)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          leave();
        }}
      >
        <Outcomes
          legend="What does the answer say?"
          choices={CHOICES}
          chosen={outcome}
          choose={(one) => {
            setOutcome(one);
            setProblems([]);
          }}
          form={form}
        />
        {choice !== undefined && (
          <div className={css.fields}>
            {choice.dated && (
              <label>
                {choice.outcome === 'told_of_death' ? 'Date of death' : 'On'}
                <input name="date" defaultValue="t" autoComplete="off" required />
              </label>
            )}
            {choice.outcome === 'told_of_death' && <CauseField />}
            {choice.outcome === 'moved' &&
              ADDRESS.map(([item, label, length]) => (
                <label key={item}>
                  {label}
                  <input name={item} maxLength={length + 4} autoComplete="off" />
                </label>
              ))}
            {choice.dated && <CancerStatusField />}
            {choice.outcome === 'refused' && (
              <label className={css.check}>
                <input type="checkbox" name="stop" defaultChecked />
                Do not write to the {RECIPIENT_WORDS[letter.recipient].one} about this patient again
              </label>
            )}
            {earlier && (
              <label className={css.check}>
                <input type="checkbox" name="earlier" />
                {choice.outcome === 'told_of_death'
                  ? 'The death was found at this earlier date'
                  : 'The later date that is known is wrong'}
              </label>
            )}
            <label className={css.wide}>
              Note
              <input name="note" maxLength={2000} autoComplete="off" />
            </label>
          </div>
        )}
        <Problems problems={problems} />
        <p className={css.end}>
          <Button type="submit" size="compact-sm" disabled={busy}>
            Store
          </Button>
          <kbd>Enter</kbd>
          <span className={css.faint}>t is today, t-1 yesterday; 03/2024 where the day is unknown.</span>
        </p>
      </form>
    </>
  );
}
