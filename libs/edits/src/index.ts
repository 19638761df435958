export { CATALOG, CHAPTERS, EDITS_BY_ID } from './catalog/index.js';
export * from './examples.js';
export { readExample, SHORT_NAMES } from './catalog/short-names.js';
export { type EditRun, type EditSet, runEdits, startRun } from './engine.js';
export * from './reviews.js';
export * from './sets.js';
export { createEditTables, type EditBundles, type EditEngines, type EditTables } from './tables.js';
export * from './types.js';
export { type EditValues } from './values.js';
