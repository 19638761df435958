import { readDataJson } from '@perennial/config/node';
import { loadIcdo3 } from '@perennial/icdo3/node';
import { type CodingBundles, type CodingTables, createCodingTables } from './src/index.js';

let loaded: CodingTables | undefined;

/** The coder's tables, read and indexed once. */
export function loadCodingTables(): CodingTables {
  loaded ??= createCodingTables(loadIcdo3(), {
    terms: readDataJson<CodingBundles['terms']>('coding', 'terms.json'),
    anatomy: readDataJson<CodingBundles['anatomy']>('coding', 'anatomy.json'),
    structure: readDataJson<CodingBundles['structure']>('coding', 'structure.json'),
    cues: readDataJson<CodingBundles['cues']>('coding', 'cues.json'),
    families: readDataJson<CodingBundles['families']>('coding', 'families.json'),
  });
  return loaded;
}
