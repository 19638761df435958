import { readDataJson } from '@perennial/config/node';
import { type SiteTypeBundle } from '@perennial/icdo3';
import { loadIcdo3 } from '@perennial/icdo3/node';
import { loadDictionary } from '@perennial/naaccr/node';
import { loadPrimaries } from '@perennial/primaries/node';
import { loadStagingFacts } from '@perennial/staging/node';
import {
  createEditTables,
  createEngines,
  type EditBundles,
  type EditEngines,
  type EditSet,
  editSet,
  type EditSetId,
  type EditTables,
  type SetChanges,
} from './src/index.js';

let tables: EditTables | undefined;

/** The bundles of the edits as they ship. */
export const loadEditBundles = (): EditBundles => ({
  schemas: readDataJson('edits', 'schemas.json'),
  inputCodes: readDataJson('edits', 'input-codes.json'),
  stagedHistologies: readDataJson('edits', 'staged-histologies.json'),
  histologyYears: readDataJson('edits', 'histology-years.json'),
  surgeryCodes: readDataJson('edits', 'surgery-codes.json'),
  counties: readDataJson('edits', 'counties.json'),
});

/** Engines of other libraries that some edits ask. */
const loadEngines = (): EditEngines => createEngines(loadStagingFacts, loadPrimaries);

/** Tables of the edits, read once. */
export function loadEditTables(): EditTables {
  tables ??= createEditTables(
    loadEditBundles(),
    {
      icdo3: loadIcdo3(),
      siteType: readDataJson<SiteTypeBundle>('icdo3', 'site-type.json'),
      dictionary: loadDictionary('260'),
    },
    loadEngines(),
  );
  return tables;
}

/** A set of edits, ready to run. */
export const loadEditSet = (id: EditSetId, version?: string, changes?: SetChanges): EditSet =>
  editSet(id, loadEditTables(), version, changes);
