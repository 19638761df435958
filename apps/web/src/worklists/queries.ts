import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { type ListQuery } from '../lists/use-listed.js';
import { LIVE_MS } from '../ui/live.js';

export type Row = Schemas['ListedRow'];
export const LISTS = ['drafts', 'screening', 'not-reportable', 'failed', 'unassigned'] as const;
export type List = (typeof LISTS)[number];

/** What the address of a list says: nothing of a person. */
export interface ListSearch {
  readonly owner?: string;
  readonly facilityId?: string;
  readonly reason?: string;
  readonly site?: string;
  readonly source?: 'hl7' | 'text';
  readonly minAgeDays?: number;
  readonly sample?: 'only' | 'all';
  readonly sort?: 'oldest' | 'newest';
  readonly hide?: string;
  readonly at?: string;
}

const filterOf = ({ hide: _hide, at: _at, sort: _sort, ...filter }: ListSearch) => filter;

export const countsQuery = (search: ListSearch = {}) =>
  queryOptions({
    queryKey: ['worklists', 'counts', filterOf(search)],
    refetchInterval: LIVE_MS,
    queryFn: async () => (await answer(api.GET('/api/v1/worklists', { params: { query: filterOf(search) } }))).lists,
  });

export const worklistQuery = (list: List, search: ListSearch): ListQuery<Row> => ({
  queryKey: ['worklists', list, filterOf(search), search.sort],
  read: (part) =>
    answer(
      api.GET('/api/v1/worklists/{list}', {
        params: {
          path: { list },
          query: { ...filterOf(search), ...part, ...(search.sort === undefined ? {} : { sort: search.sort }) },
        },
      }),
    ),
});

/** People who may be given rows of the lists. */
export const assigneesQuery = queryOptions({
  queryKey: ['worklists', 'assignees'],
  staleTime: 5 * 60_000,
  queryFn: () => answer(api.GET('/api/v1/worklists/assignees')),
});
