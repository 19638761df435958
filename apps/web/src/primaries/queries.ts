import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';

export type Pair = Schemas['ComparisonDetail'];
export type PairLine = Schemas['ComparisonSummary'];

/** Pairs that wait for a decision, oldest first; or all of them. */
export const pairsQuery = (open: boolean) =>
  infiniteQueryOptions({
    queryKey: ['primaries', 'list', open],
    refetchInterval: 20_000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/primaries/comparisons', {
          params: { query: { open, limit: 100, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const pairQuery = (id: string) =>
  queryOptions({
    queryKey: ['primaries', 'pair', id],
    queryFn: () => answer(api.GET('/api/v1/primaries/comparisons/{id}', { params: { path: { id } } })),
  });

/** What the rules, or a person, say of a pair, in words. */
export const RESULTS: Readonly<Record<Pair['verdict']['result'], string>> = {
  SINGLE_PRIMARY: 'One primary',
  MULTIPLE_PRIMARIES: 'Two primaries',
  QUESTIONABLE: 'Not certain',
  INVALID_INPUT: 'A value cannot be judged',
  NOT_COVERED: 'No rules for these years',
};
export const DECISIONS = { same_primary: 'One primary', separate_primaries: 'Two primaries' } as const;

/** `breast-2018`, `M7` as `breast 2018, rule M7`. */
export const ruleWords = (group: string | null, step: string | null): string =>
  [group?.replaceAll('-', ' '), step === null ? undefined : `rule ${step}`].filter(Boolean).join(', ');
