export * from './daily-pass.js';
export * from './population.js';
export * from './record-contact.js';
export * from './settings.js';
