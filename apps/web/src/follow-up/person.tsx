import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../session/session.js';
import { showDate, showMoment, showSite } from '../ui/format.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { ContactForm } from './contact-form.js';
import { DoNotContact } from './do-not-contact.js';
import { taskQuery, type TaskDetail } from './queries.js';
import { ScriptPanel } from './script-panel.js';
import { Ways } from './ways.js';
import { LETTER_STATES, RECIPIENT_WORDS, STEP_WORDS, words } from './words.js';
import css from './follow-up.module.css';

/** One person: what is known, every way to reach them with how it went before, and the note of the call that is made now. */
export function Person({
  id,
  logging,
  logged,
  stopLogging,
}: {
  readonly id: string;
  /** Contacts are being typed one after the other: the form of the next person takes the keys at once. */
  readonly logging: boolean;
  readonly logged: () => void;
  readonly stopLogging: () => void;
}) {
  const { data, error, refetch } = useQuery(taskQuery(id));
  const may = useMay();
  const [round, setRound] = useState(0);
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={12} />;
  const attempts = data.contacts.filter(({ taskId }) => taskId === data.id).length;
  return (
    <>
      <header className={css.personHead}>
        <h2>
          <Link to="/patients/$id" params={{ id: data.patientId }}>
            <bdi>{data.name}</bdi>
          </Link>
        </h2>
        <p>
          born {showDate(data.dateOfBirth)}
          {data.medicalRecordNumber === null ? '' : ` · MRN ${data.medicalRecordNumber}`} · last contact{' '}
          {showDate(data.dateOfLastContact) || 'not known'} · {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          {data.assignedName === null ? '' : ` · with ${data.assignedName}`}
        </p>
        <ul className={css.tumors}>
          {data.tumors.map((tumor) => (
            <li key={tumor.abstractId}>
              {tumor.tumorId === null ? (
                <Codes of={tumor} />
              ) : (
                <Link to="/tumors/$id" params={{ id: tumor.tumorId }} search={{}}>
                  <Codes of={tumor} />
                </Link>
              )}{' '}
              {showDate(tumor.dateOfDiagnosis)}
            </li>
          ))}
        </ul>
        {data.blocked.length > 0 && (
          <p className={css.stop} role="alert">
            Do not contact: {data.blocked.map((one) => RECIPIENT_WORDS[one].one).join(', ')}.{' '}
            {data.doNotContact.map(({ reason }) => reason).join('; ')}
          </p>
        )}
        {data.state === 'closed' ? (
          <p className={css.closed}>Closed: {words(data.closedReason ?? '').toLowerCase()}.</p>
        ) : (
          <NextStep task={data} />
        )}
      </header>
      {may('follow-up.write') && data.state !== 'closed' && (
        // A new form after each contact; what is typed stays when somebody else changes the task meanwhile.
        <ContactForm
          key={round}
          task={data}
          focus={logging}
          logged={() => {
            setRound(round + 1);
            logged();
          }}
          leave={stopLogging}
        />
      )}
      <div className={css.besides}>
        <Ways task={data} />
        <ScriptPanel task={data} />
      </div>
      <section className={css.block} aria-label="Earlier contacts">
        <h3>Earlier contacts</h3>
        {data.contacts.length === 0 && <p className={css.faint}>None yet.</p>}
        <ol className={css.log}>
          {data.contacts.map((one) => (
            <li key={one.id} data-moved={one.moved}>
              <time>{showDate(one.contactedOn)}</time>
              <span>
                {words(one.channel)}: {words(one.outcome).toLowerCase()}
                {one.note === null ? '' : `. ${one.note}`}
              </span>
              <span className={css.faint}>
                {one.recordedByName ?? ''} {showMoment(one.recordedAt)}
              </span>
            </li>
          ))}
        </ol>
        {data.letters.length > 0 && (
          <ul className={css.log} aria-label="Letters">
            {data.letters.map((letter) => (
              <li key={letter.id}>
                <time>{showDate(letter.dated)}</time>
                <span>
                  {letter.number === 2 ? 'Second letter' : 'Letter'} to the {RECIPIENT_WORDS[letter.recipient].one}:{' '}
                  {LETTER_STATES[letter.state] ?? letter.state}
                </span>
                <code className={css.faint}>{letter.code}</code>
              </li>
            ))}
          </ul>
        )}
        {may('follow-up.write') && <DoNotContact task={data} />}
      </section>
    </>
  );
}

function Codes({ of: { primarySite, histology } }: { readonly of: TaskDetail['tumors'][number] }) {
  return (
    <>
      <code>{showSite(primarySite)}</code> <code>{histology}</code>
    </>
  );
}

/** What is to be done next: as somebody or the last contact decided, else as the rules plan it. */
function NextStep({ task }: { readonly task: TaskDetail }) {
  const decided = task.nextStep !== null;
  const letterOut = !decided && task.state === 'waiting' && task.nextStepOn !== null;
  const step = task.nextStep ?? task.plan?.step;
  const on = decided ? task.nextStepOn : (task.plan?.on ?? null);
  const point = task.contactPoints.find(({ id }) => id === task.plan?.leadId);
  if (step === undefined)
    return (
      <p className={css.next} data-none="true">
        Every source was asked. Find an address, a number or a physician first.
      </p>
    );
  return (
    <p className={css.next}>
      {letterOut && <span>A letter is out; no second one before {showDate(task.nextStepOn)}. Meanwhile:</span>}
      <strong>{STEP_WORDS[step] ?? step}</strong>
      {step === task.plan?.step && point !== undefined && (
        <span className="mono">{point.telephone ?? [point.line1, point.city].filter(Boolean).join(', ')}</span>
      )}
      <span>{on === null ? '' : `from ${showDate(on)}`}</span>
      {task.plan !== null && step === task.plan.step && task.plan.tried > 0 && (
        <span className={css.faint}>tried {task.plan.tried === 1 ? 'once' : `${task.plan.tried} times`}</span>
      )}
    </p>
  );
}
