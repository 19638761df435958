export * from './answer-letter.js';
export * from './mailing-list.js';
export * from './make-batch.js';
export * from './physicians.js';
export { printable } from './page-writer.js';
export * from './print-batch.js';
