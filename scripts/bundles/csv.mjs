/** Shared by the bundle scripts: reading fact tables and writing compact bundles. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Folder of the fact tables; set PERENNIAL_REFERENCE when it is elsewhere. Only bundle scripts and comparisons need it. */
export const reference = process.env.PERENNIAL_REFERENCE ?? path.join(root, '..', 'shared', 'reference');

/** Rows of a fact table as objects of strings. */
export function readCsv(name) {
  return parse(readFileSync(path.join(reference, name)), { columns: true, bom: true, skip_empty_lines: true });
}

/** Rows of a table in `scripts/bundles/sources/`, typed in by hand from the publication that the bundle's script names. */
export function readSource(name) {
  return parse(readFileSync(path.join(root, 'scripts/bundles/sources', name)), {
    columns: true,
    skip_empty_lines: true,
  });
}

/** Write a bundle: one line per row, so that a change shows as a small diff. */
export function writeBundle(lib, name, head, rows) {
  const file = path.join(root, 'libs', lib, 'data', name);
  mkdirSync(path.dirname(file), { recursive: true });
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  writeFileSync(file, `${JSON.stringify(head).slice(0, -1)},"rows":[\n${lines}\n]}\n`);
  process.stderr.write(`bundle ${lib}/${name}: ${rows.length} rows\n`);
}
