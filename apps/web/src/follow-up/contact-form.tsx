import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { parseDate } from '../abstract/parse-value.js';
import { answer, api, ApiProblem } from '../api/client.js';
import { formText } from '../ui/form-text.js';
import { useToast } from '../ui/toast.js';
import { type TaskDetail } from './queries.js';
import css from './follow-up.module.css';

const CHANNELS = [
  'telephone',
  'chart',
  'physician',
  'contact',
  'letter',
  'hospital',
  'linkage',
  'registry',
  'other',
] as const;
const OUTCOMES = [
  'reached',
  'no_answer',
  'wrong_number',
  'returned_mail',
  'refused',
  'told_of_death',
  'moved',
] as const;
const words = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ');
const today = (): string => {
  const now = new Date();
  return `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`;
};

/** The note of a call: date, how, what came of it, how they are. Enter stores it and the next person comes up. */
export function ContactForm({ task, done }: { readonly task: TaskDetail; readonly done: () => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>('reached');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const dead = outcome === 'told_of_death';

  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const date = parseDate(formText(form, 'date'), today());
    if (!date.ok || date.value === null) return setProblems([date.ok ? 'Type the date of the contact.' : date.why]);
    const status = formText(form, 'cancerStatus');
    const cause = formText(form, 'cause').trim().toUpperCase().replace('.', '');
    const note = formText(form, 'note').trim();
    const tumors = Object.fromEntries(
      task.tumors.flatMap(({ tumorId }) =>
        status === '' || tumorId === null ? [] : [[tumorId, { cancerStatus: status }]],
      ),
    );
    try {
      await answer(
        api.POST('/api/v1/follow-up/contacts', {
          body: {
            patientId: task.patientId,
            facilityId: task.facilityId,
            taskId: task.id,
            taskRevision: task.revision,
            contactedOn: date.value,
            channel: formText(form, 'channel') as (typeof CHANNELS)[number],
            outcome,
            items: dead
              ? { vitalStatus: '0', causeOfDeath: cause === '' ? '7797' : cause, icdRevisionNumber: '1' }
              : {},
            ...(Object.keys(tumors).length > 0 ? { tumors } : {}),
            ...(note === '' ? {} : { note }),
          },
        }),
      );
      setProblems([]);
      toast({ text: 'The contact is stored.', kind: 'done' });
      done();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const details = error.errors.map(({ pointer, detail }) => `${pointer.split('/').pop() ?? ''} ${detail}`);
      return setProblems([error.message, ...details]);
    } finally {
      await queries.invalidateQueries({ queryKey: ['follow-up'] });
    }
  };

  return (
    <form className={css.contact} data-contact-form aria-label="Log a contact" onSubmit={(event) => void save(event)}>
      <label>
        Date
        <input name="date" defaultValue="t" aria-describedby="date-hint" autoComplete="off" required />
      </label>
      <label>
        How
        <select name="channel" defaultValue="telephone">
          {CHANNELS.map((channel) => (
            <option key={channel} value={channel}>
              {words(channel)}
            </option>
          ))}
        </select>
      </label>
      <label>
        What came of it
        <select
          value={outcome}
          onChange={(event) => setOutcome(event.currentTarget.value as (typeof OUTCOMES)[number])}
        >
          {OUTCOMES.map((one) => (
            <option key={one} value={one}>
              {words(one)}
            </option>
          ))}
        </select>
      </label>
      {dead ? (
        <label>
          Cause of death (ICD-10)
          <input name="cause" placeholder="7797 if unknown" maxLength={6} autoComplete="off" />
        </label>
      ) : (
        <label>
          Cancer status
          <select name="cancerStatus" defaultValue="">
            <option value="">not told</option>
            <option value="1">1 no evidence</option>
            <option value="2">2 evidence</option>
            <option value="9">9 unknown</option>
          </select>
        </label>
      )}
      <label className={css.note}>
        Note
        <input name="note" maxLength={2000} autoComplete="off" />
      </label>
      <Button type="submit" size="compact-sm">
        Store
      </Button>
      <p id="date-hint" className={css.faint}>
        t is today, t-1 yesterday; 03/2024 where the day is unknown.
      </p>
      {problems.map((text) => (
        <p key={text} className={css.wrong} role="alert">
          {text}
        </p>
      ))}
    </form>
  );
}
