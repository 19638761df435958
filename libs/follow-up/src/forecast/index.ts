export * from './shortest-list.js';
export * from './yield.js';
