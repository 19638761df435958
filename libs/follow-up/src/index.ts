export * from './dates.js';
export * from './due.js';
export * from './eligibility.js';
export * from './rates.js';
export * from './settings.js';
export * from './survival-time.js';
