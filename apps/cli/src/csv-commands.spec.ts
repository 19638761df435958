import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type Command, UsageError } from './command.js';
import { commands as naaccr } from './naaccr/commands.js';
import { commands as primaries } from './primaries/commands.js';

/** The commands that read a table and write a table, row by row. */
async function run(
  command: Command | undefined,
  args: readonly string[],
  input: Buffer | string = '',
): Promise<string> {
  if (command === undefined) throw new Error('no such command');
  let out = '';
  const stdout = new Writable({
    // A small buffer, so that the command has to wait for the reader.
    highWaterMark: 16,
    write(chunk: Buffer, _encoding, done) {
      out += chunk.toString();
      setImmediate(done);
    },
  });
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  const stdin = Readable.from(input.length > 0 ? [Buffer.from(input)] : [], { objectMode: false });
  expect(await command.run(args, { stdout, stderr, stdin })).toBe(0);
  await new Promise<void>((resolve) => stdout.end(resolve));
  return out;
}

describe('naaccr recode', () => {
  const { recode } = naaccr;
  const HEAD = 'caseId,site,histology,behavior,yearDx';
  const COLUMNS = `${HEAD},seerSiteRecode2008,seerSiteRecode2023,seerSiteRecode2023Expanded,icccIarc2017,icccIarc2017Extended,icccMajor,lymphoid2021,brainCns2020,aya2020,aya2008,behaviorRecode`;

  it('adds the recodes to the columns of the input', async () => {
    const out = await run(recode, ['-'], `${HEAD}\nA,C509,8500,3,2020\n"B,1",C679,8130,2,2020\nC,,,,\n`);
    const [head, first, second, third] = out.split('\n');
    expect(head).toBe(COLUMNS);
    expect(first).toMatch(/^A,C509,8500,3,2020,26000,.*,36,3$/);
    expect(second).toMatch(/^"B,1",C679,8130,2,2020,29010,.*,3$/);
    expect(third).toBe('C,,,,,99999,99,99,999,999,99,99,99,999,99,9');
  });

  it('replaces recodes that the input already has, and keeps its other columns', async () => {
    const out = await run(recode, ['-'], `note,site,histology,behavior,yearDx,behaviorRecode\nx,C509,8500,2,2020,9\n`);
    const [head, row] = out.split('\n');
    expect(head?.split(',').filter((name) => name === 'behaviorRecode')).toHaveLength(1);
    const at = head?.split(',').indexOf('behaviorRecode') ?? -1;
    expect([row?.split(',')[0], row?.split(',')[at]]).toEqual(['x', '2']);
  });

  it('reads gzip by content, a byte order mark and CRLF; a table without rows stays one', async () => {
    const text = `\ufeff${HEAD}\r\nA,C509,8500,3,2020\r\n`;
    const plain = await run(recode, ['-'], text);
    expect(await run(recode, ['-'], gzipSync(text))).toBe(plain);
    expect(plain.split('\n')).toHaveLength(3);
    expect(await run(recode, ['-'], `${HEAD}\n`)).toBe(`${COLUMNS}\n`);
  });

  it('keeps every row in order, however slowly the output is taken', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `R${n},C509,8500,3,2020`);
    const out = await run(recode, ['-'], `${HEAD}\n${rows.join('\n')}\n`);
    expect(
      out
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',')[0]),
    ).toEqual(rows.map((_, n) => `R${n}`));
  });

  it.each([
    ['', /is empty: a header line is needed/],
    ['a,b\n1,2\n', /lacks the column\(s\) site, histology, behavior, yearDx/],
    [`${HEAD}\nA,C509\n`, /is not a CSV file: .*line 2/],
    [gzipSync(`${HEAD}\nA,C509,8500,3,2020\n`.repeat(50)).subarray(0, 40), /is damaged/],
  ])('says what is wrong with case %#', async (input, message) => {
    const failing = run(recode, ['-'], input);
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(message);
  });

  it('says that a file is not there, and that one is wanted', async () => {
    await expect(run(recode, ['/nowhere/cases.csv'])).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(run(recode, [])).rejects.toThrow('give one file of cases');
  });
});

describe('primaries compare', () => {
  const { compare } = primaries;
  const HEAD = 'caseId,year1,month1,day1,site1,hist1,beh1,lat1,year2,month2,day2,site2,hist2,beh2,lat2';
  const ROWS = [
    'A,2023,01,01,C504,8500,3,1,2023,02,01,C504,8500,3,2',
    'B,2023,01,01,C504,8500,3,1,2023,01,15,C504,8500,3,9',
    'C,2023,01,01,C504,8500,3,1,2023,01,15,C341,8140,3,1',
    'D,2027,01,01,C504,8500,3,1,2023,01,15,C341,8140,3,1',
  ];
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'perennial-primaries-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints result, group, step and reason of each pair', async () => {
    const file = path.join(folder, 'pairs.csv');
    writeFileSync(file, [HEAD, ...ROWS, ''].join('\n'));
    const lines = (await run(compare, [file, '--today', '2026-11-24'])).trim().split('\n');
    expect(lines[0]).toBe('caseId,result,group,step,reason');
    expect(lines[1]).toBe(
      'A,MULTIPLE_PRIMARIES,str_2018_and_later_breast,M7,Tumors on the right and on the left side are multiple primaries.',
    );
    expect(lines[2]).toMatch(/^B,QUESTIONABLE,str_2018_and_later_breast,M7,.*Not known: the side of a tumor\./);
    expect(lines[3]).toMatch(/^C,MULTIPLE_PRIMARIES,,,.*different sets of rules/);
    expect(lines[4]).toMatch(/^D,INVALID_INPUT,,,/);
  });

  it('takes the day from the option', async () => {
    const out = await run(compare, ['-', '--today', '20270601'], [HEAD, ROWS[3], ''].join('\n'));
    expect(out).toContain('D,MULTIPLE_PRIMARIES');
    await expect(run(compare, ['-', '--today', 'soon'], HEAD)).rejects.toThrow('--today soon is not a day');
    await expect(run(compare, ['-'], 'caseId\n1\n')).rejects.toThrow(/lacks the column\(s\) year1/);
  });
});
