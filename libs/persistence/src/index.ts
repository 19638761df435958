export * from './data-source.js';
export * from './entities/index.js';
export * from './outbox.js';
export * from './scoped.js';
export * from './scoped-tables.js';
