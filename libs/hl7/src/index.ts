export * from './acknowledgement.js';
export * from './mllp.js';
export * from './parse.js';
export * from './types.js';
