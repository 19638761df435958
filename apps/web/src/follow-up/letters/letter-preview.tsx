import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem } from '../../api/client.js';
import { formText } from '../../ui/form-text.js';
import { Problem, Skeleton } from '../../ui/problem.js';
import { WordsForm } from './words-form.js';
import { type Kind, previewPdf, previewQuery, senderQuery } from './queries.js';
import css from './letters.module.css';

/** The pages of a letter as they would be printed today, in words that can be read by everybody; the file itself is one click away. */
export function LetterPreview({ kind, taskId }: { readonly kind: Kind; readonly taskId: string }) {
  const { data, error, refetch } = useQuery(previewQuery(kind, taskId));
  const [changing, setChanging] = useState<'sender' | 'words' | null>(null);
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={14} />;
  return (
    <>
      <p className={css.previewHead}>
        <a href={previewPdf(kind, taskId)} target="_blank" rel="noopener">
          Open as PDF
        </a>
        {(
          [
            ['words', 'Its words'],
            ['sender', 'Who writes'],
          ] as const
        ).map(([what, label]) => (
          <button
            key={what}
            type="button"
            className={css.link}
            aria-expanded={changing === what}
            onClick={() => setChanging(changing === what ? null : what)}
          >
            {label}
          </button>
        ))}
      </p>
      {changing === 'words' && <WordsForm kind={kind} close={() => setChanging(null)} />}
      {changing === 'sender' && <SenderForm facilityId={kind.facilityId} close={() => setChanging(null)} />}
      <div className={css.pages} tabIndex={0} role="document" aria-label="The letter">
        <article className={css.sheet} aria-label="Sheet in the window of the envelope">
          <p className={css.small}>
            {data.envelope.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </p>
          <p className={css.address}>
            {data.to.map((line) => (
              <bdi key={line}>{line}</bdi>
            ))}
          </p>
        </article>
        <article className={css.sheet} aria-label="Letter">
          <p>
            <strong>{data.head}</strong>
          </p>
          <p className={css.small}>{data.sender.join(' – ')}</p>
          <p className={css.right}>{data.dated}</p>
          <p>
            <strong>{data.subject}</strong>
          </p>
          {data.paragraphs.map((text) => (
            <p key={text}>{text}</p>
          ))}
          <p>{data.closing}</p>
          <p>{data.head}</p>
          {data.about === '' && <Form code={data.code} about="" form={data.form} />}
        </article>
        {data.about !== '' && (
          <article className={css.sheet} aria-label="Form that comes back">
            <Form code={data.code} about={data.about} form={data.form} />
          </article>
        )}
      </div>
    </>
  );
}

function Form({
  code,
  about,
  form,
}: {
  readonly code: string;
  readonly about: string;
  readonly form: readonly string[];
}) {
  return (
    <>
      <p>
        <strong>Code: {code}</strong> <span className={css.faint}>given when the letter is made</span>
      </p>
      {about !== '' && <p className={css.lines}>{about}</p>}
      {form.map((question) => (
        <p key={question} className={css.question}>
          {question}
        </p>
      ))}
    </>
  );
}

const FIELDS = [
  ['letterhead', 'Letterhead', 80],
  ['envelope', 'On the envelope', 80],
  ['line1', 'Street', 60],
  ['line2', 'Second line', 60],
  ['city', 'City', 50],
  ['state', 'State', 20],
  ['postalCode', 'Postal code', 12],
  ['telephone', 'Telephone', 20],
] as const;
type Field = (typeof FIELDS)[number][0];

/** The sender of a facility's letters. What stands on the envelope may not tell what the letter is about. */
function SenderForm({ facilityId, close }: { readonly facilityId: string; readonly close: () => void }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(senderQuery(facilityId));
  const [problems, setProblems] = useState<readonly string[]>([]);
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Skeleton rows={4} />;
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const typed = Object.fromEntries(
      FIELDS.map(([name]) => [name, formText(event.currentTarget, name).trim()]),
    ) as Record<Field, string>;
    const { line2, telephone, ...rest } = typed;
    try {
      await answer(
        api.POST('/api/v1/follow-up/letters/sender', {
          body: { facilityId, ...rest, ...(line2 === '' ? {} : { line2 }), ...(telephone === '' ? {} : { telephone }) },
        }),
      );
      await queries.invalidateQueries({ queryKey: ['follow-up', 'letters'] });
      close();
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      setProblems([problem.message, ...problem.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`)]);
    }
  };
  return (
    <form className={css.sender} aria-label="Who writes" onSubmit={(event) => void save(event)}>
      {FIELDS.map(([name, label, length]) => (
        <label key={name}>
          {label}
          <input
            name={name}
            defaultValue={data[name] ?? ''}
            maxLength={length}
            required={name !== 'line2' && name !== 'telephone'}
            autoComplete="off"
          />
        </label>
      ))}
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
