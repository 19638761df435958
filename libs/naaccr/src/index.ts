export * from './items.js';
export * from './partial-date.js';
export * from './writer.js';
