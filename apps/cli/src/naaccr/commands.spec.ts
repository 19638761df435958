import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../command.js';
import { commands } from './commands.js';

const conformance = path.join(__dirname, '../../../../libs/naaccr/conformance');
const sample = (version: string): string => path.join(conformance, `samples/invented-v${version}.xml`);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(word: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Promise<Outcome> {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const command = commands[word];
  if (command === undefined) throw new Error(`no command ${word}`);
  const stdin = Readable.from(input.length > 0 ? [input] : [], { objectMode: false });
  const code = await command.run(args, { stdout: into('out'), stderr: into('err'), stdin });
  return { code, ...written };
}

describe('naaccr check', () => {
  it('prints counts and exits with 0 for clean files, plain, gzip or from standard input', async () => {
    const expected = { patients: 24, tumors: 32, items: 1082, errors: 0, byCode: {}, fatal: null };
    const { code, out } = await run('check', [sample('260'), '-'], gzipSync(readFileSync(sample('250'))));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      files: [
        { file: sample('260'), ...expected },
        { file: '-', ...expected },
      ],
    });
  });

  it('exits with 1 for errors and shows as many as asked for', async () => {
    const file = path.join(conformance, 'bad-date.xml');
    const { code, out, err } = await run('check', ['--details', '2', file]);
    expect(code).toBe(1);
    const [report] = (JSON.parse(out) as { files: { byCode: object; errors: number; details: object[] }[] }).files;
    expect(report).toMatchObject({ errors: 4, byCode: { 'bad-date': 4 } });
    expect(report?.details).toHaveLength(2);
    expect(err).toContain(`${file}:4: bad-date /NaaccrData/Patient[1]/Item[@naaccrId="dateOfBirth"]`);
    expect(err).not.toContain('19500230');
  });

  it('exits with 2 where a file cannot be read on or is not there, and checks the others', async () => {
    const fatal = path.join(conformance, 'fatal-duplicate-item.xml');
    const { code, out } = await run('check', [fatal, '/nowhere/to-be.xml', sample('260')]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      files: [
        { patients: 1, fatal: { line: 6 } },
        { patients: 0, fatal: { code: 'input' } },
        { patients: 24, fatal: null },
      ],
    });
    expect((await run('check', ['--keep-going', fatal])).code).toBe(1);
  });

  it('checks membership of codes where asked', async () => {
    const file = path.join(conformance, 'bad-code-switched-off.xml');
    expect((await run('check', [file])).code).toBe(0);
    expect(JSON.parse((await run('check', ['--codes', file])).out)).toMatchObject({
      files: [{ byCode: { 'bad-code': 2 } }],
    });
  });

  it('uses user dictionaries', async () => {
    const dictionaries = ['state', 'hospital'].flatMap((name) => [
      '--dictionary',
      path.join(conformance, `dictionaries/${name}.xml`),
    ]);
    const file = path.join(conformance, 'user-dictionary.xml');
    expect((await run('check', [file, ...dictionaries])).code).toBe(0);
    expect((await run('check', [file])).code).toBe(2);
  });

  it('says where damaged gzip breaks off', async () => {
    const whole = gzipSync(readFileSync(sample('260')));
    const { code, out } = await run('check', ['-'], whole.subarray(0, whole.length - 200));
    expect(code).toBe(2);
    const [report] = (JSON.parse(out) as { files: { fatal: { code: string; line: number } }[] }).files;
    expect(report?.fatal.code).toBe('input');
  });

  it.each([[[]], [['--details', 'many', 'x']], [['--details', '1.5', 'x']]])('refuses %j', async (args) => {
    await expect(run('check', args)).rejects.toThrow(UsageError);
  });
});

describe('naaccr convert', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'naaccr-convert-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('brings v25 to v26 and says what had no counterpart', async () => {
    const to = path.join(folder, 'v26.xml.gz');
    const { code, out } = await run('convert', [sample('250'), to, '--to', '260']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      from: '250',
      to: '260',
      recordType: 'A',
      patients: 24,
      tumors: 32,
      replaced: { 'sex > sexAssignedAtBirth': 16 },
      noCounterpart: { sex: 8 },
      dropped: { 'unknown-id': { sex: 8, comorbidComplication1: 7 } },
    });
    expect(gunzipSync(readFileSync(to)).toString()).toContain('<Item naaccrId="naaccrRecordVersion">260</Item>');
    expect((await run('check', [to, '--codes'])).code).toBe(0);
  });

  it('narrows to a record type, drops no more than that, and is the same when done twice', async () => {
    const [one, two] = [path.join(folder, 'one.xml'), path.join(folder, 'two.xml')];
    const { out } = await run('convert', [sample('260'), one, '--record-type', 'I']);
    const { dropped } = JSON.parse(out) as { dropped: Record<string, Record<string, number>> };
    expect(Object.keys(dropped)).toEqual(['wrong-record-type']);
    expect(dropped['wrong-record-type']).toMatchObject({ nameLast: 24, textDxProcPath: 32 });
    await run('convert', [one, two]);
    expect(readFileSync(two)).toEqual(readFileSync(one));
    expect((await run('check', [one])).code).toBe(0);
  });

  it('writes nothing when the input cannot be read to its end', async () => {
    const to = path.join(folder, 'none.xml');
    const { code, err } = await run('convert', [path.join(conformance, 'fatal-duplicate-item.xml'), to]);
    expect(code).toBe(2);
    expect(err).toContain(':6:');
    expect(() => readFileSync(to)).toThrow('ENOENT');
    expect(() => readFileSync(`${to}.partial`)).toThrow('ENOENT');
  });

  it('passes from standard input to standard output', async () => {
    const input = readFileSync(sample('260'));
    const { out, err } = await run('convert', ['-', '-'], input);
    expect(out).toContain('<Item naaccrId="registryId">0000000999</Item>');
    expect(JSON.parse(err)).toMatchObject({ patients: 24 });
  });

  it.each([[['a']], [['a', 'b', '--to', '240']], [['a', 'b', '--record-type', 'X']]])('refuses %j', async (args) => {
    await expect(run('convert', args)).rejects.toThrow(UsageError);
  });
});

describe('naaccr items', () => {
  it('prints one item in full', async () => {
    const { out } = await run('items', ['--grep', '410']);
    for (const part of ['410  laterality  Laterality', 'exactly 1 character', 'A M C I', 'CoC R', 'Not Paired'])
      expect(out).toContain(part);
  });

  it('finds items by former names, and those of v25 only', async () => {
    expect((await run('items', ['Birth Date'])).out).toContain('dateOfBirth');
    expect((await run('items', ['sex'])).out).toContain('editions 250;');
    expect((await run('items', ['sex', '--to', '260'])).out).not.toContain('editions 250;');
  });

  it('prints JSON with all that is known', async () => {
    const { items } = JSON.parse((await run('items', ['--grep', 'vitalStatus', '--json'])).out) as { items: object[] };
    expect(items[0]).toMatchObject({
      number: 1760,
      id: 'vitalStatus',
      level: 'Patient',
      recordTypes: 'AMCI',
      requiredBy: { NPCR: 'R' },
      codes: [
        { code: '0', label: 'Dead' },
        { code: '1', label: 'Alive' },
      ],
    });
    const all = JSON.parse((await run('items', ['--json'])).out) as { items: object[] };
    expect(all.items).toHaveLength(771 + 17);
  });

  it('says when nothing matches', async () => {
    expect((await run('items', ['nosuchword'])).err).toContain('no item matches');
  });
});
