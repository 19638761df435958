import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

/** NAACCR files of invented people into the registry: upload, background import, rejects, dry run, kills, scope. */
const sample = readFileSync(path.join(__dirname, '../../libs/naaccr/conformance/samples/invented-v260.xml'), 'utf8');
const v250 = readFileSync(path.join(__dirname, '../../libs/naaccr/conformance/samples/invented-v250.xml'), 'utf8');
const ofAlpha = (text: string): string => text.replaceAll('>0000000077<', '>0000000001<');

const HEAD = `<?xml version="1.0"?>
<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-260.xml" recordType="A" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">
`;
const item = (id: string, value: string): string => `<Item naaccrId="${id}">${value}</Item>\n`;
const entries = (items: Record<string, string>): string =>
  Object.entries(items)
    .map(([id, value]) => item(id, value))
    .join('');
const patient = (items: Record<string, string>, ...tumors: Record<string, string>[]): string =>
  `<Patient>\n${entries(items)}${tumors.map((tumor) => `<Tumor>\n${entries(tumor)}</Tumor>\n`).join('')}</Patient>\n`;
const file = (...patients: string[]): string => `${HEAD}${patients.join('')}</NaaccrData>\n`;
/** A person of their own, by number. */
const person = (n: number, more: Record<string, string> = {}): Record<string, string> => ({
  nameLast: `Person${n}`,
  nameFirst: 'Invented',
  dateOfBirth: `19${String(10 + (n % 80))}0214`,
  sexAssignedAtBirth: '1',
  vitalStatus: '1',
  dateOfLastContact: '20240601',
  ...more,
});
const tumor = (n: number, more: Record<string, string> = {}): Record<string, string> => ({
  primarySite: 'C619',
  histologicTypeIcdO3: '8140',
  behaviorCodeIcdO3: '3',
  laterality: '0',
  dateOfDiagnosis: '20230310',
  reportingFacility: '0000000001',
  accessionNumberHosp: `2023${String(n).padStart(5, '0')}`,
  sequenceNumberHospital: '00',
  medicalRecordNumber: `N${n}`,
  ...more,
});

interface View {
  readonly state: string;
  readonly progress: number | null;
  readonly counts: Record<string, number> & {
    byReason: Record<string, number>;
    warnings: Record<string, number>;
    unknownItems: Record<string, number>;
  };
  readonly file: Record<string, unknown>;
  readonly problem: { code: string; line?: number } | null;
}

describe.each(['redis', 'postgres'] as const)('import of NAACCR files, queue on %s', (backend) => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let central: string;

  beforeAll(async () => {
    registry = await startRegistry(backend);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = await registry.token('central_registrar', null);
  }, 60_000);
  afterAll(() => registry.stop());

  const send = async (body: string | Buffer, query = '', token = central): Promise<string> => {
    const res = await as(api.url, token)
      .post(`intake/naaccr${query}`)
      .set('Content-Type', typeof body === 'string' ? 'application/xml' : 'application/gzip')
      .send(body)
      .expect(202);
    expect(res.headers.location).toBe(`/api/v1/intake/naaccr/${(res.body as { id: string }).id}`);
    return (res.body as { id: string }).id;
  };
  const view = async (id: string): Promise<View> =>
    (await as(api.url, central).get(`intake/naaccr/${id}`).expect(200)).body as View;
  const ended = (id: string): Promise<View> =>
    eventually(
      `import ${id}`,
      () => view(id),
      ({ state }) => ['done', 'refused', 'failed', 'cancelled'].includes(state),
    );
  const take = async (body: string | Buffer, query = ''): Promise<View & { id: string }> => {
    const id = await send(body, query);
    return { id, ...(await ended(id)) };
  };
  const rejects = async (
    id: string,
    query = '',
  ): Promise<{ patient: number; tumor: number; line: number; reason: string; detail: object }[]> =>
    ((await as(api.url, central).get(`intake/naaccr/${id}/rejects${query}`).expect(200)).body as { items: never[] })
      .items;
  const count = (sql: string, params: unknown[] = []): Promise<number> =>
    registry.scoped(
      SYSTEM,
      async (tx) => (await tx.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${sql}`, params))[0]!.n,
    );

  it('takes a file, compressed or not, with each record once, and says what it did', async () => {
    const { id, ...done } = await take(gzipSync(ofAlpha(sample)));
    expect(done).toMatchObject({
      state: 'done',
      progress: 1,
      file: { version: '260', recordType: 'A', patients: 24, tumors: 32 },
      counts: { patients: 24, tumors: 32, complete: 32, drafts: 0, rejected: 0, newPatients: 24, matchedPatients: 0 },
      problem: null,
    });
    expect(await count(`abstract WHERE state = 'complete' AND tumor_id IS NOT NULL`)).toBe(32);
    expect(await count('consolidated_patient')).toBe(24);
    expect(await count('tumor')).toBe(32);
    expect(await count(`revision WHERE origin->>'batchId' = $1`, [id])).toBe(24 + 32 + 32);
    // A central registry numbers its patients and their primaries itself.
    expect(
      await count(
        `(SELECT DISTINCT items->>'patientIdNumber' AS id FROM consolidated_patient) AS x WHERE id IS NOT NULL`,
      ),
    ).toBe(24);
    expect(await count(`tumor WHERE items ? 'sequenceNumberCentral'`)).toBe(32);
    expect(await count(`tumor WHERE items ? 'accessionNumberHosp'`)).toBe(0);
    const bytes = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ bytes: string; sha256: string }[]>(`SELECT bytes, sha256 FROM import_batch WHERE id = $1`, [id]),
    );
    expect(bytes[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses the same file a second time, and finds nothing to do when told to take it again', async () => {
    const body = gzipSync(ofAlpha(sample));
    const res = await as(api.url, central)
      .post('intake/naaccr')
      .set('Content-Type', 'application/gzip')
      .send(body)
      .expect(409);
    expect(res.body).toMatchObject({ type: 'urn:perennial:problem:import.same-file' });
    const { counts } = await take(body, '?again=true');
    expect(counts).toMatchObject({ unchanged: 32, complete: 0, newPatients: 0, rejected: 0 });
    expect(await count('abstract')).toBe(32);
  });

  it('takes v25 into the form of storage', async () => {
    const { counts } = await take(
      v250
        .replaceAll('>0000000077<', '>0000000002<')
        .replace(/"nameLast">/g, '"nameLast">Other')
        .replace(/>MR0/g, '>OLD0'),
    );
    expect(counts).toMatchObject({ tumors: 32, complete: 32 });
    expect(
      await count(`abstract WHERE items->>'sex' IN ('3', '6') AND facility_id = $1`, [registry.facilities[1]]),
    ).toBeGreaterThan(0);
    expect(await count(`abstract WHERE items ? 'sexAssignedAtBirth' AND items ? 'sex'`)).toBe(0);
    expect(await count(`abstract WHERE items ? 'comorbidComplication1'`)).toBeGreaterThan(0);
  });

  it('keeps out record by record what cannot be taken, with place and reason but no value', async () => {
    const { id, state, counts } = await take(
      file(
        patient(person(1001, { nameFirst: ' Lead' }), tumor(1001), tumor(1002)),
        patient(person(1003), tumor(1003, { dateOfDiagnosis: '20230230', histologicTypeIcdO3: '81' }), tumor(1004)),
        patient(person(1005), tumor(1005, { reportingFacility: '0000000999' })),
        patient(person(1006), tumor(1006, { reportingFacility: '0000000000' })),
        patient(person(1007), tumor(1004)),
        patient(person(1008)),
        patient(person(1009), tumor(1009, { noSuchItem: 'x', primarySite: 'C50' })),
        patient(person(1010), tumor(1010), tumor(1010, { dateOfDiagnosis: '20240101' })),
      ),
    );
    expect(state).toBe('done');
    expect(counts).toMatchObject({
      patients: 8,
      tumors: 10,
      complete: 2,
      drafts: 1,
      rejected: 7,
      patientsWithoutTumor: 1,
      byReason: { values: 3, 'unknown-facility': 1, 'no-facility': 1, 'number-taken': 1, 'already-there': 1 },
      unknownItems: { noSuchItem: 1 },
    });
    const found = await rejects(id);
    expect(found.map(({ patient: p, tumor: t, reason }) => `${p}.${t} ${reason}`)).toEqual([
      '1.1 values',
      '1.2 values',
      '2.1 values',
      '3.1 unknown-facility',
      '4.1 no-facility',
      '5.1 number-taken',
      '8.2 already-there',
    ]);
    expect(found[2]).toMatchObject({
      line: 40,
      detail: {
        of: 2,
        errors: [
          { code: 'too-short', item: 'histologicTypeIcdO3', line: 42 },
          { code: 'bad-date', item: 'dateOfDiagnosis', line: 45 },
        ],
      },
    });
    expect(JSON.stringify(found)).not.toMatch(/Lead|20230230/);
    expect(await rejects(id, '?reason=values&limit=1&cursor=1.1')).toMatchObject([{ patient: 1, tumor: 2 }]);
    // A facility given with the file serves the records that name none.
    const given = await take(
      file(patient(person(1006), tumor(1006, { reportingFacility: '0000000000' }))),
      `?facilityId=${registry.facilities[0]}`,
    );
    expect(given.counts).toMatchObject({ complete: 1, rejected: 0 });
  });

  it('takes nothing from a file that cannot be read to its end, and says where', async () => {
    const before = await count('abstract');
    const broken = ofAlpha(sample).replaceAll('MR0', 'BR0').replace('</NaaccrData>', '<Oops/></NaaccrData>');
    const done = await take(broken);
    expect(done).toMatchObject({
      state: 'refused',
      problem: { code: 'naaccr.element', line: broken.split('\n').length - 1 },
    });
    expect(await count('abstract')).toBe(before);
    for (const [body, status, code] of [
      ['name,site\nA,C50\n', 422, 'import.not-xml'],
      ['', 400, 'import.empty'],
    ] as const) {
      const res = await as(api.url, central)
        .post('intake/naaccr')
        .set('Content-Type', 'application/xml')
        .send(body)
        .expect(status);
      expect(res.body).toMatchObject({ type: `urn:perennial:problem:${code}` });
    }
    await as(api.url, central).post('intake/naaccr').send({ a: 1 }).expect(415);
    await as(api.url, central)
      .post('intake/naaccr?dryRun=perhaps')
      .set('Content-Type', 'application/xml')
      .send('<a/>')
      .expect(400);
  });

  it('tries a file without a trace, and imports it after that without sending it again', async () => {
    const people = Array.from({ length: 30 }, (_, n) => patient(person(2000 + n), tumor(2000 + n)));
    const before = [await count('abstract'), await count('consolidated_patient'), await count('revision')];
    const { id, counts } = await take(
      file(...people, patient(person(2100), tumor(2100, { reportingFacility: '0000000999' }))),
      '?dryRun=true',
    );
    expect(counts).toMatchObject({ complete: 30, rejected: 1, newPatients: 30 });
    expect([await count('abstract'), await count('consolidated_patient'), await count('revision')]).toEqual(before);
    expect(await rejects(id)).toHaveLength(1);
    await as(api.url, central).post(`intake/naaccr/${id}/import`).expect(202);
    expect((await ended(id)).counts).toMatchObject({ complete: 30, rejected: 1 });
    expect(await count('abstract')).toBe(before[0]! + 30);
    await as(api.url, central).post(`intake/naaccr/${id}/import`).expect(409);
  });

  it('stages the tumors itself, and keeps on the abstract what the file said', async () => {
    const said = {
      schemaId: '00560',
      eodPrimaryTumor: '120',
      eodRegionalNodes: '000',
      eodMets: '00',
      derivedSummaryStage2018: '7',
    };
    const done = await take(file(patient(person(71), tumor(71, said))));
    expect(done.counts).toMatchObject({ complete: 1, rejected: 0 });
    const [row] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ tumor: Record<string, string>; abstract: Record<string, string> }[]>(
        `SELECT t.items AS tumor, a.items AS abstract FROM abstract a JOIN tumor t ON t.id = a.tumor_id WHERE a.accession_number = '202300071'`,
      ),
    );
    expect(row!.abstract).toMatchObject(said);
    expect(row!.tumor).toMatchObject({
      primarySite: 'C619',
      eodPrimaryTumor: '120',
      schemaId: '00580',
      derivedSummaryStage2018: '1',
    });
    expect(row!.tumor).not.toHaveProperty('medicalRecordNumber');
  });

  it('compares the tumors of a person by the rules of multiple primaries', async () => {
    const of = (site: string, n: number): Record<string, string> =>
      tumor(n, {
        primarySite: site,
        histologicTypeIcdO3: '8500',
        laterality: '1',
        dateOfDiagnosis: `20230${n % 10}10`,
      });
    const woman = person(73, { sexAssignedAtBirth: '2' });
    await take(file(patient(woman, of('C504', 731), of('C341', 732), of('C502', 735))));
    const tasks = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ site: string; reason: Record<string, string> }[]>(
        `SELECT a.primary_site AS site, w.reason FROM work_item w JOIN abstract a ON a.id = w.entity_id
          WHERE w.kind = 'compare_tumors' AND w.state = 'open' AND a.accession_number LIKE '20230073_'`,
      ),
    );
    // Another organ asks for nobody; two tumors of one breast do, with the verdict.
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      site: expect.stringMatching(/^C50/),
      reason: { comparisonId: expect.any(String), group: expect.stringMatching(/^breast/), result: expect.any(String) },
    });
  });

  it('has what it took judged by the edits', async () => {
    const { id, counts } = await take(file(patient(person(72), tumor(72, { dateOfDiagnosis: '20240701' }))));
    expect(counts.complete).toBe(1);
    const [run] = await eventually(
      'a run of edits over the import',
      () =>
        registry.scoped(SYSTEM, (tx) =>
          tx.query<{ total: number; done: number }[]>(
            `SELECT total, done FROM edit_run WHERE selection->>'importBatchId' = $1 AND state = 'done'`,
            [id],
          ),
        ),
      (rows) => rows.length === 1,
    );
    expect(run).toEqual({ total: 1, done: 1 });
    // Diagnosed after the last contact.
    const found = (await as(api.url, central).get('edits/findings?edit=DT04').expect(200)).body as {
      items: { entity: string }[];
    };
    expect(found.items.map(({ entity }) => entity).sort()).toEqual(['abstract', 'tumor']);
  });

  it('joins what the registry has of a person, and marks what only looks alike', async () => {
    const known = person(3001, { socialSecurityNumber: '219099999' });
    await take(file(patient(known, tumor(3001))));
    const { counts } = await take(
      file(
        // The same person at another facility with the same tumor, and a namesake without a number.
        patient(known, tumor(3002, { reportingFacility: '0000000002', medicalRecordNumber: 'B1' })),
        patient(
          { ...person(3001), nameMiddle: 'Q' },
          tumor(3003, { medicalRecordNumber: 'N9', reportingFacility: '0000000002' }),
        ),
      ),
    );
    expect(counts).toMatchObject({ complete: 2, matchedPatients: 1, newPatients: 1, reviewPatients: 1 });
    const [row] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ facilities: number; tumors: number; abstracts: number }[]>(
        `SELECT cardinality(p.facility_ids) AS facilities, (SELECT count(*)::int FROM tumor t WHERE t.patient_id = p.id) AS tumors,
                (SELECT count(*)::int FROM abstract a WHERE a.patient_id = p.id) AS abstracts
           FROM consolidated_patient p WHERE social_security_number = '219099999'`,
      ),
    );
    expect(row).toEqual({ facilities: 2, tumors: 1, abstracts: 2 });
    expect(await count(`work_item WHERE kind = 'review_patient' AND state = 'open'`)).toBeGreaterThan(0);
  });

  it('changes abstracts by a file of modified records only, with lineage', async () => {
    await take(file(patient(person(4001), tumor(4001, { grade: '2' }))));
    const changed = file(patient(person(4001), tumor(4001, { laterality: '9' })));
    expect((await take(changed)).counts).toMatchObject({ rejected: 1, byReason: { 'already-there': 1 } });
    expect((await take(changed.replace('recordType="A"', 'recordType="M"'))).counts).toMatchObject({
      updated: 1,
      rejected: 0,
    });
    const [row] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ items: Record<string, string>; changes: object }[]>(
        `SELECT a.items, r.changes FROM abstract a JOIN revision r ON r.entity_id = a.id AND r.revision = a.revision WHERE a.accession_number = '202304001'`,
      ),
    );
    expect(row!.items).toMatchObject({ laterality: '9' });
    expect(row!.items).not.toHaveProperty('grade');
    expect(row!.changes).toEqual({ laterality: ['0', '9'], grade: ['2', null] });
    expect(await count(`tumor WHERE items->>'laterality' = '9'`)).toBe(1);
  });

  it('takes each record once when the worker is killed again and again', async () => {
    const people = Array.from({ length: 3000 }, (_, n) =>
      patient(
        person(10_000 + n),
        tumor(10_000 + n),
        ...(n % 5 === 0 ? [tumor(20_000 + n, { primarySite: 'C189' })] : []),
      ),
    );
    const before = await count('abstract');
    const id = await send(file(...people));
    for (const until of [1, 700, 1600]) {
      await eventually(
        'some pages',
        async () => (await view(id)).counts.patients ?? 0,
        (patients) => patients >= until,
      );
      await worker.kill();
      worker = await registry.startWorker();
    }
    const done = await ended(id);
    expect(done).toMatchObject({
      state: 'done',
      progress: 1,
      counts: { patients: 3000, tumors: 3600, complete: 3600, newPatients: 3000, unchanged: 0, rejected: 0 },
    });
    expect(await count('abstract')).toBe(before + 3600);
    expect(
      await count(
        `(SELECT accession_number, sequence_number, facility_id FROM abstract WHERE accession_number LIKE '20231%' GROUP BY 1, 2, 3 HAVING count(*) > 1) AS x`,
      ),
    ).toBe(0);
    expect(await count(`revision WHERE origin->>'batchId' = $1`, [id])).toBe(3000 + 3600 + 3600);
  }, 120_000);

  it('stops when told to and goes on later', async () => {
    const people = Array.from({ length: 2000 }, (_, n) => patient(person(30_000 + n), tumor(30_000 + n)));
    const id = await send(file(...people));
    await eventually(
      'a page',
      async () => (await view(id)).counts.patients ?? 0,
      (patients) => patients > 0,
    );
    await as(api.url, central).post(`intake/naaccr/${id}/cancel`).expect(204);
    const stopped = await ended(id);
    expect(stopped.state).toBe('cancelled');
    await as(api.url, central).post(`intake/naaccr/${id}/cancel`).expect(409);
    await as(api.url, central).post(`intake/naaccr/${id}/resume`).expect(202);
    expect(await ended(id)).toMatchObject({ state: 'done', counts: { patients: 2000, complete: 2000 } });
    expect(await count(`abstract WHERE accession_number BETWEEN '202330000' AND '202331999'`)).toBe(2000);
  }, 60_000);

  it('lists an upload that broke off as failed and keeps nothing of it', async () => {
    const { hostname, port } = new URL(api.url);
    await new Promise<void>((resolve) => {
      const request = http.request({
        hostname,
        port,
        method: 'POST',
        path: '/api/v1/intake/naaccr',
        headers: { authorization: `Bearer ${central}`, 'content-type': 'application/xml', 'content-length': 5_000_000 },
      });
      request.once('error', () => resolve());
      request.write(HEAD + 'x'.repeat(1_000_000));
      setTimeout(() => request.destroy(), 300);
    });
    const failed = await eventually(
      'the failed upload',
      async () =>
        ((await as(api.url, central).get('intake/naaccr?limit=1').expect(200)).body as { items: View[] }).items[0],
      (one) => one?.state === 'failed',
    );
    expect(failed).toMatchObject({ problem: { code: 'upload.broken' } });
    expect(await count(`import_part p JOIN import_batch b ON b.id = p.batch_id WHERE b.state = 'failed'`)).toBe(0);
  });

  it('keeps each facility to its own', async () => {
    const [alpha, beta] = await Promise.all(
      registry.facilities.map((facility) => registry.token('registrar', facility)),
    );
    const mixed = file(
      patient(person(5001), tumor(5001)),
      patient(person(5002), tumor(5002, { reportingFacility: '0000000002' })),
      patient(person(5003), tumor(5003, { reportingFacility: '' })),
    );
    const id = await send(mixed, '', alpha);
    expect((await ended(id)).counts).toMatchObject({ complete: 2, byReason: { 'facility-out-of-scope': 1 } });
    await as(api.url, alpha!).get(`intake/naaccr/${id}`).expect(200);
    await as(api.url, beta!).get(`intake/naaccr/${id}`).expect(404);
    await as(api.url, beta!).get(`intake/naaccr/${id}/rejects`).expect(404);
    await as(api.url, beta!).post(`intake/naaccr/${id}/cancel`).expect(404);
    expect((await as(api.url, beta!).get('intake/naaccr').expect(200)).body).toMatchObject({ items: [] });
    await as(api.url, beta!)
      .post(`intake/naaccr?facilityId=${registry.facilities[0]}`)
      .set('Content-Type', 'application/xml')
      .send('<a/>')
      .expect(404);
    for (const role of ['researcher', 'quality_control', 'auditor'] as const) {
      const token = await registry.token(role, null);
      await as(api.url, token).post('intake/naaccr').set('Content-Type', 'application/xml').send('<a/>').expect(403);
    }
    const audited = await registry.scoped(
      { ...SYSTEM, allFacilities: false, facilityIds: [registry.facilities[1]] },
      (tx) => tx.query(`SELECT FROM import_reject WHERE batch_id = $1`, [id]),
    );
    expect(audited).toEqual([]);
  });
});
