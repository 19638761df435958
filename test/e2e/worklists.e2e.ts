import { createUser } from '@perennial/auth';
import request, { type Response } from 'supertest';
import { queueBackends } from '../support/database.js';
import { hl7, type TestMessage } from '../support/hl7.js';
import {
  addUser,
  type App,
  as,
  eventually,
  PASSWORD,
  startRegistry,
  SYSTEM,
  type TestRegistry,
} from '../support/registry.js';

type Client = ReturnType<typeof as>;

const CANCER = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';
const BENIGN = 'Thyroid, right lobe: Follicular adenoma.';
const UNSURE = 'Right breast, core biopsy: Findings worrisome for invasive ductal carcinoma.';

describe('worklists', () => {
  let registry: TestRegistry;
  let api: App;
  let central: Client;
  let alpha: Client;
  let beta: Client;
  let laboratory: Client;
  let person: Client;
  let personId: string;
  let count = 0;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    // Every not-reportable report is drawn for quality control here.
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(`INSERT INTO setting (key, value) VALUES ('intake.quality-sample-per-thousand', '1000')`),
    );
    [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    beta = as(api.url, await registry.token('registrar', registry.facilities[1]));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
    personId = await registry.scoped(SYSTEM, (tx) =>
      createUser(tx, {
        login: 'list.worker',
        name: 'Lis Worker',
        initials: 'LW',
        password: PASSWORD,
        mustChange: false,
        grants: [{ role: 'registrar', facilityId: registry.facilities[0] }],
      }),
    );
    person = await signIn(api.url, 'list.worker');
  });
  afterAll(() => registry?.stop());

  /** Send a message of a person of its own and wait for what came of it. */
  async function send(
    message: Partial<TestMessage> & { text: string },
  ): Promise<{ outcome: string; reportId: string; abstractIds: string[] }> {
    count += 1;
    const answer = await laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ filler: `W-${count}`, mrn: `W${count}`, last: `Listed${count}`, birth: '19500101', ...message }));
    expect(answer.status).toBe(200);
    const { body } = await eventually(
      'processing',
      () => central.get(answer.headers.location!.replace('/api/v1/', '')),
      (one) => one.body.state === 'parsed',
    );
    return body.result[0];
  }
  const list = async (client: Client, name: string, query = ''): Promise<Response['body']['items']> => {
    const answer = await client.get(`worklists/${name}${query}`);
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body.items;
  };
  const idsOf = async (client: Client, name: string, query = ''): Promise<string[]> =>
    (await list(client, name, query)).map((row: { id: string }) => row.id);
  const decide = (client: Client, decision: string, ...reportIds: string[]): Promise<Response> =>
    client.post('worklists/decisions').send({ decision, reportIds });

  it('put each report where it belongs, with reason, age, patient and source', async () => {
    const [draft, unsure, benign] = [
      await send({ text: CANCER }),
      await send({ text: UNSURE }),
      await send({ text: BENIGN }),
    ];
    expect([draft.outcome, unsure.outcome, benign.outcome]).toEqual(['reportable', 'review', 'not_reportable']);
    expect(await list(alpha, 'drafts')).toEqual([
      expect.objectContaining({
        id: draft.abstractIds[0],
        entity: 'abstract',
        reasons: ['to-complete'],
        ageDays: 0,
        facility: { id: registry.facilities[0], name: 'Alpha' },
        owner: null,
        patient: { last: 'Listed1', first: 'Tamsin', birthDate: '19500101', sex: '2' },
        reportNumber: 'W-1',
        site: 'C504',
        histology: '8500',
      }),
    ]);
    const [screening] = await list(alpha, 'screening');
    expect(screening).toMatchObject({ id: unsure.reportId, entity: 'report', source: 'hl7', version: 1 });
    expect(screening.reasons.length).toBeGreaterThan(0);
    expect((await list(alpha, 'not-reportable'))[0]).toMatchObject({
      id: benign.reportId,
      reasons: expect.arrayContaining(['quality-sample']),
    });
    expect((await alpha.get('worklists')).body.lists).toEqual([
      { list: 'drafts', count: 1, more: false, oldestDays: 0, shown: '1' },
      { list: 'screening', count: 1, more: false, oldestDays: 0, shown: '1' },
      { list: 'not-reportable', count: 1, more: false, oldestDays: 0, shown: '1' },
      { list: 'failed', count: 0, more: false, oldestDays: null, shown: '0' },
    ]);
    for (const name of ['drafts', 'screening', 'not-reportable', 'failed', 'unassigned'])
      expect(await list(beta, name)).toEqual([]);
    expect((await central.get('worklists/nothing')).status).toBe(400);
    expect((await laboratory.get('worklists/drafts')).status).toBe(403);
  });

  it('list what failed and what has no facility, and run both again', async () => {
    const refused = await laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send('MSH|^~\\&|LAB|TEST LAB|R|S|2024||ORU^R01|BAD-1|P|2.5.1\rPID|1||1^^^ALPHA^MR\r');
    expect([refused.status, refused.text]).toEqual([422, expect.stringMatching(/\rMSA\|AE\|BAD-1\r/)]);
    const [failed] = await list(central, 'failed');
    expect(failed).toMatchObject({
      entity: 'message',
      reportNumber: 'BAD-1',
      patient: null,
      reasons: expect.arrayContaining(['pid.name-missing@PID-5', 'obr.missing@OBR']),
    });
    expect(await idsOf(central, 'failed', '?reason=pid.name-missing')).toEqual([failed.id]);
    expect(await idsOf(central, 'failed', '?reason=obx.missing')).toEqual([]);
    const rerun = await central.post('intake/messages/rerun').send({ ids: [failed.id] });
    expect([rerun.status, rerun.body]).toEqual([202, { ids: [failed.id] }]);
    // Nothing was mended, so it fails again and waits in its place.
    await eventually(
      'failing again',
      () => list(central, 'failed'),
      (rows) => rows.length === 1,
    );
    expect((await central.post('intake/messages/dismiss').send({ ids: [failed.id] })).body).toEqual({
      ids: [failed.id],
    });
    expect(await list(central, 'failed')).toEqual([]);

    const nobody = await send({ text: CANCER, authority: 'GAMMA' });
    expect(nobody.outcome).toBe('unassigned');
    expect(await idsOf(central, 'unassigned')).toEqual([nobody.reportId]);
    expect(await list(alpha, 'unassigned')).toEqual([]);
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'PID-3', 'GAMMA')`, [
        registry.facilities[1],
      ]),
    );
    expect((await alpha.post('intake/unassigned/rerun')).body).toEqual({ ids: [] });
    expect((await central.post('intake/unassigned/rerun')).body.ids).toHaveLength(1);
    await eventually(
      'a draft of the other facility',
      () => list(beta, 'drafts'),
      (rows) => rows.length === 1,
    );
    expect(await idsOf(central, 'unassigned')).toEqual([]);
  });

  it('show a message of which a part has no facility yet to those alone who see all of them', async () => {
    const order = (name: string): string => `ORC|RE${'|'.repeat(20)}${name}`;
    const [head, pid, obr, obx] = hl7({
      text: CANCER,
      authority: 'DELTA',
      filler: 'TWO-1',
      mrn: 'D1',
      last: 'Twoplaces',
    }).split('\r');
    const text = [head, pid, order('OMEGA'), obr, obx, order('SIGMA'), obr?.replace('TWO-1', 'TWO-2'), obx, ''].join(
      '\r',
    );
    const [alphaId, betaId] = registry.facilities;
    const map = (facility: string, name: string): Promise<unknown> =>
      registry.scoped(SYSTEM, (tx) =>
        tx.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'ORC-21', $2)`, [facility, name]),
      );
    await map(alphaId, 'OMEGA');
    const answer = await laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(text);
    const where = answer.headers.location!.replace('/api/v1/', '');
    const outcomes = async (): Promise<string[]> =>
      (await central.get(where)).body.result?.map((one: { outcome: string }) => one.outcome) ?? [];
    await eventually('processing', outcomes, (all) => all.length === 2);
    expect([await outcomes(), (await alpha.get(where)).status]).toEqual([['reportable', 'unassigned'], 404]);
    // Run again after a mapping, the part finds its facility although the other one was found before.
    await map(betaId, 'SIGMA');
    await central.post('intake/unassigned/rerun').expect(202);
    await eventually('a place', outcomes, (all) => all.includes('reportable') && !all.includes('unassigned'));
    expect([(await alpha.get(where)).status, (await beta.get(where)).status]).toEqual([404, 404]);
    expect((await list(beta, 'drafts')).length).toBeGreaterThan(0);
  });

  it('are decided on one by one or together, and decisions are undone', async () => {
    const [one, two, benign] = [
      await send({ text: UNSURE }),
      await send({ text: UNSURE }),
      await send({ text: BENIGN }),
    ];
    const before = (await alpha.get(`reports/${one.reportId}`)).body;
    const unknown = '00000000-0000-4000-8000-000000000000';
    const { status, body } = await decide(alpha, 'reportable', one.reportId, two.reportId, benign.reportId, unknown);
    expect([status, body.results.map((result: { refused?: string }) => result.refused)]).toEqual([
      200,
      [undefined, undefined, undefined, 'report.not-found'],
    ]);
    const abstracts = body.results.slice(0, 3).map((result: { abstractIds: string[] }) => result.abstractIds[0]);
    expect(new Set(abstracts).size).toBe(3);
    expect(await idsOf(alpha, 'drafts')).toEqual(expect.arrayContaining(abstracts));
    expect((await decide(alpha, 'not_reportable', one.reportId)).body.results).toEqual([
      { reportId: one.reportId, refused: 'report.has-abstract' },
    ]);
    expect((await decide(beta, 'not_reportable', two.reportId)).body.results).toEqual([
      { reportId: two.reportId, refused: 'report.not-found' },
    ]);

    const undone = await alpha.post(`worklists/decisions/${body.undoId}/undo`);
    expect([undone.status, undone.body.reportIds.sort()]).toEqual([
      200,
      [one.reportId, two.reportId, benign.reportId].sort(),
    ]);
    expect(await idsOf(alpha, 'drafts')).not.toEqual(expect.arrayContaining([abstracts[0]]));
    for (const id of abstracts) expect((await alpha.get(`abstracts/${id}`)).body.state).toBe('withdrawn');
    const after = (await alpha.get(`reports/${one.reportId}`)).body;
    expect({ ...after, texts: after.texts[0].proposals[0].proposal }).toEqual({
      ...before,
      texts: before.texts[0].proposals[0].proposal,
    });
    expect((await alpha.post(`worklists/decisions/${body.undoId}/undo`)).status).toBe(404);

    const no = await decide(alpha, 'not_reportable', one.reportId);
    const [{ decisionId }] = no.body.results;
    expect(await idsOf(alpha, 'screening')).not.toContain(one.reportId);
    expect((await alpha.post(`worklists/decisions/${decisionId}/undo`)).status).toBe(200);
    expect(await idsOf(alpha, 'screening')).toContain(one.reportId);
    const back = await decide(alpha, 'review', benign.reportId);
    expect(back.body.results[0].abstractIds).toEqual([]);
    expect(await idsOf(alpha, 'screening')).toContain(benign.reportId);
  });

  it('refuse to undo what somebody went on from, and a new version opens a decision again', async () => {
    const filler = 'AGAIN-1';
    const own = { filler, mrn: 'AGAIN', last: 'Again', birth: '19440404' };
    const { reportId } = await send({ ...own, text: UNSURE });
    const { body } = await decide(alpha, 'reportable', reportId);
    const [abstractId] = body.results[0].abstractIds;
    const draft = (await alpha.get(`abstracts/${abstractId}`)).body;
    expect(
      (
        await alpha
          .patch(`abstracts/${abstractId}`)
          .set('If-Match', `"${draft.revision}"`)
          .send({ items: { classOfCase: '14' } })
      ).status,
    ).toBe(200);
    const refused = await alpha.post(`worklists/decisions/${body.undoId}/undo`);
    expect([refused.status, refused.body.type, refused.body.reportIds]).toEqual([
      409,
      'urn:perennial:problem:decision.moved-on',
      [reportId],
    ]);
    expect((await alpha.get(`reports/${reportId}`)).body).toMatchObject({ screening: 'reportable', abstractId });

    const other = await send({ filler: 'AGAIN-2', mrn: 'AGAIN2', last: 'Again2', text: UNSURE });
    const no = await decide(alpha, 'not_reportable', other.reportId);
    const corrected = await send({ filler: 'AGAIN-2', mrn: 'AGAIN2', last: 'Again2', status: 'C', text: CANCER });
    expect([corrected.reportId, corrected.outcome]).toEqual([other.reportId, 'reportable']);
    expect((await alpha.post(`worklists/decisions/${no.body.undoId}/undo`)).status).toBe(409);
  });

  it('a draft that took something from a report gives it back when the decision is undone', async () => {
    const own = { mrn: 'JOIN', last: 'Joined', birth: '19430303' };
    const second = await send({ ...own, filler: 'JOIN-2', text: `${CANCER} Margins negative.` });
    const { reportId } = second;
    // As if the coder had been unsure of it.
    await registry.scoped(SYSTEM, async (tx) => {
      await tx.query(`UPDATE report SET screening = 'review', abstract_id = NULL WHERE id = $1`, [reportId]);
      await tx.query(`UPDATE abstract SET state = 'withdrawn' WHERE id = $1`, [second.abstractIds[0]]);
    });
    const first = await send({
      ...own,
      filler: 'JOIN-1',
      text: 'Left breast, core biopsy: Invasive ductal carcinoma.',
    });
    expect(first.abstractIds).not.toEqual(second.abstractIds);
    const before = (await alpha.get(`abstracts/${first.abstractIds[0]}`)).body;
    const { body } = await decide(alpha, 'reportable', reportId);
    expect(body.results[0].abstractIds).toEqual(first.abstractIds);
    expect((await alpha.get(`abstracts/${first.abstractIds[0]}`)).body.items.textDxProcPath).toContain(
      'Margins negative',
    );
    expect((await alpha.post(`worklists/decisions/${body.undoId}/undo`)).status).toBe(200);
    const after = (await alpha.get(`abstracts/${first.abstractIds[0]}`)).body;
    expect([after.items, after.state]).toEqual([before.items, before.state]);
  });

  it('belong to people: taken, given, put back, filtered', async () => {
    const { abstractIds } = await send({ text: CANCER });
    const [id] = abstractIds;
    expect((await alpha.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: 'me' })).status).toBe(
      422,
    );
    expect((await person.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: 'me' })).body).toEqual({
      ids: [id],
    });
    const people = (await alpha.get('worklists/assignees')).body.map((one: { id: string }) => one.id);
    expect(people).toContain(personId);
    const stranger = await addUser(registry, 'stranger', 'registrar', registry.facilities[1]);
    expect(people).not.toContain(stranger);
    expect(
      (await alpha.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: stranger })).body.type,
    ).toBe('urn:perennial:problem:owner.may-not');
    // Taking back what a third person has by now moves nothing.
    expect(
      (await alpha.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: null, heldBy: stranger }))
        .body,
    ).toEqual({ ids: [] });
    expect((await beta.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: null })).body).toEqual({
      ids: [],
    });
    expect(await list(person, 'drafts', '?owner=me')).toEqual([
      expect.objectContaining({ id, owner: { id: personId, name: 'Lis Worker' } }),
    ]);
    expect(await idsOf(alpha, 'drafts', '?owner=none')).not.toContain(id);
    expect(await idsOf(alpha, 'drafts', `?owner=${personId}&site=c50`)).toEqual([id]);
    expect(await idsOf(alpha, 'drafts', `?owner=${personId}&site=C61`)).toEqual([]);
    expect(
      (
        await alpha
          .post('worklists/assignments')
          .send({ list: 'drafts', ids: [id], owner: '00000000-0000-4000-8000-000000000000' })
      ).status,
    ).toBe(404);
    expect((await alpha.post('worklists/assignments').send({ list: 'drafts', ids: [id], owner: null })).body).toEqual({
      ids: [id],
    });
    expect(await idsOf(person, 'drafts', '?owner=me')).toEqual([]);
  });

  it('are paged without losing or repeating a row, in both directions, and counted exactly to 1,000', async () => {
    await registry.scoped(SYSTEM, async (tx) => {
      const [{ id: message }] = await tx.query(
        `INSERT INTO intake_message (kind, raw, state, received_from) VALUES ('hl7', '', 'parsed', 'system:test') RETURNING id`,
      );
      await tx.query(
        `WITH made AS (INSERT INTO report (identity_key, facility_id, screening, latest_version, created_at)
           SELECT 'many|' || n, f, 'not_reportable', 1, now() - make_interval(days => 40) - make_interval(secs => (n % 7) * 0.0001) FROM generate_series(1, 1003) n, unnest($1::uuid[]) f WHERE n % 2 = CASE WHEN f = ($1::uuid[])[1] THEN 0 ELSE 1 END RETURNING id)
         INSERT INTO report_version (report_id, version, intake_message_id, status, state, content_hash, body, sections, patient_items, report_items)
           SELECT id, 1, $2, 'F', 'current', '', 'x', '[]', '{}', '{}' FROM made`,
        [registry.facilities, message],
      );
    });
    const old = '?sample=all&minAgeDays=30';
    expect((await alpha.get(`worklists${old}`)).body.lists[2]).toEqual({
      list: 'not-reportable',
      count: 501,
      more: false,
      oldestDays: 40,
      shown: '501',
    });
    expect((await central.get(`worklists${old}`)).body.lists[2]).toEqual({
      list: 'not-reportable',
      count: 1000,
      more: true,
      oldestDays: 40,
      shown: '1,000+',
    });
    await registry.scoped(SYSTEM, (tx) =>
      createUser(tx, {
        login: 'both.lists',
        name: 'Both',
        initials: 'BO',
        password: PASSWORD,
        mustChange: false,
        grants: registry.facilities.map((facilityId) => ({ role: 'registrar' as const, facilityId })),
      }),
    );
    const several = await signIn(api.url, 'both.lists');
    for (const [client, expected] of [
      [alpha, 501],
      [central, 1003],
      [several, 1003],
    ] as const) {
      for (const sort of ['oldest', 'newest']) {
        const seen: { id: string; at: string }[] = [];
        let cursor = '';
        do {
          const answer = await client.get(`worklists/not-reportable${old}&sort=${sort}&limit=200${cursor}`);
          seen.push(...answer.body.items);
          cursor = answer.body.next === null ? '' : `&cursor=${answer.body.next}`;
        } while (cursor !== '');
        const inOrder = [...seen].sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1) * (sort === 'oldest' ? 1 : -1));
        expect(seen).toHaveLength(expected);
        expect(new Set(seen.map(({ id }) => id)).size).toBe(expected);
        expect(seen.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
        // A part is read again by its two ends, and nothing that follows it.
        const ids = seen.map(({ id }) => id);
        const ask = async (query: string): Promise<{ ids: string[]; next: string | null }> => {
          const { body } = await client.get(`worklists/not-reportable${old}&sort=${sort}${query}`);
          return { ids: body.items.map(({ id }: { id: string }) => id), next: body.next };
        };
        const { next: first } = await ask('&limit=50');
        const { next: second } = await ask(`&limit=70&cursor=${first}`);
        expect(await ask(`&limit=200&cursor=${first}&until=${second}`)).toEqual({
          ids: ids.slice(50, 120),
          next: null,
        });
        expect(await ask(`&limit=200&until=${first}`)).toEqual({ ids: ids.slice(0, 50), next: null });
        const part = await ask(`&limit=30&cursor=${first}&until=${second}`);
        expect(part.ids).toEqual(ids.slice(50, 80));
        expect(await ask(`&limit=200&cursor=${part.next}&until=${second}`)).toEqual({
          ids: ids.slice(80, 120),
          next: null,
        });
      }
    }
    // Abstracts of one millisecond, as an import makes them.
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `INSERT INTO abstract (facility_id, patient_id, state, items, created_at) SELECT $1, (SELECT id FROM patient LIMIT 1), 'draft', '{"textRemarks":"at once"}', timestamptz '2001-01-01' + n * interval '1 microsecond' FROM generate_series(1, 30) AS n`,
        [registry.facilities[0]],
      ),
    );
    const abstracts: string[] = [];
    for (let cursor = ''; abstracts.length < 30;) {
      const { body } = await alpha.get(`abstracts?limit=7${cursor}`);
      abstracts.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = `&cursor=${body.next}`;
    }
    expect(new Set(abstracts.slice(0, 30)).size).toBe(30);
    expect((await alpha.get('worklists/drafts?cursor=bm9uc2Vuc2U')).status).toBe(400);
    expect((await alpha.get('worklists/drafts?until=bm9uc2Vuc2U')).status).toBe(400);
    expect(
      (await alpha.get(`worklists/drafts?cursor=${Buffer.from(`99-99|${personId}`).toString('base64url')}`)).status,
    ).toBe(400);
  });
});

/** Requests of a person who signed in. */
async function signIn(url: string, login: string): Promise<Client> {
  const session = await request(url).post('/api/v1/session').send({ login, password: PASSWORD });
  expect(session.status).toBe(201);
  const cookie = String(session.headers['set-cookie']);
  const own = (method: 'get' | 'post' | 'patch' | 'put' | 'delete') => (where: string) =>
    request(url)[method](`/api/v1/${where}`).set('Cookie', cookie).set('x-perennial-csrf', session.body.csrf);
  return { get: own('get'), post: own('post'), patch: own('patch'), put: own('put'), delete: own('delete') };
}
