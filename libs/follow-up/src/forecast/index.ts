export * from './curve-days.js';
export * from './shortest-list.js';
export * from './yield.js';
