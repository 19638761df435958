import { readFileSync } from 'node:fs';
import { loadConfig } from '@perennial/config';
import { AppModule } from '../app.module.js';
import { accessMatrix } from './access-matrix.js';
import { routesOf } from './routes.js';

const config = loadConfig({ DATABASE_URL: 'postgresql://localhost/none', QUEUE_BACKEND: 'postgres' });
const routes = routesOf(AppModule.forRoot(config));

describe('the routes of the API', () => {
  it('declare what they need, every one', () => {
    expect(routes.length).toBeGreaterThan(30);
    const silent = routes.filter(({ right }) => right === undefined);
    if (silent.length > 0)
      throw new Error(
        `declare the right each of these needs with @Requires('...') above it (rights are in libs/auth/src/rights.ts), or @Public():\n${silent
          .map(({ method, path, handler }) => `  ${method} ${path}  (${handler})`)
          .join('\n')}`,
      );
  });

  it('are open without signing in only where that is meant', () => {
    const open = routes.filter(({ right }) => right === 'public').map(({ method, path }) => `${method} ${path}`);
    expect(open).toEqual(['GET /api/v1/health/live', 'GET /api/v1/health/ready', 'POST /api/v1/session']);
  });

  it('hold no search text or identifier in their address', () => {
    const named = routes.flatMap(({ path }) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
    expect(named.filter((name) => /name|birth|ssn|mrn|number/i.test(name ?? ''))).toEqual([]);
  });

  it('are what docs/access-matrix.md says', () => {
    if (readFileSync('docs/access-matrix.md', 'utf8') !== accessMatrix(routes))
      throw new Error('docs/access-matrix.md is not up to date: run `npm run access-matrix` and commit the file');
  });
});
