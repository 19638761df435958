import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client.js';
import { useSession } from '../session/session.js';
import { refusal, SmallForm } from '../ui/form.js';
import { useToast } from '../ui/toast.js';
import { type Secret, type User, useRoleChoices } from './people-page.js';
import { roleWords } from './words.js';
import css from '../settings/settings.module.css';

/** One person: name, roles given and taken, a new password, signing out everywhere, and no sign-in at all. */
export function Person({ user, told }: { readonly user: User; readonly told: (secret: Secret) => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const toast = useToast();
  const { roles, places, placeOf } = useRoleChoices();
  const [asked, setAsked] = useState<'role' | 'name' | null>(null);
  const path = { id: user.id };
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['people'] });
  const attempt = async (work: () => Promise<string | null>): Promise<void> => {
    try {
      const words = await work();
      if (words !== null) toast({ text: words, kind: 'done' });
    } catch (error) {
      toast({ text: refusal(error, []).told ?? '', kind: 'error' });
    }
    await again();
  };
  if (session.actor === `user:${user.id}`)
    return <p className={css.note}>Somebody else changes your own roles and password resets.</p>;
  return (
    <>
      <ul className={css.lines} aria-label={`Roles of ${user.name}`}>
        {user.grants.map(({ id, role, facilityId }) => (
          <li key={id}>
            {roleWords(role)}, {placeOf(facilityId)}
            <button
              type="button"
              className={css.link}
              aria-label={`Take away: ${roleWords(role)}, ${placeOf(facilityId)}`}
              onClick={() =>
                void attempt(async () => {
                  await answer(
                    api.DELETE('/api/v1/users/{id}/grants/{grantId}', { params: { path: { ...path, grantId: id } } }),
                  );
                  return `${user.name} is ${roleWords(role)} at ${placeOf(facilityId)} no more.`;
                })
              }
            >
              Take away
            </button>
          </li>
        ))}
      </ul>
      <p className={css.buttons}>
        <button type="button" className={css.action} onClick={() => setAsked('role')}>
          Give a role
        </button>
        <button type="button" className={css.action} onClick={() => setAsked('name')}>
          Name and initials
        </button>
        <button
          type="button"
          className={css.action}
          onClick={() =>
            void attempt(async () => {
              const { password } = await answer(api.POST('/api/v1/users/{id}/password', { params: { path } }));
              told({ login: user.login, password });
              return null;
            })
          }
        >
          New password
        </button>
        <button
          type="button"
          className={css.action}
          onClick={() =>
            void attempt(async () => {
              await answer(api.DELETE('/api/v1/users/{id}/sessions', { params: { path } }));
              return `${user.name} is signed out everywhere.`;
            })
          }
        >
          Sign out everywhere
        </button>
        <button
          type="button"
          className={css.action}
          onClick={() =>
            void attempt(async () => {
              const disabled = !user.disabled;
              await answer(api.PATCH('/api/v1/users/{id}', { params: { path }, body: { disabled } }));
              return disabled ? `${user.name} may not sign in any more.` : `${user.name} may sign in again.`;
            })
          }
        >
          {user.disabled ? 'May sign in again' : 'May not sign in'}
        </button>
      </p>
      {asked === 'role' && (
        <SmallForm
          label={`Give ${user.name} a role`}
          keep="Give"
          prefix="grant-"
          fields={[
            { name: 'role', label: 'Role', options: roles },
            { name: 'facilityId', label: 'Where', options: places },
          ]}
          initial={{ role: 'registrar', facilityId: places[0]?.[0] ?? '' }}
          close={() => setAsked(null)}
          send={async ({ role = '', facilityId = '' }) => {
            await answer(
              api.POST('/api/v1/users/{id}/grants', {
                params: { path },
                body: { role: role as Schemas['GrantDto']['role'], ...(facilityId === '' ? {} : { facilityId }) },
              }),
            );
            setAsked(null);
            await again();
          }}
        />
      )}
      {asked === 'name' && (
        <SmallForm
          label={`Name of ${user.login}`}
          prefix="name-"
          fields={[
            { name: 'name', label: 'Name', length: 100, required: true },
            { name: 'initials', label: 'Initials', length: 3, required: true },
          ]}
          initial={{ name: user.name, initials: user.initials }}
          close={() => setAsked(null)}
          send={async ({ name = '', initials = '' }) => {
            await answer(
              api.PATCH('/api/v1/users/{id}', {
                params: { path },
                body: { name: name.trim(), initials: initials.trim() },
              }),
            );
            setAsked(null);
            await again();
          }}
        />
      )}
    </>
  );
}
