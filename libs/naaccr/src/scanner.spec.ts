import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { standardScan } from '@perennial/naaccr/node';
import {
  type CheckReport,
  createNaaccrChecker,
  NaaccrFatal,
  readNaaccrXml,
  type ReadPatient,
  type ScanLimits,
} from './index.js';

const NAMESPACE = 'http://naaccr.org/naaccrxml';
const HEAD = `<?xml version="1.0"?>
<NaaccrData baseDictionaryUri="${NAMESPACE}/naaccr-dictionary-260.xml" recordType="A" timeGenerated="2026-11-02T08:30:00Z" xmlns="${NAMESPACE}" xmlns:my="http://example.org/my">
`;
/** A small file with everything the grammar has. */
const SMALL = `${HEAD}  <!-- é -->
  <Item naaccrId="registryId">0000000999</Item>
  <my:About a='1'>x<my:b/>&lt;</my:About>
  <Patient>
    <Item naaccrId="nameLast" naaccrNum="2230">A&amp;B é<![CDATA[<]]></Item>
    <Item naaccrId="dateOfBirth">19500214</Item>
    <?pi x?>
    <Tumor>
      <Item naaccrId='primarySite'>C504</Item>
      <Item naaccrId="laterality"/>
    </Tumor>
  </Patient>
</NaaccrData>
`;
const options = standardScan();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function check(input: Uint8Array, chunk = input.length, limits?: Partial<ScanLimits>): CheckReport {
  const checker = createNaaccrChecker({ ...options, details: 50, ...(limits ? { limits } : {}) });
  for (let at = 0; at < input.length; at += chunk) if (!checker.push(input.subarray(at, at + chunk))) break;
  return checker.end();
}

async function read(input: Iterable<Uint8Array>): Promise<ReadPatient[]> {
  const patients: ReadPatient[] = [];
  for await (const patient of (await readNaaccrXml(input, options)).patients) patients.push(patient);
  return patients;
}

const linesOf = (input: Uint8Array): number => input.reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 1);

/** Every result is either a report or a fatal error with a line that the file has; findings have lines too. */
function expectLocated(input: Uint8Array, report: CheckReport): void {
  const last = linesOf(input);
  if (report.fatal !== null) {
    expect(report.fatal.line).toBeGreaterThanOrEqual(1);
    expect(report.fatal.line).toBeLessThanOrEqual(last);
    expect(report.fatal.message).not.toBe('');
  }
  for (const { line } of report.details) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(last);
  }
  const counted = Object.values(report.byCode).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(report.errors);
}

describe('damaged files', () => {
  const good = bytes(SMALL);

  it('starts from one that is clean', () => {
    expect(check(good)).toMatchObject({ patients: 1, tumors: 1, items: 4, errors: 0, fatal: null, extensions: 1 });
  });

  it('gives a clean result or a located error for each byte changed', () => {
    for (let at = 0; at < good.length; at++) {
      for (const value of [
        0x00,
        0x20,
        0x22,
        0x26,
        0x2d,
        0x3c,
        0x3e,
        0x41,
        0x5d,
        0x80,
        0xc3,
        0xff,
        (good[at] as number) ^ 1,
      ]) {
        const bad = Uint8Array.from(good);
        bad[at] = value;
        expectLocated(bad, check(bad));
      }
    }
  });

  it('refuses every beginning that is not the whole', () => {
    const whole = SMALL.trimEnd().length;
    for (let size = 0; size < whole; size++) {
      const report = check(bytes(SMALL.slice(0, size)));
      expect(report.fatal).not.toBeNull();
    }
  });

  it('does not depend on how the bytes are cut, whatever is done to them', () => {
    const edit = fc.record({
      at: fc.nat(good.length - 1),
      remove: fc.nat(5),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc
          .constantFrom(
            '<!--',
            '-->',
            '<![CDATA[',
            ']]>',
            '&#10;',
            '<Tumor>',
            '</Patient>',
            '\r\n',
            '\ufeff',
            '<Item naaccrId="sex">',
          )
          .map(bytes),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 40 }), (edits, chunk) => {
        let input = good;
        for (const { at, remove, insert } of edits) {
          const from = Math.min(at, input.length);
          input = Uint8Array.from([...input.subarray(0, from), ...insert, ...input.subarray(from + remove)]);
        }
        const report = check(input);
        expectLocated(input, report);
        expect(check(input, chunk)).toEqual(report);
      }),
      { numRuns: 400 },
    );
  });
});

describe('lines', () => {
  it.each([
    ['LF', '\n', 4],
    ['CR LF', '\r\n', 4],
  ])('are counted with %s', (_, ending, line) => {
    const input = bytes(
      `${HEAD}<Patient>\n<Item naaccrId="sexAssignedAtBirth">x</Item>\n</Patient></NaaccrData>`.replaceAll(
        '\n',
        ending,
      ),
    );
    expect(check(input).details).toMatchObject([{ code: 'bad-type', line }]);
  });

  it('go on after values and comments of several lines', () => {
    const text = `${HEAD}<Patient>\n<Item naaccrId="nameLast">a\nb\n\nc</Item><!--\n\n--><Item naaccrId="sexAssignedAtBirth">x</Item></Patient></NaaccrData>`;
    expect(check(bytes(text)).details).toMatchObject([{ code: 'bad-type', line: 9 }]);
  });
});

describe('limits', () => {
  it('refuses an item that is too large, with its line', () => {
    const text = `${HEAD}<Patient>\n<Item naaccrId="nameLast">${'a'.repeat(200_000)}</Item></Patient></NaaccrData>`;
    expect(check(bytes(text), 4096, { itemBytes: 100_000 }).fatal).toMatchObject({ code: 'limit', line: 4 });
    expect(check(bytes(text), 4096).fatal).toBeNull();
  });

  it('does not take quadratic time for a large item that comes in crumbs', () => {
    const text = `${HEAD}<Patient>\n<Item naaccrId="nameLast">${'a&amp;'.repeat(60_000)}</Item></Patient></NaaccrData>`;
    const started = process.cpuUsage().user;
    expect(check(bytes(text), 97).byCode).toEqual({ 'too-long': 1 });
    expect(process.cpuUsage(undefined).user - started).toBeLessThan(3_000_000);
  });

  it('keeps at most as many different unknown ids as fit in memory', () => {
    const items = Array.from({ length: 20_001 }, (_, index) => `<Item naaccrId="x${index}">1</Item>\n`).join('');
    expect(check(bytes(`${HEAD}<Patient>\n${items}</Patient></NaaccrData>`)).fatal).toMatchObject({
      code: 'limit',
      line: 20_004,
    });
  });

  it('reads more different tags than it keeps', () => {
    const patients = Array.from(
      { length: 9000 },
      (_, index) =>
        `<Patient><Item naaccrId="nameLast"${' '.repeat(index % 180)} naaccrNum="${'0'.repeat(index % 47)}2230">A</Item></Patient>\n`,
    ).join('');
    expect(check(bytes(`${HEAD}${patients}</NaaccrData>`))).toMatchObject({
      patients: 9000,
      items: 9000,
      errors: 0,
      fatal: null,
    });
  });
});

describe('values as read', () => {
  const valueOf = async (content: string): Promise<string | undefined> => {
    const [patient] = await read([
      bytes(`${HEAD}<Patient><Item naaccrId="nameLast">${content}</Item></Patient></NaaccrData>`),
    ]);
    return patient?.items.nameLast;
  };

  it.each([
    ['A&amp;B', 'A&B'],
    ['&lt;&gt;&quot;&apos;', '<>"\''],
    ['&#x1F600;&#65;', '\u{1F600}A'],
    ['<![CDATA[<a>&amp;]]>', '<a>&amp;'],
    ['a<![CDATA[b]]>c<!-- d -->e<?f g?>', 'abce'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a&#13;b', 'a\rb'],
    ['a]]b', 'a]]b'],
    [' é ', ' é '],
    ['\ufffd', '\ufffd'],
    ['<![CDATA[]]>', undefined],
  ])('%j is %j', async (content, value) => {
    expect(await valueOf(content)).toBe(value);
  });
});

describe('the reader', () => {
  it('gives out the patients before the place where the file breaks', async () => {
    const text = `${HEAD}<Patient><Item naaccrId="nameLast">A</Item></Patient><Patient><Item naaccrId="nameLast">B</Item></Patient>\n<Oops/></NaaccrData>`;
    const names: (string | undefined)[] = [];
    const file = await readNaaccrXml([bytes(text)], options);
    await expect(
      (async () => {
        for await (const patient of file.patients) names.push(patient.items.nameLast);
      })(),
    ).rejects.toMatchObject({ code: 'naaccr.element', line: 4 });
    expect(names).toEqual(['A', 'B']);
  });

  it('reads no more than it is asked for', async () => {
    const patient = `<Patient><Item naaccrId="nameLast">A</Item></Patient>\n`;
    let given = 0;
    const chunks = async function* () {
      yield bytes(HEAD);
      for (; given < 1000; given++) {
        await Promise.resolve();
        yield bytes(patient);
      }
      yield bytes('</NaaccrData>');
    };
    const file = await readNaaccrXml(chunks(), options);
    for (let count = 0; count < 10; count++) await file.patients.next();
    await file.patients.return?.();
    expect(given).toBeLessThan(15);
  });

  it('keeps an item that stands twice once, with the first value, when told to go on', async () => {
    const text = `${HEAD}<Patient><Item naaccrId="nameLast">A</Item><Item naaccrId="nameLast">B</Item></Patient></NaaccrData>`;
    const file = await readNaaccrXml([bytes(text)], { ...options, keepGoing: true });
    const { value } = (await file.patients.next()) as { value: ReadPatient };
    expect(value.items).toEqual({ nameLast: 'A' });
    expect(value.issues).toMatchObject([
      { code: 'duplicate-item', path: '/NaaccrData/Patient[1]/Item[@naaccrId="nameLast"]' },
    ]);
    await expect(readNaaccrXml([bytes(text)], options).then(({ patients }) => patients.next())).rejects.toThrow(
      NaaccrFatal,
    );
  });

  it('refuses a patient with too many tumors', async () => {
    const text = `${HEAD}<Patient>${'<Tumor/>'.repeat(11)}</Patient></NaaccrData>`;
    const file = await readNaaccrXml([bytes(text)], { ...options, mostTumors: 10 });
    await expect(file.patients.next()).rejects.toMatchObject({ code: 'limit', line: 3 });
  });

  it('has the root with its items before the first patient', async () => {
    const { header } = await readNaaccrXml([bytes(SMALL)], options);
    expect(header).toMatchObject({
      version: '260',
      recordType: 'A',
      specificationVersion: '1.0',
      items: { registryId: '0000000999' },
    });
  });

  it('does not let an id of a file reach the prototype', async () => {
    const [patient] = await read([
      bytes(
        `${HEAD}<Patient><Item naaccrId="__proto__">x</Item><Item naaccrId="constructor">y</Item></Patient></NaaccrData>`,
      ),
    ]);
    expect(Object.getPrototypeOf(patient?.items)).toBe(Object.prototype);
    expect(Object.keys(patient?.items ?? {})).toEqual(['constructor']);
  });
});

describe('own samples', () => {
  it.each(['250', '260'])('v%s is clean, codes included', (version) => {
    const checker = createNaaccrChecker({ ...standardScan({ codes: true }), details: 1 });
    checker.push(readFileSync(path.join(__dirname, `../conformance/samples/invented-v${version}.xml`)));
    expect(checker.end()).toMatchObject({ patients: 24, tumors: 32, items: 1085 - 3, errors: 0, fatal: null });
  });
});
