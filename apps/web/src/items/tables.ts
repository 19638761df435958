import {
  createIcdo3,
  type Icdo3,
  type MorphologyBundle,
  type SiteTypeBundle,
  type TopographyBundle,
} from '@perennial/icdo3';
import {
  type CodeBundle,
  type CodeTables,
  createCodeTables,
  createDictionary,
  type Dictionary,
  type ItemBundle,
} from '@perennial/naaccr';
import { queryOptions, useQuery } from '@tanstack/react-query';
import itemsUrl from '../../../../libs/naaccr/data/260/items.json?url';
import codesUrl from '../../../../libs/naaccr/data/260/codes.json?url';
import topographyUrl from '../../../../libs/icdo3/data/topography.json?url';
import morphologyUrl from '../../../../libs/icdo3/data/morphology.json?url';
import siteTypeUrl from '../../../../libs/icdo3/data/site-type.json?url';

/** Tables of the standards are files with hashed names: fetched once after the first paint, then kept by the browser. */
export async function loadTable<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`table ${url} answered ${response.status}`);
  return (await response.json()) as T;
}

const forEver = { staleTime: Infinity, gcTime: Infinity } as const;

export interface ItemTables {
  readonly dictionary: Dictionary;
  readonly codes: CodeTables;
}

export const itemTablesQuery = queryOptions({
  queryKey: ['tables', 'items'],
  ...forEver,
  queryFn: async (): Promise<ItemTables> => {
    const [items, codes] = await Promise.all([loadTable<ItemBundle>(itemsUrl), loadTable<CodeBundle>(codesUrl)]);
    return { dictionary: createDictionary(items), codes: createCodeTables(codes) };
  },
});

export const icdo3Query = queryOptions({
  queryKey: ['tables', 'icdo3'],
  ...forEver,
  queryFn: async (): Promise<Icdo3> => {
    const [topography, morphology, siteType] = await Promise.all([
      loadTable<TopographyBundle>(topographyUrl),
      loadTable<MorphologyBundle>(morphologyUrl),
      loadTable<SiteTypeBundle>(siteTypeUrl),
    ]);
    return createIcdo3({ topography, morphology, siteType });
  },
});

export const useItemTables = (): ItemTables | undefined => useQuery(itemTablesQuery).data;
export const useIcdo3 = (): Icdo3 | undefined => useQuery(icdo3Query).data;
