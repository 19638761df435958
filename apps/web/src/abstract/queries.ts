import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';

export const abstractQuery = (id: string) =>
  queryOptions({
    queryKey: ['abstract', id],
    queryFn: () => answer(api.GET('/api/v1/abstracts/{id}', { params: { path: { id } } })),
    // The draft is watched while it is open: another person may be at it too.
    refetchInterval: 20_000,
  });

export const facilitiesQuery = queryOptions({
  queryKey: ['facilities'],
  staleTime: 5 * 60_000,
  queryFn: () => answer(api.GET('/api/v1/facilities')),
});

export const lineageQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['lineage', id, revision],
    queryFn: () => answer(api.GET('/api/v1/abstracts/{id}/lineage', { params: { path: { id } } })),
  });
