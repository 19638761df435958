/**
 * Compile apps, libs and migrations to CommonJS in dist/, file by file, keeping the folder structure.
 *
 * `@perennial/<lib>` and `@perennial/<lib>/node` become relative paths, so the output needs no loader. Only files that changed are compiled; a lock
 * keeps two builds from writing at once. Types are checked by `npm run types`, not here. The web app is built by Vite.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outDir = path.join(root, 'dist');
const stamp = path.join(outDir, '.built');
const lock = path.join(root, 'node_modules', '.perennial-build.lock');

function sourceRoots() {
  const libs = readdirSync(path.join(root, 'libs')).map((lib) => path.join('libs', lib));
  return ['apps/api/src', 'apps/worker/src', 'apps/cli/src', 'migrations', ...libs];
}

/** All TypeScript sources of the server side, without tests. */
export function sources() {
  const found = [];
  for (const top of sourceRoots()) {
    const base = path.join(root, top);
    if (!existsSync(base)) continue;
    for (const entry of readdirSync(base, { recursive: true, encoding: 'utf8' })) {
      if (
        !entry.endsWith('.ts') ||
        entry.endsWith('.spec.ts') ||
        entry.endsWith('.d.ts') ||
        entry.includes('node_modules')
      )
        continue;
      found.push(path.join(top, entry));
    }
  }
  return found;
}

/** The library names of the path aliases in tsconfig.json, as relative paths from the compiled file. */
function withoutAliases(code, source) {
  return code.replace(/(['"])@perennial\/([a-z0-9-]+)(\/node)?\1/g, (_, quote, lib, node) => {
    const to = path.relative(path.dirname(source), `libs/${lib}/${node ? 'node.js' : 'src/index.js'}`);
    return `${quote}${to.startsWith('.') ? to : `./${to}`}${quote}`;
  });
}

const target = (source) => path.join(outDir, source.replace(/\.ts$/, '.js'));
const mtime = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Sources whose compiled file is missing or older. */
export function stale() {
  const self = mtime(fileURLToPath(import.meta.url));
  return sources().filter((source) => mtime(target(source)) < Math.max(mtime(path.join(root, source)), self));
}

async function withLock(work) {
  for (let waited = 0; ; waited += 50) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (Date.now() - mtime(lock) > 60_000 || waited > 120_000) rmSync(lock, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Compile what is stale. @returns how many files were compiled. */
export async function build() {
  if (stale().length === 0) return 0;
  return withLock(async () => {
    const { transform } = await import('@swc/core');
    const todo = stale();
    await Promise.all(
      todo.map(async (source) => {
        const out = target(source);
        const madeFrom = new Date(Math.max(mtime(path.join(root, source)), mtime(fileURLToPath(import.meta.url))) + 2);
        const { code, map } = await transform(withoutAliases(readFileSync(path.join(root, source), 'utf8'), source), {
          cwd: root,
          filename: path.join(root, source),
          swcrc: false,
          sourceMaps: true,
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          },
          module: { type: 'commonjs' },
        });
        mkdirSync(path.dirname(out), { recursive: true });
        writeFileSync(`${out}.map`, map);
        writeFileSync(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
        // One tick newer than what it was made from: an edit while compiling makes it stale again.
        utimesSync(out, madeFrom, madeFrom);
      }),
    );
    writeFileSync(stamp, String(todo.length));
    return todo.length;
  });
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const count = await build();
  process.stderr.write(`build: ${count} file(s) compiled\n`);
}
