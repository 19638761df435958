import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { loadDictionary, standardScan } from '@perennial/naaccr/node';
import {
  convertItems,
  convertRecord,
  type ConversionNote,
  createNaaccrChecker,
  createNaaccrWriter,
  type DropReason,
  type ItemLevel,
  type ItemValues,
  type NaaccrHeader,
  type PatientRecord,
  parseUserDictionary,
  readNaaccrXml,
  REPLACEMENTS,
  withUserDictionaries,
  type WriterOptions,
} from './index.js';

const v250 = loadDictionary('250');
const v260 = loadDictionary('260');
const BASE: WriterOptions = {
  dictionary: v260,
  recordType: 'A',
  timeGenerated: '2026-11-02T08:30:00Z',
  rootItems: {},
};
const values = (items: Record<string, string>): ItemValues => items;

function write(records: readonly PatientRecord[], options: Partial<WriterOptions> = {}): string {
  const writer = createNaaccrWriter({ ...BASE, ...options });
  return writer.head() + records.map((record) => writer.patient(record)).join('') + writer.tail();
}

async function read(
  input: string | Uint8Array,
  users = standardScan(),
): Promise<{ header: NaaccrHeader; patients: PatientRecord[] }> {
  const file = await readNaaccrXml([typeof input === 'string' ? new TextEncoder().encode(input) : input], users);
  const patients: PatientRecord[] = [];
  for await (const { items, tumors } of file.patients) patients.push({ items, tumors });
  return { header: file.header, patients };
}

/** Values as any file may hold them: what XML can carry, not what the item allows. */
const anyText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, ''))
  .filter((text) => text !== '');
const itemsOf = (level: ItemLevel) =>
  fc.dictionary(
    fc.constantFrom(...v260.items.filter((item) => item.level === level).map(({ id }) => id as string)),
    anyText,
    { maxKeys: 12 },
  );
const anyRecord = fc.record({ items: itemsOf('Patient'), tumors: fc.array(itemsOf('Tumor'), { maxLength: 3 }) });

describe('the writer', () => {
  it('gives back whatever items it wrote, of all levels', async () => {
    await fc.assert(
      fc.asyncProperty(
        itemsOf('NaaccrData'),
        fc.array(anyRecord, { maxLength: 3 }),
        fc.constantFrom('\n' as const, '\r\n' as const),
        async (rootItems, records, lineEnding) => {
          const text = write(records, { rootItems: values(rootItems), lineEnding });
          const back = await read(text);
          expect({ ...back.header.items }).toEqual({ ...rootItems });
          expect(
            back.patients.map(({ items, tumors }) => ({
              items: { ...items },
              tumors: tumors.map((tumor) => ({ ...tumor })),
            })),
          ).toEqual(
            records.map(({ items, tumors }) => ({
              items: { ...items },
              tumors: tumors.map((tumor) => ({ ...tumor })),
            })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives the same bytes whatever the order of the keys', () => {
    const items = { laterality: '1', primarySite: 'C504', histologicTypeIcdO3: '8500' };
    const turned = Object.fromEntries(Object.entries(items).reverse());
    expect(write([{ items: {}, tumors: [values(turned)] }])).toBe(write([{ items: {}, tumors: [values(items)] }]));
    expect(write([{ items: {}, tumors: [values(items)] }])).toContain(
      '<Item naaccrId="primarySite">C504</Item>\n      <Item naaccrId="laterality">1</Item>\n      <Item naaccrId="histologicTypeIcdO3">8500</Item>',
    );
  });

  it('leaves out what the file may not carry, and says what and why', () => {
    const dropped: [string, DropReason][] = [];
    const record = {
      items: values({ nameLast: 'Invented', sexAssignedAtBirth: '1', primarySite: 'C504', sex: '1', nameFirst: '' }),
      tumors: [values({ textDxProcPath: 'Invented text.' })],
    };
    const text = write([record], { recordType: 'I', dropped: (id, reason) => dropped.push([id, reason]) });
    expect(dropped).toEqual([
      ['nameLast', 'wrong-record-type'],
      ['primarySite', 'wrong-level'],
      ['sex', 'unknown-id'],
      ['textDxProcPath', 'wrong-record-type'],
    ]);
    expect(text.match(/<Item/g)).toHaveLength(1);
  });

  it('fills digits with zeros on the left only where asked and where the dictionary says so', () => {
    const record = { items: values({ patientIdNumber: '17', sexAssignedAtBirth: '1', nameLast: '17' }), tumors: [] };
    expect(write([record])).toContain('"patientIdNumber">17<');
    const padded = write([record], { padLeftZero: true });
    expect(padded).toContain('"patientIdNumber">00000017<');
    expect(padded).toContain('"nameLast">17<');
    expect(write([{ items: values({ patientIdNumber: 'A7' }), tumors: [] }], { padLeftZero: true })).toContain('>A7<');
  });

  it('ends lines as asked, and carries numbers and user dictionaries', async () => {
    const text = write([{ items: values({ nameLast: 'A' }), tumors: [] }], { lineEnding: '\r\n', numbers: true });
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text).toContain('<Item naaccrId="nameLast" naaccrNum="2230">A</Item>');
    const state = parseUserDictionary(
      readFileSync(path.join(__dirname, '../conformance/dictionaries/state.xml')),
    ).dictionary;
    const { dictionary } = withUserDictionaries(v260, [state]);
    const own = write([{ items: {}, tumors: [values({ statePilotScore: '7', laterality: '1' })] }], {
      dictionary,
      userDictionaryUris: [state.uri],
      padLeftZero: true,
    });
    expect(own).toContain('userDictionaryUri="http://example.org/state.xml"');
    const back = await read(own, standardScan({ userDictionaries: [state] }));
    expect(back.patients[0]?.tumors[0]).toEqual({ laterality: '1', statePilotScore: '007' });
  });

  it('writes files without errors from valid values', () => {
    const text = write([{ items: values({ nameLast: 'O<’>&' }), tumors: [values({ primarySite: 'C504' })] }], {
      rootItems: values({ recordType: 'A', naaccrRecordVersion: '260' }),
    });
    const checker = createNaaccrChecker(standardScan({ codes: true }));
    checker.push(new TextEncoder().encode(text));
    expect(checker.end()).toMatchObject({ patients: 1, tumors: 1, items: 4, errors: 0, fatal: null });
  });
});

describe('conversion between v25 and v26', () => {
  it('knows the differences of the two dictionaries: 17 removed, 8 added, 1 renamed', () => {
    const removed = v250.items.filter(({ id }) => !v260.byId.has(id));
    const added = v260.items.filter(({ id }) => !v250.byId.has(id));
    const renamed = v260.items.filter(({ id, name }) => v250.byId.has(id) && v250.byId.get(id)?.name !== name);
    expect(removed).toHaveLength(17);
    expect(added).toHaveLength(8);
    expect(renamed.map(({ id }) => id)).toEqual(['overRideNameSex']);
    for (const { old, new: now } of REPLACEMENTS) {
      expect(removed.map(({ id }) => id as string)).toContain(old);
      expect(added.map(({ id }) => id as string)).toContain(now);
    }
  });

  it.each([
    ['1', { sexAssignedAtBirth: '1' }, 'replaced'],
    ['2', { sexAssignedAtBirth: '2' }, 'replaced'],
    ['9', { sexAssignedAtBirth: '9' }, 'replaced'],
    ['3', { sex: '3' }, 'no-counterpart'],
    ['4', { sex: '4' }, 'no-counterpart'],
    ['5', { sex: '5' }, 'no-counterpart'],
    ['6', { sex: '6' }, 'no-counterpart'],
  ])('sex %s becomes %j', (sex, expected, kind) => {
    const notes: ConversionNote[] = [];
    expect(convertItems(values({ sex }), '260', (note) => notes.push(note))).toEqual(expected);
    expect(notes).toEqual([{ kind, from: 'sex', to: 'sexAssignedAtBirth' }]);
  });

  it('goes back where that is exact, and never over another value', () => {
    expect(convertItems(values({ sexAssignedAtBirth: '2' }), '250')).toEqual({ sex: '2' });
    const notes: ConversionNote[] = [];
    const both = values({ sex: '1', sexAssignedAtBirth: '2' });
    expect(convertItems(both, '260', (note) => notes.push(note))).toEqual(both);
    expect(notes).toMatchObject([{ kind: 'no-counterpart' }]);
  });

  it('keeps what an edition does not have, for the writer to leave out', () => {
    const record = { items: {}, tumors: [values({ comorbidComplication1: 'E1165', laterality: '1' })] };
    const dropped: string[] = [];
    const text = write([convertRecord(record, '260')], { dropped: (id) => dropped.push(id) });
    expect(dropped).toEqual(['comorbidComplication1']);
    expect(text).not.toContain('comorbid');
    expect(write([record], { dictionary: v250 })).toContain('comorbidComplication1');
  });
});

const shared = path.join(__dirname, '../../../../shared/samples/naaccr-xml');
const samples: readonly [string, string][] = [
  ['our own v250', path.join(__dirname, '../conformance/samples/invented-v250.xml')],
  ['our own v260', path.join(__dirname, '../conformance/samples/invented-v260.xml')],
  ['the abstract sample', path.join(shared, 'naaccr-xml-sample-v250-abstract-100.xml.gz')],
  ['the incidence sample', path.join(shared, 'naaccr-xml-sample-v250-incidence-100.xml.gz')],
];

describe('round trips', () => {
  for (const [name, file] of samples) {
    const run = existsSync(file) ? it : it.skip;
    run(`of ${name} give equal items, and the same bytes when written twice`, async () => {
      const raw = readFileSync(file);
      const first = await read(raw[0] === 0x1f ? gunzipSync(raw) : raw);
      const options = {
        dictionary: first.header.version === '250' ? v250 : v260,
        recordType: first.header.recordType,
        rootItems: first.header.items,
        dropped: (id: string, reason: DropReason) => {
          throw new Error(`${id}: ${reason}`);
        },
      };
      const text = write(first.patients, options);
      const second = await read(text);
      expect(second.patients).toEqual(first.patients);
      expect(second.header.items).toEqual(first.header.items);
      expect(write(second.patients, options)).toBe(text);
    });
  }
});
