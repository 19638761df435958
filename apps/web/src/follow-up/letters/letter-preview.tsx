import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem, Skeleton } from '../../ui/problem.js';
import { WordsForm } from './words-form.js';
import { SenderForm } from './sender-form.js';
import { type Kind, previewPdf, previewQuery } from './queries.js';
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
