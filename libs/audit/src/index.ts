export * from './read.js';
export * from './request-context.js';
export * from './seen.js';
export * from './verify.js';
export * from './write.js';
