import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parseUserDictionary, readNaaccrXml } from '@perennial/naaccr';
import { standardScan } from '@perennial/naaccr/node';
import { type Response } from 'supertest';
import { clinicalAnswers } from '../support/answers.js';
import { queueBackends } from '../support/database.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

/** Items beyond the standard: a dictionary is installed, its items are imported, typed, consolidated and sent, and it is taken out of use. */
const URI = 'http://example.org/orchard-dictionary.xml';
const definition = (id: string, number: number, length: number, more = ''): string =>
  `<ItemDef naaccrId="${id}" naaccrNum="${number}" naaccrName="${id}" length="${length}" ${more}/>`;
const dictionary = (items: string, uri = URI): string =>
  `<?xml version="1.0"?>
<NaaccrDictionary dictionaryUri="${uri}" naaccrVersion="260" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">
  <ItemDefs>
    ${items}
  </ItemDefs>
</NaaccrDictionary>`;
const TREE = definition('orchardTree', 12_001, 4, 'dataType="digits" parentXmlElement="Tumor" recordTypes="A,M,C"');
const ROW = definition('orchardRow', 12_002, 10, 'dataType="text" parentXmlElement="Patient" recordTypes="A,M,C,I"');
const SORT = definition(
  'orchardSort',
  12_003,
  3,
  'dataType="mixed" parentXmlElement="Tumor" recordTypes="A,M" regexValidation="[A-C]\\d\\d"',
);

const CASE = {
  primarySite: 'C619',
  histologicTypeIcdO3: '8140',
  behaviorCodeIcdO3: '3',
  laterality: '0',
  dateOfDiagnosis: '20230310',
  reportingFacility: '0000000001',
  sequenceNumberHospital: '00',
};
const entries = (items: Record<string, string>): string =>
  Object.entries(items)
    .map(([id, value]) => `<Item naaccrId="${id}">${value}</Item>`)
    .join('');
const file = (patients: string, uris = URI): string =>
  `<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-260.xml" userDictionaryUri="${uris}" recordType="A" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">${patients}</NaaccrData>`;
const patient = (n: number, own: Record<string, string>, tumor: Record<string, string>): string =>
  `<Patient>${entries({ nameLast: `Grower${n}`, nameFirst: 'Invented', dateOfBirth: '19500101', sexAssignedAtBirth: '1', vitalStatus: '1', dateOfLastContact: '20240601', ...own })}<Tumor>${entries({ ...CASE, accessionNumberHosp: `2023${String(n).padStart(5, '0')}`, ...tumor })}</Tumor></Patient>`;

describe('items beyond the standard', () => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let registrar: ReturnType<typeof as>;
  let central: ReturnType<typeof as>;
  let administrator: ReturnType<typeof as>;
  let typed: string;
  let installed: { id: string; sha256: string };

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    registrar = as(api.url, await registry.token('registrar', registry.facilities[0]));
    central = as(api.url, await registry.token('central_registrar', null));
    administrator = as(api.url, await registry.token('administrator', null));
  });
  afterAll(() => registry?.stop());

  const install = (xml: string, who = administrator): Promise<Response> =>
    who.post('dictionaries').set('Content-Type', 'application/xml').send(xml);
  const taken = async (xml: string): Promise<Response['body']> => {
    const sent = await central.post('intake/naaccr').set('Content-Type', 'application/xml').send(xml).expect(202);
    const done = await eventually(
      'the import',
      () => central.get(`intake/naaccr/${sent.body.id}`),
      (answer) => answer.body.state === 'done',
    );
    return done.body;
  };
  interface Stored {
    readonly id: string;
    readonly abstract: Record<string, string>;
    readonly tumor: Record<string, string>;
    readonly patient: Record<string, string>;
  }
  const stored = async (accession: string): Promise<Stored> => {
    const [row] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<Stored[]>(
        `SELECT a.id, a.items AS abstract, t.items AS tumor, p.items AS patient FROM abstract a
           LEFT JOIN tumor t ON t.id = a.tumor_id JOIN consolidated_patient p ON p.id = a.patient_id WHERE a.accession_number = $1`,
        [accession],
      ),
    );
    return row!;
  };

  it('leaves out and counts what no dictionary in use defines', async () => {
    const done = await taken(file(patient(1, { orchardRow: 'north' }, { orchardTree: '0012' })));
    expect(done.counts).toMatchObject({ complete: 1, unknownItems: { orchardRow: 1, orchardTree: 1 } });
    expect(done.file.userDictionaries).toEqual([{ uri: URI, inUse: false }]);
    expect((await stored('202300001')).abstract).not.toHaveProperty('orchardTree');
  });

  it('installs a dictionary: who may, and every place where a file is wrong', async () => {
    expect((await install(dictionary(TREE), central)).status).toBe(403);
    expect((await administrator.post('dictionaries').send({})).status).toBe(415);
    const broken = await install('<NaaccrDictionary>\n<ItemDefs>\n</NaaccrDictionary>');
    expect([broken.status, broken.body.type]).toEqual([422, 'urn:perennial:problem:dictionary.file']);
    expect(broken.body.errors[0].pointer).toBe('/line/3');
    const nameless = await install(dictionary(`${TREE}\n${definition('orchard-x', 12_009, 1)}`));
    expect(nameless.body.errors).toEqual([
      { pointer: '/line/5', detail: 'an item without a valid naaccrId', code: 'dictionary' },
    ]);
    expect((await install(dictionary(''))).status).toBe(422);
    // Of the standard, of the edition before, and a number of the standard under another name.
    for (const clash of [
      definition('primarySite', 12_004, 4, 'parentXmlElement="Tumor"'),
      definition('sex', 12_005, 1, 'parentXmlElement="Patient"'),
      definition('orchardSite', 400, 4, 'parentXmlElement="Tumor"'),
    ]) {
      const answer = await install(dictionary(clash));
      expect([answer.status, answer.body.type]).toEqual([422, 'urn:perennial:problem:dictionary.conflict']);
    }
    expect((await administrator.get('dictionaries')).body).toEqual([]);

    const first = await install(dictionary(TREE));
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ uri: URI, version: '260', items: 1, current: true, known: false }),
    ]);
    // A new version takes the place of the one before; the same bytes again change nothing.
    const second = await install(dictionary(`${TREE}${ROW}${SORT}`));
    expect([second.status, second.body]).toEqual([201, expect.objectContaining({ items: 3, current: true })]);
    const again = await install(dictionary(`${TREE}${ROW}${SORT}`));
    expect([again.status, again.body]).toEqual([200, { ...second.body, known: true }]);
    installed = second.body;
    const list = (await registrar.get('dictionaries')).body as { id: string; current: boolean }[];
    expect(list.map(({ id, current }) => [id, current])).toEqual([
      [second.body.id, true],
      [first.body.id, false],
    ]);
    const items = (await registrar.get('dictionaries/items')).body;
    expect(items).toMatchObject([
      { uri: URI, items: [{ id: 'orchardTree', level: 'Tumor' }, {}, { pattern: '[A-C]\\d\\d' }] },
    ]);

    const elsewhere = await install(
      dictionary(definition('orchardTree', 12_001, 9, 'parentXmlElement="Tumor"'), `${URI}2`),
    );
    expect(elsewhere.body.errors[0].detail).toContain(URI);
  });

  it('takes their values from a file to the abstract and to what is consolidated, each at its level', async () => {
    const done = await taken(
      file(
        patient(2, { orchardRow: 'north' }, { orchardTree: '0012', orchardSort: 'B07' }) +
          patient(3, {}, { orchardTree: '12' }) +
          patient(4, {}, { orchardSort: 'X07' }),
      ),
    );
    expect(done.counts).toMatchObject({ complete: 1, rejected: 2, byReason: { values: 2 }, unknownItems: {} });
    expect(done.file.userDictionaries).toEqual([{ uri: URI, inUse: true }]);
    const row = await stored('202300002');
    expect(row.abstract).toMatchObject({ orchardRow: 'north', orchardTree: '0012', orchardSort: 'B07' });
    expect(row.tumor).toMatchObject({ orchardTree: '0012', orchardSort: 'B07' });
    expect(row.tumor).not.toHaveProperty('orchardRow');
    expect(row.patient).toMatchObject({ orchardRow: 'north' });
  });

  it('lets a registrar type them, within what they can hold, and consolidates them', async () => {
    const { reportingFacility: _f, sequenceNumberHospital: _s, ...tumor } = CASE;
    const person = {
      nameLast: 'Planter',
      nameFirst: 'Invented',
      dateOfBirth: '19480505',
      sexAssignedAtBirth: '1',
      race1: '01',
      spanishHispanicOrigin: '0',
      medicalRecordNumber: 'G77',
      maritalStatusAtDx: '2',
      addrAtDxNoStreet: '7 Orchard Lane',
      addrAtDxCity: 'Rockville',
      addrAtDxState: 'MD',
      addrAtDxPostalCode: '20850',
      addrAtDxCountry: 'USA',
      textDxProcPath: 'Prostate, biopsy: adenocarcinoma.',
      diagnosticConfirmation: '1',
    };
    const items = { ...tumor, ...person, dateOf1stContact: tumor.dateOfDiagnosis, orchardRow: 'south' };
    const made = await registrar.post('abstracts').send({ facilityId: registry.facilities[0], items });
    expect([made.status, made.body]).toEqual([201, { id: expect.any(String), revision: 1 }]);
    typed = made.body.id as string;
    const edit = (patch: object, revision: number): Promise<Response> =>
      registrar.patch(`abstracts/${typed}`).set('If-Match', `"${revision}"`).send({ items: patch });
    const refused = await edit({ orchardTree: '12', orchardSort: 'Z99', orchardFruit: '1' }, 1);
    expect(refused.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ['/items/orchardTree', 'item.too-short'],
      ['/items/orchardSort', 'item.pattern'],
      ['/items/orchardFruit', 'item.unknown'],
    ]);
    // A facility that shares a person sees them at their level, too.
    const { patientId } = (await registrar.get(`abstracts/${typed}`)).body;
    expect((await registrar.get(`patients/${patientId}`)).body.items).toMatchObject({ orchardRow: 'south' });

    const saved = await edit({ ...clinicalAnswers(items), orchardTree: '0099', orchardSort: 'C01' }, 1);
    expect(saved.status).toBe(200);
    const done = await registrar.post(`abstracts/${typed}/complete`).set('If-Match', `"${saved.body.revision}"`);
    expect([done.status, done.body.errors ?? done.body.findings ?? null]).toEqual([200, null]);
    const row = await stored(done.body.accessionNumber as string);
    expect(row.tumor).toMatchObject({ orchardTree: '0099', orchardSort: 'C01' });
    expect(row.patient).toMatchObject({ orchardRow: 'south' });
  });

  it('sends them to who knows the dictionary, under its URI, and nowhere else', async () => {
    const outcome = async (id: string): Promise<Response['body']> => {
      const answer = await eventually(
        'the submission',
        () => central.get(`submissions/${id}`),
        (one) => ['sent', 'held'].includes(one.body.state),
      );
      return answer.body;
    };
    // Taken out of use between the freeze and the build, which goes by what was frozen.
    await worker.stop();
    const { body: frozen } = await central
      .post('submissions')
      .send({ profile: 'state-new', facilityId: registry.facilities[0] });
    expect((await administrator.post(`dictionaries/${installed.id}/retire`)).body.current).toBe(false);
    worker = await registry.startWorker();
    const state = await outcome(frozen.id);
    expect((await install(dictionary(`${TREE}${ROW}${SORT}`))).body).toMatchObject({ id: installed.id, current: true });
    expect(state).toMatchObject({ state: 'sent', manifest: { userDictionaries: [URI] } });
    const xml = gunzipSync(readFileSync(state.files[0].path));
    const own = parseUserDictionary(Buffer.from(dictionary(`${TREE}${ROW}${SORT}`))).dictionary;
    const read = await readNaaccrXml([xml], standardScan({ userDictionaries: [own] }));
    expect(read.header.userDictionaryUris).toEqual([URI]);
    const growers = [];
    for await (const one of read.patients) {
      expect(one.issues).toEqual([]);
      growers.push({ ...one.items, ...one.tumors[0] });
    }
    expect(growers.find(({ nameLast }) => nameLast === 'Planter')).toMatchObject({
      orchardRow: 'south',
      orchardTree: '0099',
      orchardSort: 'C01',
    });

    const national = await outcome((await central.post('submissions').send({ profile: 'national-incidence' })).body.id);
    expect(national.manifest?.userDictionaries ?? []).toEqual([]);
    for (const { path: one } of national.files as { path: string }[]) {
      expect(gunzipSync(readFileSync(one)).toString()).not.toContain('orchard');
    }
  });

  it('has one version in use however many are installed at once', async () => {
    const uri = `${URI}-at-once`;
    const versions = Array.from({ length: 6 }, (_, n) =>
      dictionary(definition('orchardGate', 12_050, n + 1, 'parentXmlElement="Tumor"'), uri),
    );
    const answers = await Promise.all(versions.map((xml) => install(xml)));
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 201));
    const list = (await administrator.get('dictionaries')).body as { id: string; uri: string; current: boolean }[];
    const own = list.filter((one) => one.uri === uri);
    expect([own.length, own.filter(({ current }) => current).length]).toEqual([6, 1]);
    await administrator.post(`dictionaries/${own[0]!.id}/retire`).expect(200);
    expect((await administrator.get('dictionaries/items')).body).toMatchObject([{ uri: URI }]);
  });

  it('takes a dictionary out of use and back again; stored values stay', async () => {
    expect((await registrar.post(`dictionaries/${installed.id}/retire`)).status).toBe(403);
    expect((await administrator.post('dictionaries/11111111-1111-4111-8111-111111111111/retire')).status).toBe(404);
    const retired = await administrator.post(`dictionaries/${installed.id}/retire`);
    expect([retired.status, retired.body.current]).toEqual([200, false]);
    expect((await registrar.get('dictionaries/items')).body).toEqual([]);
    const refused = await registrar.post('abstracts').send({
      facilityId: registry.facilities[0],
      items: { nameLast: 'Late', orchardTree: '0001' },
    });
    expect(refused.body.errors[0]).toMatchObject({ pointer: '/items/orchardTree', code: 'item.unknown' });
    expect((await stored('202300002')).abstract).toMatchObject({ orchardTree: '0012' });

    expect((await registrar.post(`dictionaries/${installed.id}/use`)).status).toBe(403);
    expect((await administrator.post('dictionaries/11111111-1111-4111-8111-111111111111/use')).status).toBe(404);
    const used = await administrator.post(`dictionaries/${installed.id}/use`);
    expect([used.status, used.body]).toEqual([200, expect.objectContaining({ id: installed.id, current: true })]);
    expect((await registrar.get('dictionaries/items')).body).toMatchObject([{ uri: URI }]);
    await administrator.post(`dictionaries/${installed.id}/retire`).expect(200);

    const folder = mkdtempSync(path.join(os.tmpdir(), 'perennial-dictionary-'));
    const main = path.join(__dirname, '../../dist/apps/cli/src/main.js');
    const env = { ...process.env, DATABASE_URL: registry.databaseUrl };
    const command = async (...args: string[]) =>
      JSON.parse((await promisify(execFile)(process.execPath, [main, 'dictionary', ...args], { env })).stdout);
    try {
      const own = path.join(folder, 'orchard.xml');
      writeFileSync(own, dictionary(`${TREE}${ROW}${SORT}`));
      expect(await command('install', own)).toMatchObject({ id: installed.id, current: true, known: true });
      expect((await command('list'))[0]).toMatchObject({ id: installed.id, current: true });
      expect(await command('retire', installed.id)).toMatchObject({ current: false });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
