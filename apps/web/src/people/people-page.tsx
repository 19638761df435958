import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client.js';
import { useFacilities } from '../facilities/facilities.js';
import { useSession } from '../session/session.js';
import { SmallForm } from '../ui/form.js';
import { showMoment } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { Person } from './person.js';
import { roleWords } from './words.js';
import css from '../settings/settings.module.css';

export type User = Schemas['UserView'];

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: () => answer(api.GET('/api/v1/users')),
});
const rolesQuery = queryOptions({
  queryKey: ['people', 'roles'],
  staleTime: Infinity,
  queryFn: () => answer(api.GET('/api/v1/users/roles')),
});

/** Where roles can be held: `''` is the whole registry, for those who manage all of it. */
export function useRoleChoices() {
  const session = useSession();
  const facilities = useFacilities('users.manage') ?? [];
  const { data: roles = [] } = useQuery(rolesQuery);
  const all = session.rights['users.manage']?.allFacilities === true;
  return {
    roles: roles.map((role): readonly [string, string] => [role, roleWords(role)]),
    places: [
      ...(all ? [['', 'whole registry'] as const] : []),
      ...facilities.map(({ id, name }): readonly [string, string] => [id, name]),
    ],
    placeOf: (id: string | null): string =>
      id === null ? 'whole registry' : (facilities.find((one) => one.id === id)?.name ?? 'a facility'),
  };
}

/** A password that is shown once. */
export interface Secret {
  readonly login: string;
  readonly password: string;
}

/** People who may sign in, their roles, and where they hold them. Nobody changes their own. */
export function PeoplePage() {
  const { data, error, refetch } = useQuery(peopleQuery);
  const { placeOf } = useRoleChoices();
  const [open, setOpen] = useState<string | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const show = (what: string | null): void => {
    setOpen(what);
    if (what !== null) setSecret(null);
  };
  useKeys([{ chord: 'a', label: 'Add a person', group: 'People', run: () => show('new') }]);
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>People and roles</h1>
          <p>
            A role is held at one facility or for the whole registry, and counts from the next click. Whoever manages
            people reads no patient by it.
          </p>
        </div>
        <button type="button" className={css.action} onClick={() => show('new')}>
          Add a person <kbd>a</kbd>
        </button>
      </header>
      {secret !== null && (
        <p className={css.secret} role="status">
          The first password of {secret.login} is <code>{secret.password}</code> It is shown only now, and must be
          changed at the first sign-in.
        </p>
      )}
      {open === 'new' && (
        <div className={css.card}>
          <AddPerson
            close={() => setOpen(null)}
            made={(made) => {
              setSecret(made);
              setOpen(null);
            }}
          />
        </div>
      )}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={8} />}
      {data !== undefined && (
        <table className={css.table}>
          <caption>{data.length === 1 ? 'One person' : `${data.length} people`}</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Login</th>
              <th scope="col">Initials</th>
              <th scope="col">Roles</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {data.map((user) => (
              <Line
                key={user.id}
                user={user}
                placeOf={placeOf}
                isOpen={open === user.id}
                toggle={(on) => show(on ? user.id : null)}
                told={setSecret}
              />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Line({
  user,
  placeOf,
  isOpen,
  toggle,
  told,
}: {
  readonly user: User;
  readonly placeOf: (id: string | null) => string;
  readonly isOpen: boolean;
  readonly toggle: (on: boolean) => void;
  readonly told: (secret: Secret) => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" className={css.link} aria-expanded={isOpen} onClick={() => toggle(!isOpen)}>
            <bdi>{user.name}</bdi>
          </button>
        </th>
        <td>
          <code>{user.login}</code>
        </td>
        <td>{user.initials}</td>
        <td>
          {user.grants.map(({ id, role, facilityId }) => (
            <div key={id}>
              {roleWords(role)}, {placeOf(facilityId)}
            </div>
          ))}
          {user.grants.length === 0 && <span data-mark="none">none</span>}
        </td>
        <td>
          {user.disabled ? (
            <span data-mark="bad">may not sign in</span>
          ) : user.lastSeenAt === null ? (
            <span data-mark="none">never</span>
          ) : (
            showMoment(user.lastSeenAt)
          )}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className={css.opened}>
            <Person user={user} told={told} />
          </td>
        </tr>
      )}
    </>
  );
}

function AddPerson({ close, made }: { readonly close: () => void; readonly made: (secret: Secret) => void }) {
  const queries = useQueryClient();
  const { roles, places } = useRoleChoices();
  if (roles.length === 0 || places.length === 0) return <Skeleton rows={3} />;
  return (
    <SmallForm
      label="Add a person"
      keep="Add"
      prefix="person-"
      fields={[
        { name: 'name', label: 'Name', length: 100, required: true },
        { name: 'login', label: 'Login', length: 100, required: true },
        { name: 'initials', label: 'Initials, written into abstracts', length: 3, required: true },
        { name: 'role', label: 'Role', options: roles },
        { name: 'facilityId', label: 'Where', options: places },
      ]}
      initial={{ role: 'registrar', facilityId: places[0]?.[0] ?? '' }}
      check={({ login = '', initials = '' }) => ({
        ...(/^[a-zA-Z0-9._@-]{2,100}$/.test(login.trim())
          ? {}
          : { login: 'At least two letters or digits; also . _ @ and -, no spaces.' }),
        ...(/^[A-Za-z]{1,3}$/.test(initials.trim()) ? {} : { initials: 'One to three letters.' }),
      })}
      close={close}
      send={async ({ name = '', login = '', initials = '', role = '', facilityId = '' }) => {
        const { password } = await answer(
          api.POST('/api/v1/users', {
            body: {
              name: name.trim(),
              login: login.trim(),
              initials: initials.trim(),
              grants: [{ role: role as Schemas['GrantDto']['role'], ...(facilityId === '' ? {} : { facilityId }) }],
            },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['people'] });
        made({ login: login.trim(), password });
      }}
    />
  );
}
