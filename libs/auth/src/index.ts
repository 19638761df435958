export * from './accounts.js';
export * from './holders.js';
export * from './identify.js';
export * from './passwords.js';
export * from './requires.js';
export * from './rights.js';
export * from './scope.js';
export * from './sign-in.js';
