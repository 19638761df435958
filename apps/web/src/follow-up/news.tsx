import { type KeyboardEvent, type RefObject } from 'react';
import { type ApiProblem, type Schemas } from '../api/client.js';
import { formText } from '../ui/form-text.js';
import { words } from './words.js';
import css from './news.module.css';

export type Outcome = Schemas['ContactDto']['outcome'];

/** What can come of a contact or stand in an answer, by its letter. */
export interface Choice {
  readonly key: string;
  readonly outcome: Outcome;
  readonly label: string;
}

/** The choices, each by its letter, wherever among them the focus is. */
export function Outcomes<T extends Choice>({
  legend,
  choices,
  chosen,
  choose,
  form,
}: {
  readonly legend: string;
  readonly choices: readonly T[];
  readonly chosen: Outcome | null;
  readonly choose: (outcome: Outcome) => void;
  readonly form: RefObject<HTMLFormElement | null>;
}) {
  const onLetter = (event: KeyboardEvent): void => {
    const choice = choices.find(({ key }) => key === event.key.toLowerCase());
    if (choice === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(choice.outcome);
    form.current?.querySelector<HTMLElement>(`input[value="${choice.outcome}"]`)?.focus();
  };
  return (
    <fieldset className={css.outcomes} onKeyDown={onLetter}>
      <legend>{legend}</legend>
      {choices.map(({ key, outcome, label }) => (
        <label key={outcome} data-chosen={chosen === outcome}>
          <input
            type="radio"
            name="outcome"
            value={outcome}
            checked={chosen === outcome}
            onChange={() => choose(outcome)}
            aria-keyshortcuts={key.toUpperCase()}
          />
          <kbd aria-hidden="true">{key.toUpperCase()}</kbd> {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Cause of death, in ICD-10; unknown when it is left empty. */
export const CauseField = () => (
  <label>
    Cause of death (ICD-10)
    <input name="cause" placeholder="7797 if unknown" maxLength={6} autoComplete="off" />
  </label>
);

export const CancerStatusField = () => (
  <label>
    Cancer status
    <select name="cancerStatus" defaultValue="">
      <option value="">not told</option>
      <option value="1">1 no evidence</option>
      <option value="2">2 evidence</option>
      <option value="9">9 unknown</option>
    </select>
  </label>
);

/**
 * What the fields above and the note say, as the registry takes it.
 *
 * @param items of the person that the form asks for beside a death.
 */
export function newsOf(
  form: HTMLFormElement,
  outcome: Outcome,
  tumors: readonly { readonly tumorId: string | null }[],
  items: Readonly<Record<string, string>> = {},
): {
  readonly items: Record<string, string>;
  readonly tumors?: Record<string, Record<string, string>>;
  readonly note?: string;
} {
  const cause = formText(form, 'cause').trim().toUpperCase().replace('.', '');
  const status = formText(form, 'cancerStatus');
  const note = formText(form, 'note').trim();
  const stated = Object.fromEntries(
    tumors.flatMap(({ tumorId }) => (status === '' || tumorId === null ? [] : [[tumorId, { cancerStatus: status }]])),
  );
  return {
    items:
      outcome === 'told_of_death'
        ? { vitalStatus: '0', causeOfDeath: cause === '' ? '7797' : cause, icdRevisionNumber: '1' }
        : { ...items },
    ...(Object.keys(stated).length > 0 ? { tumors: stated } : {}),
    ...(note === '' ? {} : { note }),
  };
}

/** What was refused, each with the field that it is about. */
export const refusedWords = (error: ApiProblem): readonly string[] => [
  error.message,
  ...error.errors.map(({ pointer, detail }) => `${words(pointer.split('/').pop() ?? '')}: ${detail}`),
];

export const Problems = ({ problems }: { readonly problems: readonly string[] }) =>
  problems.map((text) => (
    <p key={text} className={css.wrong} role="alert">
      {text}
    </p>
  ));
