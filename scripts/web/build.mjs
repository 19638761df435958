/**
 * The web app: the description of the API, the typed client made from it, and the page built by Vite. Each is made again only when
 * what it is made from changed. `node scripts/web/build.mjs --client` makes only the first two (enough to check types).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../build.mjs';

export const DESCRIPTION = path.join(root, 'dist/apps/api/openapi.json');
const CLIENT = path.join(root, 'apps/web/src/api/schema.generated.ts');
const PAGE = path.join(root, 'dist/apps/web/index.html');

const mtime = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** When anything below the folders was last changed; tests and generated files aside. */
function newest(folders, matches) {
  let latest = 0;
  for (const folder of folders) {
    const base = path.join(root, folder);
    if (!existsSync(base)) continue;
    for (const entry of readdirSync(base, { recursive: true, encoding: 'utf8' })) {
      if (!matches.test(entry) || entry.endsWith('.spec.ts') || entry.includes('.generated.')) continue;
      latest = Math.max(latest, mtime(path.join(base, entry)));
    }
  }
  return latest;
}

const libFolders = () => readdirSync(path.join(root, 'libs')).map((lib) => `libs/${lib}/src`);

/** Description and client. @returns whether they had to be made. */
export async function buildClient() {
  const from = newest(['apps/api/src', 'scripts/web', ...libFolders()], /\.(ts|mjs)$/);
  if (Math.min(mtime(DESCRIPTION), mtime(CLIENT)) >= from) return false;
  const { describeApi } = await import('./openapi.mjs');
  const description = describeApi(root);
  mkdirSync(path.dirname(DESCRIPTION), { recursive: true });
  writeFileSync(DESCRIPTION, `${JSON.stringify(description, null, 1)}\n`);
  const { default: openapi, astToString } = await import('openapi-typescript');
  writeFileSync(CLIENT, astToString(await openapi(description)));
  const made = new Date(from + 1);
  for (const file of [DESCRIPTION, CLIENT]) utimesSync(file, made, made);
  return true;
}

/** Put each file's gzip and Brotli forms beside it: the API sends what the browser takes, and compresses nothing while it serves. */
function compressFiles(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|json|svg)$/.test(name)) continue;
    const bytes = readFileSync(path.join(folder, name));
    if (bytes.length < 1_024) continue;
    writeFileSync(path.join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    const quality = bytes.length > 300_000 ? 9 : 11;
    writeFileSync(
      path.join(folder, `${name}.br`),
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    );
  }
}

/** Everything. @returns whether the page had to be built. */
export async function buildWeb() {
  await buildClient();
  const from = Math.max(
    newest(['apps/web'], /\.(ts|tsx|css|html|svg)$/),
    newest(libFolders(), /\.ts$/),
    newest(
      readdirSync(path.join(root, 'libs')).map((lib) => `libs/${lib}/data`),
      /\.json$/,
    ),
    mtime(CLIENT),
  );
  if (mtime(PAGE) >= from) return false;
  // Vite sets NODE_ENV for the page it builds; the platform that may be started by this process must not inherit it.
  const { NODE_ENV } = process.env;
  const { build } = await import('vite');
  await build({ configFile: path.join(root, 'apps/web/vite.config.mts'), logLevel: 'warn' });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  compressFiles(path.join(path.dirname(PAGE), 'assets'));
  const made = new Date(Math.max(from + 1, Date.now()));
  utimesSync(PAGE, made, made);
  return true;
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  if (process.argv.includes('--client')) await buildClient();
  else {
    const made = await buildWeb();
    process.stderr.write(`web: ${made ? 'built' : 'up to date'}\n`);
  }
}
