import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, ApiProblem, type Schemas, session as link } from '../api/client.js';
import { sealWith } from './sealed.js';

export type Session = Omit<Schemas['SessionView'], 'csrf' | 'draftKey'>;

/** Who is signed in; `null` when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  // Nothing is shown before it is known who is here: while the registry is away that is said soon.
  retry: (failures, error) => error instanceof ApiProblem && error.offline && failures < 1,
  queryFn: async (): Promise<Session | null> => {
    try {
      const { csrf, draftKey, ...session } = await answer(api.GET('/api/v1/session'));
      link.setCsrf(csrf);
      link.here(session.actor);
      sealWith(session.actor, draftKey);
      return session;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
});

/** The session of the page; only below the shell, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === undefined || data === null) throw new Error('nobody is signed in here');
  return data;
}

export const mayIn = (session: Session, right: string): boolean => Object.hasOwn(session.rights, right);
export const useMay = (): ((right: string) => boolean) => {
  const session = useSession();
  return (right) => mayIn(session, right);
};
