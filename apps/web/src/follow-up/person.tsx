import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api, ApiProblem } from '../api/client.js';
import { useMay, useSession } from '../session/session.js';
import { showDate, showMoment, showSite } from '../ui/format.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { ContactForm } from './contact-form.js';
import { type TaskDetail, type TaskLine, taskQuery } from './queries.js';
import css from './follow-up.module.css';

const words = (text: string): string => text.replaceAll('_', ' ');

/** One person: what is known, every way to reach them with how it went before, and the note of the call that is made now. */
export function Person({ line, next }: { readonly line: TaskLine; readonly next: () => void }) {
  const { data, error, refetch } = useQuery(taskQuery(line.id));
  const may = useMay();
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={12} />;
  return (
    <>
      <header className={css.personHead}>
        <h2>
          <Link to="/patients/$id" params={{ id: line.patientId }}>
            <bdi>{line.name}</bdi>
          </Link>
        </h2>
        <p>
          born {showDate(line.dateOfBirth)}
          {line.medicalRecordNumber === null ? '' : ` · MRN ${line.medicalRecordNumber}`} · last contact{' '}
          {showDate(data.dateOfLastContact)} · {line.attempts} {line.attempts === 1 ? 'attempt' : 'attempts'}
        </p>
        <ul className={css.tumors}>
          {data.tumors.map((tumor) => (
            <li key={tumor.abstractId}>
              <code>{showSite(tumor.primarySite)}</code> <code>{tumor.histology}</code>{' '}
              {showDate(tumor.dateOfDiagnosis)}
            </li>
          ))}
        </ul>
        {data.doNotContact.map(({ id, recipients, reason }) => (
          <p key={id} className={css.stop} role="alert">
            Do not contact ({recipients.join(', ')}): {reason}
          </p>
        ))}
        <Assignment task={data} />
      </header>
      {may('follow-up.write') && <ContactForm key={data.revision} task={data} done={next} />}
      <Ways task={data} />
      <section className={css.block} aria-label="Earlier contacts">
        <h3>Earlier contacts</h3>
        {data.contacts.length === 0 && <p className={css.faint}>None yet.</p>}
        <ol className={css.log}>
          {data.contacts.map((one) => (
            <li key={one.id} data-moved={one.moved}>
              <time>{showDate(one.contactedOn)}</time>
              <span>
                {words(one.channel)}: {words(one.outcome)}
                {one.note === null ? '' : `. ${one.note}`}
              </span>
              <span className={css.faint}>{showMoment(one.recordedAt)}</span>
            </li>
          ))}
        </ol>
        {data.letters.length > 0 && (
          <p className={css.faint}>
            Letters:{' '}
            {data.letters.map(({ recipient, state, dated }) => `${recipient} ${showDate(dated)} ${state}`).join('; ')}
          </p>
        )}
      </section>
    </>
  );
}

/** Take the task, or leave it to others. Whoever comes second is told. */
function Assignment({ task }: { readonly task: TaskDetail }) {
  const session = useSession();
  const may = useMay();
  const queries = useQueryClient();
  const toast = useToast();
  const assign = async (assignedTo: string | null): Promise<void> => {
    try {
      await answer(
        api.PATCH('/api/v1/follow-up/tasks/{id}', {
          params: { path: { id: task.id }, header: { 'if-match': `"${task.revision}"` } },
          body: { assignedTo },
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };
  if (!may('follow-up.write') || !session.actor.startsWith('user:')) return null;
  return (
    <p className={css.assign}>
      <button type="button" onClick={() => void assign(session.actor.slice('user:'.length))}>
        Take
      </button>
      <button type="button" onClick={() => void assign(null)}>
        Put back
      </button>
    </p>
  );
}

/** Addresses and telephones, good ones first. */
function Ways({ task }: { readonly task: TaskDetail }) {
  return (
    <section className={css.block} aria-label="Ways to reach them">
      <h3>Ways to reach them</h3>
      {task.contactPoints.length === 0 && (
        <p className={css.faint}>No address or telephone is known. Try the chart and the physician first.</p>
      )}
      <ul className={css.ways}>
        {task.contactPoints.map((point) => (
          <li key={point.id} data-bad={point.bad !== null}>
            <strong>
              {point.kind === 'telephone'
                ? point.telephone
                : [point.line1, point.city, point.state, point.postalCode].filter(Boolean).join(', ')}
            </strong>
            <span className={css.faint}>
              {point.party === 'patient' ? 'patient' : [point.name, point.relationship].filter(Boolean).join(', ')}
              {point.bad === null ? '' : ` · bad: ${words(point.bad)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
