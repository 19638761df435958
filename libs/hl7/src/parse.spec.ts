import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';
import fc from 'fast-check';
import { acknowledgement, createMllpDecoder, frame, type Hl7Result, parseHl7 } from './index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = 'MSH|^~\\&|LAB|OAK LAB^11D1^CLIA|REG|X|20240101||ORU^R01^ORU_R01|M1|P|2.5.1';
const PID =
  'PID|1||77^^^OAK HOSP&9&CLIA^MR~123-45-6789^^^SSA^SS||Moss^Ferna^Q||19600229|F||2106-3~2054-5|1 Elm^^Town^OH^44999-1234^USA||^PRN^PH^^1^614^5550199|||W||||||H';
const OBR = 'OBR|1||S-1^OAK LAB|11529-5^Surgical pathology^LN|||20240103|||||||||9^Reed^Cal|||||||||F';
const obx = (value: string, type = 'TX', code = '22637-3^Final diagnosis^LN'): string =>
  `OBX|1|${type}|${code}||${value}||||||F`;
const message = (...lines: string[]): Uint8Array => bytes(lines.map((line) => `${line}\r`).join(''));
const only = (result: Hl7Result) => {
  expect(result.messages).toHaveLength(1);
  const [first] = result.messages;
  return first!;
};

describe('parseHl7', () => {
  it('reads who, what and when into NAACCR items', () => {
    const { patientItems, reports, sendingFacility, controlId } = only(
      parseHl7(message(HEAD, PID, OBR, obx('Colon: adenocarcinoma'))),
    );
    expect([controlId, sendingFacility]).toEqual(['M1', { name: 'OAK LAB', id: '11D1' }]);
    expect(patientItems).toEqual({
      nameLast: 'Moss',
      nameFirst: 'Ferna',
      nameMiddle: 'Q',
      dateOfBirth: '19600229',
      sexAssignedAtBirth: '2',
      socialSecurityNumber: '123456789',
      medicalRecordNumber: '77',
      race1: '01',
      race2: '02',
      spanishHispanicOrigin: '6',
      maritalStatusAtDx: '5',
      addrAtDxNoStreet: '1 Elm',
      addrAtDxCity: 'Town',
      addrAtDxState: 'OH',
      addrAtDxPostalCode: '449991234',
      addrAtDxCountry: 'USA',
      addrCurrentNoStreet: '1 Elm',
      addrCurrentCity: 'Town',
      addrCurrentState: 'OH',
      addrCurrentPostalCode: '449991234',
      addrCurrentCountry: 'USA',
      telephone: '6145550199',
    });
    expect(reports[0]).toMatchObject({
      filler: 'S-1',
      status: 'F',
      collected: '20240103',
      text: 'Colon: adenocarcinoma',
      items: {
        pathReportingFacId1: '11D1',
        pathReportNumber1: 'S-1',
        pathDateSpecCollect1: '2024-01-03',
        pathReportType1: '01',
      },
    });
  });

  it.each([
    ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
    ['one\\.br\\two\\.sp2\\three', 'one\ntwo\n\nthree'],
    ['\\.in3\\deep', '   deep'],
    ['\\X41C3A9\\', 'Aé'],
    ['\\H\\bold\\N\\', 'bold'],
    ['open \\F and no end', 'open \\F and no end'],
    ['C:\\E\\dir\\E\\file', 'C:\\dir\\file'],
  ])('resolves %j to %j', (raw, text) => {
    expect(only(parseHl7(message(HEAD, PID, OBR, obx(raw)))).reports[0]?.text).toBe(text);
  });

  it('keeps a line break that a sender left inside a field', () => {
    const { reports, warnings } = only(
      parseHl7(message(HEAD, PID, OBR, 'OBX|1|TX|22637-3^x^LN||first', 'second line||||||F')),
    );
    expect(reports[0]?.text).toBe('first\nsecond line');
    expect(warnings.map((warning) => warning.code)).toContain('segment.continued');
  });

  it('names sections by LOINC with their places in the text, and answers as question and answer', () => {
    const lines = [
      obx('Left breast', 'TX', '22633-2^x^LN'),
      obx('Ductal carcinoma'),
      obx('1.2^Yes^CAPECC', 'CWE', '1.1^Invasion^CAPECC'),
    ];
    const { text, sections } = only(parseHl7(message(HEAD, PID, OBR, ...lines))).reports[0]!;
    expect(text).toBe('Left breast\n\nDuctal carcinoma\n\nInvasion: Yes');
    expect(sections.map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual([
      ['22633-2', 'Left breast'],
      ['22637-3', 'Ductal carcinoma'],
      ['CAPECC', 'Invasion: Yes'],
    ]);
  });

  it.each([
    ['no header', bytes('PID|1'), null, 'msh.missing'],
    ['a delimiter twice', message(HEAD.replace('^~\\&', '^^\\&'), PID), 'AR', 'msh.encoding-repeats'],
    ['another type', message(HEAD.replace('ORU^R01^ORU_R01', 'ADT^A08'), PID), 'AR', 'msh.type'],
    ['a version nobody knows', message(HEAD.replace('2.5.1', '9.9'), PID, OBR, obx('x')), 'AR', 'msh.version'],
    ['no name', message(HEAD, 'PID|1||77^^^A^MR|||', OBR, obx('x')), 'AE', 'pid.name-missing'],
    ['no order', message(HEAD, PID, obx('x')), 'AE', 'obr.missing'],
    ['no text', message(HEAD, PID, OBR), 'AE', 'obx.missing'],
    ['no number', message(HEAD, PID, OBR.replace('S-1^OAK LAB', ''), obx('x')), 'AE', 'obr.filler-missing'],
  ] as const)('refuses %s and says where', (_, input, ack, code) => {
    const result = parseHl7(input);
    expect([result.ack, result.errors.map((error) => error.code)]).toEqual([ack, expect.arrayContaining([code])]);
  });

  it('takes a cancelled report without text', () => {
    expect(only(parseHl7(message(HEAD, PID, OBR.replace('||F', '||X')))).reports[0]?.status).toBe('X');
  });

  it('takes what is in a batch and tells of a wrong count', () => {
    const one = [HEAD, PID, OBR, obx('x')];
    const result = parseHl7(message('FHS|^~\\&|LAB', 'BHS|^~\\&|LAB', ...one, ...one, 'BTS|3', 'FTS|1'));
    expect([result.ack, result.messages.length]).toEqual(['AA', 2]);
    expect(result.messages[0]?.warnings.map((warning) => warning.message)).toContain('BTS-1 says 3, found 2');
  });

  it('reads Latin-1 where the bytes are no UTF-8, and loses no byte', () => {
    const latin = Uint8Array.from(
      [...message(HEAD, PID, OBR, obx('caf?'))].map((byte) => (byte === 0x3f ? 0xe9 : byte)),
    );
    expect(only(parseHl7(latin)).reports[0]?.text).toBe('café');
  });

  it('answers any bytes at all, soon and without throwing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (input) => parseHl7(input).messages.length >= 0));
    const tokens = fc.constantFrom(
      'MSH|^~\\&|',
      'PID|',
      'OBR|',
      'OBX|1|FT|',
      '\r',
      '\n',
      '|',
      '^',
      '~',
      '\\',
      '&',
      '\\X4',
      '\u0000',
      'FHS|',
      'é',
      'ORU^R01',
      '2.5.1',
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 200 }), (parts) => parseHl7(bytes(parts.join(''))).errors.length >= 0),
    );
    const started = performance.now();
    parseHl7(message(HEAD, PID, OBR, obx('\\'.repeat(300_000)), obx('\\.br'.repeat(100_000)), '|'.repeat(100_000)));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('acknowledgement', () => {
  it('answers with the control id, and an ERR for each error', () => {
    expect(acknowledgement(parseHl7(message(HEAD, PID, OBR, obx('x'))), '20240101000000', 'A1')).toBe(
      'MSH|^~\\&|PERENNIAL||||20240101000000||ACK^R01^ACK|A1|P|2.5.1\rMSA|AA|M1\r',
    );
    const refused = acknowledgement(parseHl7(message(HEAD, PID, obx('x'))), '20240101000000', 'A2');
    expect(refused).toMatch(/\rMSA\|AE\|M1\rERR\|\|OBR\^1\|/);
  });
});

describe('MLLP frames', () => {
  it('come back whole, however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 17 }),
        (contents, step) => {
          const clean = contents.map((one) => one.filter((byte) => byte !== 0x0b && byte !== 0x1c));
          const stream = Uint8Array.from(clean.flatMap((one) => [...frame(one)]));
          const decoder = createMllpDecoder(1_000);
          const got: number[][] = [];
          for (let at = 0; at < stream.length; at += step)
            for (const one of decoder.push(stream.subarray(at, at + step))) got.push([...one]);
          expect(got).toEqual(clean.map((one) => [...one]));
        },
      ),
    );
  });

  it('cut off a sender whose message does not end', () => {
    const decoder = createMllpDecoder(10);
    expect(() => decoder.push(Uint8Array.from([0x0b, ...new Uint8Array(20).fill(65)]))).toThrow(RangeError);
  });
});

const samples = path.join(packageRoot(), '..', 'shared', 'samples', 'hl7');
const withSamples = existsSync(samples) ? describe : describe.skip;

withSamples('the shared samples', () => {
  interface Expected {
    readonly file: string;
    readonly ack: string | null;
    readonly messages: number;
    readonly status?: string;
    readonly filler?: string;
    readonly patient?: string;
    readonly decodedContains?: readonly string[];
  }
  const expected = existsSync(samples)
    ? (JSON.parse(readFileSync(path.join(samples, 'expected.json'), 'utf8')) as Expected[])
    : [];
  it.each(expected.map((one) => [one.file, one] as const))('%s', (file, one) => {
    const result = parseHl7(
      readFileSync(
        path.join(
          samples,
          readdirSync(samples).find((name) => name === file)!,
        ),
      ),
    );
    expect([result.ack, result.messages.length]).toEqual([one.ack, one.messages]);
    const [first] = result.messages;
    if (one.status !== undefined) expect(first?.reports[0]?.status).toBe(one.status);
    if (one.filler !== undefined) expect(first?.reports[0]?.filler).toBe(one.filler);
    if (one.patient !== undefined) expect(`${first?.patient.last}, ${first?.patient.first}`).toBe(one.patient);
    for (const part of one.decodedContains ?? []) expect(first?.reports[0]?.text).toContain(part);
  });
});
