import request from 'supertest';
import { type ItemValues } from '@perennial/naaccr';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

const BREAST: ItemValues = {
  primarySite: 'C504',
  laterality: '1',
  histologicTypeIcdO3: '8500',
  behaviorCodeIcdO3: '3',
  dateOfDiagnosis: '20170301',
};
const ALIVE: ItemValues = {
  dateOfBirth: '19600101',
  sexAssignedAtBirth: '2',
  dateOfLastContact: '20250101',
  vitalStatus: '1',
};

interface Finding {
  readonly edit: string;
  readonly key: string;
  readonly state: string;
  readonly entity: string;
  readonly entityId: string;
}
interface Run {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly counts: Record<string, unknown> & { readonly byEdit: Record<string, number> };
}

describe('edits over what is stored', () => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let central: string;
  let facility: string;

  /** Stored patients as consolidation would leave them. */
  async function store(
    patients: readonly { readonly items: ItemValues; readonly tumors: readonly ItemValues[] }[],
    facilityId: string,
  ): Promise<string[]> {
    return registry.scoped(SYSTEM, async (tx) => {
      const rows = await tx.query<{ id: string }[]>(
        `INSERT INTO consolidated_patient (facility_ids, items) SELECT ARRAY[$1::uuid], i FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e (i, n) ORDER BY n RETURNING id`,
        [facilityId, JSON.stringify(patients.map(({ items }) => items))],
      );
      const tumors = patients.flatMap((patient, index) =>
        patient.tumors.map((items) => ({ patient_id: rows[index]!.id, items })),
      );
      await tx.query(
        `INSERT INTO tumor (patient_id, facility_ids, items) SELECT patient_id, ARRAY[$1::uuid], items FROM jsonb_to_recordset($2::jsonb) AS t (patient_id uuid, items jsonb)`,
        [facilityId, JSON.stringify(tumors)],
      );
      return rows.map(({ id }) => id);
    });
  }
  const finished = (id: string): Promise<Run> =>
    eventually(
      `run ${id}`,
      async () => (await as(api.url, central).get(`edits/runs/${id}`).expect(200)).body as Run,
      ({ state }) => state === 'done' || state === 'cancelled',
    );
  const rerun = async (selection: Record<string, unknown> = {}): Promise<Run> => {
    const started = await as(api.url, central).post('edits/runs').send(selection).expect(202);
    return finished((started.body as { id: string }).id);
  };
  const findings = async (query: string): Promise<Finding[]> =>
    ((await as(api.url, central).get(`edits/findings?${query}`).expect(200)).body as { items: Finding[] }).items;

  beforeAll(async () => {
    registry = await startRegistry('postgres');
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = await registry.token('central_registrar', null);
    facility = await registry.token('registrar', registry.facilities[0]);
  }, 60_000);
  afterAll(() => registry.stop());

  it('answers a dry run with findings, their keys and their marks, and stores nothing', async () => {
    const answer = await as(api.url, facility)
      .post('edits/run')
      .send({ set: 'full', items: { primarySite: 'C342', laterality: '2', dateOfDiagnosis: '2020' } })
      .expect(200);
    expect(answer.body).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          edit: 'LA07',
          basis: 'P',
          severity: 'error',
          state: 'open',
          fix: { laterality: '1' },
          key: expect.stringMatching(/^[\w-]{32}$/) as string,
        }),
      ]),
    );
    const patient = await as(api.url, facility)
      .post('edits/run')
      .send({ items: {}, set: 'full', tumors: [{ sequenceNumberCentral: '02' }, { sequenceNumberCentral: '02' }] })
      .expect(200);
    expect((patient.body as Finding[]).map(({ edit }) => edit)).toContain('IR02');
    expect(await findings('')).toEqual([]);
  });

  it('serves the catalog as data and as a page', async () => {
    const { body } = await as(api.url, facility).get('edits/catalog?item=laterality').expect(200);
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual(expect.arrayContaining(['LA01', 'IR05']));
    await as(api.url, facility).get('edits/catalog/ZZ99').expect(404);
    const page = await request(api.url).get('/api/docs/edits').expect(200).expect('content-type', /html/);
    expect(page.text).toContain('<section id="SC08">');
  });

  it('shows an impact report before another version is taken into use, and only then takes it', async () => {
    const wrong = { ...BREAST, primarySite: 'C342', laterality: '2', histologicTypeIcdO3: '8140' };
    await store(
      [
        { items: ALIVE, tumors: [wrong] },
        { items: ALIVE, tumors: [BREAST] },
      ],
      registry.facilities[1],
    );
    const propose = (body: Record<string, unknown>): request.Test =>
      as(api.url, central).post('edits/set-versions').send(body);
    await propose({ set: 'central', baseVersion: '99.9' }).expect(422);
    await propose({ set: 'central', baseVersion: '25.1', off: ['LA07'] }).expect(422);
    await as(api.url, facility).post('edits/set-versions').send({ set: 'central', baseVersion: '26.1' }).expect(403);
    const version = { set: 'central', baseVersion: '26.1' };
    const proposal = async (body: Record<string, unknown>): Promise<string> =>
      ((await propose(body).expect(201)).body as { id: string }).id;
    const take = (id: string): request.Test => as(api.url, central).post(`edits/set-versions/${id}/take`);
    const reportOf = async (id: string): Promise<Run> => {
      const started = await as(api.url, central).post(`edits/set-versions/${id}/impact`).expect(202);
      return finished((started.body as { id: string }).id);
    };
    const without = await proposal({ ...version, off: ['LA07'], note: 'Not asked here.' });
    const early = await take(without).expect(409);
    expect(early.body).toMatchObject({ type: 'urn:perennial:problem:edits.impact-missing' });
    expect((await reportOf(without)).counts).toMatchObject({ cases: 2, newlyPassing: 1, goneByEdit: { LA07: 1 } });
    await take(without).expect(204);
    await take(without).expect(409);
    const again = await proposal(version);
    expect((await reportOf(again)).counts).toMatchObject({ cases: 2, newlyFailing: 1, newByEdit: { LA07: 1 } });
    await take(again).expect(204);
    const sets = (await as(api.url, central).get('edits/sets').expect(200)).body as {
      id: string;
      inUse: { version: string };
    }[];
    expect(sets.find(({ id }) => id === 'central')?.inUse.version).toBe('26.1');
  });

  it('keeps findings of the whole registry or a selection, by facility', async () => {
    const [, own] = registry.facilities;
    const run = await rerun({ facilityId: own, site: 'C34' });
    expect(run).toMatchObject({ state: 'done', done: 1, total: 1, counts: { cases: 1, failed: 1 } });
    expect(await findings('edit=LA07')).toMatchObject([{ entity: 'tumor', state: 'open' }]);
    const all = await rerun();
    expect(all).toMatchObject({ done: 2, total: 2 });
    const other = await as(api.url, facility).get('edits/findings').expect(200);
    expect((other.body as { items: Finding[] }).items).toEqual([]);
    const mine = await registry.token('registrar', own);
    expect(
      ((await as(api.url, mine).get('edits/findings/summary').expect(200)).body as unknown[]).length,
    ).toBeGreaterThan(0);
    await as(api.url, mine).post('edits/runs').send({}).expect(403);
  });

  it('asks a reviewed warning again only when a value it involves changes', async () => {
    const [, own] = registry.facilities;
    const [patient] = await store(
      [
        {
          items: ALIVE,
          tumors: [
            { ...BREAST, rxSummHormone: '01', primarySite: 'C187', laterality: '0', histologicTypeIcdO3: '8140' },
          ],
        },
      ],
      own,
    );
    await rerun({ site: 'C187' });
    const asked = (await findings(`patientId=${patient}&edit=TX13`))[0]!;
    const review = {
      entity: 'tumor',
      entityId: asked.entityId,
      key: asked.key,
      reason: 'Hormone for another condition, seen.',
    };
    const registrar = await registry.token('registrar', own);
    const error = (await findings(`patientId=${patient}`)).find(({ edit }) => edit !== 'TX13');
    if (error !== undefined && error.edit.startsWith('DT'))
      await as(api.url, registrar)
        .post('edits/reviews')
        .send({ ...review, key: error.key })
        .expect(422);
    await as(api.url, facility).post('edits/reviews').send(review).expect(404);
    await as(api.url, registrar)
      .post('edits/reviews')
      .send({ ...review, key: 'x'.repeat(32) })
      .expect(409);
    const { body } = await as(api.url, registrar).post('edits/reviews').send(review).expect(201);
    expect(await findings(`patientId=${patient}&edit=TX13`)).toEqual([]);
    const change = (items: ItemValues): Promise<unknown> =>
      registry.scoped(SYSTEM, (tx) =>
        tx.query(`UPDATE tumor SET items = items || $2::jsonb WHERE patient_id = $1`, [patient, JSON.stringify(items)]),
      );
    await change({ tumorSizeSummary: '012' });
    await rerun({ site: 'C187' });
    expect(await findings(`patientId=${patient}&edit=TX13&state=reviewed`)).toHaveLength(1);
    await change({ primarySite: 'C188' });
    await rerun({ site: 'C188' });
    expect(await findings(`patientId=${patient}&edit=TX13`)).toHaveLength(1);
    await change({ primarySite: 'C187' });
    await rerun({ site: 'C187' });
    expect(await findings(`patientId=${patient}&edit=TX13`)).toEqual([]);
    await as(api.url, registrar)
      .post(`edits/reviews/${(body as { id: string }).id}/withdraw`)
      .expect(204);
    await as(api.url, registrar)
      .post(`edits/reviews/${(body as { id: string }).id}/withdraw`)
      .expect(409);
    expect(await findings(`patientId=${patient}&edit=TX13`)).toHaveLength(1);
    expect(
      (await as(api.url, registrar).get(`edits/reviews?entityId=${asked.entityId}`).expect(200)).body,
    ).toHaveLength(1);
  });

  it('judges a patient again after a contact moved last contact', async () => {
    const [, own] = registry.facilities;
    const late = {
      ...BREAST,
      primarySite: 'C739',
      laterality: '0',
      histologicTypeIcdO3: '8260',
      rxDateChemo: '20250201',
    };
    const [patient] = await store([{ items: ALIVE, tumors: [late] }], own);
    await rerun({ site: 'C739' });
    expect(await findings(`patientId=${patient}&edit=DT13`)).toHaveLength(1);
    const registrar = await registry.token('registrar', own);
    await as(api.url, registrar)
      .post('follow-up/contacts')
      .send({ patientId: patient, facilityId: own, contactedOn: '20250301', channel: 'physician', outcome: 'reached' })
      .expect(201);
    await eventually(
      'the finding to go',
      () => findings(`patientId=${patient}&edit=DT13`),
      (list) => list.length === 0,
    );
  });

  it('goes on after the worker was killed and counts every patient once', async () => {
    const many = Array.from({ length: 4_000 }, () => ({
      items: ALIVE,
      tumors: [{ ...BREAST, primarySite: 'C250', laterality: '1', histologicTypeIcdO3: '8140' }],
    }));
    await store(many, registry.facilities[1]);
    const started = await as(api.url, central).post('edits/runs').send({ site: 'C25' }).expect(202);
    const { id } = started.body as { id: string };
    const under = await eventually(
      'the run to be under way',
      async () => (await as(api.url, central).get(`edits/runs/${id}`).expect(200)).body as Run,
      ({ done }) => done > 0,
    );
    await worker.kill();
    expect(under.done).toBeLessThan(4_000);
    const still = (await as(api.url, central).get(`edits/runs/${id}`).expect(200)).body as Run;
    expect(still.state).toBe('running');
    worker = await registry.startWorker();
    const done = await finished(id);
    expect(done).toMatchObject({
      state: 'done',
      done: 4_000,
      total: 4_000,
      counts: { cases: 4_000, byEdit: { LA02: 4_000 } },
    });
    const kept = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM edit_finding WHERE edit = 'LA02'`),
    );
    expect(kept).toEqual([{ count: 4_000 }]);
  }, 90_000);

  it('stops when asked', async () => {
    const started = await as(api.url, central).post('edits/runs').send({}).expect(202);
    const { id } = started.body as { id: string };
    await as(api.url, central).post(`edits/runs/${id}/cancel`).expect(204);
    expect((await finished(id)).state).toBe('cancelled');
    await as(api.url, central).post(`edits/runs/${id}/cancel`).expect(409);
  });
});
