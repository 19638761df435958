import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { LIVE_MS } from '../ui/live.js';

export type Detail = Schemas['FacilityDetail'];
export type NameField = Schemas['AliasView']['field'];

export const detailsQuery = queryOptions({
  queryKey: ['facilities', 'details'],
  queryFn: () => answer(api.GET('/api/v1/facilities/details')),
});

/** What intake waits with: failed messages, reports without a facility, and the names of their senders. */
export const waitingQuery = queryOptions({
  queryKey: ['facilities', 'waiting'],
  refetchInterval: LIVE_MS * 2,
  queryFn: () => answer(api.GET('/api/v1/facilities/waiting')),
});

/** Where in a message a facility is named, the field that decides first before the others. */
export const FIELDS: readonly (readonly [NameField, string])[] = [
  ['ORC-21', 'ORC-21, who ordered'],
  ['PID-3', 'PID-3, owner of the record number'],
  ['MSH-4', 'MSH-4, who sends'],
];

/** A count that stops at 1,000. */
export const upTo = (count: number): string => (count > 1_000 ? '1,000+' : count.toLocaleString('en-US'));
