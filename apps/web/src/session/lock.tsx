import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { answer, api, session as link } from '../api/client.js';
import { Mark } from '../shell/mark.js';
import { formText } from '../ui/form-text.js';
import { sessionQuery, useSession } from './session.js';
import { lastLogin, useSignIn } from './sign-in.js';
import css from './sign-in.module.css';

const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'wheel'] as const;

/**
 * Locks the page after the registry's idle time, or when the API says that the session has ended. What lies below stays as it is, drafts
 * included, and goes on when the same person signs in again; another person starts on an empty page.
 */
export function SessionLock({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const queries = useQueryClient();
  const signIn = useSignIn();
  const [failure, setFailure] = useState<string | null>(null);
  const lastSeen = useRef(Date.now());
  const [locked, setLocked] = useState(false);

  const lock = useCallback(() => setLocked(true), []);

  useEffect(() => {
    link.onSignedOut(lock);
    const seen = (): void => void (lastSeen.current = Date.now());
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, seen, { passive: true, capture: true });
    const timer = setInterval(() => {
      if (Date.now() - lastSeen.current < session.idleMinutes * 60_000) return;
      lock();
      void answer(api.DELETE('/api/v1/session')).catch(() => undefined);
    }, 5_000);
    return () => {
      link.onSignedOut(() => undefined);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, seen, { capture: true });
      clearInterval(timer);
    };
  }, [lock, session.idleMinutes]);

  const open = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const told = await signIn(formText(form, 'login'), formText(form, 'password'));
    // Another person must not see what this one typed.
    if (told === null && queries.getQueryData(sessionQuery.queryKey)?.actor !== session.actor)
      return window.location.assign('/');
    setFailure(told);
    if (told !== null) return form.reset();
    lastSeen.current = Date.now();
    setLocked(false);
    await queries.invalidateQueries();
  };

  return (
    <>
      <div inert={locked} style={{ display: 'contents' }}>
        {children}
      </div>
      {locked && (
        <div className={css.lock} role="dialog" aria-modal="true" aria-label="Session locked">
          <form className={css.card} onSubmit={(event) => void open(event)}>
            <div className={css.brand}>
              <Mark />
              <h1>Locked</h1>
            </div>
            <p className={css.sub}>
              Signed in as {session.name}. What you typed is kept on this page and goes on where you were.
            </p>
            {failure !== null && (
              <p className={css.failure} role="alert">
                {failure}
              </p>
            )}
            <TextInput label="Login" name="login" autoComplete="username" required defaultValue={lastLogin()} />
            <PasswordInput label="Password" name="password" autoComplete="current-password" required autoFocus />
            <Button type="submit" fullWidth>
              Unlock
            </Button>
            <Button variant="subtle" size="xs" onClick={() => window.location.assign('/sign-in')}>
              Sign in as somebody else
            </Button>
          </form>
        </div>
      )}
    </>
  );
}
