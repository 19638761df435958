export * from './kaplan-meier.js';
