export * from './laterality.js';
export * from './recodes.js';
export * from './tables.js';
