import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.js';
import { type ListQuery } from '../../lists/use-listed.js';
import { LIVE_MS } from '../../ui/live.js';
import { type Recipient } from '../words.js';
import { type LetterState } from './search.js';

export { type LettersSearch, type LetterState } from './search.js';

export type Suggestion = Schemas['LetterSuggestion'];
export type PlanLine = Schemas['PlanLine'];
export type Batch = Schemas['BatchView'];
export type BatchLetter = Schemas['BatchLetter'];
export type Preview = Schemas['LetterPreview'];

/** Which letters are meant. */
export interface Kind {
  readonly facilityId: string;
  readonly recipient: Recipient;
  readonly number: 1 | 2;
}

/** Letters that one batch takes. */
export const BATCH_LIMIT = 1_000;
/** While letters are printed their batch is looked at often. */
const PRINTING_MS = 1_000;

export const suggestionsQuery = (facilityId: string) =>
  queryOptions({
    queryKey: ['follow-up', 'letters', 'suggestions', facilityId],
    queryFn: () => answer(api.GET('/api/v1/follow-up/letters/suggestions', { params: { query: { facilityId } } })),
  });

export const planQuery = (kind: Kind, taskIds: readonly string[] | null) =>
  queryOptions({
    queryKey: ['follow-up', 'letters', 'plan', kind, taskIds],
    queryFn: () =>
      answer(
        api.POST('/api/v1/follow-up/letters/plans', {
          body: { ...kind, limit: BATCH_LIMIT, ...(taskIds === null ? {} : { taskIds: [...taskIds] }) },
        }),
      ),
  });

export const previewQuery = (kind: Kind, taskId: string) =>
  queryOptions({
    queryKey: ['follow-up', 'letters', 'preview', kind, taskId],
    queryFn: () => answer(api.GET('/api/v1/follow-up/letters/preview', { params: { query: { ...kind, taskId } } })),
  });

export const previewPdf = (kind: Kind, taskId: string): string =>
  `/api/v1/follow-up/letters/preview.pdf?${new URLSearchParams({ facilityId: kind.facilityId, recipient: kind.recipient, number: String(kind.number), taskId }).toString()}`;

export const batchesQuery = queryOptions({
  queryKey: ['follow-up', 'letters', 'batches'],
  refetchInterval: ({ state }) =>
    (state.data as readonly Batch[] | undefined)?.some((batch) => batch.state === 'queued') === true
      ? PRINTING_MS
      : LIVE_MS,
  queryFn: () => answer(api.GET('/api/v1/follow-up/letters/batches')),
});

export const batchLettersQuery = (id: string, state: LetterState | undefined): ListQuery<BatchLetter> => ({
  queryKey: ['follow-up', 'letters', 'of', id, state],
  read: (part) =>
    answer(
      api.GET('/api/v1/follow-up/letters/batches/{id}/letters', {
        params: { path: { id }, query: { ...part, ...(state === undefined ? {} : { state }) } },
      }),
    ),
});

/** Words of a kind of letter as they would be used now. */
export const templateQuery = (kind: Kind) =>
  queryOptions({
    queryKey: ['follow-up', 'letters', 'template', kind],
    queryFn: () => answer(api.GET('/api/v1/follow-up/letters/template', { params: { query: { ...kind } } })),
  });

export const senderQuery = (facilityId: string) =>
  queryOptions({
    queryKey: ['follow-up', 'letters', 'sender', facilityId],
    queryFn: () => answer(api.GET('/api/v1/follow-up/letters/sender', { params: { query: { facilityId } } })),
  });
