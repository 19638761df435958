import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { type History } from './history.js';

export type Patient = Schemas['PatientDetail'];

export const patientQuery = (id: string) =>
  queryOptions({
    queryKey: ['patient', id],
    queryFn: () => answer(api.GET('/api/v1/patients/{id}', { params: { path: { id } } })),
  });

/** The patient, tumors and abstracts with every change. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['patient', id, 'history'],
    queryFn: async () => {
      const { rows } = await answer(api.GET('/api/v1/patients/{id}/history', { params: { path: { id } } }));
      return rows as unknown as readonly History[];
    },
  });
