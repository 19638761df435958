import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { orchard, zipOf } from '../../../../test/support/staging.js';
import { UsageError } from '../command.js';
import { commands } from './commands.js';

let folder: string;
let algorithm: string;
const before = process.env.XDG_CACHE_HOME;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'perennial-staging-'));
  algorithm = path.join(folder, 'orchard.zip');
  writeFileSync(algorithm, zipOf(orchard()));
  process.env.XDG_CACHE_HOME = path.join(folder, 'cache');
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(folder, { recursive: true, force: true });
});

async function run(word: string, args: readonly string[], input = ''): Promise<Record<string, string>[]> {
  let out = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out += chunk.toString();
      done();
    },
  });
  const stdin = Readable.from([Buffer.from(input)], { objectMode: false });
  expect(await commands[word]!.run(args, { stdout, stderr: stdout, stdin })).toBe(0);
  return parse(out, { columns: true });
}

const cases = (...inputs: object[]): string =>
  `caseId,inputsJson\n${inputs.map((one, at) => `c${at},"${JSON.stringify(one).replaceAll('"', '""')}"`).join('\n')}\n`;
const APPLE = { site: 'C500', hist: '8000', year_dx: '2020' };

describe('staging stage', () => {
  it('prints outputs with sorted keys, sorted errors and the path', async () => {
    const input = cases({ ...APPLE, size: '030', mets: '99' }, { site: 'C619', hist: '8000' }, { hist: '8000' });
    expect(await run('stage', ['-', '--algorithm', algorithm, '--year', '2026'], input)).toEqual([
      {
        caseId: 'c0',
        result: 'STAGED',
        schemaId: 'apple',
        outputsJson: '{"derived_version":"1.0","schema_number":"77001","stage":"2"}',
        errors: 'STAGING_ERROR||mets_codes|m',
        path: 'ripening.size_codes ; ripening.reach_codes ; ripening.reach_by_size ; ripening.mets_codes ; ripening.stage_of',
      },
      {
        caseId: 'c1',
        result: 'FAILED_MULITPLE_MATCHING_SCHEMAS',
        schemaId: '',
        outputsJson: '{}',
        errors: '',
        path: '',
      },
      {
        caseId: 'c2',
        result: 'FAILED_MISSING_SITE_OR_HISTOLOGY',
        schemaId: '',
        outputsJson: '{}',
        errors: '',
        path: '',
      },
    ]);
  });

  it('bounds the year of diagnosis by --year', async () => {
    const pear = { site: 'C619', hist: '8000', year_dx: '2030', discriminator_1: '1' };
    const results = async (year: string) =>
      (await run('stage', ['--year', year, '--algorithm', algorithm, '-'], cases(pear))).map((row) => row.result);
    expect(await results('2029')).toEqual(['FAILED_INVALID_YEAR_DX']);
    expect(await results('2030')).toEqual(['STAGED']);
  });

  it('stages by EOD Public as it ships when no file is named', async () => {
    const breast = { site: 'C504', hist: '8500', behavior: '3', year_dx: '2024', eod_mets: '70' };
    const [row] = await run('stage', ['-'], cases(breast));
    expect(row).toMatchObject({ result: 'STAGED', schemaId: 'breast' });
    expect(JSON.parse(row!.outputsJson!)).toMatchObject({ naaccr_schema_id: '00480', ss2018_derived: '7' });
  });

  it('opens a file by its prepared form the second time, and a damaged one anew', async () => {
    const cache = path.join(folder, 'cache', 'perennial', 'staging');
    await run('stage', ['-', '--algorithm', algorithm], cases(APPLE));
    expect(existsSync(cache)).toBe(true);
    const [file] = readdirSync(cache);
    writeFileSync(path.join(cache, file!), 'damaged');
    expect(await run('stage', ['-', '--algorithm', algorithm], cases(APPLE))).toMatchObject([{ result: 'STAGED' }]);
    expect(readdirSync(cache)).toEqual([file]);
  });

  it.each([
    ['no JSON', 'caseId,inputsJson\nX9,{oops\n', 'case X9: inputsJson is not JSON'],
    ['a number for a code', cases({ ...APPLE, size: 30 }), 'case c0: size must be a text'],
    ['a list', 'caseId,inputsJson\nX9,[]\n', 'case X9: inputsJson must be an object'],
    ['a missing column', 'caseId,inputs\nX9,{}\n', 'lacks the column(s) inputsJson'],
  ])('refuses %s', async (_, input, message) => {
    await expect(run('stage', ['-'], input)).rejects.toThrow(message);
    await expect(run('stage', ['-'], input)).rejects.toThrow(UsageError);
  });

  it('refuses a bad algorithm file with its problems', async () => {
    const files = orchard();
    files.tables = files.tables.filter((one) => one.id !== 'behavior');
    const bad = path.join(folder, 'bad.zip');
    writeFileSync(bad, zipOf(files));
    await expect(run('stage', ['-', '--algorithm', bad], cases(APPLE))).rejects.toThrow(
      'schemas/apple.json input behavior: the table behavior is not there (table.missing)',
    );
    await expect(run('stage', ['-', '--year', '26'], cases(APPLE))).rejects.toThrow('--year 26 is not a year');
  });
});

describe('staging select', () => {
  it('leaves out what is absent and asks what is blank', async () => {
    const table = [
      'caseId,site,hist,behavior,sexAtBirth,yearDx,discriminator1,discriminator2',
      'a,C619,8000,,,,,',
      'b,C619,8000,,,,1,',
      'c,C619,8000,,,,<blank>,',
      'd,C619,<absent>,,,,,',
      'e,C619,,,,,,',
      'f,C999,8000,,,,,',
    ].join('\n');
    const rows = await run('select', ['-', '--algorithm', algorithm], table);
    expect(rows.map((row) => [row.caseId, row.schemaIds, row.discriminatorKeys])).toEqual([
      ['a', 'pear|quince', 'discriminator_1'],
      ['b', 'pear', 'discriminator_1'],
      ['c', 'quince', 'discriminator_1'],
      ['d', 'pear|quince', 'discriminator_1'],
      ['e', '', ''],
      ['f', '', ''],
    ]);
    expect(await run('select', ['-', '--algorithm', algorithm], cases(APPLE))).toMatchObject([{ schemaIds: 'apple' }]);
    await expect(run('select', ['-'], 'caseId,topography\n1,C500\n')).rejects.toThrow(
      'lacks the columns site and hist',
    );
  });
});

describe('staging schema', () => {
  it('lists schemas, inputs with who requires them, and codes', async () => {
    expect((await run('schema', [])).length).toBe(141);
    const inputs = await run('schema', ['00480', '--year', '2022']);
    expect(inputs.find((row) => row.inputKey === 'her2_summary')).toMatchObject({
      schemaId: 'breast',
      naaccrItem: '3855',
      ssdi: 'Y',
      seerRequired: 'Y',
    });
    expect(await run('schema', ['apple', '--codes', 'eodMets', '--algorithm', algorithm])).toEqual([
      { tableId: 'mets_codes', inputKey: 'mets', code: '00', label: 'none' },
      { tableId: 'mets_codes', inputKey: 'mets', code: '10', label: 'distant' },
      { tableId: 'mets_codes', inputKey: 'mets', code: '99', label: 'nobody knows' },
    ]);
    await expect(run('schema', ['plum', '--algorithm', algorithm])).rejects.toThrow(
      'there is no schema plum in orchard 1.0',
    );
  });
});
