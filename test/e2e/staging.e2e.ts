import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Response } from 'supertest';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';
import { nextOrchard, orchard, zipOf } from '../support/staging.js';
import { queueBackends } from '../support/database.js';

/** A breast cancer whose reach and mets are known: EOD Public as it ships says stage 1. */
const BREAST = {
  nameLast: 'Testcase',
  nameFirst: 'Sigrid',
  dateOfBirth: '19600101',
  sexAssignedAtBirth: '2',
  primarySite: 'C504',
  histologicTypeIcdO3: '8500',
  behaviorCodeIcdO3: '3',
  dateOfDiagnosis: '20240301',
  eodPrimaryTumor: '100',
  eodRegionalNodes: '000',
  eodMets: '00',
};
/** What the invented algorithm stages: apples of 2020 with distant mets. */
const APPLE = {
  primarySite: 'C500',
  histologicTypeIcdO3: '8000',
  dateOfDiagnosis: '20200301',
  eodMets: '10',
};

describe('staging', () => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let registrar: ReturnType<typeof as>;
  let stranger: ReturnType<typeof as>;
  let central: ReturnType<typeof as>;
  let administrator: ReturnType<typeof as>;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    registrar = as(api.url, await registry.token('registrar', registry.facilities[0]));
    stranger = as(api.url, await registry.token('registrar', registry.facilities[1]));
    central = as(api.url, await registry.token('central_registrar', null));
    administrator = as(api.url, await registry.token('administrator', null));
  });
  afterAll(() => registry?.stop());

  const create = async (items: Record<string, string>): Promise<string> => {
    const made = await registrar.post('abstracts').send({ facilityId: registry.facilities[0], items });
    expect([made.status, made.body]).toEqual([201, { id: expect.any(String), revision: 1 }]);
    return made.body.id as string;
  };
  const items = async (id: string): Promise<Record<string, string>> =>
    (await registrar.get(`abstracts/${id}`)).body.items;
  const upload = (bytes: Uint8Array, query = ''): Promise<Response> =>
    administrator.post(`staging/algorithms${query}`).set('Content-Type', 'application/zip').send(Buffer.from(bytes));
  const finished = async (runId: string): Promise<Response['body']> =>
    (
      await eventually(
        'the run',
        () => central.get(`staging/runs/${runId}`),
        (answer) => answer.body.state !== 'running',
      )
    ).body;

  /** Consolidated tumors, as a finished year would leave them. */
  async function tumors(count: number, facility: string, given: Record<string, string>): Promise<string[]> {
    return registry.scoped(SYSTEM, async (tx) => {
      const [patient] = await tx.query<{ id: string }[]>(
        `INSERT INTO patient (items, facility_ids) VALUES ('{}', ARRAY[$1::uuid]) RETURNING id`,
        [facility],
      );
      const rows = await tx.query<{ id: string }[]>(
        `INSERT INTO tumor (patient_id, facility_ids, items) SELECT $1, ARRAY[$2::uuid], $3 FROM generate_series(1, $4) RETURNING id`,
        [patient!.id, facility, JSON.stringify(given), count],
      );
      return rows.map((row) => row.id);
    });
  }
  const tumor = (id: string): Promise<{ items: Record<string, string>; revision: number }> =>
    registry.scoped(SYSTEM, async (tx) => (await tx.query(`SELECT items, revision FROM tumor WHERE id = $1`, [id]))[0]);
  const lineage = (id: string): Promise<{ revision: number; origin: { rule?: string }; changes: object }[]> =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(`SELECT revision, origin, changes FROM revision WHERE entity_id = $1 ORDER BY revision`, [id]),
    );

  it('derives as an abstract is made and changed, each value with algorithm and version', async () => {
    const id = await create(BREAST);
    expect(await items(id)).toMatchObject({
      schemaId: '00480',
      schemaIdVersionCurrent: '3.3',
      schemaIdVersionOriginal: '3.3',
      derivedSummaryStage2018: '1',
    });
    const changed = await registrar
      .patch(`abstracts/${id}`)
      .set('If-Match', '"1"')
      .send({ items: { eodMets: '70' } });
    expect(changed.status).toBe(200);
    expect((await items(id)).derivedSummaryStage2018).toBe('7');
    const [entry] = (await registrar.get(`abstracts/${id}/lineage`)).body;
    expect(entry.changes).toMatchObject({
      eodMets: ['00', '70'],
      derivedSummaryStage2018: ['1', '7', { rule: 'staging:eod_public:3.3' }],
    });
    // A tumor of another kind takes its schema along; one that fits no single schema has none.
    await registrar
      .patch(`abstracts/${id}`)
      .set('If-Match', '"2"')
      .send({ items: { primarySite: 'C619', histologicTypeIcdO3: '8140' } });
    expect((await items(id)).schemaId).toBe('00580');
    await registrar
      .patch(`abstracts/${id}`)
      .set('If-Match', '"3"')
      .send({ items: { primarySite: null } });
    const bare = await items(id);
    expect([bare.schemaId, bare.schemaIdVersionCurrent, bare.derivedSummaryStage2018]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(bare.schemaIdVersionOriginal).toBe('3.3');
  });

  it('refuses to have derived items typed', async () => {
    const id = await create({ ...BREAST, nameFirst: 'Typed' });
    const answer = await registrar
      .patch(`abstracts/${id}`)
      .set('If-Match', '"1"')
      .send({ items: { schemaId: '00490' } });
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:perennial:problem:item.derived']);
  });

  it('leaves the stage of a year that it does not cover alone', async () => {
    const id = await create({ ...BREAST, nameFirst: 'Elder', dateOfDiagnosis: '20150301' });
    expect((await items(id)).schemaId).toBeUndefined();
  });

  it('says which items apply and are required for site, histology, behavior, sex and year', async () => {
    const id = await create({ ...BREAST, nameFirst: 'Asks', her2OverallSummary: '4' });
    const [eod] = (await registrar.get(`abstracts/${id}/staging`)).body;
    expect(eod).toMatchObject({
      algorithm: 'eod_public',
      version: '3.3',
      schemaIds: ['breast'],
      schema: { id: 'breast', number: '00480' },
      wanted: [],
      year: 2024,
      result: 'STAGED',
      derived: { schemaId: '00480', derivedSummaryStage2018: '1' },
    });
    const of = (item: string) => eod.items.find((one: { item: string }) => one.item === item);
    expect(of('her2OverallSummary')).toMatchObject({
      ssdi: true,
      value: '4',
      valid: false,
      required: { seer: 'yes', coc: true },
    });
    expect(of('eodMets')).toMatchObject({ value: '00', valid: true, usedForStaging: true, table: 'mets_hau' });
    expect(eod.open.map((one: { item: string }) => one.item)).toEqual(['gradeClinical', 'gradePathological']);
    const table = await registrar.get('staging/tables/mets_hau');
    expect(table.body.codes[0]).toEqual({ code: '00', label: 'No distant metastasis' });
    expect((await registrar.get('staging/schemas/breast')).body).toMatchObject({ id: 'breast', version: '3.3' });
    expect((await registrar.get('staging/schemas')).body).toHaveLength(141);
    expect((await stranger.get(`abstracts/${id}/staging`)).status).toBe(404);
  });

  it('asks for a discriminator where several schemas fit, without storing anything', async () => {
    const asked = { primarySite: 'C111', histologicTypeIcdO3: '8070', behaviorCodeIcdO3: '3', dateOfDiagnosis: '2024' };
    const [eod] = (await registrar.post('staging/evaluate').send({ items: asked })).body;
    expect(eod).toMatchObject({ schema: null, items: [], wanted: expect.arrayContaining(['schemaDiscriminator1']) });
    expect(eod.schemaIds.length).toBeGreaterThan(1);
    const wrong = await registrar.post('staging/evaluate').send({ items: { nothing: '1' } });
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [{ pointer: '/items/nothing', detail: expect.any(String) }],
    ]);
  });

  it('installs an algorithm: kept by its hash, everything staged again with lineage, the impact told', async () => {
    const [ours, theirs] = await Promise.all([
      tumors(3, registry.facilities[0], APPLE),
      tumors(1, registry.facilities[1], APPLE),
    ]);
    const [untouched] = await tumors(1, registry.facilities[0], { primarySite: 'C809' });
    const answer = await upload(zipOf(orchard()));
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({
        algorithm: 'orchard',
        version: '1.0',
        known: false,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ]);
    expect(answer.headers.location).toBe(`/api/v1/staging/runs/${answer.body.runId}`);
    const run = await finished(answer.body.runId);
    expect(run).toMatchObject({ state: 'done', preview: false, version: '1.0', lookedAt: run.total });

    // EOD comes first and gives the schema of these tumors; what it has no value for stays.
    const list = (await central.get('staging/algorithms')).body;
    expect(
      list.map((one: { id: string; algorithm: string; current: boolean }) => [one.algorithm, one.current]),
    ).toEqual([
      ['orchard', true],
      ['eod_public', true],
    ]);
    const staged = await tumor(ours[0]!);
    expect(staged.items).toMatchObject({ schemaId: expect.stringMatching(/^\d{5}$/), schemaIdVersionCurrent: '3.3' });
    expect((await lineage(ours[0]!)).at(-1)).toMatchObject({
      revision: 2,
      origin: { kind: 'rule', rule: 'staging:orchard:1.0' },
    });
    expect((await tumor(untouched!)).revision).toBe(1);

    // What the new stage changed is judged by the edits again.
    const judged = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ patients: number }[]>(
        `SELECT cardinality(patient_ids) AS patients FROM edit_run WHERE selection->>'stagingRunId' = $1 AND total = cardinality(patient_ids)`,
        [run.id],
      ),
    );
    expect(judged).toEqual([{ patients: expect.any(Number) }]);
    expect(judged[0]!.patients).toBeGreaterThan(0);

    const again = await upload(zipOf(orchard()));
    expect([again.status, again.body]).toMatchObject([200, { known: true, runId: null }]);

    const all = (await central.get(`staging/runs/${run.id}/changes?limit=500`)).body.items;
    expect(all.map((one: { id: string }) => one.id)).toEqual(expect.arrayContaining([...ours, ...theirs]));
    const own = (await registrar.get(`staging/runs/${run.id}/changes?limit=2`)).body;
    expect(own.items).toHaveLength(2);
    expect(own.next).not.toBeNull();
    const rest = (await registrar.get(`staging/runs/${run.id}/changes?cursor=${own.next}`)).body.items;
    const seen = [...own.items, ...rest].map((one: { id: string }) => one.id);
    expect(seen).toEqual(expect.arrayContaining(ours));
    expect(seen).not.toContain(theirs[0]);
    expect((await administrator.get(`staging/runs/${run.id}/changes`)).status).toBe(403);
  });

  it('refuses a file that is no good with the place, and who may not install', async () => {
    const files = orchard();
    files.tables = files.tables.filter((one) => one.id !== 'behavior');
    const bad = await upload(zipOf(files));
    expect([bad.status, bad.body]).toMatchObject([
      422,
      {
        type: 'urn:perennial:problem:staging.file',
        errors: [{ pointer: 'schemas/apple.json input behavior', code: 'table.missing' }],
      },
    ]);
    expect((await upload(Buffer.from('no zip'))).status).toBe(422);
    expect((await administrator.post('staging/algorithms').send({})).status).toBe(415);
    expect(
      (await central.post('staging/algorithms').set('Content-Type', 'application/zip').send(Buffer.from('x'))).status,
    ).toBe(403);
    expect((await administrator.get('staging/runs')).body).toHaveLength(1);
  });

  it('previews the impact of a version before anything is written, activates it, and goes back', async () => {
    // Files of the restricted kind take the place of the public one: here the invented algorithm bears its name.
    const eod = (version: string, files = nextOrchard(version)) => {
      for (const one of [...files.schemas, ...files.tables]) Object.assign(one, { algorithm: 'eod', version });
      return zipOf(files);
    };
    const [id] = await tumors(1, registry.facilities[0], APPLE);
    const preview = await finished((await upload(eod('8.0'), '?preview=true')).body.runId);
    expect(preview).toMatchObject({ state: 'done', preview: true, algorithm: 'eod', version: '8.0' });
    expect(preview.impact.moves.derivedSummaryStage2018).toMatchObject({ '- > 2': expect.any(Number) });
    expect((await tumor(id!)).items).toEqual(APPLE);

    const activated = await administrator.post(`staging/algorithms/${preview.algorithmId}/activate`);
    expect(activated.status).toBe(202);
    const run = await finished(activated.body.runId);
    expect(run.changedTumors).toBe(preview.changedTumors);
    expect(run.impact).toEqual(preview.impact);
    expect((await tumor(id!)).items).toMatchObject({
      schemaId: '77001',
      derivedSummaryStage2018: '2',
      schemaIdVersionCurrent: '8.0',
      schemaIdVersionOriginal: '8.0',
    });

    const next = await upload(eod('9.0', orchard()));
    const moved = await finished(next.body.runId);
    expect(moved.impact.moves.derivedSummaryStage2018).toEqual({ '2 > 7': moved.changedTumors });
    expect(moved.impact.schemas).toEqual({ 77001: moved.changedTumors });
    expect((await tumor(id!)).items).toMatchObject({
      derivedSummaryStage2018: '7',
      schemaIdVersionCurrent: '9.0',
      schemaIdVersionOriginal: '8.0',
    });

    const back = await finished(
      (await administrator.post(`staging/algorithms/${preview.algorithmId}/activate`)).body.runId,
    );
    expect(back.impact.moves.derivedSummaryStage2018).toEqual({ '7 > 2': moved.changedTumors });
    expect((await tumor(id!)).items.schemaIdVersionCurrent).toBe('8.0');
    expect((await administrator.post('staging/algorithms/11111111-1111-4111-8111-111111111111/activate')).status).toBe(
      404,
    );
  });

  it('installs from the command line, here and now, with a preview', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'perennial-install-'));
    const file = path.join(folder, 'orchard.zip');
    writeFileSync(file, zipOf(nextOrchard('4.2')));
    const main = path.join(__dirname, '../../dist/apps/cli/src/main.js');
    const install = async (...more: string[]) => {
      const env = { ...process.env, DATABASE_URL: registry.databaseUrl };
      const { stdout } = await promisify(execFile)(process.execPath, [main, 'staging', 'install', file, ...more], {
        env,
      });
      return JSON.parse(stdout);
    };
    try {
      expect(await install('--preview', '--here')).toMatchObject({
        algorithm: 'orchard',
        version: '4.2',
        known: false,
        run: { state: 'done', preview: true },
      });
      const installed = await install('--here');
      expect(installed).toMatchObject({ known: true, run: { state: 'done', preview: false } });
      expect(installed.run.lookedAt).toBe(installed.run.total);
      expect(await install()).toMatchObject({ known: true, runId: null });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('finishes a run exactly once when the worker is killed in the middle', async () => {
    const ids = await tumors(1_700, registry.facilities[1], { ...APPLE, dateOfDiagnosis: '20210105' });
    const files = nextOrchard('9.9');
    for (const one of [...files.schemas, ...files.tables]) Object.assign(one, { algorithm: 'eod' });
    const { runId } = (await upload(zipOf(files))).body;
    await eventually(
      'the first page',
      () => central.get(`staging/runs/${runId}`),
      (answer) => answer.body.lookedAt > 0,
    );
    await worker.kill();
    worker = await registry.startWorker();
    const run = await finished(runId);
    expect(run).toMatchObject({ state: 'done', lookedAt: run.total });
    const [{ changes, twice, revisions }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT (SELECT count(*)::int FROM staging_change WHERE run_id = $1 AND entity_id = ANY($2)) AS changes,
                (SELECT count(*)::int FROM tumor WHERE id = ANY($2) AND revision <> 2) AS twice,
                (SELECT count(*)::int FROM revision WHERE entity_id = ANY($2)) AS revisions`,
        [runId, ids],
      ),
    );
    expect({ changes, twice, revisions }).toEqual({ changes: ids.length, twice: 0, revisions: ids.length });
  });

  it('stages everything by an algorithm that becomes current in the middle of an import', async () => {
    const items = (given: Record<string, string>): string =>
      Object.entries(given)
        .map(([id, value]) => `<Item naaccrId="${id}">${value}</Item>`)
        .join('');
    const people = Array.from({ length: 1_200 }, (_, n) => {
      const number = String(n).padStart(5, '0');
      const tumor = {
        ...APPLE,
        behaviorCodeIcdO3: '3',
        reportingFacility: '0000000001',
        accessionNumberHosp: `2020${number}`,
        sequenceNumberHospital: '00',
      };
      return `<Patient>${items({ nameLast: `Apple${number}`, dateOfBirth: '19500101' })}<Tumor>${items(tumor)}</Tumor></Patient>`;
    });
    const body = `<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-260.xml" recordType="A" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">${people.join('')}</NaaccrData>`;
    const files = nextOrchard('9.95');
    for (const one of [...files.schemas, ...files.tables]) Object.assign(one, { algorithm: 'eod' });

    // The first page has been staged and cannot be written yet; those after it are planned with the same algorithm.
    const { batch, installing } = await registry.scoped(SYSTEM, async (tx) => {
      await tx.query(`LOCK TABLE tumor IN SHARE ROW EXCLUSIVE MODE`);
      const sent = await central.post('intake/naaccr').set('Content-Type', 'application/xml').send(body).expect(202);
      const waiting = (kind: string): Promise<boolean> =>
        eventually(
          `something that waits for a lock of kind ${kind}`,
          () => tx.query<object[]>(`SELECT FROM pg_locks WHERE locktype = $1 AND NOT granted`, [kind]),
          (rows) => rows.length > 0,
        ).then(() => true);
      await waiting('relation');
      const answer = upload(zipOf(files)).then((response) => response);
      await waiting('advisory');
      return { batch: sent.body.id as string, installing: answer };
    });
    const run = await finished((await installing).body.runId);
    expect(run).toMatchObject({ state: 'done', version: '9.95' });
    const done = await eventually(
      'the import',
      () => central.get(`intake/naaccr/${batch}`),
      (answer) => answer.body.state === 'done',
    );
    expect(done.body.counts).toMatchObject({ complete: 1_200, rejected: 0 });
    const versions = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ version: string; tumors: number }[]>(
        `SELECT t.items->>'schemaIdVersionCurrent' AS version, count(*)::int AS tumors FROM abstract a JOIN tumor t ON t.id = a.tumor_id
          WHERE a.accession_number BETWEEN '202000000' AND '202001199' GROUP BY 1`,
      ),
    );
    expect(versions).toEqual([{ version: '9.95', tumors: 1_200 }]);
  });
});
