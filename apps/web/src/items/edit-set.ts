import {
  createEditTables,
  createEngines,
  type EditBundles,
  type EditSet,
  editSet,
  type EditSetId,
} from '@perennial/edits';
import { type SiteTypeBundle } from '@perennial/icdo3';
import {
  createPrimaries,
  type HematopoieticBundle,
  RULE_SETS,
  RULE_SETS_VERSION,
  type TableBundle,
} from '@perennial/primaries';
import { createAlgorithm, type FactBundle, factSource } from '@perennial/staging';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import countiesUrl from '../../../../libs/edits/data/counties.json?url';
import histologyYearsUrl from '../../../../libs/edits/data/histology-years.json?url';
import inputCodesUrl from '../../../../libs/edits/data/input-codes.json?url';
import schemasUrl from '../../../../libs/edits/data/schemas.json?url';
import stagedUrl from '../../../../libs/edits/data/staged-histologies.json?url';
import surgeryUrl from '../../../../libs/edits/data/surgery-codes.json?url';
import hematopoieticUrl from '../../../../libs/primaries/data/hematopoietic.json?url';
import pairTablesUrl from '../../../../libs/primaries/data/tables.json?url';
import factsUrl from '../../../../libs/staging/data/facts.json?url';
import siteTypeUrl from '../../../../libs/icdo3/data/site-type.json?url';
import { type Schemas } from '../api/client.js';
import { icdo3Query, itemTablesQuery, loadTable } from './tables.js';

/** Made at the first call: an engine that no edit asks costs nothing. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** Which set, and what the registry changed of it. */
export type EditSetUse = Schemas['AbstractDetail']['editSet'];

/**
 * The set of edits that the registry completes with, compiled for this page: the same engine, catalog and tables as on the server, so
 * that both say the same.
 */
export const editSetQuery = (queries: QueryClient, use: EditSetUse) =>
  queryOptions({
    queryKey: ['tables', 'edits', use],
    staleTime: Infinity,
    gcTime: Infinity,
    queryFn: async (): Promise<EditSet> => {
      const [
        { standard: dictionary },
        icdo3,
        siteType,
        schemas,
        inputCodes,
        stagedHistologies,
        histologyYears,
        surgeryCodes,
        counties,
        facts,
        pairTables,
        hematopoietic,
      ] = await Promise.all([
        queries.ensureQueryData(itemTablesQuery),
        queries.ensureQueryData(icdo3Query),
        loadTable<SiteTypeBundle>(siteTypeUrl),
        loadTable<EditBundles['schemas']>(schemasUrl),
        loadTable<EditBundles['inputCodes']>(inputCodesUrl),
        loadTable<EditBundles['stagedHistologies']>(stagedUrl),
        loadTable<EditBundles['histologyYears']>(histologyYearsUrl),
        loadTable<EditBundles['surgeryCodes']>(surgeryUrl),
        loadTable<EditBundles['counties']>(countiesUrl),
        loadTable<FactBundle>(factsUrl),
        loadTable<TableBundle>(pairTablesUrl),
        loadTable<HematopoieticBundle>(hematopoieticUrl),
      ]);
      const bundles = { schemas, inputCodes, stagedHistologies, histologyYears, surgeryCodes, counties };
      const engines = createEngines(
        once(() => createAlgorithm(factSource(facts))),
        once(() => createPrimaries(RULE_SETS, RULE_SETS_VERSION, { tables: pairTables, hematopoietic })),
      );
      const tables = createEditTables(bundles, { icdo3, siteType, dictionary }, engines);
      return editSet(use.id as EditSetId, tables, use.version, { off: use.off, severity: use.severity });
    },
  });
