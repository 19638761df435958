import { readdirSync } from 'node:fs';
import { loadDictionary } from '@perennial/naaccr/node';
import { Redis } from 'ioredis';
import pg from 'pg';
import { loadConfig } from '@perennial/config';
import { AppModule } from '../../apps/api/src/app.module.js';
import { routesOf } from '../../apps/api/src/platform/routes.js';
import { queueBackends } from '../support/database.js';
import { CLINICAL, hl7 } from '../support/hl7.js';
import { type App, as, eventually, startRegistry, type TestRegistry } from '../support/registry.js';

/**
 * Identifiers are planted wherever a person's data can come in: every field of a message, every item of an abstract, the text of a
 * report, a search. Then everything that leaves the platform beside its answers is searched for them: logs, queue, problem documents,
 * the audit log, the outbox, addresses, metrics, names of files.
 */
const MARK = 'qzplant';
const NUMBER = '918273645';
const routes = routesOf(
  AppModule.forRoot(loadConfig({ DATABASE_URL: 'postgresql://localhost/none', QUEUE_BACKEND: 'postgres' })),
);
const dictionary = loadDictionary();

/** A value of an item that its type and length allow and that is found again. */
function planted(item: { readonly id: string; readonly type: string; readonly length: number }): string {
  const text = item.type === 'digits' || item.type === 'numeric' ? NUMBER.repeat(3) : `${MARK}${item.id}`;
  return text.slice(0, item.length);
}
/** Values long enough not to be met by chance. */
const tellable = (value: string): boolean => value.length >= 7;

describe.each(queueBackends())('planted identifiers on %s', (backend) => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let owner: pg.Client;
  let redis: Redis | null = null;
  const problems: string[] = [];
  const headers: string[] = [];
  let asked = 0;

  beforeAll(async () => {
    registry = await startRegistry(backend);
    [api, worker] = await Promise.all([
      registry.startApi({ LOG_LEVEL: 'debug', QUEUE_PREFIX: 'planted' }),
      registry.startWorker({ LOG_LEVEL: 'debug', QUEUE_PREFIX: 'planted' }),
    ]);
    owner = new pg.Client({ connectionString: registry.databaseUrl });
    await owner.connect();
    const url = process.env.PERENNIAL_TEST_REDIS_URL;
    if (backend === 'redis' && url !== undefined) redis = new Redis(url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await owner?.end();
    await registry?.stop();
  });

  const found = (text: string): string[] => {
    const hits: string[] = [];
    for (const mark of [MARK, NUMBER])
      for (let at = text.toLowerCase().indexOf(mark); at >= 0; at = text.toLowerCase().indexOf(mark, at + 1))
        hits.push(text.slice(Math.max(0, at - 120), at + 40));
    return hits;
  };

  it('come in through every field', async () => {
    const token = {
      laboratory: await registry.token('facility_reporter', null),
      registrar: await registry.token('registrar', registry.facilities[0]),
      central: await registry.token('central_registrar', null),
      release: await registry.token('release_officer', registry.facilities[0]),
      admin: await registry.token('administrator', null),
    };
    const registrar = as(api.url, token.registrar);
    const central = as(api.url, token.central);
    /** Keep what a refusal says and where every answer points. */
    const keep = (answer: { status: number; text: string; headers: unknown }): void => {
      asked += 1;
      if (answer.status >= 400) problems.push(answer.text);
      headers.push(JSON.stringify(answer.headers));
    };
    const send = async (message: string): Promise<void> => {
      const answer = await as(api.url, token.laboratory)
        .post('intake/hl7')
        .set('Content-Type', 'application/hl7-v2')
        .send(message);
      asked += 1;
      headers.push(JSON.stringify(answer.headers));
    };
    const base = { mrn: NUMBER, last: `${MARK}Last`, first: `${MARK}First`, birth: '19600101' };
    const good = hl7({
      ...base,
      filler: 'PL-1',
      text: `Left breast, core biopsy: Invasive ductal carcinoma, grade 2. ${MARK}`,
    });
    await send(good);
    await send(hl7({ ...base, filler: 'PL-2', text: `Thyroid: Follicular adenoma. ${MARK}` }));
    // Every field of every segment at once, then one after another in places where it does not belong.
    const segments = good.split('\r').filter((line) => line !== '');
    await send(
      segments
        .map((line, index) =>
          index === 0 ? line : `${line.slice(0, 4)}${Array.from({ length: 40 }, () => `${MARK}^${NUMBER}`).join('|')}`,
        )
        .join('\r'),
    );
    for (const [index, line] of segments.entries()) {
      const fields = line.split('|');
      for (const place of [2, 3, 5, 7, 9, 11, 18, 19, 25].filter((one) => one < fields.length || index > 0)) {
        const bent = [...fields];
        bent[place] = `${MARK}~${NUMBER}\\X5A\\`;
        await send([...segments.slice(0, index), bent.join('|'), ...segments.slice(index + 1)].join('\r'));
      }
    }
    await send(good.replace('MSH|', `MSH${MARK}`));
    await send(good.slice(0, good.length / 2));

    const draft = await eventually(
      'a draft',
      () => registrar.get('abstracts'),
      ({ body }) => body.items.length > 0,
    );
    const { id, revision } = draft.body.items[0] as { id: string; revision: number };
    const items = Object.fromEntries(dictionary.items.map((item) => [item.id, planted(item)]));
    const patch = (body: unknown, at = revision): Promise<void> =>
      registrar
        .patch(`abstracts/${id}`)
        .set('If-Match', `"${at}"`)
        .send(body as object)
        .then(keep);
    await patch({ items });
    // What may be stored is stored, so that edits, completion and everything behind them meet it.
    const judged = JSON.parse(problems.at(-1) ?? '{}') as { errors?: { pointer: string }[] };
    const refused = new Set((judged.errors ?? []).map(({ pointer }) => pointer.replace('/items/', '')));
    const storable = Object.fromEntries(Object.entries(items).filter(([item]) => !refused.has(item)));
    expect(Object.keys(storable).length).toBeGreaterThan(300);
    await patch({ items: storable });
    await patch({ items: { unheardOf: NUMBER, nameLast: `${MARK}`.repeat(100) } }, revision + 1);
    await patch({ items: { nameLast: { deep: MARK } }, unheardOf: MARK }, revision + 1);
    await patch({ items: {}, evidence: { nameLast: { text: MARK, spans: [{ start: MARK }] } } }, revision + 1);
    keep(await registrar.post(`abstracts/${id}/complete`).set('If-Match', `"${revision + 1}"`));
    await patch({ items: CLINICAL }, revision + 1);
    keep(await registrar.post(`abstracts/${id}/complete`).set('If-Match', `"${revision + 2}"`));
    keep(await registrar.post('edits/run').send({ items }));
    keep(
      await central.post('patients/search').send({ name: MARK, dateOfBirth: '19600101', medicalRecordNumber: NUMBER }),
    );
    keep(await central.post('patients/search').send({ name: MARK, dateOfBirth: NUMBER }));

    // Every route with marks in whatever it takes: each must refuse without repeating them (names of fields are repeated, values are not).
    for (const route of routes.filter(({ path }) => !path.includes('/session'))) {
      for (const who of Object.values(token)) {
        const where = route.path.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'id' ? id : MARK));
        const withBody = !['GET', 'DELETE'].includes(route.method);
        const response = await fetch(`${api.url}${where}`, {
          method: route.method,
          headers: {
            authorization: `Bearer ${who}`,
            'if-match': '"1"',
            ...(withBody ? { 'content-type': 'application/json' } : {}),
          },
          ...(withBody
            ? {
                body: JSON.stringify({
                  unheardOf: NUMBER,
                  items: { nameLast: MARK },
                  name: MARK,
                  text: MARK,
                  patient: { nameLast: MARK },
                  facilityId: MARK,
                  reason: MARK,
                  login: MARK,
                }),
              }
            : {}),
        });
        keep({ status: response.status, text: await response.text(), headers: Object.fromEntries(response.headers) });
      }
    }
    await central.post('submissions').send({ profile: 'state-new', facilityId: registry.facilities[0] });
    await central.post('follow-up/passes');
    await eventually(
      'the queue to be empty',
      async () => {
        const { rows } = await owner.query<{ n: number }>(
          `SELECT (SELECT count(*) FROM outbox_message WHERE sent_at IS NULL)::int + (SELECT count(*) FROM intake_message WHERE state = 'received')::int + (SELECT count(*) FROM submission WHERE state IN ('frozen', 'checked', 'built'))::int AS n`,
        );
        return rows[0]!.n;
      },
      (n) => n === 0,
    );
    // A job that fails is logged by the worker too.
    await owner.query(
      `INSERT INTO outbox_message (queue, name, payload) VALUES ('intake', 'process-message.v1', $1), ('intake', 'no-such-job.v1', '{}')`,
      [JSON.stringify({ messageId: 'no-id' })],
    );
    await eventually(
      'the bad job to be tried',
      () => Promise.resolve(worker.output()),
      (text) => /job .* failed/.test(text),
    );
    expect(problems.length).toBeGreaterThan(150);
  });

  it('are in the tables where they belong', async () => {
    const { rows } = await owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM abstract WHERE items::text ILIKE '%${MARK}%'`,
    );
    expect(rows[0]!.n).toBeGreaterThan(0);
  });

  it('are in no log of API and worker', () => {
    expect(api.output().length + worker.output().length).toBeGreaterThan(500);
    expect(found(api.output())).toEqual([]);
    expect(found(worker.output())).toEqual([]);
  });

  it('are in no problem document, and in no header of an answer', () => {
    expect(problems.flatMap(found)).toEqual([]);
    expect(headers.flatMap(found)).toEqual([]);
  });

  it('are in no queue, outbox, audit event or setting', async () => {
    const dump: string[] = [];
    for (const table of ['outbox_message', 'audit_pending', 'audit_event', 'setting', 'number_series']) {
      const { rows } = await owner.query<{ all: string | null }>(
        `SELECT string_agg(t::text, E'\\n') AS all FROM ${table} t`,
      );
      dump.push(rows[0]!.all ?? '');
    }
    const { rows: queues } = await owner.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema = 'bullmq'`,
    );
    for (const { name } of queues) {
      const { rows } = await owner.query<{ all: string | null }>(
        `SELECT string_agg(t::text, E'\\n') AS all FROM ${name} t`,
      );
      dump.push(rows[0]!.all ?? '');
    }
    if (redis !== null) {
      const keys = await redis.keys('planted:*');
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        const type = await redis.type(key);
        const held =
          type === 'hash'
            ? await redis.hgetall(key)
            : type === 'list'
              ? await redis.lrange(key, 0, -1)
              : type === 'zset'
                ? await redis.zrange(key, 0, -1)
                : type === 'set'
                  ? await redis.smembers(key)
                  : type === 'stream'
                    ? await redis.xrange(key, '-', '+')
                    : await redis.get(key);
        dump.push(key, JSON.stringify(held));
      }
    }
    expect(dump.join('').length).toBeGreaterThan(1_000);
    expect(dump.flatMap(found)).toEqual([]);
  });

  it('are in no address, metric, file name or name of a connection', async () => {
    const files = readdirSync(registry.outbound, { recursive: true, encoding: 'utf8' });
    const health = await Promise.all(
      ['live', 'ready'].map(async (one) => (await fetch(`${api.url}/api/v1/health/${one}`)).text()),
    );
    const { rows } = await owner.query<{ all: string }>(
      `SELECT string_agg(application_name, ' ') AS all FROM pg_stat_activity`,
    );
    const { rows: keys } = await owner.query<{ all: string | null }>(
      `SELECT string_agg(route || ' ' || coalesce(detail::text, ''), ' ') AS all FROM audit_pending`,
    );
    expect([...files, ...health, rows[0]!.all, keys[0]!.all ?? ''].flatMap(found)).toEqual([]);
  });

  it('says how much was tried', () => {
    const values = dictionary.items.map(planted).filter(tellable).length;
    process.stdout.write(
      `planted identifiers on ${backend}: ${values} items, ${asked} requests, ${problems.length} refusals, 0 found\n`,
    );
    expect(values).toBeGreaterThan(50);
  });
});
