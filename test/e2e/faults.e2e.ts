import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '@perennial/config';
import { loadRegistryTables } from '@perennial/records/node';
import { buildAndDeliver } from '@perennial/records';
import request from 'supertest';
import { clinicalAnswers } from '../support/answers.js';
import { hl7 } from '../support/hl7.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';
import { privateServices, type PrivateServices } from '../support/services.js';

const BREAST = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';
type Client = ReturnType<typeof as>;

/** Make a completed abstract from a report. @returns its id. */
async function completed(client: Client, laboratory: Client, filler: string): Promise<string> {
  const message = hl7({ filler, mrn: filler, last: `Of${filler.replace(/\W/g, '')}`, birth: '19550101', text: BREAST });
  const answer = await laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(message);
  const where = answer.headers.location!.replace('/api/v1/', '');
  const { body } = await eventually(
    'a draft',
    () => client.get(where),
    (one) => one.body.state === 'parsed',
  );
  const id = body.result[0].abstractIds[0] as string;
  const draft = (await client.get(`abstracts/${id}`)).body;
  const saved = await client
    .patch(`abstracts/${id}`)
    .set('If-Match', `"${draft.revision}"`)
    .send({ items: clinicalAnswers(draft.items) });
  const done = await client.post(`abstracts/${id}/complete`).set('If-Match', `"${saved.body.revision}"`);
  expect([done.status, done.body]).toEqual([200, expect.objectContaining({ sequenceNumber: '00' })]);
  return id;
}

describe('with a server away', () => {
  let services: PrivateServices;
  let registry: TestRegistry;
  let api: App;
  let central: Client;
  let laboratory: Client;

  beforeAll(async () => {
    services = await privateServices({ durable: true });
    registry = await startRegistry(services.queueBackend, services);
    [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(async () => {
    await registry?.stop();
    await services?.stop();
  });

  const post = (filler: string): Promise<request.Response> =>
    laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ filler, mrn: filler, last: `Fault${filler}`, text: BREAST }));
  const ready = (): Promise<request.Response> => request(api.url).get('/api/v1/health/ready');
  const becomesReady = (): Promise<unknown> => eventually('readiness', ready, ({ status }) => status === 200);
  const outcomeOf = async (answer: request.Response): Promise<string> => {
    const { body } = await eventually(
      'processing',
      () => central.get(answer.headers.location!.replace('/api/v1/', '')),
      (one) => one.body.state === 'parsed',
    );
    return body.result[0].outcome as string;
  };

  it('answers 503 without the database, stores nothing, and works on when it is back', async () => {
    expect(await outcomeOf(await post('F1'))).toBe('reportable');
    await services.crash('postgres');
    const [refused, readiness, live] = [
      await post('F2'),
      await ready(),
      await request(api.url).get('/api/v1/health/live'),
    ];
    expect([refused.status, refused.headers['content-type'], refused.headers.location]).toEqual([
      503,
      expect.stringMatching(/problem\+json/),
      undefined,
    ]);
    expect(refused.text).not.toMatch(/FaultF2|ECONN|at .*\.js/);
    expect([readiness.status, readiness.body.away, live.status]).toEqual([
      503,
      expect.arrayContaining(['database']),
      200,
    ]);
    await services.restart('postgres');
    await becomesReady();
    const [{ stored }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(`SELECT count(*)::int AS stored FROM intake_message WHERE control_id = 'C-F2-F'`),
    );
    expect(stored).toBe(0);
    expect(await outcomeOf(await post('F2'))).toBe('reportable');
  });

  it('takes messages without the queue and processes each once when it is back', async () => {
    if (services.queueBackend !== 'redis') return;
    await services.crash('redis');
    const readiness = await eventually('the loss to show', ready, ({ status }) => status === 503);
    expect(readiness.body.away).toEqual(['queue']);
    const answers = [await post('F3'), await post('F4')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await services.restart('redis');
    await becomesReady();
    expect([await outcomeOf(answers[0]!), await outcomeOf(answers[1]!)]).toEqual(['reportable', 'reportable']);
    const [{ reports }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(`SELECT count(*)::int AS reports FROM report WHERE identity_key ~ '\\|F[34]\\|'`),
    );
    expect(reports).toBe(2);
  });
});

describe('what was and what is sent', () => {
  let registry: TestRegistry;
  let worker: App;
  let central: Client;
  let alpha: Client;
  let laboratory: Client;
  const folders: string[] = [];

  beforeAll(async () => {
    registry = await startRegistry('postgres');
    const [api, first] = await Promise.all([registry.startApi(), registry.startWorker()]);
    worker = first;
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(async () => {
    await registry?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** Many complete abstracts of as many patients, made from one. */
  const multiply = (id: string, times: number): Promise<unknown> =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `WITH source AS (SELECT a.facility_id, a.items, p.items AS patient_items, p.facility_ids FROM abstract a JOIN consolidated_patient p ON p.id = a.patient_id WHERE a.id = $1),
              people AS (INSERT INTO consolidated_patient (items, facility_ids, revision)
                SELECT patient_items || jsonb_build_object('nameLast', 'Many' || n, 'patientIdNumber', lpad((90000000 + n)::text, 8, '0')), facility_ids, 1
                  FROM source, generate_series(1, $2::int) AS n RETURNING id, items),
              tumors AS (INSERT INTO tumor (patient_id, items, facility_ids, revision)
                SELECT p.id, t.items, t.facility_ids, 1 FROM people p, tumor t JOIN abstract a ON a.tumor_id = t.id WHERE a.id = $1 RETURNING id, patient_id)
         INSERT INTO abstract (facility_id, patient_id, tumor_id, state, items, revision)
         SELECT s.facility_id, p.id, t.id, 'complete', s.items || p.items || jsonb_build_object('accessionNumberHosp', '2024' || (right(p.items->>'patientIdNumber', 5)::int + 20000)), 1
           FROM source s, people p JOIN tumors t ON t.patient_id = p.id`,
        [id, times],
      ),
    );

  it('sends the same bytes when it is killed in the middle, and when it is built again after the records moved on', async () => {
    const id = await completed(alpha, laboratory, 'SUB-1');
    await multiply(id, 6_000);
    const frozen = (
      await central.post('submissions').send({ profile: 'state-new', facilityId: registry.facilities[0] })
    ).body;
    const folder = path.join(registry.outbound, 'state-new', frozen.id);
    const files = (): string[] => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    };
    await eventually(
      'a file in the making',
      () => Promise.resolve(files()),
      (names) => names.some((name) => name.endsWith('.xml.gz.partial')),
    );
    await worker.kill();
    expect(files().filter((name) => !name.endsWith('.partial'))).toEqual([]);
    expect((await central.get(`submissions/${frozen.id}`)).body.state).toBe('checked');
    const draft = (await alpha.get(`abstracts/${id}`)).body;
    const reopened = await alpha
      .post(`abstracts/${id}/reopen`)
      .set('If-Match', `"${draft.revision}"`)
      .send({ reason: 'size was corrected' });
    await alpha
      .patch(`abstracts/${id}`)
      .set('If-Match', `"${reopened.body.revision}"`)
      .send({ items: { tumorSizeSummary: '099', textRemarks: null } });
    worker = await registry.startWorker();
    const { body: sent } = await eventually(
      'delivery',
      () => central.get(`submissions/${frozen.id}`),
      ({ body }) => body.state === 'sent',
    );
    expect([sent.manifest.records, sent.manifest.held, files().sort()]).toEqual([
      6_001,
      0,
      [path.basename(sent.files[0].path), 'manifest.json'].sort(),
    ]);

    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'perennial-rebuilt-'));
    folders.push(elsewhere);
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE submission SET state = 'frozen' WHERE id = $1`, [frozen.id]),
    );
    const { REGISTRY_ID: registryId } = loadConfig({ DATABASE_URL: registry.databaseUrl, QUEUE_BACKEND: 'postgres' });
    const tables = loadRegistryTables({ kind: 'central', id: registryId });
    expect(await buildAndDeliver(registry.scoped, SYSTEM, frozen.id, elsewhere, tables)).toBe('sent');
    const again = path.join(elsewhere, 'state-new', frozen.id, path.basename(sent.files[0].path));
    expect(readFileSync(again).equals(readFileSync(sent.files[0].path))).toBe(true);
  });

  it('tells an abstract as it was at every moment, and who changed what', async () => {
    const made = await alpha.post('abstracts').send({
      facilityId: registry.facilities[0],
      items: { nameLast: 'Byhand', dateOfBirth: '19610203', primarySite: 'C341' },
    });
    expect(made.status).toBe(201);
    const { id } = made.body as { id: string };
    const steps: Record<string, string | null>[] = [
      { histologicTypeIcdO3: '8140', laterality: '1' },
      { laterality: '2', dateOfDiagnosis: '202403' },
      { dateOfDiagnosis: null, primarySite: 'C343' },
      { textRemarks: 'Letter «ä» and a second line', laterality: null },
      { primarySite: 'C341', dateOfDiagnosis: '20240310' },
    ];
    let { revision } = made.body as { revision: number };
    const states: Record<string, string>[] = [(await alpha.get(`abstracts/${id}`)).body.items];
    for (const items of steps) {
      const saved = await alpha.patch(`abstracts/${id}`).set('If-Match', `"${revision}"`).send({ items });
      expect(saved.status).toBe(200);
      ({ revision } = saved.body);
      states.push((await alpha.get(`abstracts/${id}`)).body.items);
    }
    const lineage = (await alpha.get(`abstracts/${id}/lineage`)).body as {
      revision: number;
      at: string;
      actor: string;
    }[];
    expect(lineage.map((entry) => entry.revision)).toEqual([6, 5, 4, 3, 2, 1]);
    for (const [index, entry] of [...lineage].reverse().entries()) {
      expect(entry.actor).toMatch(/^token:/);
      const asOf = await alpha.get(`abstracts/${id}/as-of/${entry.at}`);
      expect([entry.revision, asOf.body.items]).toEqual([entry.revision, states[index]]);
    }
    expect((await alpha.get(`abstracts/${id}/as-of/2001-01-01T00:00:00Z`)).status).toBe(404);
    const withdrawn = await alpha
      .post(`abstracts/${id}/withdraw`)
      .set('If-Match', `"${revision}"`)
      .send({ reason: 'entered for the wrong person' });
    expect(withdrawn.status).toBe(200);
    const reopened = await alpha
      .post(`abstracts/${id}/reopen`)
      .set('If-Match', `"${withdrawn.body.revision}"`)
      .send({ reason: 'it was the right person' });
    expect([(await alpha.get(`abstracts/${id}`)).body.state, reopened.body.revision]).toEqual(['draft', revision + 2]);
  });
});
