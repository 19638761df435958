import { type Edit, type EditSet, type EditTables } from '../types.js';
import { compileSet } from '../engine.js';
import { DATES } from './dates.js';
import { FIELDS } from './fields.js';
import { INTER_FIELD } from './inter-field.js';

/** Every edit, in run order: field, then inter-field. */
export const CATALOG: readonly Edit[] = [
  ...DATES.filter(({ level }) => level === 'field'),
  ...FIELDS,
  ...DATES.filter(({ level }) => level !== 'field'),
  ...INTER_FIELD,
];

/** Sets by name. All first edits belong to every set; they part where more edits come. */
export const SETS = { completion: '1', submission: '1', hospital: '1', central: '1' } as const;

export type EditSetId = keyof typeof SETS;

/** A compiled set. */
export const editSet = (id: EditSetId, tables: EditTables): EditSet => compileSet(id, SETS[id], CATALOG, tables);
