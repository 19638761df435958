import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { ApiProblem } from '../api/client.js';
import { somethingSealed } from '../session/sealed.js';
import css from './states.module.css';

interface Words {
  readonly title: string;
  readonly text: string;
}

/** What happened and what to do, for each kind of failure a page can meet. */
function words(error: unknown): Words {
  if (!(error instanceof ApiProblem))
    return {
      title: 'This page failed',
      text: 'Something in the page itself went wrong. Try again; if it stays, tell your administrator what you did.',
    };
  if (error.status === 0)
    return {
      title: 'The registry cannot be reached',
      text: somethingSealed()
        ? 'The network or the server is away. What you typed and could not send is kept in this tab, sealed: leave it open. This page goes on by itself when the registry is back.'
        : 'The network or the server is away. This page goes on by itself when the registry is back.',
    };
  switch (error.status) {
    case 401:
      return { title: 'Your session has ended', text: 'Sign in again; you come back to this place.' };
    case 403:
      return {
        title: 'You do not have the right to see this',
        text: 'Your roles do not include it. An administrator of the registry can give it to you.',
      };
    case 404:
      return {
        title: 'There is nothing here',
        text: 'The case does not exist, or it belongs to a facility that you do not work for.',
      };
    case 503:
      return {
        title: 'A part of the registry is away',
        text: 'Nothing was stored. It comes back by itself; try again in a moment.',
      };
    default:
      return {
        title: error.status >= 500 ? 'The registry failed' : 'This was refused',
        text:
          error.status >= 500
            ? 'Nothing was changed. Try again; if it stays, give your administrator the number below.'
            : error.message,
      };
  }
}

const LOOK_AGAIN_MS = 5_000;

/** Try again by itself while the registry cannot be heard: when the network comes back, and every few seconds. */
function useRetry(wanted: boolean, retry: (() => void) | undefined): void {
  const again = useRef(retry);
  again.current = retry;
  useEffect(() => {
    if (!wanted) return;
    const look = (): void => again.current?.();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', look);
    };
  }, [wanted]);
}

/** In place of what could not be loaded. */
export function Problem({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const { title, text } = words(error);
  useRetry(error instanceof ApiProblem && error.offline, retry);
  const instance = error instanceof ApiProblem ? error.body.instance : undefined;
  return (
    <div className={css.state} role="alert" data-kind="error">
      <h2>{title}</h2>
      <p>{text}</p>
      {typeof instance === 'string' && <p className={css.faint}>{instance}</p>}
      {retry !== undefined && (
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function PageProblem(props: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  return (
    <main className={css.page} id="main">
      <Problem {...props} />
    </main>
  );
}

/** Says what will appear here, and how. */
export function Empty({ title, children }: { readonly title: string; readonly children?: React.ReactNode }) {
  return (
    <div className={css.state}>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** Grey bars in the shape of a list; CSS shows them only after 200 ms. */
export function Skeleton({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div className={css.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
