import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { filled, SmallForm } from '../../ui/form.js';
import { Problem, Skeleton } from '../../ui/problem.js';
import { senderQuery } from './queries.js';

const FIELDS = [
  { name: 'letterhead', label: 'Letterhead', length: 80, required: true, wide: true },
  {
    name: 'envelope',
    label: 'On the envelope, without a word of what it is about',
    length: 80,
    required: true,
    wide: true,
  },
  { name: 'line1', label: 'Street', length: 60, required: true },
  { name: 'line2', label: 'Second line', length: 60 },
  { name: 'city', label: 'City', length: 50, required: true },
  { name: 'state', label: 'State', length: 20, required: true },
  { name: 'postalCode', label: 'Postal code', length: 12, required: true },
  { name: 'telephone', label: 'Telephone', length: 20 },
] as const;

/** The sender of a facility's letters. What stands on the envelope may not tell what the letter is about. */
export function SenderForm({ facilityId, close }: { readonly facilityId: string; readonly close: () => void }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(senderQuery(facilityId));
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Skeleton rows={4} />;
  return (
    <SmallForm
      label="Who writes"
      fields={FIELDS}
      initial={Object.fromEntries(FIELDS.map(({ name }) => [name, data[name] ?? '']))}
      close={close}
      send={async (values) => {
        const { line2, telephone, ...rest } = filled(
          values,
          FIELDS.map(({ name }) => name),
        );
        const { letterhead = '', envelope = '', line1 = '', city = '', state = '', postalCode = '' } = rest;
        await answer(
          api.POST('/api/v1/follow-up/letters/sender', {
            body: {
              facilityId,
              letterhead,
              envelope,
              line1,
              city,
              state,
              postalCode,
              ...(line2 === undefined ? {} : { line2 }),
              ...(telephone === undefined ? {} : { telephone }),
            },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['follow-up', 'letters'] });
        close();
      }}
    />
  );
}
