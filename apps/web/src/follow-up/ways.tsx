import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { useMay } from '../session/session.js';
import { showDate } from '../ui/format.js';
import { formText } from '../ui/form-text.js';
import { useToast } from '../ui/toast.js';
import { type KnownPoint, type TaskDetail } from './queries.js';
import { words } from './words.js';
import css from './follow-up.module.css';

export const pointText = (point: KnownPoint): string =>
  point.kind === 'telephone'
    ? (point.telephone ?? '').replace(/^(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3')
    : [point.line1, point.line2, point.city, [point.state, point.postalCode].filter(Boolean).join(' ')]
        .filter(Boolean)
        .join(', ');

const whose = ({ party, name, relationship }: KnownPoint): string =>
  party === 'patient' ? 'patient' : [name, relationship].filter(Boolean).join(', ') || 'named contact';

const success = ({ attempts, reached }: KnownPoint): string =>
  attempts === 0 ? 'not tried yet' : `reached ${reached} of ${attempts}`;

/** Addresses and telephones with how it went before, good ones first; marked bad or good again; added when one is found. */
export function Ways({ task }: { readonly task: TaskDetail }) {
  const may = useMay()('follow-up.write');
  const queries = useQueryClient();
  const toast = useToast();
  const [adding, setAdding] = useState(false);
  const mark = async (point: KnownPoint): Promise<void> => {
    try {
      await answer(
        api.PATCH('/api/v1/follow-up/contact-points/{id}', {
          params: { path: { id: point.id } },
          body: { bad: point.badSince === null ? 'other' : null },
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };
  return (
    <section className={css.block} aria-label="Ways to reach them">
      <h3>Ways to reach them</h3>
      {task.contactPoints.length === 0 && (
        <p className={css.faint}>No address or telephone is known. Try the chart and the physician first.</p>
      )}
      <ul className={css.ways}>
        {task.contactPoints.map((point) => (
          <li key={point.id} data-bad={point.badSince !== null}>
            <strong>{pointText(point)}</strong>
            <span className={css.faint}>
              {whose(point)} · {success(point)}
              {point.badSince === null
                ? ''
                : ` · bad since ${showDate(point.badSince)}: ${words(point.badReason ?? 'other').toLowerCase()}`}
            </span>
            {may && (
              <button
                type="button"
                onClick={() => void mark(point)}
                aria-label={`${pointText(point)}: ${point.badSince === null ? 'mark as bad' : 'good again'}`}
              >
                {point.badSince === null ? 'Bad' : 'Good again'}
              </button>
            )}
          </li>
        ))}
      </ul>
      {may &&
        (adding ? (
          <AddPoint task={task} close={() => setAdding(false)} />
        ) : (
          <button type="button" className={css.link} onClick={() => setAdding(true)}>
            Add a telephone or address
          </button>
        ))}
    </section>
  );
}

type NewPoint = Schemas['ContactPointDto'];

function AddPoint({ task, close }: { readonly task: TaskDetail; readonly close: () => void }) {
  const queries = useQueryClient();
  const [kind, setKind] = useState<NewPoint['kind']>('telephone');
  const [party, setParty] = useState<NewPoint['party']>('patient');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const fields: readonly (readonly [name: keyof NewPoint, label: string, length: number])[] = [
    ...(party === 'contact'
      ? ([
          ['name', 'Name', 60],
          ['relationship', 'Relationship', 60],
        ] as const)
      : []),
    ...(kind === 'telephone'
      ? ([['telephone', 'Telephone', 20]] as const)
      : ([
          ['line1', 'Street', 60],
          ['city', 'City', 50],
          ['state', 'State', 2],
          ['postalCode', 'Postal code', 12],
        ] as const)),
  ];
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = Object.fromEntries(
      fields.flatMap(([name]) => {
        const value = formText(form, name).trim();
        return value === '' ? [] : [[name, name === 'state' ? value.toUpperCase() : value]];
      }),
    );
    try {
      await answer(
        api.POST('/api/v1/follow-up/contact-points', {
          body: { ...typed, kind, party, patientId: task.patientId, facilityId: task.facilityId },
        }),
      );
      close();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return setProblems(
        error.errors.length === 0
          ? [error.message]
          : error.errors.map(({ pointer, detail }) => `${words(pointer.slice(1))} ${detail}`),
      );
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };
  return (
    <form className={css.fields} aria-label="Add a telephone or address" onSubmit={(event) => void save(event)}>
      <label>
        What
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value as NewPoint['kind'])}>
          <option value="telephone">Telephone</option>
          <option value="address">Address</option>
        </select>
      </label>
      <label>
        Whose
        <select value={party} onChange={(event) => setParty(event.currentTarget.value as NewPoint['party'])}>
          <option value="patient">Patient</option>
          <option value="contact">Named contact</option>
        </select>
      </label>
      {fields.map(([name, label, length], at) => (
        <label key={name}>
          {label}
          <input name={name} maxLength={length} autoComplete="off" autoFocus={at === 0} />
        </label>
      ))}
      <p className={css.formEnd}>
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
