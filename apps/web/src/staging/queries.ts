import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { LIVE_MS } from '../ui/live.js';

export type Version = Schemas['AlgorithmView'];
export type Run = Schemas['StagingRunView'];

export const versionsQuery = queryOptions({
  queryKey: ['staging', 'versions'],
  queryFn: () => answer(api.GET('/api/v1/staging/algorithms')),
});

const SOON_MS = 1_000;

/** Runs, newest first; looked at every second while one is under way. */
export const runsQuery = queryOptions({
  queryKey: ['staging', 'runs'],
  queryFn: () => answer(api.GET('/api/v1/staging/runs')),
  refetchInterval: ({ state }) => (state.data?.some((run) => run.state === 'running') === true ? SOON_MS : LIVE_MS * 2),
});

/** Algorithms by what registrars call them. */
const NAMES: Readonly<Record<string, string>> = {
  eod_public: 'EOD Public',
  eod: 'EOD, with AJCC stage',
  pediatric: 'Pediatric staging',
  tnm: 'TNM',
  cs: 'Collaborative Stage',
};
export const algorithmName = (id: string): string => NAMES[id] ?? id;
