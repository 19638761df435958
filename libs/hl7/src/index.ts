export * from './acknowledgement.js';
export { plainText } from './charset.js';
export { type Document, readTextFile } from './documents.js';
export { type Envelope, openEnvelope } from './envelope.js';
export { sectionsByHeading } from './headings.js';
export * from './mllp.js';
export * from './parse.js';
export * from './types.js';
