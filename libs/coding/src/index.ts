export * from './code-report.js';
export * from './reportability.js';
export * from './tables.js';
export * from './types.js';
