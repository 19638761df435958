import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ApiProblem } from '../api/client.js';
import { useMay } from '../session/session.js';
import { showCount, showDate, VITAL } from '../ui/format.js';
import { useToast } from '../ui/toast.js';
import { proposalsQuery } from './queries.js';
import css from './follow-up.module.css';

/** What other facilities heard of patients who are followed here too: taken over, the task ends; not, it goes on. */
export function Proposals({
  facilityId,
  look,
}: {
  readonly facilityId: string | undefined;
  /** Show the person. */
  readonly look: (patientId: string) => void;
}) {
  const may = useMay()('follow-up.write');
  const queries = useQueryClient();
  const toast = useToast();
  const { data } = useQuery(proposalsQuery(facilityId));
  const [open, setOpen] = useState(false);
  const decide = async (id: string, decision: 'accepted' | 'dismissed'): Promise<void> => {
    try {
      await answer(
        api.POST('/api/v1/follow-up/proposals/{id}/decision', { params: { path: { id } }, body: { decision } }),
      );
      toast({
        text: decision === 'accepted' ? 'The contact is taken over.' : 'Not taken over; the task goes on.',
        kind: 'done',
      });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };
  if (data === undefined || data.length === 0) return null;
  return (
    <section className={css.proposals} aria-label="Contacts of other facilities">
      <button type="button" className={css.link} aria-expanded={open} onClick={() => setOpen(!open)}>
        {data.length === 1
          ? 'One contact of another facility waits'
          : `${showCount(data.length)} contacts of other facilities wait`}{' '}
        for your decision
      </button>
      {open && (
        <ul>
          {data.map((one) => (
            <li key={one.id}>
              <button type="button" className={css.link} onClick={() => look(one.patientId)}>
                <bdi>{one.name || 'no name'}</bdi>
              </button>
              <span>
                {VITAL[one.vitalStatus ?? ''] ?? 'heard of'} {showDate(one.dateOfLastContact)}
                {one.causeOfDeath === null || one.vitalStatus !== '0' ? '' : `, cause ${one.causeOfDeath}`}
              </span>
              {may && (
                <span className={css.formEnd}>
                  <button type="button" onClick={() => void decide(one.id, 'accepted')}>
                    Take over
                  </button>
                  <button type="button" onClick={() => void decide(one.id, 'dismissed')}>
                    Not this
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
