import fc from 'fast-check';
import { openDocument, parseHl7, plainText, readTextFile, sectionsByHeading } from './index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = 'MSH|^~\\&|LAB|OAK LAB^11D1^CLIA|REG|X|20240101||ORU^R01^ORU_R01|M1|P|2.5.1';
const PID = 'PID|1||77^^^OAK HOSP^MR||Moss^Ferna||19600229|F';
const OBR = 'OBR|1||S-1^OAK LAB|11529-5^Surgical pathology^LN|||20240103||||||||||||||||||F';
const message = (...lines: string[]): Uint8Array => bytes([HEAD, PID, ...lines].map((line) => `${line}\r`).join(''));
const read = (...lines: string[]) => parseHl7(message(OBR, ...lines));
const report = (...lines: string[]) => read(...lines).messages[0]!.reports[0]!;
const codes = (...lines: string[]) => read(...lines).messages[0]!.warnings.map((one) => one.code);
const dx = (value: string, type = 'FT'): string => `OBX|1|${type}|22637-3^Final diagnosis^LN||${value}||||||F`;
const partsOf = ({
  text,
  sections,
}: {
  text: string;
  sections: readonly { code: string; start: number; end: number }[];
}) => sections.map(({ code, start, end }) => [code, text.slice(start, end)]);

describe('formatted text', () => {
  it.each([
    ['\\.in+4\\\\.ti-4\\1. Heart.^\\.sp\\\\.ti-4\\2. Lung\\.br\\clear.', '1. Heart.\n2. Lung\n    clear.'],
    ['a\\.BR\\b\\.ce\\c', 'a\nb\nc'],
    ['a\\.nf\\b\\.fi\\c', 'a\nb\nc'],
    ['a\\.sk3\\b', 'a   b'],
    ['caf\\XC3\\\\XA9\\', 'café'],
    ['\\XB0\\C', '°C'],
    ['line\\X0D\\\\X0A\\next', 'line\nnext'],
    ['a\\X00\\b', 'a b'],
    ['\\Zabc\\ and \\C2842\\', '\\Zabc\\ and \\C2842\\'],
    ['path C:\\E\\SCAN', 'path C:\\SCAN'],
    ['size 3^2 &c', 'size 3^2 &c'],
  ])('reads %j as %j', (raw, text) => {
    expect(report(dx(raw)).text).toBe(text);
  });

  it('gives back what a sender escaped, whatever the delimiters', () => {
    const delimiters = fc.constantFrom('|^~\\&', '#*!@%', '$:;?=');
    fc.assert(
      fc.property(delimiters, fc.stringMatching(/^[ -~]{1,80}$/), (five, words) => {
        const [field = '', component = '', repetition = '', escape = '', subcomponent = ''] = five;
        const code: Record<string, string> = {
          [field]: 'F',
          [component]: 'S',
          [subcomponent]: 'T',
          [repetition]: 'R',
          [escape]: 'E',
        };
        const sent = [...`A${words}Z`]
          .map((one) => (code[one] === undefined ? one : `${escape}${code[one]}${escape}`))
          .join('');
        const other = (line: string): string => line.replace(/[|^~\\&]/g, (one) => five['|^~\\&'.indexOf(one)] ?? one);
        const head = `MSH${field}${component}${repetition}${escape}${subcomponent}${other(HEAD.slice(8))}`;
        const lines = [head, other(PID), other(OBR), `${other('OBX|1|TX|22637-3^x^LN||')}${sent}${other('||||||F')}`];
        const result = parseHl7(bytes(lines.map((line) => `${line}\r`).join('')));
        expect(result.messages[0]?.reports[0]?.text).toBe(`A${words}Z`);
      }),
    );
  });
});

describe('sections', () => {
  it('come from the name of the observation, then from headings', () => {
    const local = report(
      'OBX|1|TX|GR^Gross Description^L||Tan tissue.||||||F',
      'OBX|2|TX|FD^FINAL DIAGNOSIS^L||Adenoma.||||||F',
    );
    expect(partsOf(local)).toEqual([
      ['22634-0', 'Tan tissue.'],
      ['22637-3', 'Adenoma.'],
    ]);
    const lines = [
      'FINAL DIAGNOSIS:',
      'Specimen A: Colon, biopsy:',
      'Adenocarcinoma.',
      '',
      'CLINICAL HISTORY: Rule out sarcoma.',
      'GROSS',
      'Two bits.',
    ];
    const whole = report(...lines.map((line, at) => `OBX|${at + 1}|TX|11529-5^Surgical pathology^LN||${line}||||||F`));
    expect(partsOf(whole)).toEqual([
      ['22637-3', 'FINAL DIAGNOSIS:\nSpecimen A: Colon, biopsy:\nAdenocarcinoma.'],
      ['22636-5', 'CLINICAL HISTORY: Rule out sarcoma.'],
      ['22634-0', 'GROSS\nTwo bits.'],
    ]);
  });

  it('keep a whole report under one code apart by its headings, but never the lines of a diagnosis', () => {
    const one = report(
      dx(
        'Left breast: ductal carcinoma.\\.br\\Note: margins close.\\.br\\Gross description: 3 cm.\\.br\\Clinical history: mass',
      ),
    );
    expect(partsOf(one)).toEqual([
      ['22637-3', 'Left breast: ductal carcinoma.\nNote: margins close.'],
      ['22634-0', 'Gross description: 3 cm.'],
      ['22636-5', 'Clinical history: mass'],
    ]);
  });

  it('leave a text without headings whole', () => {
    expect(sectionsByHeading('Colon, biopsy: adenocarcinoma.\nSee note below.')).toEqual([]);
    expect(partsOf(report('OBX|1|TX|PATH^Report^L||Colon: tumor.||||||F'))).toEqual([['PATH', 'Colon: tumor.']]);
  });

  it('cover the text in order and never overlap', () => {
    const pieces = fc.constantFrom(
      'FINAL DIAGNOSIS:',
      'GROSS',
      'Comment:',
      'carcinoma',
      'Clinical history: x',
      '',
      '  ',
      'ADDENDUM',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }),
        fc.constantFrom('22637-3', '11529-5', '22634-0'),
        (lines, code) => {
          const { text, sections } = report(...lines.map((line) => `OBX|1|TX|${code}^x^LN||${line}||||||F`), dx('end'));
          let last = 0;
          for (const { start, end } of sections) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(text.slice(last, start).trim()).toBe('');
            last = end;
          }
          expect(last).toBe(text.length);
        },
      ),
    );
  });
});

describe('observations', () => {
  it('joins what was typed to the answer it specifies, and takes question marks off', () => {
    const { text } = report(
      'OBX|1|CWE|21.1^Tumor Size^CAPECC|31|31.1^Greatest dimension (cm)^CAPECC||||||F',
      'OBX|2|NM|21.1^Tumor Size^CAPECC|+31.1|1.9|cm^Centimeter^UCUM|||||F',
      'OBX|3|CWE|22.1^Margin^CAPECC||9^?Not applicable^CAPECC||||||F',
      'OBX|4|NM|23.1^Nodes^CAPECC||12|1^No units^UCUM|||||F',
      'OBX|5|SN|24.1^Mitoses^CAPECC||>^5||||||F',
    );
    expect(text).toBe('Tumor Size: Greatest dimension (cm): 1.9 cm\nMargin: Not applicable\nNodes: 12\nMitoses: >5');
  });

  it('leaves out what its sender took back, and keeps notes', () => {
    const { text } = report(dx('Adenocarcinoma.'), 'NTE|1||Seen by two.', 'OBX|2|TX|22637-3^x^LN||Lymphoma.||||||W');
    expect(text).toBe('Adenocarcinoma.\nSeen by two.');
    expect(codes(dx('a'), 'OBX|2|TX|22637-3^x^LN||b||||||D')).toContain('obx.taken-back');
  });

  it('mends a field separator in the text that was not escaped, and tells of it', () => {
    const mended = 'OBX|1|TX|22637-3^x^LN||a | b | c||||||F|||20240101';
    expect(report(mended).text).toBe('a | b | c');
    expect(codes(mended)).toEqual(['obx.delimiter-in-text']);
    expect(codes('OBX|1|NM|1^x^LN||1|cm|||||Fin')).toContain('obx.status-unknown');
  });

  it('ties sub-ids to specimens by number or letter', () => {
    const lines = [
      'OBX|1|TX|22637-3^x^LN|1|A. Breast||||||F',
      'OBX|2|TX|22637-3^x^LN|2|B. Node||||||F',
      'SPM|1|^S-1-A&LAB||TISS^Tissue||||C50.4^Upper outer quadrant^ICDO3',
      'SPM|2|^S-1-B&LAB||LYMPH^Lymph node',
    ];
    const { text, specimens } = report(...lines);
    expect(
      specimens.map(({ id, type, site, parts }) => [
        id,
        type,
        site,
        parts.map(({ start, end }) => text.slice(start, end)),
      ]),
    ).toEqual([
      ['S-1-A', 'Tissue', 'Upper outer quadrant', ['A. Breast']],
      ['S-1-B', 'Lymph node', '', ['B. Node']],
    ]);
    expect(report('OBX|1|TX|22637-3^x^LN|A|x||||||F').specimens).toEqual([
      { id: 'A', type: '', site: '', parts: [{ start: 0, end: 1 }] },
    ]);
  });

  it('carries a field on in ADD segments', () => {
    expect(report('OBX|1|TX|22637-3^x^LN||long te', 'ADD|xt').text).toBe('long text');
  });
});

describe('documents', () => {
  const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
  const ed = (kind: string, data: string): string => `OBX|1|ED|PDF^Report^L||^${kind}^Base64^${data}||||||F`;

  it('are named where they cannot be read, and the message is taken', () => {
    const result = read(ed('application^pdf', base64('%PDF-1.4 x')));
    expect(result.ack).toBe('AA');
    expect(result.messages[0]!.reports[0]).toMatchObject({
      text: '',
      documents: [{ observation: 1, format: 'PDF', read: false }],
    });
    expect(codes(ed('IM^TIFF', base64('II*')))).toContain('obx.document-unread');
    expect(report('OBX|1|RP|X^Y^L||http://x^IM^TIFF||||||F').documents[0]).toMatchObject({
      format: 'POINTER',
      read: false,
    });
    expect(report(ed('text^plain', '%%%')).documents[0]).toMatchObject({ read: false });
  });

  it('give their bytes back', () => {
    const sent = message(OBR, dx('x'), ed('application^pdf', base64('%PDF-1.4 \u00ff')));
    const found = openDocument(sent, { filler: 'S-1', orderCode: '11529-5' }, 2);
    expect([found?.format, Buffer.from(found?.bytes ?? []).toString('latin1')]).toEqual(['PDF', '%PDF-1.4 \u00ff']);
    expect(openDocument(sent, { filler: 'S-1', orderCode: '11529-5' }, 1)).toBeNull();
    expect(openDocument(sent, { filler: 'S-2', orderCode: '11529-5' }, 2)).toBeNull();
    expect(openDocument(bytes('nothing'), { filler: '', orderCode: '' }, 1)).toBeNull();
  });

  it('are read where they are words', () => {
    expect(report(ed('text^plain', base64('Colon: adenocarcinoma'))).text).toBe('Colon: adenocarcinoma');
    const rtf =
      "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}\\f0 Colon:\\par \\b adeno\\b0 carcinoma caf\\'e9 \\u8805? 3\\}}";
    expect(report(ed('TEXT^RTF', base64(rtf))).text).toBe('Colon:\nadenocarcinoma café ≥ 3}');
    const { text, documents } = report(dx(rtf.replaceAll('\\', '\\E\\')));
    expect([text, documents]).toEqual([
      'Colon:\nadenocarcinoma café ≥ 3}',
      [{ observation: 1, format: 'RTF', read: true }],
    ]);
  });
});

describe('files', () => {
  it.each([
    ['Colon: tumor\r\nend', 'TEXT', 'Colon: tumor\nend'],
    ['caf\xe9', 'TEXT', 'café'],
    ['\xff\xfea\0b\0', 'TEXT', 'ab'],
    ['{\\rtf1 Colon\\par end}', 'RTF', 'Colon\nend'],
    ['%PDF-1.7', 'PDF', null],
    ['PK\x03\x04xx', 'OFFICE OR ZIP', null],
    ['\x89PNG\r\n', 'IMAGE', null],
    ['\xff\xd8\xff\xe0', 'IMAGE', null],
    ['a\0b', 'BINARY', null],
  ])('reads %j as %s', (content, format, text) => {
    expect(readTextFile(Uint8Array.from(Buffer.from(content, 'latin1')))).toEqual({ format, text });
  });
});

describe('character sets', () => {
  const encoded = (set: string, value: number[]): Uint8Array => {
    const head = bytes(`${HEAD}||||||${set}\r${PID}\r${OBR}\rOBX|1|TX|22637-3^x^LN||`);
    return Uint8Array.from([...head, ...value, ...bytes('||||||F\r')]);
  };
  it.each([
    ['8859/1', [0xe9], 'é'],
    ['8859/2', [0xb1], 'ą'],
    ['UNICODE UTF-8', [0xc3, 0xa9], 'é'],
    ['', [0xc3, 0xa9], 'é'],
    ['', [0x93, 0xe9, 0x94], '“é”'],
    ['ASCII~UNICODE UTF-8', [0xe9], 'é'],
  ])('reads %j', (set, value, text) => {
    expect(parseHl7(encoded(set, value)).messages[0]!.reports[0]!.text).toBe(text);
  });

  it('reads UTF-16 and byte order marks, and turns NUL into a space', () => {
    const utf16 = Uint8Array.from(
      Buffer.from(`\ufeff${Buffer.from(message(OBR, dx('ŋ'))).toString('utf8')}`, 'utf16le'),
    );
    expect(parseHl7(utf16).messages[0]!.reports[0]!.text).toBe('ŋ');
    expect(parseHl7(Uint8Array.from([0xef, 0xbb, 0xbf, ...message(OBR, dx('x'))])).ack).toBe('AA');
    const nul = read(dx('a\u0000b'));
    expect(nul.messages[0]!.reports[0]!.text).toBe('a b');
    expect(nul.messages[0]!.warnings.map((one) => one.code)).toContain('text.controls');
  });

  it('never lets half a character or a control through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = plainText(text);
        expect(clean.length).toBe(text.length);
        expect(JSON.parse(JSON.stringify(clean))).toBe(clean);
        expect(Buffer.from(clean, 'utf8').toString('utf8')).toBe(clean);
        expect(clean).not.toContain('\u0000');
      }),
    );
  });
});
