import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { type History } from '../patients/history.js';

export type Pair = Schemas['PairOfTumor'];
export type Stage = Schemas['StageOfTumor'];
export type Tumor = Omit<Schemas['TumorDetail'], 'rows'> & { readonly rows: readonly History[] };

/** A tumor with the abstracts that it was made of and every change. */
export const tumorQuery = (id: string) =>
  queryOptions({
    queryKey: ['tumor', id],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/tumors/{id}', { params: { path: { id } } }))) as unknown as Tumor,
  });
