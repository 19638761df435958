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
  type ItemDefinition,
  type UserDictionary,
  withUserDictionaries,
} from '@perennial/naaccr';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
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
  /** Items of the standard and of the registry's own dictionaries. */
  readonly dictionary: Dictionary;
  readonly standard: Dictionary;
  /** Ids of the registry's own items that stand on an abstract, in the order of their dictionaries. */
  readonly ownItems: readonly string[];
  readonly codes: CodeTables;
}

/** The registry's own items as definitions; who collects them and with which codes only the dictionary's author knows. */
async function ownDictionaries(): Promise<UserDictionary[]> {
  const dictionaries = await answer(api.GET('/api/v1/dictionaries/items'));
  return dictionaries.map(({ uri, items }) => ({
    uri,
    version: null,
    items: items.map(
      ({ pattern, ...item }) =>
        ({
          ...item,
          section: '',
          allowed: '',
          format: '',
          collect: { npcr: '.', coc: '.', seer: '.', cccr: '.' },
          ...(pattern === null ? {} : { pattern }),
        }) as unknown as ItemDefinition,
    ),
  }));
}

export const itemTablesQuery = queryOptions({
  // The registry's own items are for who is signed in, so they go with the session.
  queryKey: ['tables', 'items'],
  ...forEver,
  queryFn: async (): Promise<ItemTables> => {
    const [items, codes, own] = await Promise.all([
      loadTable<ItemBundle>(itemsUrl),
      loadTable<CodeBundle>(codesUrl),
      ownDictionaries(),
    ]);
    const standard = createDictionary(items);
    const { dictionary } = withUserDictionaries(standard, own);
    const ownItems = dictionary.items.flatMap(({ id, level }) =>
      standard.byId.has(id) || level === 'NaaccrData' ? [] : [id as string],
    );
    return { dictionary, standard, ownItems, codes: createCodeTables(codes) };
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
