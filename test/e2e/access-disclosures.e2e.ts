import { type Response } from 'supertest';
import { as } from '../support/registry.js';
import { type TwoFacilities, twoFacilities } from '../support/two-facilities.js';

describe('disclosures', () => {
  let world: TwoFacilities;
  let release: ReturnType<typeof as>;
  let central: ReturnType<typeof as>;

  beforeAll(async () => {
    world = await twoFacilities();
    release = as(world.api.url, await world.registry.token('release_officer', world.facilities[0].id));
    central = as(world.api.url, await world.registry.token('release_officer', null));
  });
  afterAll(() => world?.stop());

  const entry = (over: object = {}): object => ({
    patientId: world.facilities[0].patient,
    basis: 'authorization',
    basisDetail: { signedOn: '2024-06-01', expiresOn: '2030-06-01' },
    recipient: 'Law office of Otter and Sons',
    recipientAddress: '3 River Road\nSpringvale',
    purpose: 'claim of the patient',
    contents: ['diagnosis', 'treatment'],
    disclosedOn: '2024-06-03',
    ...over,
  });
  const pdf = (answer: Response): string => (answer.body as Buffer).subarray(0, 5).toString('latin1');

  it('are recorded with their legal basis, numbered, and never changed', async () => {
    const { body } = await release.post('disclosures').send(entry()).expect(201);
    expect(body).toMatchObject({
      facilityId: world.facilities[0].id,
      basis: 'authorization',
      disclosedOn: '2024-06-03',
      voidedAt: null,
    });
    const list = await release.get(`disclosures?patientId=${world.facilities[0].patient}`).expect(200);
    expect(list.body.items.map((one: { id: string }) => one.id)).toContain(body.id);
    await expect(
      world.owner.query(`SET ROLE perennial_app; UPDATE disclosure SET purpose = 'x'`),
    ).rejects.toMatchObject({ code: '42501' });
    await world.owner.query('RESET ROLE');
    const voided = await release
      .post(`disclosures/${body.id}/void`)
      .send({ reason: 'entered for the wrong claim' })
      .expect(200);
    expect(voided.body.voidReason).toBe('entered for the wrong claim');
    const again = await release.post(`disclosures/${body.id}/void`).send({ reason: 'once more' });
    expect([again.status, again.body.type]).toEqual([409, 'urn:perennial:problem:disclosure.voided']);
  });

  it.each([
    [{ basis: 'subpoena', basisDetail: { issuer: 'Clerk', caseNumber: '7' } }, 422, '/basisDetail/assurance'],
    [{ basis: 'court_order', basisDetail: { issuer: 'Court' } }, 422, '/basisDetail/caseNumber'],
    [{ basisDetail: { signedOn: '2024-06-01', expiresOn: '2024-06-02' } }, 422, '/basisDetail/expiresOn'],
    [
      { disclosedOn: '2999-01-01', basisDetail: { signedOn: '2024-06-01', expiresOn: '2999-06-02' } },
      422,
      '/disclosedOn',
    ],
    [{ disclosedOn: '2024-02-31' }, 400, '/disclosedOn'],
    [{ contents: [] }, 400, '/contents'],
    [{ basis: 'favor' }, 400, '/basis'],
  ])('are refused with %j', async (over, status, pointer) => {
    const { status: got, body } = await release.post('disclosures').send(entry(over));
    expect([got, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      status,
      expect.arrayContaining([pointer]),
    ]);
  });

  it('belong to the facility that made them', async () => {
    const foreign = await release.post('disclosures').send(entry({ patientId: world.facilities[1].patient }));
    expect([foreign.status, foreign.body.type]).toEqual([404, 'urn:perennial:problem:patient.not-found']);
    const other = await release.post('disclosures').send(entry({ facilityId: world.facilities[1].id }));
    expect(other.status).toBe(404);
    const registry = await central.post('disclosures').send(entry()).expect(201);
    expect(registry.body.facilityId).toBeNull();
    expect((await release.get(`disclosures/${registry.body.id}`)).status).toBe(404);
    const abstract = await release
      .post('disclosures')
      .send(entry({ abstractIds: ['0a000000-0000-4000-8000-000000000001'] }));
    expect(abstract.body.type).toBe('urn:perennial:problem:abstract.not-found');
  });

  it('are printed one by one and as the accounting of a patient, with a name that the reader may know', async () => {
    const { body } = await release
      .post('disclosures')
      .send(entry({ patientId: world.sharedPatient }))
      .expect(201);
    const one = await release.get(`disclosures/${body.id}/document`).buffer(true).expect(200);
    expect([one.headers['content-type'], one.headers['cache-control'], pdf(one)]).toEqual([
      'application/pdf',
      'no-store',
      '%PDF-',
    ]);
    const all = await release.get(`disclosures/patients/${world.sharedPatient}/accounting`).expect(200);
    expect(pdf(all)).toBe('%PDF-');
    expect((await release.get(`disclosures/patients/${world.facilities[1].patient}/accounting`)).status).toBe(404);
  });
});
