import { useState } from 'react';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { refusal, type SmallField, SmallForm, type Values, type Wrong } from '../ui/form.js';
import { showMoment } from '../ui/format.js';
import { useToast } from '../ui/toast.js';
import { type Detail, FIELDS, type NameField } from './queries.js';
import { useNaming } from './use-naming.js';
import css from '../settings/settings.module.css';

export const FACILITY_FIELDS: readonly SmallField[] = [
  { name: 'name', label: 'Name', length: 100, required: true, wide: true },
  { name: 'facilityNumber', label: 'Number, NAACCR item 540', length: 10, required: true, placeholder: '0000123456' },
  { name: 'npi', label: 'NPI, item 545; may be empty', length: 10 },
];

export const judgeNumbers = ({ facilityNumber = '', npi = '' }: Values): Wrong => ({
  ...(/^\d{10}$/.test(facilityNumber.trim())
    ? {}
    : { facilityNumber: 'Ten digits, with zeros before: the number that the state or the CoC gave.' }),
  ...(/^(\d{10})?$/.test(npi.trim()) ? {} : { npi: 'An NPI has ten digits.' }),
});

type Asked = 'change' | 'name' | 'retire' | null;

/** One facility: its names at senders, its numbers, and taking it out of use. */
export function Facility({ of }: { readonly of: Detail }) {
  const toast = useToast();
  const { forget, again } = useNaming();
  const [asked, setAsked] = useState<Asked>(of.aliases.length === 0 && of.retiredAt === null ? 'name' : null);
  const change = async (body: Schemas['ChangeFacilityDto'], revision = of.revision): Promise<number> => {
    try {
      const changed = await answer(
        api.PATCH('/api/v1/facilities/{id}', {
          params: { path: { id: of.id } },
          headers: { 'If-Match': `"${revision}"` },
          body,
        }),
      );
      return changed.revision;
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'revision.stale') {
        await again();
        toast({ text: `Somebody changed ${of.name} meanwhile: it is shown as it is now.`, kind: 'error' });
      }
      throw error;
    }
  };
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      toast({ text: refusal(error, []).told ?? '', kind: 'error' });
    }
  };
  const use = (retired: boolean): Promise<void> =>
    attempt(async () => {
      const revision = await change({ retired });
      await again();
      toast({
        text: retired ? `${of.name} is out of use.` : `${of.name} is in use again.`,
        kind: 'done',
        undo: () =>
          void attempt(async () => {
            await change({ retired: !retired }, revision);
            await again();
            toast({ text: retired ? `${of.name} is in use again.` : `${of.name} is out of use.`, kind: 'done' });
          }),
      });
    });
  return (
    <>
      {of.retiredAt !== null && (
        <p className={css.note}>
          Out of use since {showMoment(of.retiredAt)}: reports that name it wait without a facility. What is stored
          stays.
        </p>
      )}
      <ul className={css.lines} aria-label={`Names of ${of.name} at senders`}>
        {of.aliases.map((alias) => (
          <li key={alias.id}>
            <span>
              {alias.field} <code>{alias.value}</code>
            </span>
            <button
              type="button"
              className={css.link}
              aria-label={`Forget ${alias.field} ${alias.value}`}
              onClick={() => void attempt(() => forget(of, alias))}
            >
              Forget
            </button>
          </li>
        ))}
      </ul>
      <p className={css.buttons}>
        <button type="button" className={css.action} onClick={() => setAsked('name')}>
          Add a sender’s name
        </button>
        <button type="button" className={css.action} onClick={() => setAsked('change')}>
          Name and numbers
        </button>
        {of.retiredAt === null ? (
          <button type="button" className={css.action} onClick={() => setAsked('retire')}>
            Take out of use
          </button>
        ) : (
          <button type="button" className={css.action} onClick={() => void use(false)}>
            Use again
          </button>
        )}
      </p>
      {asked === 'name' && <NameForm of={of} close={() => setAsked(null)} />}
      {asked === 'change' && (
        <SmallForm
          label={`Name and numbers of ${of.name}`}
          prefix="facility-"
          fields={FACILITY_FIELDS}
          initial={{ name: of.name, facilityNumber: of.facilityNumber, npi: of.npi ?? '' }}
          check={judgeNumbers}
          close={() => setAsked(null)}
          send={async ({ name = '', facilityNumber = '', npi = '' }) => {
            await change({ name: name.trim(), facilityNumber: facilityNumber.trim(), npi: npi.trim() });
            await again();
            toast({
              text: `${name.trim()} is changed. Submissions frozen before keep what they were sent with.`,
              kind: 'done',
            });
            setAsked(null);
          }}
        />
      )}
      {asked === 'retire' && (
        <section className={css.confirm} aria-label={`Take ${of.name} out of use`}>
          <p>
            Nothing new is taken for it: messages that name it wait without a facility, and no text, abstract or token
            is made for it. Its patients, abstracts and their follow-up stay where they are, and its numbers stay in
            submissions.
          </p>
          <p>
            {of.people === 0 ? 'Nobody holds a role there' : `${of.people} of its people keep their roles there`}, and{' '}
            {of.tokens === 0 ? 'it has no token' : `${of.tokens} of its tokens go on until revoked`}.
          </p>
          <p className={css.buttons}>
            <button type="button" className={css.action} onClick={() => void use(true)}>
              Take {of.name} out of use
            </button>
            <button type="button" className={css.action} onClick={() => setAsked(null)}>
              Leave
            </button>
          </p>
        </section>
      )}
    </>
  );
}

/** What a sender calls the facility; a name that means another one is moved only when that is said. */
function NameForm({ of, close }: { readonly of: Detail; readonly close: () => void }) {
  const { name } = useNaming();
  const [held, setHeld] = useState<string | null>(null);
  return (
    <SmallForm
      label={`Add a name of ${of.name}`}
      keep="Add"
      prefix="alias-"
      fields={[
        { name: 'field', label: 'Stands in', options: FIELDS },
        { name: 'value', label: 'Name, letter by letter as it is sent', length: 200, required: true, wide: true },
        ...(held === null
          ? []
          : [
              {
                name: 'move',
                label: `${held} Move it to ${of.name}?`,
                wide: true,
                options: [
                  ['no', 'No: leave it where it is'],
                  ['yes', `Yes: it means ${of.name} from now on`],
                ] as const,
              },
            ]),
      ]}
      initial={{ field: 'PID-3' }}
      close={close}
      send={async ({ field = 'PID-3', value = '', move }) => {
        if (held !== null && move !== 'yes') return close();
        try {
          await name(of, field as NameField, value.trim(), move === 'yes');
        } catch (error) {
          if (!(error instanceof ApiProblem) || error.code !== 'alias.taken') throw error;
          return setHeld(error.message);
        }
        close();
      }}
    />
  );
}
