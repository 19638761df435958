import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadDictionary } from '@perennial/naaccr/node';
import request, { type Response } from 'supertest';
import { queueBackends } from '../support/database.js';
import { clinicalAnswers } from '../support/answers.js';
import { hl7, type TestMessage } from '../support/hl7.js';
import {
  addUser,
  type App,
  as,
  type Backend,
  eventually,
  PASSWORD,
  startRegistry,
  SYSTEM,
  type TestRegistry,
} from '../support/registry.js';

const BREAST = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';

describe.each(queueBackends())('the main job on %s', (backend: Backend) => {
  let registry: TestRegistry;
  let api: App;
  let central: ReturnType<typeof as>;
  let alpha: ReturnType<typeof as>;
  let beta: ReturnType<typeof as>;
  let laboratory: ReturnType<typeof as>;
  let worker: App;

  beforeAll(async () => {
    registry = await startRegistry(backend);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    beta = as(api.url, await registry.token('registrar', registry.facilities[1]));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(() => registry?.stop());

  const post = (message: TestMessage): Promise<Response> =>
    laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(hl7(message));

  /** Send a message and wait for what came of it. */
  async function send(
    message: TestMessage,
  ): Promise<{ outcome: string; reportId: string; version: number; abstractIds: string[] }> {
    const answer = await post(message);
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/\rMSA\|AA\|/);
    const where = answer.headers.location!.replace('/api/v1/', '');
    const done = await eventually(
      'processing',
      () => central.get(where),
      (one) => one.body.state === 'parsed',
    );
    return done.body.result[0];
  }

  const read = async (id: string): Promise<Response> => alpha.get(`abstracts/${id}`);
  const patch = (id: string, revision: number, items: Record<string, string | null>): Promise<Response> =>
    alpha.patch(`abstracts/${id}`).set('If-Match', `"${revision}"`).send({ items });

  async function complete(id: string, extra: Record<string, string> = {}): Promise<Response> {
    const draft = await read(id);
    const saved = await patch(id, draft.body.revision, { ...clinicalAnswers(draft.body.items), ...extra });
    expect([saved.status, saved.body]).toEqual([200, { revision: draft.body.revision + 1 }]);
    return alpha.post(`abstracts/${id}/complete`).set('If-Match', `"${saved.body.revision}"`);
  }

  it('makes one abstract of biopsy, resection and addendum, each code with its words', async () => {
    const biopsy = await send({ filler: 'B-1', text: BREAST });
    expect(biopsy.outcome).toBe('reportable');
    const resection = await send({
      filler: 'B-2',
      collected: '20240320',
      text: 'Left breast, lumpectomy: Invasive ductal carcinoma, grade 2, 1.8 cm. Margins negative.',
    });
    const addendum = await send({
      filler: 'B-2',
      status: 'A',
      collected: '20240320',
      text: 'Left breast, lumpectomy: Invasive ductal carcinoma, grade 2, 1.8 cm. Margins negative.\nADDENDUM: ER positive.',
    });
    expect([resection.abstractIds, addendum.abstractIds]).toEqual([biopsy.abstractIds, biopsy.abstractIds]);
    const { body: abstract } = await read(biopsy.abstractIds[0]!);
    expect(abstract.items).toMatchObject({
      primarySite: 'C504',
      histologicTypeIcdO3: '8500',
      behaviorCodeIcdO3: '3',
      laterality: '2',
      dateOfDiagnosis: '20240301',
      nameLast: 'Testcase',
    });
    const report = (await alpha.get(`reports/${biopsy.reportId}`)).body;
    const [{ proposal }] = report.texts[0].proposals;
    for (const field of ['primarySite', 'histology', 'behavior', 'laterality'])
      expect(proposal.evidence[field].length).toBeGreaterThan(0);
    const [span] = proposal.evidence.histology;
    expect(report.texts[0].text.slice(span.start, span.end)).toBe('Invasive ductal carcinoma');
    const lineage = (await alpha.get(`abstracts/${abstract.id}/lineage`)).body;
    expect(lineage.at(-1).changes.primarySite[2].spans).toEqual(
      proposal.evidence.primarySite.map(({ start, end }: { start: number; end: number }) => ({ start, end })),
    );
  });

  it('keeps the same message three times as three messages and one report', async () => {
    const message = {
      filler: 'DUP-1',
      mrn: 'A2',
      last: 'Thrice',
      birth: '19500505',
      text: 'Rectum, biopsy: Adenocarcinoma, well differentiated.',
    };
    const outcomes = [await send(message), await send(message), await send(message)];
    expect(outcomes.map((one) => one.outcome)).toEqual(['reportable', 'duplicate', 'duplicate']);
    expect(new Set(outcomes.map((one) => one.reportId)).size).toBe(1);
    const [{ messages, versions }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT (SELECT count(*)::int FROM intake_message WHERE control_id = 'C-DUP-1-F') AS messages, (SELECT count(*)::int FROM report_version WHERE report_id = $1) AS versions`,
        [outcomes[0]!.reportId],
      ),
    );
    expect([messages, versions]).toEqual([3, 1]);
  });

  it('follows a report from benign over amended to cancelled', async () => {
    const base = { filler: 'AM-1', mrn: 'A3', last: 'Amended', birth: '19480808' };
    const original = await send({ ...base, text: 'Thyroid, right lobe: Follicular adenoma.' });
    expect([original.outcome, original.abstractIds]).toEqual(['not_reportable', []]);
    const amended = await send({
      ...base,
      status: 'C',
      text: 'Thyroid, right lobe: Minimally invasive follicular carcinoma.',
    });
    expect([amended.outcome, amended.version]).toEqual(['reportable', 2]);
    expect((await read(amended.abstractIds[0]!)).body.state).toBe('draft');
    const cancelled = await send({ ...base, status: 'X', text: 'Issued in error.' });
    expect([cancelled.outcome, cancelled.abstractIds]).toEqual(['withdrawn', amended.abstractIds]);
    expect((await read(amended.abstractIds[0]!)).body.state).toBe('withdrawn');
  });

  it('re-opens a complete abstract when its report is cancelled', async () => {
    const base = { filler: 'RE-1', mrn: 'A4', last: 'Reopened', birth: '19430303' };
    const { abstractIds } = await send({
      ...base,
      text: 'Sigmoid colon, resection: Adenocarcinoma, moderately differentiated.',
    });
    expect((await complete(abstractIds[0]!)).status).toBe(200);
    await send({ ...base, status: 'X', text: 'Issued for the wrong patient.' });
    const { body } = await read(abstractIds[0]!);
    expect([body.state, body.workItems.map((item: { kind: string }) => item.kind)]).toEqual([
      'draft',
      ['report_withdrawn'],
    ]);
  });

  it('completes, numbers, consolidates, follows up and submits', async () => {
    const first = await send({ filler: 'S-1', mrn: 'A5', last: 'Submitted', birth: '19550505', text: BREAST });
    const id = first.abstractIds[0]!;
    const early = await alpha.post(`abstracts/${id}/complete`).set('If-Match', `"${(await read(id)).body.revision}"`);
    expect([early.status, early.body.type]).toEqual([422, 'urn:perennial:problem:abstract.incomplete']);
    const wrong = await complete(id, { dateOfLastContact: '20230101' });
    expect([
      wrong.status,
      wrong.body.type,
      wrong.body.findings.map((finding: { edit: string }) => finding.edit),
    ]).toEqual([422, 'urn:perennial:problem:abstract.edits', expect.arrayContaining(['DT04'])]);
    const done = await complete(id, {
      nextFollowUpSource: '1',
      noPatientContactFlag: '1',
      reportingFacilityRestrictionFlag: '01',
    });
    expect([done.status, done.body.sequenceNumber]).toEqual([200, '00']);
    expect(done.body.accessionNumber).toMatch(/^2024\d{5}$/);
    const { body: abstract } = await read(id);
    expect(abstract.items).toMatchObject({
      reportingFacility: '0000000001',
      sequenceNumberCentral: '00',
      patientIdNumber: expect.stringMatching(/^\d{8}$/),
    });
    const { body: patient } = await central.get(`patients/${abstract.patientId}`);
    expect(patient.tumors).toHaveLength(1);
    expect(patient.items).toMatchObject({ dateOfLastContact: '20240401', vitalStatus: '1', noPatientContactFlag: '1' });
    expect(patient.tumors[0].items.reportingFacilityRestrictionFlag).toBe('01');

    const second = await send({
      filler: 'S-2',
      mrn: 'A5',
      last: 'Submitted',
      birth: '19550505',
      text: 'Left kidney, nephrectomy: Clear cell renal cell carcinoma.',
    });
    const other = await complete(second.abstractIds[0]!);
    expect([other.body.accessionNumber, other.body.sequenceNumber]).toEqual([done.body.accessionNumber, '02']);
    expect((await read(id)).body.items.sequenceNumberHospital).toBe('01');

    await registry.scoped(SYSTEM, (tx) => tx.query(`DELETE FROM setting WHERE key = 'follow-up.last-planned-pass'`));
    expect((await central.post('follow-up/passes')).status).toBe(202);
    const task = (
      await eventually(
        'a task',
        () => alpha.get('follow-up/tasks'),
        ({ body }) => body.items.some((one: { patientId: string }) => one.patientId === abstract.patientId),
      )
    ).body.items.find((one: { patientId: string }) => one.patientId === abstract.patientId);
    expect(task).toMatchObject({ dueMonth: '202504', delinquent: true, nextStep: 'physician' });
    const contact = {
      patientId: abstract.patientId,
      facilityId: registry.facilities[0],
      channel: 'physician',
      outcome: 'reached',
    };
    const before = await alpha.post('follow-up/contacts').send({ ...contact, contactedOn: '20230101' });
    expect([before.status, before.body.type]).toEqual([422, 'urn:perennial:problem:contact.before-diagnosis']);
    expect((await alpha.post('follow-up/contacts').send({ ...contact, contactedOn: '20260101' })).status).toBe(201);
    expect((await central.get(`patients/${abstract.patientId}`)).body.items.dateOfLastContact).toBe('20260101');
    expect(
      (await alpha.get('follow-up/tasks')).body.items.filter(
        (one: { patientId: string }) => one.patientId === abstract.patientId,
      ),
    ).toEqual([]);

    const state = (await central.post('submissions').send({ profile: 'state-new', facilityId: registry.facilities[0] }))
      .body;
    const sent = await eventually(
      'delivery',
      () => central.get(`submissions/${state.id}`),
      ({ body }) => body.state === 'sent',
    );
    const xml = gunzipSync(readFileSync(sent.body.files[0].path)).toString();
    expect(xml).toContain('<Item naaccrId="nameLast">Submitted</Item>');
    expect(xml.split('<Tumor>').length - 1).toBe(sent.body.manifest.records);
    const again = await central.post('submissions').send({ profile: 'state-new', facilityId: registry.facilities[0] });
    expect([again.status, again.body.type]).toEqual([409, 'urn:perennial:problem:submission.empty']);
    const reopened = await alpha
      .post(`abstracts/${id}/reopen`)
      .set('If-Match', `"${(await read(id)).body.revision}"`)
      .send({ reason: 'stage was corrected' });
    await patch(id, reopened.body.revision, { tumorSizeSummary: '021', noPatientContactFlag: '0' });
    // Another facility reported the same tumor without restriction and asked that the patient be left alone.
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `INSERT INTO abstract (facility_id, patient_id, tumor_id, state, items, revision)
         SELECT $2, patient_id, tumor_id, 'complete', '{"noPatientContactFlag":"1"}', 1 FROM abstract WHERE id = $1`,
        [id, registry.facilities[1]],
      ),
    );
    expect(
      (await alpha.post(`abstracts/${id}/complete`).set('If-Match', `"${reopened.body.revision + 1}"`)).status,
    ).toBe(200);
    const { body: together } = await central.get(`patients/${abstract.patientId}`);
    const tumor = together.tumors.find((one: { id: string }) => one.id === patient.tumors[0].id);
    expect([together.items.noPatientContactFlag, tumor.items.reportingFacilityRestrictionFlag]).toEqual(['1', '00']);
    const changed = (
      await central.post('submissions').send({ profile: 'state-new', facilityId: registry.facilities[0] })
    ).body;
    const resent = await eventually(
      'delivery',
      () => central.get(`submissions/${changed.id}`),
      ({ body }) => body.state === 'sent',
    );
    expect(resent.body.files.map((file: { path: string }) => file.path.slice(-9, -7))).toEqual(['_M']);
  });

  it('holds back records of one patient that contradict each other', async () => {
    const person = { mrn: 'A9', last: 'Contradicted', birth: '19490909' };
    const [breast, kidney] = [
      await send({ ...person, filler: 'H-1', text: BREAST }),
      await send({ ...person, filler: 'H-2', text: 'Left kidney, nephrectomy: Clear cell renal cell carcinoma.' }),
    ];
    expect((await complete(breast.abstractIds[0]!)).status).toBe(200);
    expect((await complete(kidney.abstractIds[0]!, { dateOfBirth: '19490908' })).status).toBe(200);
    const { body } = await central
      .post('submissions')
      .send({ profile: 'state-new', facilityId: registry.facilities[0] });
    const sent = await eventually(
      'delivery',
      () => central.get(`submissions/${body.id}`),
      (one) => one.body.state === 'sent',
    );
    expect(sent.body.manifest).toMatchObject({ held: 2, heldByEdit: { IR01: 2 } });
  });

  it('lets none of the 87 items of identity and text into an incidence file', async () => {
    const { abstractIds } = await send({ filler: 'I-1', mrn: 'A6', last: 'Seeded', birth: '19510101', text: BREAST });
    expect((await complete(abstractIds[0]!)).status).toBe(200);
    const withheld = loadDictionary().items.filter((item) => !item.recordTypes.includes('I'));
    expect(withheld).toHaveLength(87);
    const marks = Object.fromEntries(
      withheld.map((item) => [
        item.id,
        item.type === 'digits' || item.type === 'numeric'
          ? '7'.repeat(item.length)
          : `SEED${item.number}`.slice(0, item.length),
      ]),
    );
    await registry.scoped(SYSTEM, async (tx) => {
      await tx.query(`UPDATE tumor SET items = items || $1::jsonb`, [JSON.stringify(marks)]);
      await tx.query(`UPDATE consolidated_patient SET items = items || $1::jsonb WHERE items->>'nameLast' = 'Seeded'`, [
        JSON.stringify(marks),
      ]);
    });
    const { body } = await central.post('submissions').send({ profile: 'national-incidence' });
    const sent = await eventually(
      'delivery',
      () => central.get(`submissions/${body.id}`),
      (one) => ['sent', 'held'].includes(one.body.state),
    );
    expect(sent.body.state).toBe('sent');
    const xml = gunzipSync(readFileSync(sent.body.files[0].path)).toString();
    expect(xml).toContain('<Item naaccrId="primarySite">C504</Item>');
    for (const item of withheld) expect([item.id, xml.includes(`naaccrId="${item.id}"`)]).toEqual([item.id, false]);
    expect(xml).not.toMatch(/SEED\d/);
    expect(xml).not.toContain('7777777');
  });

  it('finds people by a part of the name or its sound, each facility its own', async () => {
    const born = { birth: '19330303', text: BREAST };
    await send({ ...born, filler: 'N-1', mrn: 'N1', last: 'Smithfield', first: 'Wanda' });
    await send({ ...born, filler: 'N-2', mrn: 'N2', last: 'Blacksmith', first: 'Olga' });
    await send({ ...born, filler: 'N-3', mrn: 'N3', last: 'Schmidt', first: 'Wim' });
    await send({ ...born, filler: 'N-4', mrn: 'N4', last: 'Smythe', first: 'Xenia' });
    const names = async (who: ReturnType<typeof as>, body: object): Promise<string[]> => {
      const found = await who.post('patients/search').send(body);
      expect([found.status, found.body.errors]).toEqual([200, undefined]);
      return found.body.map((one: { name: string }) => one.name);
    };
    for (const who of [alpha, central]) {
      expect(await names(who, { name: 'smith', match: 'contains' })).toEqual(['Smithfield, Wanda', 'Blacksmith, Olga']);
      expect(await names(who, { name: 'smith, o', match: 'contains' })).toEqual(['Blacksmith, Olga']);
      expect(await names(who, { name: 'smith', match: 'begins' })).toEqual(['Smithfield, Wanda']);
      expect((await names(who, { name: 'smith', match: 'sounds' })).sort()).toEqual(['Schmidt, Wim', 'Smythe, Xenia']);
      expect(await names(who, { name: 'smith, w', match: 'sounds' })).toEqual(['Schmidt, Wim']);
      expect(await names(who, { name: 'smith', match: 'sounds', dateOfBirth: '19330304' })).toEqual([]);
      expect(await names(who, { name: 'smith', match: 'sounds', medicalRecordNumber: 'N4' })).toEqual([
        'Smythe, Xenia',
      ]);
      const short = await who.post('patients/search').send({ name: 'sm', match: 'contains' });
      expect([short.status, short.body.type]).toEqual([422, 'urn:perennial:problem:patients.name-part']);
    }
    for (const match of ['contains', 'sounds']) expect(await names(beta, { name: 'smith', match })).toEqual([]);
  });

  it('refuses a stale save, a missing revision, unknown fields and values that an item cannot hold', async () => {
    const { abstractIds } = await send({ filler: 'E-1', mrn: 'A7', last: 'Edited', birth: '19520202', text: BREAST });
    const id = abstractIds[0]!;
    const { body } = await read(id);
    expect((await alpha.patch(`abstracts/${id}`).send({ items: {} })).status).toBe(428);
    const [one, two] = await Promise.all([
      patch(id, body.revision, { classOfCase: '14' }),
      patch(id, body.revision, { classOfCase: '10' }),
    ]);
    expect([one.status, two.status].sort()).toEqual([200, 412]);
    const refused = one.status === 412 ? one : two;
    expect(refused.body).toMatchObject({
      type: 'urn:perennial:problem:revision.stale',
      currentRevision: body.revision + 1,
    });
    const unknown = await alpha
      .patch(`abstracts/${id}`)
      .set('If-Match', `"${body.revision + 1}"`)
      .send({ items: {}, color: 'red' });
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '/color']);
    const short = await patch(id, body.revision + 1, {
      primarySite: 'C5',
      nonsense: 'x',
      sequenceNumberHospital: '01',
    });
    expect(short.headers['content-type']).toMatch('application/problem+json');
    expect([
      short.status,
      short.body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code]),
    ]).toEqual([
      422,
      [
        ['/items/primarySite', 'item.too-short'],
        ['/items/nonsense', 'item.unknown'],
        ['/items/sequenceNumberHospital', 'item.assigned'],
      ],
    ]);
  });

  it('tells the history of a patient, tumor and abstract: any earlier day follows from it', async () => {
    const { abstractIds } = await send({
      filler: 'HI-1',
      mrn: 'A77',
      last: 'History',
      birth: '19570707',
      text: BREAST,
    });
    const id = abstractIds[0]!;
    const before = (await read(id)).body;
    expect((await complete(id)).status).toBe(200);
    const { patientId, tumorId } = (await read(id)).body;
    const { body } = await alpha.get(`patients/${patientId}/history`);
    expect(body.rows.map(({ entity, id: row }: { entity: string; id: string }) => [entity, row])).toEqual([
      ['patient', patientId],
      ['tumor', tumorId],
      ['abstract', id],
    ]);
    const [, tumor, abstract] = body.rows;
    expect(tumor.entries.at(-1).origin).toMatchObject({ kind: 'abstract', abstractId: id });
    expect(abstract.entries[0]).toMatchObject({ changes: { '@state': ['draft', 'complete'] } });
    expect(abstract.entries[0].actorName).toBe('registrar');
    // Folded back to its first revision it is what it was then.
    const items: Record<string, string> = { ...abstract.items };
    for (const { changes } of abstract.entries.slice(0, -1))
      for (const [item, [was]] of Object.entries(changes as Record<string, [string | null]>)) {
        if (item.startsWith('@')) continue;
        if (was === null) delete items[item];
        else items[item] = was;
      }
    expect(items).toEqual(before.items);
    expect((await beta.get(`patients/${patientId}/history`)).status).toBe(404);
    expect((await laboratory.get(`patients/${patientId}/history`)).status).toBe(403);
  });

  it('shows a facility nothing of another one and keeps rights apart', async () => {
    const { abstractIds, reportId } = await send({
      filler: 'F-1',
      mrn: 'A8',
      last: 'Foreign',
      birth: '19530303',
      text: BREAST,
    });
    const patientId = (await read(abstractIds[0]!)).body.patientId;
    for (const where of [
      `abstracts/${abstractIds[0]}`,
      `abstracts/${abstractIds[0]}/lineage`,
      `reports/${reportId}`,
      `patients/${patientId}`,
    ])
      expect([where, (await beta.get(where)).status]).toEqual([where, 404]);
    const ofBeta: { facilityId: string }[] = (await beta.get('abstracts')).body.items;
    expect(ofBeta.filter((one) => one.facilityId !== registry.facilities[1])).toEqual([]);
    expect((await beta.post('patients/search').send({ name: 'Foreign' })).body).toEqual([]);
    expect((await alpha.post('patients/search').send({ name: 'Foreign' })).body).toHaveLength(1);
    expect((await laboratory.get('abstracts')).status).toBe(403);
    expect((await request(api.url).get('/api/v1/abstracts')).status).toBe(401);
  });

  it('lists a message that cannot be read and runs it again', async () => {
    const broken = await laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ text: 'x' }).replace('^~\\&', '^^\\&'));
    expect([broken.status, broken.text]).toEqual([422, expect.stringMatching(/\rMSA\|AR\|/)]);
    expect(broken.text).toContain('msh.encoding-repeats');
    const id = broken.headers.location!.split('/').pop()!;
    expect(
      (await central.get('intake/messages?state=failed')).body.items.map((one: { id: string }) => one.id),
    ).toContain(id);
    const unmapped = await send({ filler: 'U-1', authority: 'GAMMA', mrn: 'G1', last: 'Unmapped', text: BREAST });
    expect(unmapped.outcome).toBe('unassigned');
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'PID-3', 'GAMMA')`, [
        registry.facilities[0],
      ]),
    );
    const [{ id: messageId }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(`SELECT id FROM intake_message WHERE control_id = 'C-U-1-F'`),
    );
    expect((await central.post(`intake/messages/${messageId}/rerun`)).status).toBe(202);
    const rerun = await eventually(
      'the second run',
      () => central.get(`intake/messages/${messageId}`),
      ({ body }) => body.result?.[0]?.outcome !== 'unassigned',
    );
    expect(rerun.body.result[0].outcome).toBe('reportable');
  });

  it('loses and doubles nothing when the worker is killed twice and the API right after it answered', async () => {
    const count = 60;
    await worker.stop();
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        post({ filler: `K-${index}`, mrn: `K${index}`, last: `Killed${index}`, birth: '19400101', text: BREAST }),
      ),
    );
    await api.kill();
    expect(answers.every((one) => one.status === 200)).toBe(true);
    const processed = (): Promise<{ parsed: number; abstracts: number }> =>
      registry.scoped(SYSTEM, async (tx) => {
        const [row] = await tx.query<{ parsed: number; abstracts: number }[]>(
          `SELECT (SELECT count(*)::int FROM intake_message WHERE control_id LIKE 'C-K-%' AND state = 'parsed') AS parsed,
                  (SELECT count(*)::int FROM abstract WHERE items->>'nameLast' LIKE 'Killed%') AS abstracts`,
        );
        return row!;
      });
    for (const after of [1, 5]) {
      const doomed = await registry.startWorker();
      await eventually(`${after} processed`, processed, ({ parsed }) => parsed >= after);
      await doomed.kill();
    }
    worker = await registry.startWorker();
    const all = await eventually('all messages', processed, ({ parsed }) => parsed === count);
    expect(all).toEqual({ parsed: count, abstracts: count });
    const [{ doubled }] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT count(*)::int AS doubled FROM (SELECT identity_key FROM report WHERE identity_key LIKE '%|K-%' GROUP BY 1 HAVING count(*) > 1) d`,
      ),
    );
    expect(doubled).toBe(0);
    api = await registry.startApi();
    expect((await request(api.url).get('/api/v1/health/ready')).status).toBe(200);
  });

  it('signs people in by session, with a word of its own against forged forms', async () => {
    await addUser(registry, `person.${backend}`, 'registrar', registry.facilities[0]);
    const wrong = await request(api.url)
      .post('/api/v1/session')
      .send({ login: `person.${backend}`, password: 'not this one at all' });
    expect([wrong.status, wrong.body.type]).toEqual([401, 'urn:perennial:problem:session.refused']);
    const session = await request(api.url)
      .post('/api/v1/session')
      .send({ login: `person.${backend}`, password: PASSWORD });
    expect(session.status).toBe(201);
    const cookie = String(session.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await request(api.url).get('/api/v1/session').set('Cookie', cookie)).body.roles).toEqual(['registrar']);
    const forged = await request(api.url).post('/api/v1/edits/run').set('Cookie', cookie).send({ items: {} });
    expect([forged.status, forged.body.type]).toEqual([403, 'urn:perennial:problem:session.csrf']);
    expect(
      (
        await request(api.url)
          .post('/api/v1/edits/run')
          .set('Cookie', cookie)
          .set('x-perennial-csrf', session.body.csrf)
          .send({ items: {} })
      ).status,
    ).toBe(200);
    expect(
      (
        await request(api.url)
          .delete('/api/v1/session')
          .set('Cookie', cookie)
          .set('x-perennial-csrf', session.body.csrf)
      ).status,
    ).toBe(204);
    expect((await request(api.url).get('/api/v1/session').set('Cookie', cookie)).status).toBe(401);
  });
});
