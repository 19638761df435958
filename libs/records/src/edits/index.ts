export * from './impact.js';
export * from './judge.js';
export * from './refresh.js';
export * from './reviews.js';
export * from './runs.js';
export * from './set-versions.js';
export * from './sets-in-use.js';
export * from './stored.js';
