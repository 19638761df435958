export * from './laterality.js';
export * from './tables.js';
