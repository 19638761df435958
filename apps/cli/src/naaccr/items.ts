import { parseArgs } from 'node:util';
import { type CollectStatus, type ItemCode, type ItemDefinition, type NaaccrVersion } from '@perennial/naaccr';
import { type Command, UsageError } from '../command.js';

/** One item as the command prints it. */
interface ItemFacts {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly type: string;
  readonly level: string;
  readonly recordTypes: string;
  readonly section: string;
  readonly editions: readonly string[];
  readonly allowed: string;
  readonly format: string;
  readonly padLeftZero: boolean;
  /** Collect status by body, without those that ask for nothing. */
  readonly requiredBy: Readonly<Record<string, string>>;
  readonly otherNames: readonly string[];
  readonly codes: readonly ItemCode[];
}

export const items: Command = {
  summary: 'look NAACCR items up by number, id, name, former name or section',
  usage: 'naaccr items [--grep WORD] [--to 250|260] [--codes] [--json]',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        grep: { type: 'string' },
        to: { type: 'string' },
        codes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const word = values.grep ?? positionals[0] ?? '';
    if (positionals.length > (values.grep === undefined ? 1 : 0)) throw new UsageError('give one word to look for');
    if (!['250', '260', undefined].includes(values.to)) throw new UsageError('--to takes 250 or 260');
    const found = (await itemFacts(values.to as NaaccrVersion | undefined)).filter((item) => matches(item, word));
    if (values.json) io.stdout.write(`${JSON.stringify({ items: found }, null, 2)}\n`);
    else {
      const named = found.filter(
        ({ id, number }) => id.toLowerCase() === word.toLowerCase() || String(number) === word,
      );
      const exact = found.length === 1 ? found : named;
      for (const item of exact) io.stdout.write(`${inFull(item)}\n`);
      const others = found.filter((item) => !exact.includes(item));
      if (exact.length > 0 && others.length > 0) io.stdout.write('\nalso:\n');
      io.stdout.write(table(others, values.codes));
    }
    if (found.length === 0) io.stderr.write(`perennial: no item matches ${word}\n`);
    return 0;
  },
};

/** Items of one edition, or of v26 and after them those that only v25 has. */
async function itemFacts(edition: NaaccrVersion | undefined): Promise<ItemFacts[]> {
  const { loadCodeTables, loadDictionary, loadOtherNames } = await import('@perennial/naaccr/node');
  const editions: readonly NaaccrVersion[] = ['260', '250'];
  const names = loadOtherNames();
  const facts: ItemFacts[] = [];
  const seen = new Set<string>();
  for (const version of edition === undefined ? editions : [edition]) {
    for (const item of loadDictionary(version).items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      facts.push({
        number: item.number,
        id: item.id,
        name: item.name,
        length: item.length,
        type: item.type,
        level: item.level,
        recordTypes: item.recordTypes,
        section: item.section,
        editions: editions.filter((one) => loadDictionary(one).byId.has(item.id)).sort(),
        allowed: item.allowed,
        format: item.format,
        padLeftZero: item.padLeftZero,
        requiredBy: requiredBy(item),
        otherNames: names.get(item.number) ?? [],
        codes: loadCodeTables(version).get(item.id) ?? [],
      });
    }
  }
  return facts.sort((a, b) => a.number - b.number);
}

const BODIES: Readonly<Record<keyof CollectStatus, string>> = { npcr: 'NPCR', coc: 'CoC', seer: 'SEER', cccr: 'CCCR' };

function requiredBy({ collect }: ItemDefinition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(collect)
      .filter(([, status]) => status !== '.')
      .map(([body, status]) => [BODIES[body as keyof CollectStatus], String(status)]),
  );
}

function matches(item: ItemFacts, word: string): boolean {
  if (/^\d+$/.test(word)) return String(item.number) === word;
  const needle = word.toLowerCase();
  return [item.id, item.name, item.section, ...item.otherNames].some((text) => text.toLowerCase().includes(needle));
}

const bodies = ({ requiredBy: asked }: ItemFacts): string =>
  Object.entries(asked)
    .map(([body, status]) => `${body} ${status}`)
    .join(', ');

function inFull(item: ItemFacts): string {
  const exactly = ['alpha', 'digits', 'mixed'].includes(item.type) ? 'exactly' : 'up to';
  const length = `${exactly} ${item.length} ${item.length === 1 ? 'character' : 'characters'}`;
  const lines = [
    `${item.number}  ${item.id}  ${item.name}`,
    `  ${item.level} item, ${item.type}, ${length}${item.padLeftZero ? ', zeros on the left' : ''}`,
    `  record types ${[...item.recordTypes].join(' ')}; editions ${item.editions.join(' ')}; section ${item.section || 'not told'}`,
    `  asked for by: ${bodies(item) || 'none of NPCR, CoC, SEER, CCCR'}`,
  ];
  if (item.allowed !== '') lines.push(`  allowed: ${item.allowed}`);
  if (item.format !== '') lines.push(`  format: ${item.format}`);
  if (item.otherNames.length > 0) lines.push(`  also known as: ${item.otherNames.join('; ')}`);
  for (const { code, label } of item.codes) lines.push(`    ${code.padEnd(8)}  ${label}`);
  return lines.join('\n');
}

function table(found: readonly ItemFacts[], withCodes: boolean): string {
  const rows = found.map((item) => [
    String(item.number),
    item.id,
    String(item.length),
    item.type,
    item.level,
    item.recordTypes,
    item.codes.length > 0 ? `${item.codes.length} codes` : '',
    bodies(item),
    item.name,
  ]);
  const head = ['number', 'id', 'length', 'type', 'level', 'types', 'codes', 'asked for by', 'name'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = found.flatMap((item, index) => [
    line(rows[index] ?? []),
    ...(withCodes ? item.codes.map(({ code, label }) => `          ${code.padEnd(8)}  ${label}`) : []),
  ]);
  return found.length === 0 ? '' : `${[line(head), ...lines].join('\n')}\n`;
}
