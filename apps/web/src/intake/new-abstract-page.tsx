import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { Told, useForm } from '../ui/form.js';
import { today } from '../ui/today.js';
import { FacilityField, facilityOf, PERSON_FIELDS, PersonFields, personOf, useFacilitiesOf } from './fields.js';
import css from './intake.module.css';

/** An abstract that no report started. The person is found by the identity rules, or made. */
export function NewAbstractPage() {
  const navigate = useNavigate();
  const { facilities } = useFacilitiesOf('abstracts.write');
  const form = useForm({
    fields: ['facilityId', ...PERSON_FIELDS],
    check: (values) => {
      const person = personOf(values, today());
      return {
        ...(facilityOf(values, facilities) === '' ? { facilityId: 'Choose for which facility it is.' } : {}),
        ...(person.items.nameLast === undefined ? { nameLast: 'An abstract begins with a name.' } : {}),
        ...person.wrong,
      };
    },
    send: async (values) => {
      const { items } = personOf(values, today());
      const body = { facilityId: facilityOf(values, facilities), items };
      const made = await answer(api.POST('/api/v1/abstracts', { body }));
      await navigate({ to: '/abstracts/$id', params: { id: made.id } });
    },
  });
  return (
    <main className={css.page} id="main">
      <header>
        <h1>New abstract</h1>
        <p>For a case without a pathology report. A report that is received starts its abstract by itself.</p>
      </header>
      <form className={css.form} aria-label="New abstract" noValidate onSubmit={(event) => void form.submit(event)}>
        <FacilityField form={form} facilities={facilities} />
        <PersonFields form={form} />
        <Told form={form} />
        <Button type="submit" loading={form.busy}>
          Start the abstract
        </Button>
      </form>
    </main>
  );
}
