import { MERGE_FIELDS } from '@perennial/follow-up';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem } from '../../api/client.js';
import { formText } from '../../ui/form-text.js';
import { Problem, Skeleton } from '../../ui/problem.js';
import { type Kind, templateQuery } from './queries.js';
import css from './letters.module.css';

const lines = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `/content/paragraphs/1` as `paragraph 2`. */
const placeOf = (pointer: string): string => {
  const [part = '', at] = pointer.replace(/^\/content\//, '').split('/');
  const name = { paragraphs: 'paragraph', form: 'question' }[part] ?? part;
  return at === undefined ? name : `${name} ${Number(at) + 1}`;
};

/** The facility's own words of a kind of letter. What a recipient may not be told is refused, with its place. */
export function WordsForm({ kind, close }: { readonly kind: Kind; readonly close: () => void }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(templateQuery(kind));
  const [problems, setProblems] = useState<readonly string[]>([]);
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Skeleton rows={6} />;
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      await answer(
        api.POST('/api/v1/follow-up/letters/template', {
          body: {
            ...kind,
            content: {
              subject: formText(form, 'subject').trim(),
              paragraphs: lines(formText(form, 'paragraphs'), /\n\s*\n/),
              closing: formText(form, 'closing').trim(),
              form: lines(formText(form, 'form'), /\n/),
            },
          },
        }),
      );
      await queries.invalidateQueries({ queryKey: ['follow-up', 'letters'] });
      close();
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      setProblems([problem.message, ...problem.errors.map(({ pointer, detail }) => `${placeOf(pointer)}: ${detail}`)]);
    }
  };
  return (
    <form className={css.sender} aria-label="Words of the letter" onSubmit={(event) => void save(event)}>
      <label className={css.wide}>
        Subject
        <input name="subject" defaultValue={data.subject} maxLength={200} required autoComplete="off" />
      </label>
      <label className={css.wide}>
        Paragraphs, an empty line between them
        <textarea name="paragraphs" rows={8} defaultValue={data.paragraphs.join('\n\n')} required />
      </label>
      <label className={css.wide}>
        Closing
        <input name="closing" defaultValue={data.closing} maxLength={200} autoComplete="off" />
      </label>
      <label className={css.wide}>
        Questions of the form, one a line
        <textarea name="form" rows={5} defaultValue={data.form.join('\n')} />
      </label>
      <p className={css.faint}>
        Fields that are filled in: {MERGE_FIELDS[kind.recipient].map((field) => `{{${field}}}`).join(' ')}
      </p>
      <p>
        <button type="submit">Keep</button>
        <button type="button" onClick={close}>
          Leave
        </button>
      </p>
      {problems.map((text) => (
        <p key={text} className={css.wrong} role="alert">
          {text}
        </p>
      ))}
    </form>
  );
}
