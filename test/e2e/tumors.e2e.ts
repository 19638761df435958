import { randomUUID } from 'node:crypto';
import { hl7 } from '../support/hl7.js';
import { type App, as, eventually, startRegistry, type TestRegistry } from '../support/registry.js';
import { completeWith, reportAgain } from '../support/shared-tumor.js';

interface Row {
  readonly entity: string;
  readonly id: string;
  readonly facilityId: string | null;
  readonly items: Record<string, string>;
  readonly entries: readonly { readonly origin: { kind: string; abstractId?: string } }[];
}

/** One tumor that two facilities report, as those who see all of it and those who see their part get it. */
describe('a tumor', () => {
  let registry: TestRegistry;
  let api: App;
  const who: Record<string, ReturnType<typeof as>> = {};
  let first: string;
  let second: string;
  let patientId: string;
  let tumorId: string;

  beforeAll(async () => {
    registry = await startRegistry('redis');
    [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    const [alpha, beta] = registry.facilities;
    for (const [name, role, facility] of [
      ['central', 'central_registrar', null],
      ['alpha', 'registrar', alpha],
      ['beta', 'registrar', beta],
      ['clerk', 'follow_up_clerk', alpha],
      ['release', 'release_officer', alpha],
      ['researcher', 'researcher', null],
      ['laboratory', 'facility_reporter', null],
    ] as const)
      who[name] = as(api.url, await registry.token(role, facility ?? null));
    const answer = await who
      .laboratory!.post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(
        hl7({
          filler: 'TU-1',
          mrn: 'TU1',
          last: 'Twoviews',
          birth: '19480404',
          text: 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.',
        }),
      );
    const { body } = await eventually(
      'processing',
      () => who.central!.get(answer.headers.location?.replace('/api/v1/', '') ?? ''),
      (one) => one.body.state === 'parsed',
    );
    [first] = body.result[0].abstractIds as [string];
    tumorId = await completeWith(who.central!, first);
    const known = (await who.central!.get(`abstracts/${first}`)).body;
    patientId = known.patientId;
  });
  afterAll(() => registry?.stop());

  it('is whole for its only facility, with each change, stage and version, and what it was made of', async () => {
    for (const reader of [who.alpha!, who.clerk!, who.central!]) {
      const { status, body } = await reader.get(`tumors/${tumorId}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: tumorId, patientId, consolidated: true });
      expect(body.rows.map(({ entity, id }: Row) => [entity, id])).toEqual([
        ['tumor', tumorId],
        ['abstract', first],
      ]);
      const [tumor] = body.rows as Row[];
      expect(tumor!.items).toMatchObject({ primarySite: 'C504', gradePathological: '2' });
      expect(tumor!.entries.at(-1)!.origin).toMatchObject({ kind: 'abstract', abstractId: first });
      expect(tumor!.items.accessionNumberHosp).toBeUndefined();
      expect(body.facilityItems).toContain('accessionNumberHosp');
      expect(body.stage[0]).toMatchObject({
        algorithm: expect.any(String),
        version: expect.stringMatching(/\d/),
        schema: { id: 'breast' },
      });
      expect(body.reports).toMatchObject([{ abstractId: first, screening: 'reportable' }]);
    }
  });

  it('keeps what was there when another facility reports it otherwise, and is then for those who see both', async () => {
    const again = await reportAgain(who.central!, first, registry.facilities[1], { gradePathological: '3' });
    expect(again.tumorId).toBe(tumorId);
    second = again.id;

    const whole = (await who.central!.get(`tumors/${tumorId}`)).body;
    expect(whole.rows.map(({ entity, facilityId }: Row) => [entity, facilityId])).toEqual([
      ['tumor', null],
      ['abstract', registry.facilities[0]],
      ['abstract', registry.facilities[1]],
    ]);
    expect(whole.rows.map(({ items }: Row) => items.gradePathological)).toEqual(['2', '2', '3']);

    // Each facility sees its own abstract with its history, and nothing that tells of the other's.
    for (const [reader, facility, abstract, others] of [
      [who.alpha!, registry.facilities[0], first, second],
      [who.beta!, registry.facilities[1], second, first],
    ] as const) {
      const { status, body, text } = await reader.get(`tumors/${tumorId}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ consolidated: false, stage: [], patientId });
      expect(body.rows.map(({ entity, id, facilityId }: Row) => [entity, id, facilityId])).toEqual([
        ['abstract', abstract, facility],
      ]);
      expect(text).not.toContain(others);
      expect(text).not.toContain(registry.facilities.find((one) => one !== facility));
    }
    expect((await who.alpha!.get(`tumors/${tumorId}`)).text).not.toContain('BETA1');
  });

  it('tells what was decided about its pairs, and the contacts that spoke of it', async () => {
    const answer = await who
      .laboratory!.post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(
        hl7({
          filler: 'TU-2',
          mrn: 'TU1',
          last: 'Twoviews',
          birth: '19480404',
          collected: '20240601',
          text: 'Right breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.',
        }),
      );
    await eventually(
      'processing',
      () => who.central!.get(answer.headers.location?.replace('/api/v1/', '') ?? ''),
      (one) => one.body.state === 'parsed',
    );
    const before = (await who.alpha!.get(`tumors/${tumorId}`)).body.pairs;
    expect(before).toMatchObject([{ otherAbstractId: first, step: 'M7', decision: null, decisions: [] }]);
    await who
      .alpha!.post(`primaries/comparisons/${before[0].id}/decision`)
      .send({ decision: 'separate_primaries' })
      .expect(200);
    await who
      .alpha!.post('follow-up/contacts')
      .send({
        patientId,
        facilityId: registry.facilities[0],
        contactedOn: '20260101',
        channel: 'physician',
        outcome: 'reached',
        tumors: { [tumorId]: { cancerStatus: '1' } },
      })
      .expect(201);
    const { body } = await who.alpha!.get(`tumors/${tumorId}`);
    expect(body.pairs[0]).toMatchObject({
      decision: 'separate_primaries',
      decisions: [{ decision: 'separate_primaries', step: 'M7', rulesVersion: before[0].rulesVersion }],
    });
    expect(body.contacts).toMatchObject([{ contactedOn: '20260101', channel: 'physician' }]);
    // The other facility was not part of the pair, nor of the contact.
    const other = (await who.beta!.get(`tumors/${tumorId}`)).body;
    expect([other.contacts, other.pairs.some(({ id }: { id: string }) => id === before[0].id)]).toEqual([[], false]);
  });

  it('is not there for strangers, and refused to roles that read no abstracts; every look is in the audit log', async () => {
    const nobody = await who.central!.get(`tumors/${randomUUID()}`);
    expect([nobody.status, nobody.body.type]).toEqual([404, 'urn:perennial:problem:tumor.not-found']);
    expect((await who.central!.get('tumors/none')).status).toBe(400);
    for (const role of ['release', 'researcher', 'laboratory'])
      expect((await who[role]!.get(`tumors/${tumorId}`)).status).toBe(403);
    const auditor = as(api.url, await registry.token('auditor', null));
    await eventually(
      'the look in the audit log',
      () => auditor.get(`audit/patients/${patientId}`),
      ({ body }) =>
        (body.items as { route: string }[]).filter(({ route }) => route === 'GET /api/v1/tumors/:id').length > 4,
    );
  });
});
