import { parseArgs } from 'node:util';
import { CATALOG, type Edit, EDITS_BY_ID, editsOfSet, itemsOf, SETS, setsOfEdit } from '@perennial/edits';
import { type Io, UsageError } from '../command.js';
import { listOption, setOption } from './options.js';

/** `edits list`: a line an edit, or with `--json` one document. */
export async function runList(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.map((word, at) => (word === '--items' && !isList(args[at + 1]) ? '--show-items' : word)),
    options: {
      set: { type: 'string' },
      version: { type: 'string' },
      items: { type: 'string' },
      'show-items': { type: 'boolean', default: false },
      sets: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.sets) {
    const sets = SETS.map(({ id, title, versions }) => ({
      id,
      title,
      versions: versions.map(({ version, note }) => ({ version, note, edits: editsOfSet(id, version).length })),
    }));
    const lines = sets.flatMap(({ id, title, versions }) => [
      `${id.padEnd(12)} ${title}`,
      ...versions.map(
        ({ version, note, edits }) => `  ${version.padEnd(8)} ${String(edits).padStart(4)} edits  ${note}`,
      ),
    ]);
    io.stdout.write(values.json ? `${JSON.stringify({ sets }, null, 2)}\n` : `${lines.join('\n')}\n`);
    return 0;
  }
  // `--items primarySite,410` narrows by item; so do words without an option.
  const wanted = await itemIds([...listOption(values.items), ...positionals]);
  const set = await setOption(values.set ?? 'full', values.version);
  const inSet = new Set(editsOfSet(set.id, set.version));
  const edits = CATALOG.filter(({ id }) => inSet.has(id)).filter(
    (edit) => wanted.length === 0 || itemsOf(edit).some((item) => wanted.includes(item)),
  );
  const notRun = new Map(set.notRun.map((one) => [one.edit, one]));
  if (values.json) {
    const document = edits.map((edit) => ({ ...factsOf(edit), notRun: notRun.get(edit.id) ?? null }));
    io.stdout.write(`${JSON.stringify({ set: set.id, version: set.version, edits: document }, null, 2)}\n`);
    return 0;
  }
  for (const edit of edits) {
    const { id, severity, basis, level, name } = edit;
    const not = notRun.get(id);
    io.stdout.write(
      `${id}  ${severity.padEnd(7)}  ${basis}  ${level.padEnd(7)}  ${name}${not === undefined ? '' : `  [${not.reason}: ${not.detail}]`}\n`,
    );
    if (values['show-items']) io.stdout.write(`      ${itemsOf(edit).join(' ')}\n`);
  }
  io.stderr.write(
    `${edits.length} edits of ${set.id} ${set.version}; D = drafted, check before calling it equivalent\n`,
  );
  return 0;
}

/** `--items` narrows by the items after it; alone it shows the items of each edit. */
const isList = (word: string | undefined): boolean => word !== undefined && !word.startsWith('--');

/** Items by id or number. */
async function itemIds(words: readonly string[]): Promise<string[]> {
  if (words.length === 0) return [];
  const { loadDictionary } = await import('@perennial/naaccr/node');
  const { byId, byNumber } = loadDictionary('260');
  return words.map((word) => {
    const item = byId.get(word) ?? byNumber.get(Number(word));
    if (item === undefined) throw new UsageError(`there is no item '${word}'; give ids or numbers of NAACCR v26`);
    return item.id;
  });
}

const factsOf = (edit: Edit): Record<string, unknown> => ({
  id: edit.id,
  version: edit.version,
  name: edit.name,
  tag: edit.tag ?? null,
  severity: edit.severity,
  basis: edit.basis,
  level: edit.level,
  items: itemsOf(edit),
  ...(edit.level === 'field'
    ? { allowed: edit.allowed }
    : { needs: edit.needs, presence: edit.presence ?? [], anyOf: edit.anyOf ?? [], also: edit.also ?? [] }),
  appliesTo: edit.level === 'field' ? null : (edit.appliesTo ?? null),
  override: edit.override ?? null,
  logic: edit.logic,
  message: edit.message,
  sets: setsOfEdit(edit.id),
  examples: edit.examples,
});

/** `edits explain`: everything about one edit. */
export async function runExplain(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('give the id of one edit, for example LA01');
  const edit = EDITS_BY_ID.get(id.toUpperCase());
  if (edit === undefined) throw new UsageError(`there is no edit '${id}'; 'perennial edits list' shows all`);
  if (values.json) {
    io.stdout.write(`${JSON.stringify(factsOf(edit), null, 2)}\n`);
    return 0;
  }
  const { explainEdit } = await import('@perennial/edits');
  const { loadDictionary } = await import('@perennial/naaccr/node');
  io.stdout.write(`${explainEdit(edit, loadDictionary('260'))}\n`);
  return 0;
}
