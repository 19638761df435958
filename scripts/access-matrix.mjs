/** `npm run access-matrix`: write docs/access-matrix.md from the routes of the API and the matrix of roles. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, root } from './build.mjs';

const require = createRequire(import.meta.url);

await build();
require('reflect-metadata');
const compiled = (file) => require(path.join(root, 'dist', file));
const { AppModule } = compiled('apps/api/src/app.module.js');
const { routesOf } = compiled('apps/api/src/platform/routes.js');
const { accessMatrix } = compiled('apps/api/src/platform/access-matrix.js');
const { loadConfig } = compiled('libs/config/src/index.js');

// The declarations alone are read: nothing is connected to.
const config = loadConfig({ DATABASE_URL: 'postgresql://localhost/none', QUEUE_BACKEND: 'postgres' });
const routes = routesOf(AppModule.forRoot(config));
writeFileSync(path.join(root, 'docs/access-matrix.md'), accessMatrix(routes));
process.stderr.write(`docs/access-matrix.md: ${routes.length} routes\n`);
process.exit(0);
