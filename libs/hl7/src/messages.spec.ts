import fc from 'fast-check';
import { acknowledgement, openEnvelope, parseHl7 } from './index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = 'MSH|^~\\&|LAB|OAK LAB^11D1^CLIA|REG|X|20240101||ORU^R01^ORU_R01|M1|P|2.5.1';
const PID = 'PID|1||77^^^OAK HOSP^MR||Moss^Ferna||19600229|F';
const OBR = 'OBR|1||S-1^OAK LAB|11529-5^Surgical pathology^LN|||20240103||||||||||||||||||F';
const OBX = 'OBX|1|TX|22637-3^Final diagnosis^LN||Colon: adenocarcinoma||||||F';
const text = (...lines: string[]): string => lines.map((line) => `${line}\r`).join('');
const ONE = text(HEAD, PID, OBR, OBX);
const parse = (input: string) => parseHl7(bytes(input));
const warnings = (input: string) => parse(input).messages.flatMap((one) => one.warnings.map((warning) => warning.code));

describe('batches', () => {
  it.each([
    ['a right count', `FHS|^~\\&|\rBHS|^~\\&|\r${ONE}${ONE}BTS|2\rFTS|1\r`, []],
    ['no count', `BHS|^~\\&|\r${ONE}BTS\r`, []],
    ['a wrong count', `BHS|^~\\&|\r${ONE}BTS|2\r`, ['batch.count']],
    ['two batches, each counted', `FHS|\rBHS|\r${ONE}BTS|1\rBHS|\r${ONE}${ONE}BTS|2\rFTS|2\r`, []],
    ['a wrong count of batches', `FHS|\rBHS|\r${ONE}BTS|1\rFTS|3\r`, ['file.count']],
    ['no trailers', `FHS|\rBHS|\r${ONE}`, ['batch.no-trailer', 'file.no-trailer']],
    ['other delimiters', `BHS#*!@%#\r${ONE}BTS#1\r`, []],
  ])('with %s', (_, input, expected) => {
    expect([parse(input).ack, warnings(input)]).toEqual(['AA', expected]);
  });

  it('take the good messages beside a bad one and answer each', () => {
    const result = parse(`BHS|^~\\&|\r${ONE}${ONE.replace('ORU^R01', 'ADT^A08').replace('|M1|', '|M2|')}BTS|2\r`);
    expect([
      result.ack,
      result.batch,
      result.messages.length,
      result.outcomes.map((one) => [one.ack, one.controlId]),
    ]).toEqual([
      'AE',
      true,
      1,
      [
        ['AA', 'M1'],
        ['AR', 'M2'],
      ],
    ]);
    const answer = acknowledgement(result, '20240101000000', 'A1');
    expect(answer.match(/MSA\|\w\w\|\w+/g)).toEqual(['MSA|AA|M1', 'MSA|AR|M2']);
    expect(answer).toMatch(/^BHS\|[^\r]*\r[\s\S]*\rBTS\|2\r$/);
  });

  it('of a quiet day are empty and no error', () => {
    expect(parse('FHS|^~\\&|\rBHS|^~\\&|\rBTS|0\rFTS|1\r').ack).toBe('AA');
    expect(parse('BHS|^~\\&|\rBTS|4\r').ack).toBeNull();
  });

  it('give the bytes of each message, together all that was sent', () => {
    const ends = fc.constantFrom('\r', '\n', '\r\n', '\r\u001c\r\u000b');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), ends, fc.boolean(), (count, end, batch) => {
        const one = ONE.replaceAll('\r', end);
        const input = `${batch ? `BHS|^~\\&|${end}` : ''}${one.repeat(count)}${batch ? `BTS|${count}${end}` : ''}`;
        const envelope = openEnvelope(bytes(input));
        expect([envelope.messages.length, envelope.warnings, envelope.batch]).toEqual([count, [], batch]);
        expect(envelope.messages.map((message) => new TextDecoder().decode(message)).join('')).toBe(one.repeat(count));
      }),
    );
  });

  it('in frames, one after another', () => {
    expect(parse(`\u000b${ONE}\u001c\r\u000b${ONE}\u001c\r`).messages).toHaveLength(2);
  });
});

describe('truncated messages', () => {
  it.each([
    ['in the header', 30, 'AR', 'msh.type'],
    ['in the patient', HEAD.length + 20, 'AE', 'message.truncated'],
    ['in the order', ONE.indexOf('OBR') + 30, 'AE', 'message.truncated'],
    ['before the first value', ONE.indexOf('Colon:'), 'AE', 'message.truncated'],
    ['in an escape', ONE.indexOf('Colon:') + 4, 'AE', 'message.truncated'],
  ] as const)('%s are refused with the place', (name, at, ack, code) => {
    const cut = name === 'in an escape' ? `${ONE.slice(0, at)}\\.b` : ONE.slice(0, at);
    const result = parse(cut);
    expect([result.ack, result.errors.map((error) => error.code)]).toEqual([ack, expect.arrayContaining([code])]);
  });

  it('in a value whose neighbors are whole are refused', () => {
    const long = text(HEAD, PID, OBR, OBX, OBX);
    expect(parse(long.slice(0, -12)).ack).toBe('AE');
  });

  it('that only lack the last CR are taken', () => {
    expect([parse(ONE.slice(0, -1)).ack, warnings(ONE.slice(0, -1))]).toEqual(['AA', ['segment.unterminated']]);
    expect(parse(`${ONE}SPM|1|^A`).ack).toBe('AA');
  });

  it('are answered wherever they were cut', () => {
    const long = bytes(text(HEAD, PID, OBR, OBX, OBX.replace('Colon', 'Cut \\T\\ \\X41\\ \\.br\\'), 'SPM|1|^A'));
    for (let end = 0; end <= long.length; end += 1) {
      const { ack, outcomes } = parseHl7(long.subarray(0, end));
      if (end >= 4) expect(outcomes).toHaveLength(1);
      if (end >= 4 && end < 110) expect(ack).not.toBe('AA');
    }
  });
});

describe('orders', () => {
  it('of the same number and study are one report, of another study another one', () => {
    const obr = (study: string, number = 'S-1'): string => OBR.replace('11529-5', study).replace('S-1', number);
    const { reports } = parse(
      text(
        HEAD,
        PID,
        obr('11529-5'),
        OBX,
        obr('11529-5'),
        OBX.replace('Colon', 'Lung'),
        obr('60568-3'),
        OBX,
        obr('', ''),
        OBX,
      ),
    ).messages[0]!;
    expect(reports.map((one) => [one.filler, one.orderCode, one.text])).toEqual([
      ['S-1', '11529-5', 'Colon: adenocarcinoma\nLung: adenocarcinoma'],
      ['S-1', '60568-3', 'Colon: adenocarcinoma\nColon: adenocarcinoma'],
    ]);
  });

  it('are refused where one message speaks of two patients', () => {
    expect(parse(text(HEAD, PID, OBR, OBX, PID, OBR, OBX)).errors.map((one) => one.code)).toContain('pid.several');
  });

  it.each([
    ['P', 'P'],
    ['F', 'F'],
    ['C', 'C'],
    ['A', 'A'],
    ['X', 'X'],
    ['R', 'P'],
    ['', 'F'],
    ['?', 'F'],
  ])('with OBR-25 %j are %s', (given, status) => {
    expect(parse(text(HEAD, PID, OBR.replace(/F$/, given), OBX)).messages[0]!.reports[0]!.status).toBe(status);
  });

  it('tell when the state was reported: OBR-22, else the message', () => {
    const stamped = OBR.replace('||||||||||||||||||F', '|||||||||||||||20240312094000-0500|||F');
    expect(parse(text(HEAD, PID, stamped, OBX)).messages[0]!.reports[0]!.reported).toBe('20240312094000');
    expect(parse(ONE).messages[0]!.reports[0]!.reported).toBe('20240101');
  });
});

describe('items', () => {
  const items = (pid: string, ...more: string[]) => parse(text(HEAD, pid, ...more, OBR, OBX)).messages[0]!.patientItems;

  it('take legal and other names, home, county, death and all repetitions', () => {
    expect(
      items(
        'PID|1||7^^^X^PI~MR9^^^A&1^MR~900-12-3456^^^SSA^SS||Birth^^^^^^B~Legal&van^Ann^Bea^JR^DR^^L~Nick^^^^^^A||19600229|F||2046-1~2106-3~UNK|PO 1^^Mail^OH^1^USA^M~12 Elm^Apt 2^Town^oh^44999^US^H^^39049||bad~^PRN^PH^^1^614^5550199|||W||||||2148-5|||||||20240501|Y',
      ),
    ).toEqual({
      nameLast: 'Legal',
      nameFirst: 'Ann',
      nameMiddle: 'Bea',
      nameSuffix: 'JR',
      namePrefix: 'DR',
      nameBirthSurname: 'Birth',
      nameAlias: 'Nick',
      dateOfBirth: '19600229',
      sexAssignedAtBirth: '2',
      socialSecurityNumber: '900123456',
      medicalRecordNumber: 'MR9',
      race1: '14',
      race2: '01',
      spanishHispanicOrigin: '1',
      maritalStatusAtDx: '5',
      addrAtDxNoStreet: '12 Elm',
      addrAtDxSupplementl: 'Apt 2',
      addrAtDxCity: 'Town',
      addrAtDxState: 'OH',
      addrAtDxPostalCode: '44999',
      addrAtDxCountry: 'USA',
      addrCurrentNoStreet: '12 Elm',
      addrCurrentSupplementl: 'Apt 2',
      addrCurrentCity: 'Town',
      addrCurrentState: 'OH',
      addrCurrentPostalCode: '44999',
      addrCurrentCountry: 'USA',
      countyAtDx: '049',
      telephone: '6145550199',
      vitalStatus: '0',
      dateOfLastContact: '20240501',
    });
  });

  it('leave out a record number that does not fit, for cut it could be that of another person', () => {
    expect(items('PID|1||1234567890123456^^^OAK HOSP^MR||Moss^Ferna')).toEqual({
      nameLast: 'Moss',
      nameFirst: 'Ferna',
    });
    expect(items('PID|1||123456789012345^^^OAK HOSP^MR||Moss^Ferna').medicalRecordNumber).toBe('123456789012345');
  });

  it('take the next of kin and the physicians', () => {
    expect(
      items(
        PID,
        'NK1|1|Moss^Dana|SPO^Spouse|9 Oak^^Dell^OH^44999^USA',
        'PV1|1|O|||||1122334455^Okafor^N^^^^MD^^NPI&2.16&ISO^L^^^NPI~88771OH^Okafor|2233445566^Lind^P^^^^^^NPI',
      ),
    ).toMatchObject({
      followUpContactName: 'Moss, Dana',
      nameSpouseParent: 'Moss, Dana',
      followUpContactNost: '9 Oak',
      followUpContactState: 'OH',
      npiPhysicianManaging: '1122334455',
      physicianManaging: '88771OH',
      npiPhysician3: '2233445566',
    });
  });

  it('take time and place of the report', () => {
    const lines = [
      'ORC|RE||||||||||||||||||||Harbor^^^^^NPI^NPI^^^1999888777',
      OBR.replace('20240103', '202401031430-0500').replace('11529-5^Surgical pathology', 'FLOW^Flow cytometry'),
    ];
    expect(parse(text(HEAD, PID, ...lines, OBX)).messages[0]!.reports[0]!.items).toEqual({
      pathReportingFacId1: '11D1',
      pathReportNumber1: 'S-1',
      pathDateSpecCollect1: '2024-01-03T14:30:00-05:00',
      pathReportType1: '11',
      pathOrderingFacNo1: '1999888777',
    });
  });
});

describe('work', () => {
  it('is linear and bounded on hostile input', () => {
    const hostile = [
      `${'MSH|'.repeat(50_000)}`,
      `${HEAD}\r${'\n'.repeat(500_000)}x`,
      `${HEAD}\r${PID}\r${OBR}\r${`${OBX}\r${OBX.replace('22637-3', '22634-0')}\r`.repeat(20_000)}`,
      `${HEAD}\r${PID}\r${OBR}\rOBX|1|TX|1||${'{\\E\\rtf1 '.repeat(100_000)}||||||F\r`,
      `${HEAD}\r${PID}\r${OBR}\rOBX|1|ED|1||^TEXT^^Base64^${'A '.repeat(500_000)}||||||F\r`,
      `${HEAD}\r${PID}\r${OBR}\rOBX|1|TX|1||${' FINAL DIAGNOSIS \\.br\\'.repeat(50_000)}||||||F\r`,
      'BHS|\r'.repeat(200_000),
      '\u001c\u000b\r'.repeat(500_000),
    ].map(bytes);
    const started = performance.now();
    for (const input of hostile) parseHl7(input);
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
