export * from './access.js';
export * from './audit.js';
export * from './follow-up.js';
export * from './intake.js';
export * from './letters.js';
export * from './outbox.js';
export * from './registry.js';
export * from './submissions.js';
