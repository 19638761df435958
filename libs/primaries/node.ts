import { readDataJson } from '@perennial/config/node';
import {
  createPrimaries,
  type HematopoieticBundle,
  type Primaries,
  RULE_SETS,
  RULE_SETS_VERSION,
  type TableBundle,
} from './src/index.js';

let loaded: Primaries | undefined;

/** The engine with the rules and tables that ship with the product, built once. */
export function loadPrimaries(): Primaries {
  loaded ??= createPrimaries(RULE_SETS, RULE_SETS_VERSION, {
    tables: readDataJson<TableBundle>('primaries', 'tables.json'),
    hematopoietic: readDataJson<HematopoieticBundle>('primaries', 'hematopoietic.json'),
  });
  return loaded;
}
