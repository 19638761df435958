import { loadCodingTables, loadCodingTablesWith } from '@perennial/coding/node';
import { loadEditTables } from '@perennial/edits/node';
import { loadDictionary } from '@perennial/naaccr/node';
import { loadPrimaries } from '@perennial/primaries/node';
import { loadStagingFacts } from '@perennial/staging/node';
import { type RegistryTables } from './src/index.js';

/** All tables of the standards that the use-cases need, read once at start-up. */
export const loadRegistryTables = (registry: RegistryTables['registry']): RegistryTables => ({
  dictionary: loadDictionary('260'),
  coding: loadCodingTables(),
  withSynonyms: loadCodingTablesWith,
  edits: loadEditTables(),
  primaries: loadPrimaries(),
  staging: loadStagingFacts(),
  registry,
});
