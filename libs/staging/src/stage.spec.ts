import fc from 'fast-check';
import { column, endpoint, type Files, orchard, table, zipOf } from '../../../test/support/staging.js';
import { type Algorithm, createAlgorithm } from './algorithm.js';
import { errorText } from './errors.js';
import { readAlgorithm } from './read.js';
import { selectSchemas } from './select.js';
import { type AlgorithmSource, type SchemaSource, type TableSource } from './source.js';
import { stage, type StagingInputs, type StagingResult } from './stage.js';

const CLOCK = { year: 2026 };
const APPLE_CASE = { site: 'C500', hist: '8000', year_dx: '2020' };

function load(change: (files: Files) => void = () => undefined): Algorithm {
  const files = orchard();
  change(files);
  const read = readAlgorithm(zipOf(files));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const run = (inputs: StagingInputs, algorithm = load()): StagingResult => stage(algorithm, inputs, CLOCK);
const errors = (result: StagingResult): string[] => result.errors.map(errorText);

describe('selecting a schema', () => {
  const ids = (inputs: StagingInputs): readonly string[] => selectSchemas(load(), inputs).schemaIds;

  it('looks only at the columns whose keys are given', () => {
    expect(ids({ site: 'C500', hist: '8000' })).toEqual(['apple']);
    expect(ids({ site: 'C500', hist: '8000', year_dx: '2023' })).toEqual(['apple']);
    expect(ids({ site: 'C500', hist: '8000', year_dx: '2024' })).toEqual([]);
    expect(ids({ site: 'C500', hist: '8140' })).toEqual([]);
  });

  it('asks a blank that is given, and not one that is absent', () => {
    expect(ids({ site: 'C500', hist: '8000', year_dx: '' })).toEqual([]);
    expect(ids({ site: 'C619', hist: '8000' })).toEqual(['pear', 'quince']);
    expect(ids({ site: 'C619', hist: '8000', discriminator_1: '' })).toEqual(['quince']);
    expect(ids({ site: 'C619', hist: '8000', discriminator_1: null })).toEqual(['pear', 'quince']);
  });

  it('says what would tell the candidates apart', () => {
    expect(selectSchemas(load(), { site: 'C619', hist: '8000' })).toEqual({
      schemaIds: ['pear', 'quince'],
      discriminators: ['discriminator_1'],
      wanted: ['discriminator_1'],
    });
    expect(selectSchemas(load(), { site: 'C619', hist: '8000', discriminator_1: '1' })).toEqual({
      schemaIds: ['pear'],
      discriminators: ['discriminator_1'],
      wanted: [],
    });
  });

  it('wants known codes, exactly as written', () => {
    expect(ids({ site: 'C999', hist: '8000' })).toEqual([]);
    expect(ids({ site: ' C500', hist: '8000' })).toEqual([]);
    expect(ids({ site: 'C500', hist: '9999' })).toEqual([]);
    expect(ids({ site: '', hist: '8000' })).toEqual([]);
    expect(ids({})).toEqual([]);
  });

  it('goes by site or histology alone, but not together with another key', () => {
    expect(ids({ site: 'C500' })).toEqual(['apple']);
    expect(ids({ hist: '8140' })).toEqual(['pear', 'quince']);
    expect(ids({ site: 'C500', year_dx: '2020' })).toEqual([]);
    expect(ids({ site: 'C500', year_dx: '' })).toEqual([]);
    expect(ids({ site: 'C619', anything: '1' })).toEqual([]);
    expect(ids({ year_dx: '2020' })).toEqual([]);
  });
});

describe('staging a case', () => {
  it('gives result, schema, outputs, errors and path', () => {
    expect(run({ ...APPLE_CASE, size: '030', reach: '999', mets: '00' })).toEqual({
      result: 'STAGED',
      schemaId: 'apple',
      outputs: { schema_number: '77001', derived_version: '1.0', stage: '2' },
      errors: [],
      path: [
        'ripening.size_codes',
        'ripening.reach_codes',
        'ripening.reach_by_size',
        'ripening.mets_codes',
        'ripening.stage_of',
      ],
    });
  });

  it.each([
    [{}, 'FAILED_MISSING_SITE_OR_HISTOLOGY', null],
    [{ site: 'C500' }, 'FAILED_MISSING_SITE_OR_HISTOLOGY', null],
    [{ site: 'C500', hist: '8140', year_dx: '2020' }, 'FAILED_NO_MATCHING_SCHEMA', null],
    [{ site: 'C619', hist: '8000', year_dx: '2020' }, 'FAILED_MULITPLE_MATCHING_SCHEMAS', null],
    [{ site: 'C619', hist: '8000', year_dx: '2027', discriminator_1: '1' }, 'FAILED_INVALID_YEAR_DX', 'pear'],
    [{ site: 'C619', hist: '8000', year_dx: '2017', discriminator_1: '1' }, 'FAILED_INVALID_YEAR_DX', 'pear'],
    [{ site: 'C619', hist: '8000', year_dx: ' 2026 ', discriminator_1: '1' }, 'STAGED', 'pear'],
    [{ site: 'C619', hist: '8000', year_dx: '9999', discriminator_1: '1' }, 'STAGED', 'pear'],
    [{ site: 'C619', hist: '8000', discriminator_1: '1' }, 'STAGED', 'pear'],
  ])('%j: %s', (inputs, result, schemaId) => {
    expect(run(inputs as StagingInputs)).toMatchObject({ result, schemaId });
  });

  it('names every key that the schema does not declare', () => {
    const result = run({ site: 'C619', hist: '8000', discriminator_1: '1', mets: '00', behavior: '', Z: '1' });
    expect(result).toMatchObject({ result: 'FAILED_INVALID_INPUT', schemaId: 'pear', outputs: {}, path: [] });
    expect(errors(result).sort()).toEqual(['UNKNOWN_INPUT|Z||', 'UNKNOWN_INPUT|behavior||', 'UNKNOWN_INPUT|mets||']);
  });

  it('takes the default of an absent value, never of a blank one', () => {
    expect(run(APPLE_CASE).outputs.stage).toBe('9');
    const blank = run({ ...APPLE_CASE, mets: '' });
    expect(errors(blank)).toContain('MATCH_NOT_FOUND||mets_codes|m');
    expect(run({ ...APPLE_CASE, reach: '100' }).outputs.stage).toBe('1');
  });

  it('tells wrong values apart by whether staging uses them, and goes on', () => {
    const result = run({ ...APPLE_CASE, size: 'xyz', her2: 'Ü'.repeat(500), mets: '10' });
    expect(result.outputs.stage).toBe('7');
    expect(errors(result)).toEqual(
      expect.arrayContaining([
        'INVALID_REQUIRED_INPUT|size|size_codes|',
        'INVALID_NON_REQUIRED_INPUT|her2|her2_codes|',
        'MATCH_NOT_FOUND||size_codes|t',
      ]),
    );
  });

  it('stops on a wrong value where the schema says so, after looking at all', () => {
    const fails = load((files) => {
      files.schemas[0]!.on_invalid_input = 'FAIL';
    });
    const result = run({ ...APPLE_CASE, size: 'xyz', her2: '5' }, fails);
    expect(result).toMatchObject({ result: 'FAILED_INVALID_INPUT', schemaId: 'apple', outputs: {}, path: [] });
    expect(result.errors).toHaveLength(2);
    const used = load((files) => {
      files.schemas[0]!.on_invalid_input = 'FAIL_WHEN_USED_FOR_STAGING';
    });
    expect(run({ ...APPLE_CASE, her2: '5' }, used).result).toBe('STAGED');
    expect(run({ ...APPLE_CASE, size: '5x' }, used).result).toBe('FAILED_INVALID_INPUT');
  });

  it('reports an error of a table and goes on with the next one', () => {
    const result = run({ ...APPLE_CASE, reach: '100', mets: '99' });
    expect(errors(result)).toEqual(['STAGING_ERROR||mets_codes|m']);
    expect(result.errors[0]?.message).toBe('mets unknown');
    expect(result.outputs.stage).toBe('1');
  });

  it('judges outputs by their tables', () => {
    const odd = load((files) => {
      files.tables.find((one) => one.id === 'stage_of')!.rows = [['*', '*', 'VALUE:X']];
    });
    const result = run(APPLE_CASE, odd);
    expect([result.result, result.outputs.stage, errors(result)]).toEqual([
      'STAGED',
      'X',
      ['INVALID_OUTPUT|stage|stage_codes|'],
    ]);
  });
});

/** A schema of one mapping over tables, for what the invented algorithm has no use for. */
function machine(
  tables: readonly Record<string, unknown>[],
  mappings: SchemaSource['mappings'],
  more: Partial<SchemaSource> = {},
): Algorithm {
  const known = load().source;
  const source: AlgorithmSource = {
    ...known,
    tables: [
      ...known.tables,
      ...tables.map(({ id, definition, rows }) => ({ id, name: id, columns: definition, rows }) as TableSource),
    ],
    schemas: [
      {
        id: 'machine',
        name: 'Machine',
        selectionTable: 'selection_apple',
        discriminators: [],
        onInvalidInput: 'CONTINUE',
        inputs: known.schemas[0]!.inputs.filter((one) => ['site', 'hist', 'year_dx', 'size'].includes(one.key)),
        outputs: [
          { key: 'a', name: 'a' },
          { key: 'b', name: 'b', default: 'B' },
        ],
        mappings,
        ...more,
      },
    ],
  };
  return createAlgorithm(source);
}
const steps = (...ids: string[]): { table: string }[] => ids.map((id) => ({ table: id }));
const mapping = (more: Partial<SchemaSource['mappings'][number]>): SchemaSource['mappings'][number] => ({
  id: 'm',
  name: 'm',
  steps: [],
  ...more,
});

describe('the endpoints of a row', () => {
  const all = column('site');
  const sets = (id: string, key: string, cell: string): Record<string, unknown> =>
    table(id, [all, endpoint(key)], [['*', cell]]);

  it('set, empty, copy and remove keys', () => {
    const tables = [
      sets('plain', 'a', 'VALUE: A:1 '),
      sets('empty', 'a', 'VALUE:'),
      sets('copy', 'a', 'VALUE:{{size}}'),
      sets('copy_absent', 'a', 'VALUE:{{nobody}}'),
      sets('remove', 'b', 'VALUE'),
    ];
    const outputs = (id: string): unknown =>
      run({ ...APPLE_CASE, size: '030' }, machine(tables, [mapping({ steps: steps(id) })])).outputs;
    expect(outputs('plain')).toEqual({ a: 'A:1', b: 'B' });
    expect(outputs('empty')).toEqual({ a: '', b: 'B' });
    expect(outputs('copy')).toEqual({ a: '030', b: 'B' });
    expect(outputs('copy_absent')).toEqual({ a: '', b: 'B' });
    expect(outputs('remove')).toEqual({ a: '' });
  });

  it('stop the rest of the mapping, and not the next one', () => {
    const tables = [sets('halt', 'a', 'STOP'), sets('one', 'a', 'VALUE:1'), sets('two', 'b', 'VALUE:2')];
    const result = run(
      APPLE_CASE,
      machine(tables, [mapping({ steps: steps('halt', 'one') }), { ...mapping({ steps: steps('two') }), id: 'n' }]),
    );
    expect([result.outputs, result.path]).toEqual([{ a: '', b: '2' }, ['m.halt', 'n.two']]);
  });

  it('jump at once, then go on with the row; a stop in the jump ends the mapping', () => {
    const tables = [
      table('first', [all, endpoint('x'), endpoint('a')], [['*', 'JUMP:second', 'VALUE:after']]),
      table('second', [all, endpoint('a'), endpoint('b')], [['*', 'VALUE:before', 'STOP']]),
      sets('never', 'b', 'VALUE:never'),
    ];
    const result = run(APPLE_CASE, machine(tables, [mapping({ steps: steps('first', 'never') })]));
    expect([result.outputs, result.path]).toEqual([{ a: 'after', b: 'B' }, ['m.first', 'm.second']]);
  });

  it('set other keys where the step maps its outputs', () => {
    const result = run(
      APPLE_CASE,
      machine(
        [sets('t', 'x', 'VALUE:1')],
        [
          mapping({
            steps: [
              {
                table: 't',
                outputMapping: [
                  { from: 'x', to: 'a' },
                  { from: 'x', to: 'b' },
                ],
              },
            ],
          }),
        ],
      ),
    );
    expect(result.outputs).toEqual({ a: '1', b: '1' });
  });

  it('notice tables that are missing and jumps that lead back', () => {
    const tables = [
      sets('round', 'a', 'JUMP:about'),
      sets('about', 'a', 'JUMP:round'),
      sets('lost', 'a', 'JUMP:nowhere'),
    ];
    const result = run(APPLE_CASE, machine(tables, [mapping({ steps: steps('round', 'lost', 'gone') })]));
    expect(result.result).toBe('STAGED');
    expect(errors(result)).toEqual(['INFINITE_LOOP||round|', 'UNKNOWN_TABLE||nowhere|', 'UNKNOWN_TABLE||gone|']);
    expect(result.path).toEqual(['m.round', 'm.about', 'm.lost']);
  });
});

describe('a mapping', () => {
  const decides = (id: string, key: string, cell: string): Record<string, unknown> =>
    table(id, [column(key), endpoint('result')], [[cell, 'MATCH']]);
  const sets = table('sets', [column('site'), endpoint('a')], [['*', 'VALUE:done']]);

  it('runs when every inclusion table matches and no exclusion table does', () => {
    const tables = [sets, decides('small', 'size', '001-020'), decides('young', 'year_dx', '2024-2026')];
    const staged = (size: string, year: string): StagingResult =>
      run(
        { ...APPLE_CASE, size, year_dx: year },
        machine(tables, [
          mapping({ inclusionTables: steps('small'), exclusionTables: steps('young'), steps: steps('sets') }),
        ]),
      );
    expect(staged('010', '2020').path).toEqual(['m.small', 'm.young', 'm.sets']);
    expect(staged('030', '2020').path).toEqual([]);
    expect(run({ site: 'C501', hist: '8001', size: '010', year_dx: '2023' }, machine(tables, [])).outputs).toEqual({
      a: '',
      b: 'B',
    });
  });

  it('gives values under other names to a step and takes them away afterwards', () => {
    const tables = [
      table(
        'by_alias',
        [column('alias'), endpoint('a')],
        [
          ['010', 'VALUE:seen'],
          ['*', 'VALUE:not seen'],
        ],
      ),
      table(
        'again',
        [column('alias'), endpoint('b')],
        [
          ['', 'VALUE:gone'],
          ['*', 'VALUE:still there'],
        ],
      ),
    ];
    const result = run(
      { ...APPLE_CASE, size: '010' },
      machine(tables, [
        mapping({
          steps: [
            {
              table: 'by_alias',
              inputMapping: [
                { from: 'size', to: 'alias' },
                { from: 'nobody', to: 'other' },
              ],
            },
            { table: 'again' },
          ],
        }),
      ]),
    );
    expect(result.outputs).toEqual({ a: 'seen', b: 'gone' });
    expect(errors(result)).toEqual(['UNKNOWN_INPUT_MAPPING|nobody|by_alias|']);
  });

  it('takes initial values literally, a missing one as nothing', () => {
    const result = run(
      APPLE_CASE,
      machine(
        [sets],
        [
          mapping({
            initialContext: [
              { key: 'a', value: '{{size}}' },
              { key: 'b', value: null },
            ],
          }),
        ],
      ),
    );
    expect(result.outputs).toEqual({ a: '{{size}}', b: null });
  });

  it('of a schema takes initial values from other keys', () => {
    const context = [{ key: 'a', value: '{{size}}' }];
    expect(run({ ...APPLE_CASE, size: '030' }, machine([], [], { initialContext: context })).outputs.a).toBe('030');
  });
});

describe('defaults', () => {
  const input = (more: object): Partial<SchemaSource> => {
    const known = load().source.schemas[0]!.inputs.filter((one) =>
      ['site', 'hist', 'year_dx', 'size'].includes(one.key),
    );
    return { inputs: [...known, { key: 'x', name: 'x', usedForStaging: false, ...more }] };
  };
  const shows = table('shows', [column('site'), endpoint('a')], [['*', 'VALUE:{{x}}']]);
  const givesX = table(
    'gives_x',
    [column('site'), endpoint('other'), endpoint('x')],
    [['C500', 'VALUE:no', 'VALUE:{{size}}']],
  );
  const seen = (site: string, more: object): StagingResult =>
    run(
      { ...APPLE_CASE, site, size: '030' },
      machine([shows, givesX], [mapping({ steps: steps('shows') })], input(more)),
    );

  it('are copied from another key, or taken from a table', () => {
    expect(seen('C500', { default: '{{size}}' }).outputs.a).toBe('030');
    expect(seen('C500', { defaultTable: 'gives_x' }).outputs.a).toBe('030');
  });

  it('are blank when the table has no row for the case, and not checked', () => {
    const missed = seen('C501', { defaultTable: 'gives_x' });
    expect([missed.outputs.a, errors(missed)]).toEqual(['', ['MATCH_NOT_FOUND|x||']]);
    expect(errors(seen('C500', { default: 'nonsense', table: 'behavior' }))).toEqual([]);
  });
});

describe('whatever the values are', () => {
  const algorithm = load();
  const keys = [
    'site',
    'hist',
    'year_dx',
    'size',
    'reach',
    'mets',
    'her2',
    'discriminator_1',
    '__proto__',
    'toString',
    '',
  ];
  const value = fc.oneof(
    fc.constantFrom('C500', 'C619', '8000', '8140', '2020', '999', '100', '00', '', ' 00 ', '{{size}}', '*'),
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const inputs = fc.dictionary(fc.constantFrom(...keys), value);

  it('staging gives a result and never throws', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const result = run(given, algorithm);
        expect(result.result).toMatch(/^(STAGED|FAILED_)/);
        expect(run(given, algorithm)).toEqual(result);
      }),
    );
  });

  it('leaving a key out never makes fewer schemas fit', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom('year_dx', 'discriminator_1', 'size'), (given, key) => {
        const fewer: Record<string, string> = { site: 'C619', hist: '8000', ...given };
        delete fewer[key];
        const more = selectSchemas(algorithm, { ...fewer, ...(key in given ? { [key]: given[key] } : {}) });
        expect(selectSchemas(algorithm, fewer).schemaIds).toEqual(expect.arrayContaining([...more.schemaIds]));
      }),
    );
  });
});
