import { strToU8, zipSync } from 'fflate';
import { column, endpoint, type Files, orchard, table, zipOf } from '../../../test/support/staging.js';
import { openPrepared, prepare } from './prepared.js';
import { readAlgorithm } from './read.js';
import { stage } from './stage.js';
import { type FileProblem, ZIP_LIMITS } from './zip.js';

const problems = (bytes: Uint8Array, limits = ZIP_LIMITS): readonly FileProblem[] => {
  const read = readAlgorithm(bytes, limits);
  return read.ok ? [] : read.error;
};
const changed = (change: (files: Files) => void, more: Record<string, string> = {}): Uint8Array => {
  const files = orchard();
  change(files);
  return zipOf(files, more);
};
const tableOf = (files: Files, id: string): Record<string, unknown> => files.tables.find((one) => one.id === id)!;

/** Where in a zip the table of contents begins. */
const contents = (zip: Uint8Array): number => new DataView(zip.buffer).getUint32(zip.length - 22 + 16, true);

describe('an algorithm file', () => {
  it('is read with its help and glossary, whatever folder it was zipped in', () => {
    const files = orchard();
    const inner = zipOf(files, {
      'glossary/one.json': JSON.stringify({ name: 'Core', definition: 'The middle.', alternate_names: ['Centre'] }),
      'README.txt': 'not read',
      'tables/ids.txt': 'not read',
    });
    const read = readAlgorithm(inner);
    expect(read).toMatchObject({
      ok: true,
      value: {
        id: 'orchard',
        version: '1.0',
        source: {
          help: {
            'schema:apple': { notes: 'Code what was seen.' },
            'table:mets_codes': { codingGuidelines: 'Look twice.' },
          },
          glossary: [{ name: 'Core', definition: 'The middle.', alternateNames: ['Centre'] }],
        },
      },
    });
    const nested = zipSync({
      'orchard-1.0/': new Uint8Array(),
      ...Object.fromEntries([
        ...files.schemas.map((one) => [`orchard-1.0/schemas/${String(one.id)}.json`, strToU8(JSON.stringify(one))]),
        ...files.tables.map((one) => [`orchard-1.0/tables/${String(one.id)}.json`, strToU8(JSON.stringify(one))]),
      ]),
    });
    expect(problems(nested)).toEqual([]);
  });

  it('stands beside another version without either knowing', () => {
    const files = orchard();
    for (const one of [...files.schemas, ...files.tables]) one.version = '2.0';
    tableOf(files, 'stage_of').rows = [['*', '*', 'VALUE:2']];
    const [first, second] = [readAlgorithm(zipOf(orchard())), readAlgorithm(zipOf(files))];
    if (!first.ok || !second.ok) throw new Error('both are fine');
    const inputs = { site: 'C500', hist: '8000', year_dx: '2020', reach: '100' };
    const staged = [first, second, first].map(({ value }) => stage(value, inputs, { year: 2026 }).outputs);
    expect(staged.map(({ stage: result, derived_version: version }) => [result, version])).toEqual([
      ['1', '1.0'],
      ['2', '2.0'],
      ['1', '1.0'],
    ]);
  });

  it('comes back from its prepared form as it was, and a damaged one is refused', () => {
    const read = readAlgorithm(zipOf(orchard()));
    if (!read.ok) throw new Error('fine');
    const text = prepare(read.value);
    const opened = openPrepared(text);
    expect(opened?.source).toEqual(read.value.source);
    expect(openPrepared(text.slice(0, 500))).toBeUndefined();
    expect(openPrepared(text.slice(0, -5))).toBeUndefined();
    expect(openPrepared(text.replace('perennial-staging-1', 'perennial-staging-0'))).toBeUndefined();
    expect(openPrepared('')).toBeUndefined();
  });
});

describe('a file that is no good is refused with the place', () => {
  it.each<[string, Uint8Array, Partial<FileProblem>]>([
    ['no zip', strToU8('hello'), { code: 'zip.not-a-zip' }],
    ['nothing', new Uint8Array(), { code: 'zip.not-a-zip' }],
    ['cut short', zipOf(orchard()).slice(0, -30), { code: 'zip.not-a-zip' }],
    ['an empty zip', zipSync({}), { code: 'algorithm.empty' }],
    ['no schemas', changed((files) => (files.schemas = [])), { code: 'algorithm.empty' }],
    [
      'no JSON',
      changed(() => undefined, { 'tables/odd.json': '{' }),
      { code: 'file.not-json', place: 'tables/odd.json' },
    ],
    [
      'a wrong shape',
      changed((files) => (files.schemas[0]!.inputs = { key: 'x' })),
      { code: 'file.shape', place: 'schemas/apple.json inputs' },
    ],
    [
      'a missing field',
      changed((files) => delete files.schemas[1]!.schema_selection_table),
      { code: 'file.shape', place: 'schemas/pear.json schema_selection_table' },
    ],
    [
      'an unknown column type',
      changed((files) => (tableOf(files, 'behavior').definition = [{ key: 'behavior', type: 'OTHER' }])),
      { code: 'file.shape', place: 'tables/behavior.json definition[0].type' },
    ],
    [
      'too few cells',
      changed(
        (files) =>
          (tableOf(files, 'mets_codes').rows = [
            ['00', 'none', 'VALUE:N'],
            ['10', 'distant'],
          ]),
      ),
      { code: 'table.cells', place: 'tables/mets_codes.json rows[1]' },
    ],
    [
      'a cell that is no text',
      changed((files) => (tableOf(files, 'behavior').rows = [[2, 'in situ']])),
      { code: 'table.cells', place: 'tables/behavior.json rows[0][0]' },
    ],
    [
      'an unknown endpoint',
      changed((files) => (tableOf(files, 'stage_of').rows = [['*', '*', 'LEAP:there']])),
      { code: 'table.endpoint', place: 'tables/stage_of.json rows[0][2]' },
    ],
    [
      'a jump to nowhere',
      changed((files) => (tableOf(files, 'stage_of').rows = [['*', '*', 'JUMP:there']])),
      {
        code: 'table.missing',
        place: 'tables/stage_of.json rows[0][2]',
        message: 'jumps to there, which is not there',
      },
    ],
    [
      'a table that is named and missing',
      changed((files) => (files.tables = files.tables.filter((one) => one.id !== 'her2_codes'))),
      { code: 'table.missing', place: 'schemas/apple.json input her2', message: 'the table her2_codes is not there' },
    ],
    [
      'no table of histologies',
      changed((files) => {
        files.tables = files.tables.filter((one) => one.id !== 'histology');
      }),
      { code: 'table.missing', place: 'zip' },
    ],
    [
      'two algorithms',
      changed((files) => (files.schemas[1]!.algorithm = 'garden')),
      {
        code: 'algorithm.mixed',
        place: 'schemas/pear.json',
        message: 'belongs to garden 1.0, but schemas/apple.json to orchard 1.0',
      },
    ],
    [
      'two versions',
      changed((files) => (tableOf(files, 'behavior').version = '1.1')),
      { code: 'algorithm.mixed', place: 'tables/behavior.json' },
    ],
    [
      'one table twice',
      changed(() => undefined, { 'tables/copy.json': JSON.stringify(orchard().tables[0]) }),
      { code: 'file.duplicate', place: 'tables/copy.json' },
    ],
    [
      'an initial context that sets an input',
      changed((files) => (files.schemas[0]!.mappings = [{ id: 'm', initial_context: [{ key: 'size', value: '1' }] }])),
      { code: 'schema.initial-context', place: 'schemas/apple.json mapping m' },
    ],
  ])('%s', (_, bytes, expected) => {
    expect(problems(bytes)).toEqual(expect.arrayContaining([expect.objectContaining(expected)]));
  });

  it('jumps that lead back, by way of any number of tables', () => {
    const ring = (id: string, to: string) => table(id, [column('site'), endpoint('x')], [['*', `JUMP:${to}`]]);
    const found = problems(
      changed((files) =>
        files.tables.push(
          ring('one', 'two'),
          ring('two', 'three'),
          ring('three', 'one'),
          ring('self', 'self'),
          ring('ahead', 'one'),
        ),
      ),
    );
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      ['table.circular', 'jumps in a circle: one > two > three > one'],
      ['table.circular', 'jumps in a circle: self > self'],
    ]);
    const chain = Array.from({ length: 3_000 }, (_, at) => ring(`t${at}`, `t${at + 1}`));
    const long = changed((files) =>
      files.tables.push(...chain, ring('t3000', 'behavior_again'), table('behavior_again', [column('x')], [])),
    );
    expect(problems(long)).toEqual([]);
  });
});

describe('a zip that would hurt', () => {
  const limits = { entries: 100, entryBytes: 200_000, totalBytes: 500_000 };

  it('is refused by what it says of itself, before anything is unpacked', () => {
    const bomb = zipSync({ 'tables/a.json': new Uint8Array(300_000) });
    expect(problems(bomb, limits)).toEqual([
      expect.objectContaining({ code: 'zip.too-large', place: 'tables/a.json' }),
    ]);
    const many = zipSync(
      Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`tables/${at}.json`, strToU8('{}')])),
    );
    expect(problems(many, limits)).toEqual([expect.objectContaining({ code: 'zip.too-large', place: 'zip' })]);
    const heavy = zipSync(
      Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`tables/${at}.json`, new Uint8Array(150_000)])),
    );
    expect(problems(heavy, limits)).toEqual([
      expect.objectContaining({ code: 'zip.too-large', place: 'tables/3.json' }),
    ]);
  });

  it('is refused when it lies about its size, and no more than it announced is unpacked', () => {
    const zip = zipSync({ 'tables/a.json': new Uint8Array(1_000_000).fill(32) });
    const view = new DataView(zip.buffer);
    view.setUint32(contents(zip) + 24, 1_000, true);
    expect(problems(zip, limits)).toEqual([expect.objectContaining({ code: 'zip.damaged', place: 'tables/a.json' })]);
  });

  it('is refused when it is damaged, encrypted or packed in another way', () => {
    const fresh = (): [Uint8Array, DataView, number] => {
      const zip = zipOf(orchard());
      return [zip, new DataView(zip.buffer), contents(zip)];
    };
    const [crc, crcView, crcAt] = fresh();
    crcView.setUint32(crcAt + 16, 1, true);
    expect(problems(crc)[0]).toMatchObject({ code: 'zip.damaged', message: 'its check sum is wrong' });
    const [moved, movedView, movedAt] = fresh();
    movedView.setUint32(movedAt + 42, 77, true);
    expect(problems(moved)[0]).toMatchObject({ code: 'zip.damaged' });
    const [locked, lockedView, lockedAt] = fresh();
    lockedView.setUint16(lockedAt + 8, 1, true);
    expect(problems(locked)[0]).toMatchObject({ code: 'zip.unsupported', message: 'is encrypted' });
    const [other, otherView, otherAt] = fresh();
    otherView.setUint16(otherAt + 10, 14, true);
    expect(problems(other)[0]).toMatchObject({ code: 'zip.unsupported' });
    const [broken, brokenView] = fresh();
    brokenView.setUint32(broken.length - 22 + 16, broken.length - 22 - 10, true);
    expect(problems(broken)[0]).toMatchObject({ code: 'zip.damaged', place: 'zip' });
  });

  it('never throws, wherever a byte is wrong', () => {
    const zip = zipOf(orchard());
    for (let at = 0; at < zip.length; at += 37) {
      const bad = zip.slice();
      bad[at] = (bad[at]! + 129) % 256;
      expect(() => readAlgorithm(bad)).not.toThrow();
    }
  });
});
