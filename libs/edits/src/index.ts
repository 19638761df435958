export * from './catalog/index.js';
export * from './engine.js';
export * from './types.js';
