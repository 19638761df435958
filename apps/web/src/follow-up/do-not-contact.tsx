import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { formText } from '../ui/form-text.js';
import { useToast } from '../ui/toast.js';
import { type TaskDetail } from './queries.js';
import { RECIPIENT_WORDS, RECIPIENTS } from './words.js';
import css from './follow-up.module.css';

/** Keep a request not to be contacted, or end one. It holds for every facility; letters cannot pass it. */
export function DoNotContact({ task }: { readonly task: TaskDetail }) {
  const queries = useQueryClient();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    try {
      toast({ text: await work(), kind: 'done' });
      setOpen(false);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    await queries.invalidateQueries({ queryKey: ['follow-up'] });
  };
  const keep = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const recipients = RECIPIENTS.filter((one) => formText(form, one) !== '');
    void attempt(async () => {
      const { lettersWithdrawn, tasksClosed } = await answer(
        api.POST('/api/v1/follow-up/do-not-contact', {
          body: {
            patientId: task.patientId,
            facilityId: task.facilityId,
            recipients,
            askedBy: formText(form, 'askedBy') as Schemas['DoNotContactDto']['askedBy'],
            reason: formText(form, 'reason').trim(),
          },
        }),
      );
      const what = [
        ...(lettersWithdrawn > 0 ? [`${lettersWithdrawn} letters withdrawn`] : []),
        ...(tasksClosed > 0 ? [`${tasksClosed} tasks closed`] : []),
      ].join(', ');
      return `The request is kept${what === '' ? '' : `: ${what}`}.`;
    });
  };
  const end = (id: string): void =>
    void attempt(async () => {
      await answer(api.POST('/api/v1/follow-up/do-not-contact/{id}/end', { params: { path: { id } } }));
      return 'The request has ended. It stays in the history.';
    });
  return (
    <>
      {task.doNotContact.map(({ id, reason }) => (
        <p key={id} className={css.faint}>
          Request “{reason}”{' '}
          <button type="button" className={css.link} onClick={() => end(id)}>
            End it
          </button>
        </p>
      ))}
      {open ? (
        <form className={css.fields} aria-label="Do not contact" onSubmit={keep}>
          <fieldset>
            <legend>Nobody may ask</legend>
            {RECIPIENTS.map((one) => (
              <label key={one} className={css.check}>
                <input type="checkbox" name={one} defaultChecked={one === 'patient' || one === 'contact'} />
                {RECIPIENT_WORDS[one].one}
              </label>
            ))}
          </fieldset>
          <label>
            Asked by
            <select name="askedBy" defaultValue="patient">
              <option value="patient">patient</option>
              <option value="family">family</option>
              <option value="physician">physician</option>
              <option value="registry">registry</option>
            </select>
          </label>
          <label>
            Why, or how they asked
            <input name="reason" required maxLength={500} autoFocus autoComplete="off" />
          </label>
          <p className={css.formEnd}>
            <button type="submit">Keep the request</button>
            <button type="button" onClick={() => setOpen(false)}>
              Leave
            </button>
          </p>
        </form>
      ) : (
        <button type="button" className={css.link} onClick={() => setOpen(true)}>
          They asked not to be contacted
        </button>
      )}
    </>
  );
}
