/** Make every data bundle again from the fact tables. The result is committed; users never need to run this. */
import { readdirSync } from 'node:fs';

const helpers = new Set(['build-all.mjs', 'csv.mjs']);
for (const script of readdirSync(new URL('.', import.meta.url)).sort()) {
  if (script.endsWith('.mjs') && !helpers.has(script)) await import(new URL(script, import.meta.url).href);
}
