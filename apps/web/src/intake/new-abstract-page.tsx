import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../api/client.js';
import { today } from '../ui/today.js';
import {
  Field,
  focusFirst,
  linked,
  PersonFields,
  personOf,
  refusal,
  useFacilitiesOf,
  type Values,
  type Wrong,
} from './fields.js';
import css from './intake.module.css';

/** An abstract that no report started. The person is found by the identity rules, or made. */
export function NewAbstractPage() {
  const navigate = useNavigate();
  const { facilities } = useFacilitiesOf('abstracts.write');
  const [values, setValues] = useState<Values>({});
  const [wrong, setWrong] = useState<Wrong>({});
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const facilityId = values.facilityId ?? (facilities.length === 1 ? facilities[0]?.id : undefined) ?? '';
  const set = (name: string, value: string): void => setValues({ ...values, [name]: value });

  const start = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const person = personOf(values, today());
    const missing: Record<string, string> = {
      ...(facilityId === '' ? { facilityId: 'Choose for which facility it is.' } : {}),
      ...(person.items.nameLast === undefined ? { nameLast: 'An abstract begins with a name.' } : {}),
      ...person.wrong,
    };
    setWrong(missing);
    setTold(null);
    if (Object.keys(missing).length > 0) return focusFirst(missing);
    setBusy(true);
    try {
      const made = await answer(api.POST('/api/v1/abstracts', { body: { facilityId, items: person.items } }));
      await navigate({ to: '/abstracts/$id', params: { id: made.id } });
    } catch (error) {
      const { wrong: fields, told: words } = refusal(error, ['facilityId', ...Object.keys(person.items)]);
      setWrong(fields);
      setTold(words);
      focusFirst(fields);
      setBusy(false);
    }
  };
  return (
    <main className={css.page} id="main">
      <header>
        <h1>New abstract</h1>
        <p>For a case without a pathology report. A report that is received starts its abstract by itself.</p>
      </header>
      <form className={css.form} aria-label="New abstract" noValidate onSubmit={(event) => void start(event)}>
        <Field name="facilityId" label="Facility" wrong={wrong.facilityId}>
          <select
            {...linked('facilityId', wrong.facilityId)}
            value={facilityId}
            onChange={(event) => set('facilityId', event.currentTarget.value)}
          >
            {facilities.length !== 1 && <option value="">choose</option>}
            {facilities.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <PersonFields values={values} wrong={wrong} set={set} />
        {told !== null && (
          <p className={css.told} role="alert">
            {told}
          </p>
        )}
        <Button type="submit" loading={busy}>
          Start the abstract
        </Button>
      </form>
    </main>
  );
}
