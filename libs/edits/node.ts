import { loadIcdo3 } from '@perennial/icdo3/node';
import { type EditSet, editSet, type EditSetId, type EditTables } from './src/index.js';

let tables: EditTables | undefined;

/** Tables of the edits, read once. */
export function loadEditTables(): EditTables {
  if (tables === undefined) {
    const { topography, morphology } = loadIcdo3();
    tables = {
      sites: new Set(topography.keys()),
      histologies: new Set([...morphology.keys()].map((code) => code.slice(0, 4))),
    };
  }
  return tables;
}

/** A set of edits, ready to run. */
export const loadEditSet = (id: EditSetId): EditSet => editSet(id, loadEditTables());
