export * from './laterality.js';
export * from './recodes.js';
export * from './search.js';
export * from './sex.js';
export * from './tables.js';
