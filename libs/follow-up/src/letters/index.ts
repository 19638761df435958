export * from './code.js';
export * from './fields.js';
export * from './privacy.js';
export * from './templates.js';
