import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';

export type ReportDetail = Schemas['ReportDetail'];
export type ReportText = ReportDetail['texts'][number];

/** A report with every version of its text. */
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: () => answer(api.GET('/api/v1/reports/{id}', { params: { path: { id } } })),
  });
