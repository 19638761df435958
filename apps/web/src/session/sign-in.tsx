import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem, session as link } from '../api/client.js';
import { Mark } from '../shell/mark.js';
import { formText } from '../ui/form-text.js';
import { sessionQuery } from './session.js';
import css from './sign-in.module.css';

/** The login typed on this page, for the lock. In memory only. */
let typedLogin = '';
export const lastLogin = (): string => typedLogin;

/** Sign in and read who it is. @returns what to tell when it failed. */
export function useSignIn(): (login: string, password: string) => Promise<string | null> {
  const queries = useQueryClient();
  return async (login, password) => {
    try {
      const { csrf } = await answer(api.POST('/api/v1/session', { body: { login: login.trim(), password } }));
      link.setCsrf(csrf);
      typedLogin = login.trim();
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      link.signedIn();
      return null;
    } catch (error) {
      return error instanceof ApiProblem ? error.message : 'Signing in failed.';
    }
  };
}

export function SignInPage() {
  const signIn = useSignIn();
  const navigate = useNavigate();
  const { from } = useSearch({ from: '/sign-in' });
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    const told = await signIn(formText(form, 'login'), formText(form, 'password'));
    setBusy(false);
    setFailure(told);
    if (told === null) await navigate({ href: from ?? '/' });
  };

  return (
    <main className={css.page} id="main">
      <form className={css.card} onSubmit={(event) => void submit(event)}>
        <div className={css.brand}>
          <Mark />
          <h1>Perennial</h1>
        </div>
        <p className={css.sub}>Cancer registry. For authorized persons only; what you look at is recorded.</p>
        {failure !== null && (
          <p className={css.failure} role="alert">
            {failure}
          </p>
        )}
        <TextInput label="Login" name="login" autoComplete="username" required autoFocus data-autofocus />
        <PasswordInput label="Password" name="password" autoComplete="current-password" required />
        <Button type="submit" loading={busy} fullWidth>
          Sign in
        </Button>
      </form>
    </main>
  );
}
