import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { hl7 } from '../support/hl7.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';
import { queueBackends } from '../support/database.js';

const run = promisify(execFile);
const BREAST = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';

interface Event {
  readonly position: number;
  readonly actor: string;
  readonly action: string;
  readonly route: string;
  readonly status: number;
  readonly seen: string[];
}

describe('the audit log', () => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let owner: pg.Client;
  let alpha: ReturnType<typeof as>;
  let beta: ReturnType<typeof as>;
  let auditor: ReturnType<typeof as>;
  let abstractId: string;
  let patientId: string;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    owner = new pg.Client({ connectionString: registry.databaseUrl });
    await owner.connect();
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    beta = as(api.url, await registry.token('registrar', registry.facilities[1]));
    auditor = as(api.url, await registry.token('auditor', null));
    const laboratory = as(api.url, await registry.token('facility_reporter', null));
    await laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ text: BREAST }))
      .expect(200);
    const list = await eventually(
      'a draft',
      () => alpha.get('abstracts'),
      ({ body }) => body.items.length === 1,
    );
    ({ id: abstractId, patientId } = list.body.items[0]);
  });
  afterAll(async () => {
    await owner?.end();
    await registry?.stop();
  });

  const sealed = (): Promise<unknown> =>
    eventually(
      'sealing',
      async () => (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM audit_pending`)).rows[0]!.n,
      (n) => n === 0,
    );
  const events = async (query = ''): Promise<Event[]> => {
    await sealed();
    const { status, body } = await auditor.get(`audit/events?limit=500${query}`);
    expect(status).toBe(200);
    return body.items;
  };
  const verify = async (...args: string[]): Promise<{ code: number; body: Record<string, unknown> }> => {
    const env = { ...process.env, DATABASE_URL: registry.databaseUrl, QUEUE_BACKEND: 'postgres' };
    const bin = path.join(__dirname, '../../bin/perennial');
    const { code, stdout } = await run(process.execPath, [bin, 'audit', 'verify', '--json', ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string; stderr: string }) => {
        if (error.stdout === '') throw new Error(error.stderr);
        return { code: error.code, stdout: error.stdout };
      },
    );
    return { code, body: JSON.parse(stdout) };
  };

  it('holds who read what, ids of the answer included, and the refusals', async () => {
    await alpha.get(`abstracts/${abstractId}`).expect(200);
    await beta.get(`abstracts/${abstractId}`).expect(404);
    await beta.get('audit/events').expect(403);
    await alpha.post('patients/search').send({ name: 'Testcase' }).expect(200);
    const log = await eventually(
      'the events',
      () => events(),
      (all) => all.some(({ route, status }) => route === 'GET /api/v1/audit/events' && status === 403),
    );
    const one = (route: string, status: number): Event[] =>
      log.filter((event) => event.route === route && event.status === status);
    const [read] = one('GET /api/v1/abstracts/:id', 200);
    expect(read).toMatchObject({ action: 'abstracts.read', actor: expect.stringMatching(/^token:/) });
    expect(read!.seen).toEqual(expect.arrayContaining([abstractId, patientId]));
    expect(one('GET /api/v1/abstracts/:id', 404)).toMatchObject([{ seen: [abstractId] }]);
    expect(one('POST /api/v1/patients/search', 200)[0]!.seen).toEqual([patientId]);
    expect(one('GET /api/v1/abstracts', 200).at(0)!.seen).toEqual(expect.arrayContaining([abstractId, patientId]));
    expect(JSON.stringify(log)).not.toMatch(/testcase|tamsin|19600101/i);
  });

  it('tells who saw a patient, under whatever id', async () => {
    await sealed();
    const { body } = await auditor.get(`audit/patients/${patientId}`).expect(200);
    const routes = body.items.map((event: Event) => `${event.status} ${event.route}`);
    expect(routes).toEqual(
      expect.arrayContaining([
        '200 GET /api/v1/abstracts/:id',
        '404 GET /api/v1/abstracts/:id',
        '200 POST /api/v1/patients/search',
        '200 GET /api/v1/abstracts',
      ]),
    );
    expect(body.items[0].actorName).toBe('registrar');
    expect((await auditor.get(`audit/patients/${randomUUID()}`)).body.items).toEqual([]);
  });

  it('shows an auditor of a facility what was done in its scope, and no patient to any auditor', async () => {
    const own = as(api.url, await registry.token('auditor', registry.facilities[1]));
    await sealed();
    const { body } = await own.get('audit/events?limit=500').expect(200);
    expect(body.items.length).toBeGreaterThan(0);
    for (const event of body.items)
      expect([event.allFacilities, event.facilityIds]).toEqual([false, [registry.facilities[1]]]);
    const seen = await own.get(`audit/patients/${patientId}`);
    expect(seen.body.items.map((event: Event) => event.status)).toEqual([404]);
    await auditor.get(`patients/${patientId}`).expect(403);
  });

  it('is sealed within a second', async () => {
    await sealed();
    const before = Date.now();
    await alpha.get(`abstracts/${abstractId}`);
    await sealed();
    expect(Date.now() - before).toBeLessThan(5_000);
    const { rows } = await owner.query<{ position: string; n: string }>(
      `SELECT h.position, (SELECT count(*) FROM audit_event) AS n FROM audit_head h`,
    );
    expect(rows[0]!.position).toBe(rows[0]!.n);
  });

  it('is written as CSV that a spreadsheet takes for text', async () => {
    await owner.query(`UPDATE api_token SET name = '=1+1"' WHERE role = 'auditor' AND facility_id IS NULL`);
    await auditor.get('audit/state').expect(200);
    await sealed();
    const csv = await auditor.get('audit/events.csv').expect(200);
    expect(csv.headers['content-type']).toMatch(/text\/csv/);
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toMatch(/^position,at,actor,actorName,action/);
    expect(lines.length).toBeGreaterThan(10);
    expect(csv.text).toContain(`"'=1+1"""`);
    expect((await events()).some(({ route }) => route === 'GET /api/v1/audit/events.csv')).toBe(true);
  });

  it('cannot be changed by the application', async () => {
    const app = new pg.Client({ connectionString: registry.databaseUrl, options: '-c role=perennial_app' });
    await app.connect();
    for (const sql of [
      `UPDATE audit_event SET actor = 'x'`,
      `DELETE FROM audit_event`,
      `INSERT INTO audit_event SELECT * FROM audit_event LIMIT 1`,
      `TRUNCATE audit_event`,
      `SELECT * FROM audit_pending`,
      `DELETE FROM audit_pending`,
      `UPDATE audit_pending SET actor = 'x'`,
      `UPDATE audit_head SET position = 0`,
      `SELECT * FROM audit_head`,
      `SELECT audit_subject(gen_random_uuid())`,
    ])
      expect([sql, await app.query(sql).catch((error: pg.DatabaseError) => error.code)]).toEqual([sql, '42501']);
    expect((await app.query(`SELECT * FROM audit_event`)).rows).toEqual([]);
    await app.end();
  });

  describe('when it is bent by the owner of the database', () => {
    let kept: string;

    beforeAll(async () => {
      for (let n = 0; n < 20; n += 1) await alpha.get('abstracts');
      await sealed();
      await worker.stop();
      const { code, body } = await verify();
      expect([code, body]).toMatchObject([0, { ok: true, breach: null, unsealed: 0 }]);
      kept = `${String(body.sealed)}:${String(body.head)}`;
      await owner.query(`CREATE TABLE audit_copy AS SELECT * FROM audit_event`);
    });
    const restore = (): Promise<unknown> =>
      owner.query(`TRUNCATE audit_event; INSERT INTO audit_event SELECT * FROM audit_copy ORDER BY position`);

    const ROW = `gen_random_uuid(), now(), gen_random_uuid(), 'user:x', 'none', '', 200, '{}'::uuid[], false, '{}'::uuid[], null`;
    it.each([
      [
        'one row altered',
        `UPDATE audit_event SET actor = 'user:nobody' WHERE position = 9`,
        { kind: 'altered', position: 9 },
      ],
      [
        'ids taken out of a row',
        `UPDATE audit_event SET seen = '{}' WHERE position = (SELECT min(position) FROM audit_event WHERE seen <> '{}' AND position > 5)`,
        { kind: 'altered' },
      ],
      [
        'the time of a row moved',
        `UPDATE audit_event SET at = at + interval '1 microsecond' WHERE position = 3`,
        { kind: 'altered', position: 3 },
      ],
      [
        'the first row altered',
        `UPDATE audit_event SET status = 201 WHERE position = 1`,
        { kind: 'altered', position: 1 },
      ],
      ['one row removed', `DELETE FROM audit_event WHERE position = 7`, { kind: 'removed', position: 7 }],
      ['the first row removed', `DELETE FROM audit_event WHERE position = 1`, { kind: 'removed', position: 1 }],
      [
        'the last row removed',
        `DELETE FROM audit_event WHERE position = (SELECT max(position) FROM audit_event)`,
        { kind: 'removed' },
      ],
      [
        'a row inserted in the middle',
        `UPDATE audit_event SET position = position + 1000000 WHERE position >= 10; UPDATE audit_event SET position = position - 999999 WHERE position > 1000000;
         INSERT INTO audit_event SELECT 10, ${ROW}, sha256('forged')`,
        { kind: 'inserted', position: 10 },
      ],
      [
        'a row inserted at the end',
        `INSERT INTO audit_event SELECT max(position) + 1, ${ROW}, sha256('forged') FROM audit_event`,
        { kind: 'inserted' },
      ],
      [
        'two rows exchanged',
        `UPDATE audit_event SET position = -1 WHERE position = 4; UPDATE audit_event SET position = 4 WHERE position = 5; UPDATE audit_event SET position = 5 WHERE position = -1`,
        { position: 4 },
      ],
    ])('names %s', async (_, sql, breach) => {
      await owner.query(sql);
      const result = await verify();
      await restore();
      expect([result.code, result.body]).toMatchObject([1, { ok: false, breach }]);
    });

    it('names a whole log written anew when a head was kept elsewhere', async () => {
      expect((await verify('--expect', kept)).code).toBe(0);
      await owner.query(
        `INSERT INTO audit_pending (event, at, request_id, actor, action, route, status, facility_ids, all_facilities, seen, detail)
           SELECT event, at, request_id, actor, action, route, status, facility_ids, all_facilities, seen, detail FROM audit_event WHERE position <> 5 ORDER BY position;
         TRUNCATE audit_event; UPDATE audit_head SET position = 0, hash = sha256('perennial audit'); SELECT audit_seal(100000)`,
      );
      expect((await verify()).code).toBe(0);
      expect(await verify('--expect', kept)).toMatchObject({ code: 1, body: { breach: { kind: 'removed' } } });
    });

    it('reports events that wait for a seal', async () => {
      await registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `INSERT INTO audit_pending (request_id, actor, action, route, status) SELECT gen_random_uuid(), 'user:x', 'none', '', 200 FROM generate_series(1, 3)`,
        ),
      );
      expect(await verify()).toMatchObject({ code: 0, body: { ok: true, unsealed: 3 } });
    });
  });
});
