import { MERGE_FIELDS } from '@perennial/follow-up';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, ApiProblem } from '../../api/client.js';
import { Refused, SmallForm, type Wrong } from '../../ui/form.js';
import { Problem, Skeleton } from '../../ui/problem.js';
import { type Kind, templateQuery } from './queries.js';
import css from './letters.module.css';

const lines = (text: string | undefined, between: RegExp): string[] =>
  (text ?? '')
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const FIELDS = [
  { name: 'subject', label: 'Subject', length: 200, required: true, wide: true },
  { name: 'paragraphs', label: 'Paragraphs, an empty line between them', rows: 8, required: true, wide: true },
  { name: 'closing', label: 'Closing', length: 200, wide: true },
  { name: 'form', label: 'Questions of the form, one a line', rows: 5, wide: true },
] as const;

/** What was refused, by field, each with its place in it: `paragraph 2: ...`. */
function placed(errors: ApiProblem['errors']): Wrong {
  const wrong: Record<string, string> = {};
  for (const { pointer, detail } of errors) {
    const [part = '', at] = pointer.replace(/^\/content\//, '').split('/');
    const name = { paragraphs: 'paragraph', form: 'question' }[part] ?? part;
    const told = `${at === undefined ? name : `${name} ${Number(at) + 1}`}: ${detail}.`;
    wrong[part] = [wrong[part], told].filter(Boolean).join(' ');
  }
  return wrong;
}

/** The facility's own words of a kind of letter. What a recipient may not be told is refused, with its place. */
export function WordsForm({ kind, close }: { readonly kind: Kind; readonly close: () => void }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(templateQuery(kind));
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Skeleton rows={6} />;
  return (
    <SmallForm
      label="Words of the letter"
      fields={FIELDS}
      initial={{
        subject: data.subject,
        paragraphs: data.paragraphs.join('\n\n'),
        closing: data.closing,
        form: data.form.join('\n'),
      }}
      close={close}
      send={async (values) => {
        const content = {
          subject: (values.subject ?? '').trim(),
          paragraphs: lines(values.paragraphs, /\n\s*\n/),
          closing: (values.closing ?? '').trim(),
          form: lines(values.form, /\n/),
        };
        try {
          await answer(api.POST('/api/v1/follow-up/letters/template', { body: { ...kind, content } }));
        } catch (problem) {
          if (!(problem instanceof ApiProblem) || problem.errors.length === 0) throw problem;
          throw new Refused(placed(problem.errors));
        }
        await queries.invalidateQueries({ queryKey: ['follow-up', 'letters'] });
        close();
      }}
    >
      <p className={css.faint}>
        Fields that are filled in: {MERGE_FIELDS[kind.recipient].map((field) => `{{${field}}}`).join(' ')}
      </p>
    </SmallForm>
  );
}
