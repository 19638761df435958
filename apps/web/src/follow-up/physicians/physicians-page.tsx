import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../session/session.js';
import { filled, SmallForm } from '../../ui/form.js';
import { showCount, showDate } from '../../ui/format.js';
import { useKeys } from '../../ui/keys.js';
import { Empty, Problem, Skeleton } from '../../ui/problem.js';
import { useToast } from '../../ui/toast.js';
import { FollowUpTabs } from '../tabs.js';
import css from '../../settings/settings.module.css';

type Physician = Schemas['Physician'];

const physiciansQuery = queryOptions({
  queryKey: ['follow-up', 'physicians'],
  queryFn: () => answer(api.GET('/api/v1/follow-up/physicians')),
});

const FIELDS = [
  {
    name: 'name',
    label: 'Name as in the address',
    length: 80,
    required: true,
    wide: true,
    placeholder: 'Dr. Ada Winslow',
  },
  { name: 'npi', label: 'NPI', length: 10 },
  { name: 'localCode', label: 'Local code, where there is no NPI', length: 10 },
  { name: 'line1', label: 'Street', length: 60, required: true },
  { name: 'line2', label: 'Second line', length: 60 },
  { name: 'city', label: 'City', length: 50, required: true },
  { name: 'state', label: 'State', length: 20, required: true },
  { name: 'postalCode', label: 'Postal code', length: 12, required: true },
  { name: 'telephone', label: 'Telephone', length: 20 },
  {
    name: 'letters',
    label: 'Letters',
    options: [
      ['yes', 'takes letters'],
      ['no', 'takes no letters'],
    ],
  },
] as const;
type Name = (typeof FIELDS)[number]['name'];

const norm = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** Physicians and other registries who can be written to: who gets letters, where, and why not. */
export function PhysiciansPage() {
  const may = useMay()('follow-up.write');
  const { data, error, refetch } = useQuery(physiciansQuery);
  const [wanted, setWanted] = useState('');
  const [open, setOpen] = useState<Physician | 'new' | null>(null);
  const found = useMemo(() => {
    const words = norm(wanted).split(/\s+/).filter(Boolean);
    return (data ?? []).filter((one) => {
      const text = norm([one.name, one.npi, one.localCode, one.line1, one.city, one.telephone].join(' '));
      return words.every((word) => text.includes(word));
    });
  }, [data, wanted]);
  useKeys([
    ...(may ? [{ chord: 'a', label: 'Add a physician', group: 'Physicians', run: () => setOpen('new') }] : []),
    { chord: '/', label: 'Find', group: 'Physicians', run: () => document.getElementById('find-physician')?.focus() },
  ]);
  return (
    <main className={css.screen} id="main">
      <FollowUpTabs />
      <div className={css.page}>
        <header className={css.head}>
          <div>
            <h1>Physicians and other registries</h1>
            <p>
              A letter goes out when a case names one of these by its NPI or local code. Facilities share the list;
              returned mail marks an address, and a corrected one is good again.
            </p>
          </div>
          <input
            id="find-physician"
            type="search"
            aria-label="Find by name, code, place or telephone"
            placeholder="Name, code, place"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
          {may && (
            <button type="button" className={css.action} onClick={() => setOpen('new')}>
              Add <kbd>a</kbd>
            </button>
          )}
        </header>
        {open === 'new' && (
          <div className={css.card}>
            <PhysicianForm close={() => setOpen(null)} />
          </div>
        )}
        {error !== null && <Problem error={error} retry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton rows={10} />}
        {data?.length === 0 && (
          <Empty title="Nobody can be written to yet">
            Add the physicians that your cases name, with their NPI or the code that you use, and an address.
          </Empty>
        )}
        {data !== undefined && data.length > 0 && (
          <table className={css.table}>
            <caption>
              {found.length === data.length
                ? `${showCount(data.length)} known`
                : `${showCount(found.length)} of ${showCount(data.length)}`}
              {data.length >= 2_000 ? '; the first 2,000 by name are shown' : ''}
            </caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">NPI or code</th>
                <th scope="col">Address</th>
                <th scope="col">Telephone</th>
                <th scope="col">Letters</th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <Line
                  key={one.id}
                  one={one}
                  may={may}
                  isOpen={open !== 'new' && open?.id === one.id}
                  toggle={(on) => setOpen(on ? one : null)}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}

function Line({
  one,
  may,
  isOpen,
  toggle,
}: {
  readonly one: Physician;
  readonly may: boolean;
  readonly isOpen: boolean;
  readonly toggle: (on: boolean) => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">
          {may ? (
            <button type="button" className={css.link} aria-expanded={isOpen} onClick={() => toggle(!isOpen)}>
              <bdi>{one.name}</bdi>
            </button>
          ) : (
            <bdi>{one.name}</bdi>
          )}
        </th>
        <td>
          <code>{one.npi ?? one.localCode}</code>
        </td>
        <td>
          <bdi>
            {[one.line1, one.line2, one.city, [one.state, one.postalCode].join(' ')].filter(Boolean).join(', ')}
          </bdi>
        </td>
        <td>{one.telephone}</td>
        <td>
          {one.noLetters ? (
            <span data-mark="none">takes none</span>
          ) : one.badSince !== null ? (
            <span data-mark="bad">mail came back {showDate(one.badSince)}</span>
          ) : (
            'yes'
          )}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className={css.opened}>
            <PhysicianForm of={one} close={() => toggle(false)} />
          </td>
        </tr>
      )}
    </>
  );
}

function PhysicianForm({ of, close }: { readonly of?: Physician; readonly close: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const initial =
    of === undefined
      ? { letters: 'yes' }
      : {
          ...Object.fromEntries(FIELDS.flatMap(({ name }) => (name === 'letters' ? [] : [[name, of[name] ?? '']]))),
          letters: of.noLetters ? 'no' : 'yes',
        };
  return (
    <SmallForm
      label={of === undefined ? 'Add a physician' : `Correct ${of.name}`}
      fields={FIELDS}
      initial={initial}
      prefix="physician-"
      check={(values) => ({
        ...((values.npi ?? '').trim() === '' && (values.localCode ?? '').trim() === ''
          ? { npi: 'An NPI or a local code is needed: cases name the physician by it.' }
          : {}),
        ...(/^(\d{10})?$/.test((values.npi ?? '').trim()) ? {} : { npi: 'An NPI has ten digits.' }),
        // Its code is what a physician is known by: another one would be another physician.
        ...(of?.npi !== null && of?.npi !== undefined && (values.npi ?? '').trim() !== of.npi
          ? { npi: `This physician is known by ${of.npi}. Add the other NPI as a new one.` }
          : {}),
      })}
      close={close}
      send={async (values) => {
        const typed = filled<Name>(
          values,
          FIELDS.map(({ name }) => name),
        );
        const { letters, name = '', line1 = '', city = '', state = '', postalCode = '', ...codes } = typed;
        await answer(
          api.POST('/api/v1/follow-up/physicians', {
            body: { ...codes, name, line1, city, state, postalCode, noLetters: letters === 'no' },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['follow-up'] });
        toast({ text: `${name} is kept. Letters made from now on use it.`, kind: 'done' });
        close();
      }}
    />
  );
}
