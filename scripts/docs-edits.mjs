/** Write docs/edits.md from the catalog of edits. A test says when it is out of date. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, root } from './build.mjs';
import { lib } from './platform.mjs';

await build();
const text = lib('edits').catalogMarkdown(lib('naaccr', 'node').loadDictionary('260'));
writeFileSync(path.join(root, 'docs/edits.md'), text);
process.stderr.write(`docs/edits.md: ${text.split('\n').length} lines\n`);
