import { itemsAsOf } from '@perennial/records';
import { queueBackends } from '../support/database.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';
import { personWithTumor, reportAgain } from '../support/shared-tumor.js';

/** Values of a consolidated tumor or patient that a central registrar corrects by hand. */
describe('consolidated values', () => {
  let registry: TestRegistry;
  let api: App;
  let central: ReturnType<typeof as>;
  let alpha: ReturnType<typeof as>;
  let laboratory: ReturnType<typeof as>;
  let made = 0;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(() => registry?.stop());

  const person = (): ReturnType<typeof personWithTumor> => {
    made += 1;
    return personWithTumor(laboratory, central, `CV${made}`, `Corrected${'abcdefghij'[made]}`);
  };
  type Kind = 'tumors' | 'patients';
  const read = async (kind: Kind, id: string) => (await central.get(`${kind}/${id}`)).body;
  const send = async (kind: Kind, id: string, body: object, way = 'values', who = central) => {
    const { revision } = await read(kind, id);
    return who.post(`${kind}/${id}/${way}`).set('If-Match', `"${revision}"`).send(body);
  };
  const itemsOf = async (id: string): Promise<Record<string, string>> => (await read('tumors', id)).rows[0].items;

  it('take another facility’s value by a person’s word, whose reason stays, and stand when a further abstract says otherwise', async () => {
    const { abstractId, tumorId } = await person();
    const near = { dateOfDiagnosis: '20240115', dateOf1stContact: '20240115' };
    const other = await reportAgain(central, abstractId, registry.facilities[1], { ...near, gradePathological: '3' });
    expect(other.tumorId).toBe(tumorId);
    const before = await itemsOf(tumorId);
    expect(before.gradePathological).toBe('2');
    const half = new Date();

    const reason = 'the review of the slides';
    const set = await send('tumors', tumorId, { item: 'gradePathological', value: '3', reason, abstractId: other.id });
    expect([set.status, set.body.value, Array.isArray(set.body.findings)]).toEqual([200, '3', true]);
    const page = await read('tumors', tumorId);
    expect(page.revision).toBe(set.body.revision);
    expect(page.decisions).toMatchObject([
      {
        item: 'gradePathological',
        value: '3',
        was: '2',
        reason,
        abstractId: other.id,
        actorName: 'central_registrar',
        otherwise: [],
      },
    ]);
    expect(page.rows[0].entries[0]).toMatchObject({
      origin: { kind: 'value', reason },
      changes: { gradePathological: ['2', '3'] },
    });
    expect(await registry.scoped(SYSTEM, (tx) => itemsAsOf(tx, 'tumor', tumorId, half))).toEqual(before);

    // A further abstract, and the first one corrected: the decision stands, and says who says otherwise now.
    const { revision } = (await central.get(`abstracts/${abstractId}`)).body;
    const opened = await central
      .post(`abstracts/${abstractId}/reopen`)
      .set('If-Match', `"${revision}"`)
      .send({ reason: 'to correct it' });
    const saved = await central
      .patch(`abstracts/${abstractId}`)
      .set('If-Match', `"${opened.body.revision}"`)
      .send({ items: { gradePathological: '1', tumorSizeSummary: '041' } });
    await central.post(`abstracts/${abstractId}/complete`).set('If-Match', `"${saved.body.revision}"`).expect(200);
    expect(await itemsOf(tumorId)).toMatchObject({ gradePathological: '3', tumorSizeSummary: '041' });
    expect((await read('tumors', tumorId)).decisions).toMatchObject([{ otherwise: [abstractId] }]);

    // Taken back, the value is what consolidation says by now; a second time there is nothing to take back.
    const back = await send(
      'tumors',
      tumorId,
      { item: 'gradePathological', reason: 'slides were of another person' },
      'values/take-back',
    );
    expect([back.status, back.body.value]).toEqual([200, '1']);
    expect((await read('tumors', tumorId)).decisions).toEqual([]);
    expect(
      (await send('tumors', tumorId, { item: 'gradePathological', reason: 'again' }, 'values/take-back')).status,
    ).toBe(409);
  });

  it('may be typed; stage follows, the edits are run, and submissions send them', async () => {
    const { patientId, tumorId } = await person();
    const before = await itemsOf(tumorId);
    const typed = await send('tumors', tumorId, { item: 'primarySite', value: 'C619', reason: 'transposed by both' });
    expect(typed.status).toBe(200);
    expect(typed.body.findings.length).toBeGreaterThan(0);
    const after = await itemsOf(tumorId);
    expect([after.primarySite, after.schemaId]).toEqual(['C619', expect.not.stringMatching(before.schemaId!)]);
    expect(
      (await send('tumors', tumorId, { item: 'primarySite', reason: 'no, they were right' }, 'values/take-back'))
        .status,
    ).toBe(200);
    expect(await itemsOf(tumorId)).toEqual(before);

    const size = await send('tumors', tumorId, {
      item: 'tumorSizeSummary',
      value: '027',
      reason: 'by the radiologist',
    });
    expect(size.status).toBe(200);
    const none = await send('tumors', tumorId, { item: 'textDxProcPath', value: null, reason: 'names another person' });
    expect([none.status, (await itemsOf(tumorId)).textDxProcPath]).toEqual([200, undefined]);
    const frozen = await central.post('submissions').send({ profile: 'national-incidence' }).expect(202);
    await eventually(
      'the submission',
      () => central.get(`submissions/${frozen.body.id}`),
      ({ body }) => ['sent', 'held'].includes(body.state),
    );
    const [sent] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ revision: number; now: number; size: string }[]>(
        `SELECT r.revision, t.revision AS now, t.items->>'tumorSizeSummary' AS size FROM submission_record r JOIN tumor t ON t.id = r.entity_id
          WHERE r.submission_id = $1 AND r.patient_id = $2`,
        [frozen.body.id, patientId],
      ),
    );
    expect(sent).toEqual({ revision: none.body.revision, now: none.body.revision, size: '027' });
  });

  it('of a patient as of a tumor, beside every later abstract', async () => {
    const { patientId, abstractId } = await person();
    const { items } = await read('patients', patientId);
    const set = await send('patients', patientId, {
      item: 'nameMiddle',
      value: 'QUILL',
      reason: 'by the birth certificate',
    });
    expect([set.status, set.body.value]).toEqual([200, 'QUILL']);
    await send('patients', patientId, { item: 'nameMiddle', value: 'QUILLA', reason: 'a letter was missing' });
    await reportAgain(central, abstractId, registry.facilities[1], { nameMiddle: 'OTHER' });
    const page = await read('patients', patientId);
    expect(page.items.nameMiddle).toBe('QUILLA');
    expect(page.decisions).toMatchObject([{ item: 'nameMiddle', value: 'QUILLA', otherwise: [expect.any(String)] }]);
    const back = await send(
      'patients',
      patientId,
      { item: 'nameMiddle', reason: 'the other is right' },
      'values/take-back',
    );
    expect([back.status, back.body.value]).toEqual([200, 'OTHER']);
    // What no abstract says is what was there before.
    expect(items.birthplaceState).toBeUndefined();
    await send('patients', patientId, { item: 'birthplaceState', value: 'CO', reason: 'by the family' });
    expect(
      (await send('patients', patientId, { item: 'birthplaceState', reason: 'not certain' }, 'values/take-back')).body
        .value,
    ).toBeNull();
  });

  it('refuse what is nobody’s to set, what the item cannot hold, a stale page, and whoever is not the central registry', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const refused = async (kind: Kind, id: string, body: object): Promise<unknown[]> => {
      const answer = await send(kind, id, { reason: 'because it is so', ...body });
      return [answer.status, answer.body.type?.split(':').pop()];
    };
    for (const [item, value] of [
      ['derivedSummaryStage2018', '1'],
      ['sequenceNumberCentral', '05'],
      ['classOfCase', '10'],
      ['cancerStatus', '1'],
      ['nameLast', 'ELSE'],
      ['noSuchItem', '1'],
    ])
      expect(await refused('tumors', tumorId, { item, value })).toEqual([422, 'item.undecidable']);
    expect(await refused('patients', patientId, { item: 'vitalStatus', value: '0' })).toEqual([
      422,
      'item.undecidable',
    ]);
    expect(await refused('tumors', tumorId, { item: 'laterality', value: '77' })).toEqual([422, 'item.too-long']);
    expect(await refused('tumors', tumorId, { item: 'laterality', value: '8' })).toEqual([422, 'item.code']);
    expect(await refused('tumors', tumorId, { item: 'primarySite', value: 'ZZZZ' })).toEqual([422, 'item.code']);
    expect(await refused('tumors', tumorId, { item: 'gradePathological', value: '1', abstractId })).toEqual([
      409,
      'value.not-said',
    ]);
    const body = { item: 'gradePathological', value: '1', reason: 'because it is so' };
    expect((await central.post(`tumors/${tumorId}/values`).send(body)).status).toBe(428);
    expect((await central.post(`tumors/${tumorId}/values`).set('If-Match', '"0"').send(body)).status).toBe(412);
    expect((await send('tumors', tumorId, body, 'values', alpha)).status).toBe(403);
    expect((await send('tumors', tumorId, { ...body, reason: '' })).status).toBe(400);
    // Of two at once one is told that it moved on.
    const { revision } = await read('tumors', tumorId);
    const both = await Promise.all(
      ['1', '3'].map((value) =>
        central
          .post(`tumors/${tumorId}/values`)
          .set('If-Match', `"${revision}"`)
          .send({ ...body, value }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    await expect(registry.scoped(SYSTEM, (tx) => tx.query(`UPDATE value_decision SET reason = 'x'`))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('are those of the abstracts that are left when one is withdrawn, and stay when none is', async () => {
    const { abstractId, tumorId } = await person();
    const near = { dateOfDiagnosis: '20240115', dateOf1stContact: '20240115' };
    const other = await reportAgain(central, abstractId, registry.facilities[1], { ...near, gradePathological: '3' });
    expect([other.tumorId, (await itemsOf(tumorId)).gradePathological]).toEqual([tumorId, '2']);
    const withdraw = async (id: string): Promise<void> => {
      const { revision } = (await central.get(`abstracts/${id}`)).body;
      await central
        .post(`abstracts/${id}/withdraw`)
        .set('If-Match', `"${revision}"`)
        .send({ reason: 'sent twice' })
        .expect(200);
    };
    await withdraw(abstractId);
    const left = await read('tumors', tumorId);
    expect(left.rows[0].items).toMatchObject({ gradePathological: '3', dateOfDiagnosis: '20240115' });
    expect(left.rows[0].entries[0]).toMatchObject({
      origin: { kind: 'person', reason: 'sent twice' },
      changes: { gradePathological: ['2', '3', { abstractId: other.id }] },
    });
    await withdraw(other.id);
    expect(await itemsOf(tumorId)).toEqual(left.rows[0].items);
    const none = await send('tumors', tumorId, { item: 'gradePathological', value: '1', reason: 'too late' });
    expect([none.status, none.body.type]).toEqual([409, 'urn:perennial:problem:tumor.unreported']);
  });

  it('go with a merged tumor to the survivor, and back with it when they are taken apart', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const other = await reportAgain(central, abstractId, registry.facilities[1], {
      dateOfDiagnosis: '20230701',
      dateOf1stContact: '20230701',
      gradePathological: '3',
    });
    await send('tumors', tumorId, { item: 'gradePathological', value: '1', reason: 'on the one side' });
    await send('tumors', tumorId, { item: 'tumorSizeSummary', value: '055', reason: 'on the one side' });
    await send('tumors', other.tumorId, { item: 'gradePathological', value: '9', reason: 'on the other, later' });
    const before = [await itemsOf(tumorId), await itemsOf(other.tumorId)];
    const [pair] = (await central.get(`primaries/comparisons?patientId=${patientId}`)).body.items;
    const decide = (decision: string | null) =>
      central.post(`primaries/comparisons/${pair.id}/decision`).send({ decision, note: 'by the pathologist' });
    expect((await decide('same_primary')).status).toBe(200);
    expect(await itemsOf(other.tumorId)).toMatchObject({ gradePathological: '9', tumorSizeSummary: '055' });
    const merged = await central
      .post(`tumors/${tumorId}/values`)
      .set('If-Match', '"9"')
      .send({ item: 'laterality', value: '2', reason: 'too late' });
    expect([merged.status, merged.body.tumorId]).toEqual([409, other.tumorId]);
    expect((await decide(null)).status).toBe(200);
    expect([await itemsOf(tumorId), await itemsOf(other.tumorId)]).toEqual(before);
    // Taken back on the survivor, it is taken back of both.
    expect((await decide('same_primary')).status).toBe(200);
    const back = await send(
      'tumors',
      other.tumorId,
      { item: 'gradePathological', reason: 'neither was' },
      'values/take-back',
    );
    expect([back.status, back.body.value]).toEqual([200, '3']);
    expect((await decide(null)).status).toBe(200);
    expect([(await itemsOf(tumorId)).gradePathological, (await itemsOf(other.tumorId)).gradePathological]).toEqual([
      '2',
      '3',
    ]);
  });
});
