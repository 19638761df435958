import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem } from '../api/client.js';
import { formText } from '../ui/form-text.js';
import { useToast } from '../ui/toast.js';
import { sessionQuery, useSession } from './session.js';
import css from './account.module.css';

/** The own password, and signing out everywhere. Also what a person meets first whose password was given by somebody else. */
export function AccountPage() {
  const session = useSession();
  const queries = useQueryClient();
  const toast = useToast();
  const [problems, setProblems] = useState<readonly string[]>([]);

  const change = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const password = formText(form, 'password');
    if (password !== formText(form, 'again')) return setProblems(['The two new passwords differ.']);
    try {
      await answer(
        api.POST('/api/v1/session/password', {
          body: { current: formText(form, 'current'), password },
        }),
      );
      setProblems([]);
      form.reset();
      toast({ text: 'Your password was changed. Every other session of yours has ended.', kind: 'done' });
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const details = error.errors.map(({ detail }) => `The new password ${detail}.`);
      setProblems(details.length > 0 ? details : [error.message]);
    }
  };

  const everywhere = async (): Promise<void> => {
    await answer(api.DELETE('/api/v1/session/all'));
    window.location.assign('/sign-in');
  };

  return (
    <main className={css.page} id="main">
      <h1>{session.name}</h1>
      {session.mustChange && (
        <p className={css.note}>Somebody else knows your password. Choose one of your own before you go on.</p>
      )}
      <form className={css.form} onSubmit={(event) => void change(event)}>
        <h2>Change password</h2>
        {problems.map((text) => (
          <p key={text} className={css.problem} role="alert">
            {text}
          </p>
        ))}
        <PasswordInput label="Current password" name="current" autoComplete="current-password" required />
        <PasswordInput
          label="New password"
          name="password"
          description="At least 12 characters. Several words are easier to remember than signs."
          autoComplete="new-password"
          required
        />
        <PasswordInput label="New password again" name="again" autoComplete="new-password" required />
        <Button type="submit">Change password</Button>
      </form>
      <section className={css.form}>
        <h2>Sessions</h2>
        <p>Lost a device, or left one signed in? End every session, this one too.</p>
        <Button variant="default" onClick={() => void everywhere()}>
          Sign out everywhere
        </Button>
      </section>
    </main>
  );
}
