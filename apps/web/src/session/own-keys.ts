import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answer, api } from '../api/client.js';
import { adoptKeys, chosenKeys, whenChosen } from '../ui/keys.js';
import { noteUnsent, unsentOf } from '../ui/own-keys.js';
import { sessionQuery, useSession } from './session.js';

/** The keys that a person chose are kept with the person: they hold on every machine. What could not be sent is sent with the next page. */
export function useOwnKeys(): void {
  const { actor, keys } = useSession();
  const queries = useQueryClient();
  useEffect(() => {
    const send = async (): Promise<void> => {
      const sent = chosenKeys();
      noteUnsent(actor);
      try {
        await answer(api.PUT('/api/v1/session/keys', { body: { keys: sent }, keepalive: true }));
      } catch {
        return;
      }
      if (chosenKeys() !== sent) return;
      noteUnsent(null);
      queries.setQueryData(sessionQuery.queryKey, (known) => (known == null ? known : { ...known, keys: sent }));
    };
    whenChosen(() => void send());
    if (unsentOf() === actor) void send();
    else adoptKeys(keys);
    return () => whenChosen(() => undefined);
  }, [actor, keys, queries]);
}
