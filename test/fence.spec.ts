import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const INFRASTRUCTURE = ['records', 'persistence', 'queues', 'config', 'problem', 'auth', 'audit'];
const libs = readdirSync('libs');

const sourcesOf = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
        .map((file) => path.join(dir, file))
    : [];

describe('the fence between pure libraries and the rest', () => {
  it.each(libs.filter((lib) => !INFRASTRUCTURE.includes(lib)))('libs/%s stays pure', (lib) => {
    const files = sourcesOf(path.join('libs', lib, 'src'));
    expect(files.length).toBeGreaterThan(0);
    const impure =
      /from '(@nestjs|typeorm|bullmq|ioredis|pg|express|rxjs|node:|@perennial\/[a-z0-9-]+\/node|@perennial\/(records|persistence|queues|config|problem|auth|audit)')|\bprocess\.|\bDate\.now\(|new Date\(\)|Math\.random/;
    expect(files.filter((file) => impure.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('apps never import each other', () => {
    const offenders = ['api', 'worker', 'cli'].flatMap((app) =>
      sourcesOf(path.join('apps', app, 'src')).filter((file) =>
        new RegExp(
          `from '[./]+/(${['api', 'worker', 'cli', 'web'].filter((other) => other !== app).join('|')})/src`,
        ).test(readFileSync(file, 'utf8')),
      ),
    );
    expect(offenders).toEqual([]);
  });

  it('libraries are imported by name, never by a path into their sources', () => {
    const all = [
      ...libs.flatMap((lib) => sourcesOf(path.join('libs', lib))),
      ...['api', 'worker', 'cli'].flatMap((app) => sourcesOf(path.join('apps', app, 'src'))),
    ];
    expect(all.filter((file) => /from '[^']*libs\/[a-z0-9-]+\/src/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
