/**
 * `npm run dev`: the web app with hot reload, on the platform of `npm start` (start that first in another terminal; PERENNIAL_API_URL
 * names another one).
 */
import path from 'node:path';
import { root } from '../build.mjs';
import { buildClient } from './build.mjs';

await buildClient();
const { createServer } = await import('vite');
const server = await createServer({ configFile: path.join(root, 'apps/web/vite.config.mts') });
await server.listen();
server.printUrls();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close().then(() => process.exit(0)));
