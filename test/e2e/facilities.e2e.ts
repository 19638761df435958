import { as, eventually, startRegistry, type TestRegistry } from '../support/registry.js';
import { queueBackends } from '../support/database.js';
import { hl7 } from '../support/hl7.js';

const TEXT = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma.';

/** Facilities as an administrator keeps them: names at senders, reports that wait for one, out of use and back. */
describe('facilities', () => {
  let registry: TestRegistry;
  let admin: ReturnType<typeof as>;
  let central: ReturnType<typeof as>;
  let laboratory: ReturnType<typeof as>;
  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0] ?? 'postgres');
    const [api] = await Promise.all([registry.startApi(), registry.startWorker()]);
    admin = as(api.url, await registry.token('administrator', null));
    central = as(api.url, await registry.token('central_registrar', null));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(() => registry?.stop());

  const send = async (filler: string, authority: string): Promise<void> => {
    const answer = await laboratory
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ filler, mrn: filler, text: TEXT, authority }));
    await eventually(
      'processing',
      () => central.get(answer.headers.location!.replace('/api/v1/', '')),
      ({ body }) => body.state === 'parsed',
    );
  };
  const waiting = async (): Promise<Record<string, unknown>[]> =>
    (await admin.get('facilities/waiting').expect(200)).body.names;

  it('tells which names wait, and runs their messages again once one is mapped', async () => {
    await send('W1', 'GAMMA');
    await send('W2', 'GAMMA');
    expect(await waiting()).toContainEqual(
      expect.objectContaining({ field: 'PID-3', value: 'GAMMA', messages: 2, facilityId: null }),
    );
    expect((await admin.get('facilities/waiting')).body.unassigned.count).toBe(2);
    const made = await admin
      .post('facilities')
      .send({ name: 'Gamma', facilityNumber: '0000000003', npi: '1234567893' })
      .expect(201);
    const alias = await admin.post(`facilities/${made.body.id}/aliases`).send({ field: 'PID-3', value: ' GAMMA ' });
    expect(alias.body).toMatchObject({ value: 'GAMMA', rerun: 2 });
    await eventually('placing', waiting, (names) => names.length === 0);
    const drafts = await central.get(`abstracts?state=draft&limit=10`);
    expect(drafts.body.items.filter((one: { facilityId: string }) => one.facilityId === made.body.id)).toHaveLength(2);
  });

  it('moves a name from one facility to another only when that is said', async () => {
    const [alpha, beta] = registry.facilities;
    const wanted = { field: 'PID-3', value: 'ALPHA' };
    const refused = await admin.post(`facilities/${beta}/aliases`).send(wanted).expect(409);
    expect(refused.body.title).toContain('means Alpha now');
    await admin
      .post(`facilities/${beta}/aliases`)
      .send({ ...wanted, move: true })
      .expect(201);
    await admin
      .post(`facilities/${alpha}/aliases`)
      .send({ ...wanted, move: true })
      .expect(201);
  });

  it('changes names and numbers for whoever read the present state, and says what is wrong', async () => {
    const [alpha] = registry.facilities;
    const patch = (revision: number, body: object) =>
      admin.patch(`facilities/${alpha}`).set('If-Match', `"${revision}"`).send(body);
    await admin.patch(`facilities/${alpha}`).send({ name: 'No revision' }).expect(428);
    expect((await patch(1, { name: 'Alpha General' }).expect(200)).body.revision).toBe(2);
    await patch(1, { name: 'Stale' }).expect(412);
    expect((await patch(2, { facilityNumber: '0000000002' }).expect(409)).body.errors[0].pointer).toBe(
      '/facilityNumber',
    );
    expect((await patch(2, { npi: '1234567890' }).expect(422)).body.errors[0].detail).toContain('check digit');
    const list = (await admin.get('facilities')).body;
    expect(list.find(({ id }: { id: string }) => id === alpha)).toMatchObject({ name: 'Alpha General', revision: 2 });
  });

  it('takes nothing new for a facility out of use, and places what waited once it is used again', async () => {
    const [, beta] = registry.facilities;
    const patch = (revision: number, retired: boolean) =>
      admin.patch(`facilities/${beta}`).set('If-Match', `"${revision}"`).send({ retired });
    await patch(1, true).expect(200);
    await send('W3', 'BETA');
    expect(await waiting()).toContainEqual(expect.objectContaining({ value: 'BETA', facilityId: beta }));
    await central
      .post('abstracts')
      .send({ facilityId: beta, items: { nameLast: 'Closed' } })
      .expect(404);
    await laboratory.post('intake/text').send({ facilityId: beta, text: TEXT }).expect(404);
    await admin
      .post('tokens')
      .send({ name: 'Late interface', role: 'facility_reporter', facilityId: beta, days: 3 })
      .expect(404);
    await patch(2, false).expect(200);
    await eventually('placing', waiting, (names) => names.length === 0);
  });

  it('tells when a token was last used', async () => {
    const made = await admin.post('tokens').send({ name: 'Device', role: 'facility_reporter', days: 3 }).expect(201);
    const mine = async (): Promise<{ lastUsedAt: string | null }> =>
      (await admin.get('tokens')).body.find(({ id }: { id: string }) => id === made.body.id);
    expect((await mine()).lastUsedAt).toBeNull();
    await laboratory.get('facilities').set('Authorization', `Bearer ${made.body.token}`).expect(200);
    expect((await mine()).lastUsedAt).not.toBeNull();
  });
});
