import { type CodeTables } from '@perennial/naaccr';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api, type Schemas } from '../api/client.js';
import { useMay } from '../session/session.js';

export type StagingItem = Schemas['StagingItem'];
type Evaluation = Schemas['StagingEvaluation'];

/** What staging asks for in a case. */
export interface Asked {
  readonly algorithm: string | undefined;
  /** `null` while the schema is not known. */
  readonly schema: string | null;
  /** Items that would tell which schema it is. */
  readonly wanted: readonly string[];
  /** Every item that applies, by its id. */
  readonly items: ReadonlyMap<string, StagingItem>;
  /** Site-specific items that a standard setter wants, in the order of the schema, and the others that apply. */
  readonly needed: readonly string[];
  readonly more: readonly string[];
  readonly derived: Readonly<Record<string, string>>;
  /** Items that could still change what is derived. */
  readonly open: readonly string[];
}

const isNeeded = ({ required }: StagingItem): boolean => required.npcr || required.coc || required.seer !== 'no';

/** Read the answer of the API: the algorithm that found a schema speaks, else the first one. */
export function askedBy(evaluations: readonly Evaluation[]): Asked {
  const found = evaluations.find(({ schema }) => schema !== null) ?? evaluations[0];
  const items = found?.items ?? [];
  const specific = items.filter(({ ssdi }) => ssdi);
  return {
    algorithm: found?.algorithm,
    schema: found?.schema?.name ?? null,
    wanted: found?.wanted ?? [],
    items: new Map(items.map((one) => [one.item, one])),
    needed: specific.filter(isNeeded).map(({ item }) => item),
    more: specific.filter((one) => !isNeeded(one)).map(({ item }) => item),
    derived: found?.derived ?? {},
    open: found?.open.map(({ item }) => item) ?? [],
  };
}

const NOTHING = askedBy([]);

/** What staging asks for in an abstract as it is stored at a revision; what it was before stays until the answer is there. */
export function useAsked(id: string, revision: number): Asked {
  const { data } = useQuery(
    queryOptions({
      queryKey: ['abstract-staging', id, revision],
      staleTime: Infinity,
      placeholderData: keepPreviousData,
      queryFn: () => answer(api.GET('/api/v1/abstracts/{id}/staging', { params: { path: { id } } })),
    }),
  );
  return useMemo(() => (data === undefined ? NOTHING : askedBy(data)), [data]);
}

const tableQuery = (algorithm: string | undefined, table: string) =>
  queryOptions({
    queryKey: ['staging-table', algorithm, table],
    staleTime: Infinity,
    gcTime: Infinity,
    queryFn: () =>
      answer(
        api.GET('/api/v1/staging/tables/{id}', {
          params: { path: { id: table }, query: algorithm === undefined ? {} : { algorithm } },
        }),
      ),
  });

/**
 * Codes of an item in this case: of the schema's own table where staging asks for the item, of the standard's otherwise.
 *
 * @param wanted whether the codes are looked at now; a table is fetched once and only then.
 */
export function useCodes(item: string, standard: CodeTables, asked: Asked, wanted: boolean): CodeTables {
  const may = useMay();
  const found = asked.items.get(item);
  // Site, histology and dates have tables in a schema too, which say when they fit it and not what they mean.
  const table = found !== undefined && (found.ssdi || found.item.startsWith('eod')) ? found.table : null;
  const { data } = useQuery({
    ...tableQuery(asked.algorithm, table ?? ''),
    enabled: table !== null && wanted && may('staging.read'),
  });
  return useMemo(
    () =>
      data === undefined || data.codes.length === 0
        ? standard
        : new Map([
            [
              item,
              data.codes
                .filter(({ code }) => code !== '*' && code !== '')
                .map(({ code, label }) => ({
                  code,
                  label,
                  kind: /^[\w.]+-[\w.]+$/.test(code) ? ('range' as const) : ('code' as const),
                })),
            ],
          ]),
    [data, item, standard],
  );
}
