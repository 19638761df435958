import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api } from '../api/client.js';
import { filled, SmallForm } from '../ui/form.js';
import { showCount } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { Facility, FACILITY_FIELDS, judgeNumbers } from './facility.js';
import { type Detail, detailsQuery } from './queries.js';
import { NamesWithoutFacility } from './without-facility.js';
import css from '../settings/settings.module.css';

const norm = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** Facilities that report here: their numbers, what senders call them, and senders whom nobody knows yet. */
export function FacilitiesPage() {
  const { data, error, refetch } = useQuery(detailsQuery);
  const [wanted, setWanted] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const found = useMemo(() => {
    const words = norm(wanted).split(/\s+/).filter(Boolean);
    return (data ?? []).filter(({ name, facilityNumber, npi, aliases }) => {
      const text = norm([name, facilityNumber, npi, ...aliases.map(({ value }) => value)].join(' '));
      return words.every((word) => text.includes(word));
    });
  }, [data, wanted]);
  useKeys([
    { chord: 'a', label: 'Add a facility', group: 'Facilities', run: () => setOpen('new') },
    { chord: '/', label: 'Find', group: 'Facilities', run: () => document.getElementById('find-facility')?.focus() },
  ]);
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>Facilities</h1>
          <p>
            Hospitals, clinics and practices that report cases. A report belongs to the facility that its message names;
            what senders call a facility stands at it.
          </p>
        </div>
        <input
          id="find-facility"
          type="search"
          aria-label="Find by name, number or a sender’s name"
          placeholder="Name, number, sender’s name"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <button type="button" className={css.action} onClick={() => setOpen('new')}>
          Add a facility <kbd>a</kbd>
        </button>
      </header>
      {open === 'new' && (
        <div className={css.card}>
          <AddFacility close={() => setOpen(null)} made={(id) => setOpen(id)} />
        </div>
      )}
      {data !== undefined && data.length > 0 && <NamesWithoutFacility facilities={data} />}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={8} />}
      {data?.length === 0 && (
        <Empty title="No facility yet">
          Add each facility that reports here, then what its senders call it. Until then reports wait without a
          facility.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <table className={css.table}>
          <caption>
            {found.length === data.length
              ? data.length === 1
                ? 'One facility'
                : `${showCount(data.length)} facilities`
              : `${showCount(found.length)} of ${showCount(data.length)}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Number (item 540)</th>
              <th scope="col">NPI</th>
              <th scope="col">Senders call it</th>
              <th scope="col">People</th>
              <th scope="col">Tokens</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <Line
                key={one.id}
                one={one}
                isOpen={open === one.id}
                toggle={() => setOpen(open === one.id ? null : one.id)}
              />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Line({
  one,
  isOpen,
  toggle,
}: {
  readonly one: Detail;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" className={css.link} aria-expanded={isOpen} onClick={toggle}>
            <bdi>{one.name}</bdi>
          </button>
          {one.retiredAt !== null && (
            <>
              {' '}
              <span data-mark="none">out of use</span>
            </>
          )}
        </th>
        <td>
          <code>{one.facilityNumber}</code>
        </td>
        <td>{one.npi === null ? <span data-mark="none">none</span> : <code>{one.npi}</code>}</td>
        <td>
          {one.aliases.slice(0, 4).map(({ id, field, value }) => (
            <div key={id}>
              {field} <code>{value}</code>
            </div>
          ))}
          {one.aliases.length > 4 && <div>and {one.aliases.length - 4} more</div>}
          {one.aliases.length === 0 && <span data-mark="bad">no name: no message reaches it</span>}
        </td>
        <td>{one.people}</td>
        <td>{one.tokens}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={6} className={css.opened}>
            <Facility key={one.revision} of={one} />
          </td>
        </tr>
      )}
    </>
  );
}

function AddFacility({ close, made }: { readonly close: () => void; readonly made: (id: string) => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  return (
    <SmallForm
      label="Add a facility"
      keep="Add"
      prefix="facility-"
      fields={FACILITY_FIELDS}
      check={judgeNumbers}
      close={close}
      send={async (values) => {
        const { name = '', facilityNumber = '', npi } = filled(values, ['name', 'facilityNumber', 'npi']);
        const { id } = await answer(
          api.POST('/api/v1/facilities', {
            body: { name, facilityNumber, ...(npi === undefined ? {} : { npi }) },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['facilities'] });
        toast({ text: `${name} is added. Now say what its senders call it.`, kind: 'done' });
        made(id);
      }}
    />
  );
}
