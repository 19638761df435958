export * from './requires.js';
export * from './rights.js';
