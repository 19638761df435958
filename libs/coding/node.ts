import { readDataJson } from '@perennial/config/node';
import { loadIcdo3 } from '@perennial/icdo3/node';
import { type AnatomyBundle, type CodingTables, createCodingTables, type TermBundle } from './src/index.js';

let loaded: CodingTables | undefined;

/** The coder's tables, read and indexed once. */
export function loadCodingTables(): CodingTables {
  loaded ??= createCodingTables(
    loadIcdo3(),
    readDataJson<TermBundle>('coding', 'terms.json'),
    readDataJson<AnatomyBundle>('coding', 'anatomy.json'),
  );
  return loaded;
}
