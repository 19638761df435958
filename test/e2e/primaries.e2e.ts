import { type Response } from 'supertest';
import { clinicalAnswers } from '../support/answers.js';
import { hl7, type TestMessage } from '../support/hl7.js';
import { queueBackends } from '../support/database.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

/** Verdicts of the rules of multiple primaries where a report meets a patient who is known, and what registrars decide. */
describe('multiple primaries', () => {
  let registry: TestRegistry;
  let api: App;
  let central: ReturnType<typeof as>;
  let alpha: ReturnType<typeof as>;
  let beta: ReturnType<typeof as>;
  let reader: ReturnType<typeof as>;
  let laboratory: ReturnType<typeof as>;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    beta = as(api.url, await registry.token('registrar', registry.facilities[1]));
    reader = as(api.url, await registry.token('quality_control', null));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(() => registry?.stop());

  /** Send a message and wait for the abstracts that came of it. */
  async function send(message: TestMessage): Promise<string[]> {
    const answer = await laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(hl7(message));
    expect(answer.status).toBe(200);
    const where = answer.headers.location!.replace('/api/v1/', '');
    const done = await eventually(
      'processing',
      () => central.get(where),
      (one) => one.body.state === 'parsed',
    );
    return done.body.result[0].abstractIds;
  }
  const only = async (message: TestMessage): Promise<string> => {
    const ids = await send(message);
    expect(ids).toHaveLength(1);
    return ids[0]!;
  };
  const read = async (id: string): Promise<Response['body']> => (await alpha.get(`abstracts/${id}`)).body;
  const tasks = async (id: string): Promise<{ id: string; kind: string; reason: Record<string, unknown> }[]> =>
    (await read(id)).workItems;
  async function edit(id: string, items: Record<string, string | null>): Promise<number> {
    const { revision } = await read(id);
    const saved = await alpha.patch(`abstracts/${id}`).set('If-Match', `"${revision}"`).send({ items });
    expect([saved.status, saved.body]).toEqual([200, { revision: revision + 1 }]);
    return saved.body.revision;
  }
  async function complete(id: string, items: Record<string, string>): Promise<Response['body']> {
    const { items: known } = await read(id);
    const revision = await edit(id, { ...clinicalAnswers({ ...known, ...items }), ...items });
    const done = await alpha.post(`abstracts/${id}/complete`).set('If-Match', `"${revision}"`);
    expect([done.status, done.body.errors, done.body.findings]).toEqual([200, undefined, undefined]);
    return done.body;
  }
  const open = async (who = alpha, patientId?: string): Promise<Response['body'][]> =>
    (await who.get(`primaries/comparisons${patientId === undefined ? '' : `?patientId=${patientId}`}`)).body.items;
  const decide = (id: string, body: object, who = alpha): Promise<Response> =>
    who.post(`primaries/comparisons/${id}/decision`).send(body);
  const breast = (filler: string, side: string, message: Partial<TestMessage>): TestMessage => ({
    filler,
    text: `${side} breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.`,
    ...message,
  });

  it('leave the verdict with its rule on the task where a report meets a tumor of the other side', async () => {
    const person = { mrn: 'M1', last: 'Bothsides', birth: '19500101' };
    const left = await only(breast('M-1', 'Left', person));
    expect(await tasks(left)).toEqual([]);
    const right = await only(breast('M-2', 'Right', { ...person, collected: '20240601' }));
    const [task, ...rest] = await tasks(right);
    expect(rest).toEqual([]);
    expect(task).toMatchObject({
      kind: 'compare_tumors',
      reason: {
        otherAbstractId: left,
        result: 'MULTIPLE_PRIMARIES',
        group: 'breast-2018',
        step: 'M7',
        rulesVersion: expect.stringMatching(/^\d{4}\.\d+\/\d{4}$/),
      },
    });
    const patientId = (await read(right)).patientId;
    const [pair] = await open(alpha, patientId);
    expect(pair).toMatchObject({ abstractId: right, otherAbstractId: left, decision: null, step: 'M7' });

    // The registrar agrees; the task is done, and the version of the rules stays with the decision.
    const decided = await decide(pair.id, { decision: 'separate_primaries' });
    expect([decided.status, decided.body.decision]).toEqual([200, 'separate_primaries']);
    expect(await tasks(right)).toEqual([]);
    expect(await open(alpha, patientId)).toEqual([]);
    const detail = (await alpha.get(`primaries/comparisons/${pair.id}`)).body;
    expect(detail.decisions).toMatchObject([
      {
        decision: 'separate_primaries',
        result: 'MULTIPLE_PRIMARIES',
        step: 'M7',
        rulesVersion: task!.reason.rulesVersion,
        abstractRevision: (await read(right)).revision,
        actor: expect.stringMatching(/^token:/),
      },
    ]);
    expect(detail.abstracts.map((one: { items: object }) => one.items)).toMatchObject([
      { primarySite: 'C504', laterality: '1' },
      { primarySite: 'C504', laterality: '2' },
    ]);

    // And takes it back: the task is there again, both decisions are kept.
    expect((await decide(pair.id, { decision: null })).status).toBe(200);
    expect(await tasks(right)).toMatchObject([{ reason: { comparisonId: pair.id } }]);
    expect((await alpha.get(`primaries/comparisons/${pair.id}`)).body.decisions).toMatchObject([
      { decision: null },
      { decision: 'separate_primaries' },
    ]);
    const view = (await alpha.get(`primaries/patients/${patientId}`)).body;
    expect(view.primaries).toEqual([
      { abstractIds: [left], sequenceNumber: '01', settled: true },
      { abstractIds: [right], sequenceNumber: '02', settled: true },
    ]);
  });

  it('say it on the new information where a report joins an abstract that is complete', async () => {
    const person = { mrn: 'M2', last: 'Yearslater', birth: '19510101', sex: 'F' };
    const first = await only(breast('Y-1', 'Left', { ...person, collected: '20180301' }));
    await complete(first, { dateOf1stContact: '20180301' });
    expect(await send(breast('Y-2', 'Left', { ...person, collected: '20240601' }))).toEqual([first]);
    const task = (await tasks(first)).find(({ kind }) => kind === 'new_information');
    expect(task?.reason.primaries).toMatchObject({ result: 'MULTIPLE_PRIMARIES', group: 'breast-2018', step: 'M5' });
  });

  it('ask nobody where organs differ, and follow what is edited', async () => {
    const person = { mrn: 'M3', last: 'Changing', birth: '19520101' };
    const first = await only(breast('C-1', 'Left', person));
    const { patientId } = await read(first);
    const second = await only({
      ...person,
      filler: 'C-2',
      collected: '20240401',
      text: 'Colon, sigmoid, biopsy: Adenocarcinoma, moderately differentiated.',
    });
    expect(await open(alpha, patientId)).toEqual([]);
    const all = (await alpha.get(`primaries/comparisons?open=false&patientId=${patientId}`)).body.items;
    expect(all).toMatchObject([{ abstractId: second, result: 'MULTIPLE_PRIMARIES', group: null, wanted: false }]);

    await edit(second, { primarySite: 'C505', histologicTypeIcdO3: '8500', laterality: '2' });
    expect(await open(alpha, patientId)).toMatchObject([{ result: 'SINGLE_PRIMARY', step: 'M12' }]);
    await edit(second, { laterality: '9' });
    expect(await tasks(second)).toMatchObject([
      { reason: { result: 'QUESTIONABLE', step: 'M7', unknown: ['the side of a tumor'] } },
    ]);
    await edit(second, { primarySite: 'C187', laterality: '0' });
    expect(await tasks(second)).toEqual([]);
  });

  it('refuse a decision against the rules without a note, and one on an abstract that moved', async () => {
    const person = { mrn: 'M4', last: 'Contradicted', birth: '19530101' };
    const first = await only(breast('N-1', 'Left', person));
    const second = await only(breast('N-2', 'Right', { ...person, collected: '20240401' }));
    const { patientId } = await read(first);
    const [pair] = await open(alpha, patientId);
    const bare = await decide(pair.id, { decision: 'same_primary' });
    expect([bare.status, bare.body.type, bare.body.errors[0].pointer]).toEqual([
      422,
      'urn:perennial:problem:primaries.note',
      '/note',
    ]);
    const seen = { [first]: (await read(first)).revision, [second]: (await read(second)).revision };
    await edit(second, { gradeClinical: '9' });
    const moved = await decide(pair.id, { decision: 'separate_primaries', revisions: seen });
    expect([moved.status, moved.body.type, moved.body.abstractIds]).toEqual([
      409,
      'urn:perennial:problem:primaries.abstract-changed',
      [second],
    ]);
    const noted = await decide(pair.id, { decision: 'same_primary', note: 'metastasis by physician statement' });
    expect(noted.status).toBe(200);
    expect((await decide(pair.id, { decision: 'perhaps' })).status).toBe(400);
    expect((await decide(pair.id, { decision: 'separate_primaries' }, reader)).status).toBe(403);
    expect((await alpha.get('primaries/comparisons/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  it('tell the second of two registrars who decided first, and leave a pair open with what was found so far', async () => {
    const person = { mrn: 'M70', last: 'Twodeciders', birth: '19560101' };
    const first = await only(breast('T-1', 'Left', person));
    await only(breast('T-2', 'Right', { ...person, collected: '20240401' }));
    const { patientId } = await read(first);
    const [pair] = await open(alpha, patientId);
    const unsure = await decide(pair.id, { decision: null, note: 'asked the pathologist', seen: 0 });
    expect([unsure.status, (await open(alpha, patientId)).length]).toEqual([200, 1]);
    expect((await decide(pair.id, { decision: 'separate_primaries', seen: 1 }, central)).status).toBe(200);
    const late = await decide(pair.id, { decision: null, note: 'still unsure', seen: 1 });
    expect([late.status, late.body]).toMatchObject([
      409,
      {
        type: 'urn:perennial:problem:primaries.decided',
        title: expect.stringContaining('decided on this pair'),
        decision: 'separate_primaries',
      },
    ]);
    const { decisions } = (await alpha.get(`primaries/comparisons/${pair.id}`)).body;
    expect(decisions.map((one: { decision: string; note: string }) => [one.decision, one.note])).toEqual([
      ['separate_primaries', null],
      [null, 'asked the pathologist'],
    ]);
    expect(decisions[0].actorName).toBe('central_registrar');
  });

  it('have consolidation follow the decision', async () => {
    const person = { mrn: 'M5', last: 'Decided', birth: '19540101' };
    const first = await only(breast('D-1', 'Left', person));
    const second = await only(breast('D-2', 'Right', { ...person, collected: '20240401' }));
    const { patientId } = await read(first);
    const one = await complete(first, {});
    const [pair] = await open(alpha, patientId);
    expect((await decide(pair.id, { decision: 'same_primary', note: 'skin metastasis of the left' })).status).toBe(200);
    const two = await complete(second, { dateOf1stContact: '20240401' });
    expect(two.tumorId).toBe(one.tumorId);

    // Without a decision these are one tumor by site, side, histology and date; decided apart, they stay apart.
    const other = { mrn: 'M6', last: 'Apart', birth: '19550101' };
    const third = await only(breast('D-3', 'Left', other));
    const { patientId: otherPatient } = await read(third);
    const made = await alpha.post('abstracts').send({
      facilityId: registry.facilities[0],
      patientId: otherPatient,
      items: { ...(await read(third)).items, dateCaseInitiated: null, textDxProcPath: null },
    });
    expect(made.status).toBe(201);
    const [apart] = await open(alpha, otherPatient);
    expect(apart).toMatchObject({ abstractId: made.body.id, otherAbstractId: third, result: 'SINGLE_PRIMARY' });
    const note = 'two tumors by the surgeon';
    expect((await decide(apart.id, { decision: 'separate_primaries', note })).status).toBe(200);
    const [kept, split] = [await complete(third, {}), await complete(made.body.id, { textDxProcPath: 'second tumor' })];
    expect(split.tumorId).not.toBe(kept.tumorId);

    // Central sequence numbers: one tumor has one number; where there are two, the only one has become the first.
    const numbers = (patient: string): Promise<unknown[]> =>
      registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `SELECT t.id, t.items->>'sequenceNumberCentral' AS tumor, array_agg(DISTINCT a.items->>'sequenceNumberCentral') AS abstracts
             FROM tumor t JOIN abstract a ON a.tumor_id = t.id WHERE t.patient_id = $1 GROUP BY t.id ORDER BY 2`,
          [patient],
        ),
      );
    expect(await numbers(patientId)).toEqual([{ id: one.tumorId, tumor: '00', abstracts: ['00'] }]);
    expect(await numbers(otherPatient)).toEqual([
      { id: kept.tumorId, tumor: '01', abstracts: ['01'] },
      { id: split.tumorId, tumor: '02', abstracts: ['02'] },
    ]);
  });

  it('show a facility only pairs of its own, and end with a withdrawn abstract', async () => {
    const person = { last: 'Shared', birth: '19560101', first: 'Sam' };
    const own = await only(breast('S-1', 'Left', { ...person, mrn: 'M7' }));
    const { patientId } = await read(own);
    const second = await only(breast('S-2', 'Right', { ...person, mrn: 'M7', collected: '20240401' }));
    const [pair] = await open(alpha, patientId);
    expect((await beta.get(`primaries/comparisons/${pair.id}`)).status).toBe(404);
    expect((await decide(pair.id, { decision: 'separate_primaries' }, beta)).status).toBe(404);
    expect((await beta.get(`primaries/patients/${patientId}`)).status).toBe(404);
    expect(await open(beta, patientId)).toEqual([]);
    expect(await open(central, patientId)).toMatchObject([{ id: pair.id }]);

    // The other facility reports the person too: a pair across facilities is the registry's alone.
    const made = await central.post('abstracts').send({
      facilityId: registry.facilities[1],
      patientId,
      items: {
        primarySite: 'C341',
        histologicTypeIcdO3: '8140',
        behaviorCodeIcdO3: '3',
        laterality: '1',
        dateOfDiagnosis: '20240501',
      },
    });
    expect(made.status).toBe(201);
    const count = async (who: typeof alpha): Promise<number> =>
      (await who.get(`primaries/comparisons?open=false&patientId=${patientId}`)).body.items.length;
    expect([await count(alpha), await count(beta), await count(central)]).toEqual([1, 0, 3]);

    const { revision } = await read(second);
    const withdrawn = await alpha
      .post(`abstracts/${second}/withdraw`)
      .set('If-Match', `"${revision}"`)
      .send({ reason: 'entered twice' });
    expect(withdrawn.status).toBe(200);
    expect(await open(alpha, patientId)).toEqual([]);
  });

  it('page through what is open', async () => {
    const first = (await central.get('primaries/comparisons?open=false&limit=1')).body;
    expect(first.items).toHaveLength(1);
    const next = (await central.get(`primaries/comparisons?open=false&limit=1&cursor=${first.next}`)).body;
    expect(next.items[0]?.id).not.toBe(first.items[0].id);
    expect((await central.get('primaries/comparisons?cursor=nonsense')).status).toBe(400);
  });

  it('let decisions be added and never changed', async () => {
    await expect(registry.scoped(SYSTEM, (tx) => tx.query(`UPDATE primary_decision SET note = 'x'`))).rejects.toThrow(
      /permission denied/,
    );
    await expect(registry.scoped(SYSTEM, (tx) => tx.query(`DELETE FROM primary_decision`))).rejects.toThrow(
      /permission denied/,
    );
  });
});
