import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { useMay } from '../session/session.js';
import { showDate } from '../ui/format.js';
import { filled, type SmallField, SmallForm, type Values } from '../ui/form.js';
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

const KINDS = [
  ['telephone', 'Telephone'],
  ['address', 'Address'],
] as const;
const PARTIES = [
  ['patient', 'Patient'],
  ['contact', 'Named contact'],
] as const;
const NAMES = ['name', 'relationship', 'telephone', 'line1', 'city', 'state', 'postalCode'] as const;

function AddPoint({ task, close }: { readonly task: TaskDetail; readonly close: () => void }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Values>({ kind: 'telephone', party: 'patient' });
  const kind: NewPoint['kind'] = chosen.kind === 'address' ? 'address' : 'telephone';
  const party: NewPoint['party'] = chosen.party === 'contact' ? 'contact' : 'patient';
  const fields: readonly SmallField[] = [
    { name: 'kind', label: 'What', options: KINDS },
    { name: 'party', label: 'Whose', options: PARTIES },
    ...(party === 'contact'
      ? [
          { name: 'name', label: 'Name', length: 60 },
          { name: 'relationship', label: 'Relationship', length: 60 },
        ]
      : []),
    ...(kind === 'telephone'
      ? [{ name: 'telephone', label: 'Telephone', length: 20 }]
      : [
          { name: 'line1', label: 'Street', length: 60 },
          { name: 'city', label: 'City', length: 50 },
          { name: 'state', label: 'State', length: 2 },
          { name: 'postalCode', label: 'Postal code', length: 12 },
        ]),
  ];
  return (
    <SmallForm
      label="Add a telephone or address"
      fields={fields}
      initial={chosen}
      changed={setChosen}
      prefix="point-"
      close={close}
      send={async (values) => {
        const shown = NAMES.filter((one) => fields.some(({ name }) => name === one));
        const { state, ...typed } = filled(values, shown);
        await answer(
          api.POST('/api/v1/follow-up/contact-points', {
            body: {
              ...typed,
              ...(state === undefined ? {} : { state: state.toUpperCase() }),
              kind,
              party,
              patientId: task.patientId,
              facilityId: task.facilityId,
            },
          }),
        );
        close();
        await queries.invalidateQueries({ queryKey: ['follow-up'] });
      }}
    />
  );
}
