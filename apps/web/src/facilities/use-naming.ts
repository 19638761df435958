import { useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
import { useToast } from '../ui/toast.js';
import { type NameField } from './queries.js';

/** Say what a name means, and take that back. Messages that waited with it are run again. */
export function useNaming() {
  const queries = useQueryClient();
  const toast = useToast();
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['facilities'] });
  const name = async (
    facility: { readonly id: string; readonly name: string },
    field: NameField,
    value: string,
    move: boolean,
  ): Promise<void> => {
    const { rerun } = await answer(
      api.POST('/api/v1/facilities/{id}/aliases', {
        params: { path: { id: facility.id } },
        body: { field, value, move },
      }),
    );
    const waited =
      rerun === 0
        ? ''
        : ` ${rerun === 1 ? 'One message that waited is' : `${rerun} messages that waited are`} run again.`;
    toast({ text: `${field} ${value} means ${facility.name} from now on.${waited}`, kind: 'done' });
    await again();
  };
  const forget = async (
    facility: { readonly id: string; readonly name: string },
    alias: { readonly id: string; readonly field: NameField; readonly value: string },
  ): Promise<void> => {
    await answer(
      api.DELETE('/api/v1/facilities/{id}/aliases/{aliasId}', {
        params: { path: { id: facility.id, aliasId: alias.id } },
      }),
    );
    toast({
      text: `${alias.field} ${alias.value} means nobody now: reports under it wait without a facility.`,
      kind: 'done',
      undo: () => void name(facility, alias.field, alias.value, false),
    });
    await again();
  };
  return { name, forget, again };
}
