import pg from 'pg';
import { clinicalAnswers } from './answers.js';
import { hl7 } from './hl7.js';
import { type App, as, eventually, startRegistry, type TestRegistry } from './registry.js';
import { queueBackends } from './database.js';

/**
 * A registry in which two facilities have cases at every stage, some of them of one shared person, and every text of a facility's own
 * holds its mark: what one facility is shown can be searched for the other's.
 */
export interface TwoFacilities {
  readonly registry: TestRegistry;
  readonly api: App;
  readonly owner: pg.Client;
  readonly facilities: readonly [Facility, Facility];
  readonly sharedPatient: string;
  stop(): Promise<void>;
}

export interface Facility {
  readonly id: string;
  /** Stands in every name, number and text that this facility reported. */
  readonly mark: string;
  /** A patient of this facility alone, with a complete abstract. */
  readonly patient: string;
}

export const MARKS = ['qxalpha', 'qxbeta'] as const;
const AUTHORITIES = ['ALPHA', 'BETA'] as const;
const BREAST = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Start it. Everything is made by the platform itself, as its users would. */
export async function twoFacilities(): Promise<TwoFacilities> {
  const registry = await startRegistry(queueBackends()[0] ?? 'postgres');
  const [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
  const owner = new pg.Client({ connectionString: registry.databaseUrl });
  await owner.connect();
  const laboratory = as(api.url, await registry.token('facility_reporter', null));
  const central = as(api.url, await registry.token('central_registrar', null));
  const facilities: Facility[] = [];
  let shared = '';
  for (const [index, id] of registry.facilities.entries()) {
    const mark = MARKS[index] ?? '';
    const authority = AUTHORITIES[index] ?? '';
    const own = as(api.url, await registry.token('registrar', id));
    const release = as(api.url, await registry.token('release_officer', id));
    const send = (message: Partial<Parameters<typeof hl7>[0]> & { filler: string; text: string }): Promise<unknown> =>
      laboratory
        .post('intake/hl7')
        .set('Content-Type', 'application/hl7-v2')
        .send(
          hl7({
            authority,
            mrn: message.filler,
            last: `${capital(mark)}${message.filler}`,
            first: `Given${mark}`,
            ...message,
          }),
        )
        .expect(200);
    await send({ filler: `${mark}1`, text: `${BREAST} ${mark}` });
    await send({ filler: `${mark}2`, birth: '19480808', text: `Thyroid, right lobe: Follicular adenoma. ${mark}` });
    await send({ filler: `${mark}3`, birth: '19500101', text: `Right lung, biopsy: suspicious cells, ${mark}.` });
    // The same person at both facilities, under names of their own.
    const item = await own.post('abstracts').send({
      facilityId: id,
      items: {
        nameLast: `${capital(mark)}Shared`,
        nameFirst: `Given${mark}`,
        dateOfBirth: '19610203',
        socialSecurityNumber: '234567891',
        medicalRecordNumber: `${mark}sh`.slice(0, 11),
        addrAtDxNoStreet: `1 ${mark} street`,
        sexAssignedAtBirth: '2',
        primarySite: 'C504',
        textRemarks: `remark ${mark}`,
      },
    });
    if (item.status !== 201) throw new Error(`abstract: ${item.status} ${JSON.stringify(item.body)}`);
    const drafts = await eventually(
      'drafts',
      () => own.get('abstracts?state=draft'),
      ({ body }) => body.items.length >= 2,
    );
    const made = drafts.body.items as { id: string; patientId: string; revision: number }[];
    shared = made.find((one) => one.id === item.body.id)?.patientId ?? '';
    const first = made.find((one) => one.id !== item.body.id);
    if (first === undefined) throw new Error('no draft of the report');
    const { items } = (await own.get(`abstracts/${first.id}`)).body as { items: Record<string, string> };
    const saved = await own
      .patch(`abstracts/${first.id}`)
      .set('If-Match', `"${first.revision}"`)
      .send({ items: { ...clinicalAnswers(items), textRemarks: `remark ${mark}` } });
    const done = await own.post(`abstracts/${first.id}/complete`).set('If-Match', `"${saved.body.revision}"`);
    if (done.status !== 200) throw new Error(`complete: ${done.status} ${JSON.stringify(done.body)}`);
    await own
      .post('follow-up/contacts')
      .send({
        patientId: first.patientId,
        facilityId: id,
        contactedOn: '20240501',
        channel: 'physician',
        outcome: 'reached',
      })
      .expect(201);
    await release
      .post('disclosures')
      .send({
        patientId: first.patientId,
        basis: 'court_order',
        basisDetail: { issuer: `Court ${mark}`, caseNumber: `${mark}-7`, signedOn: '2024-05-01' },
        recipient: `Recipient ${mark}`,
        recipientAddress: `2 ${mark} street`,
        purpose: `purpose ${mark}`,
        contents: ['diagnosis'],
        disclosedOn: '2024-05-02',
      })
      .expect(201);
    await central.post('submissions').send({ profile: 'state-new', facilityId: id }).expect(202);
    facilities.push({ id, mark, patient: first.patientId });
  }
  await central.post('follow-up/passes').expect(202);
  await eventually(
    'tasks',
    async () =>
      (
        await owner.query<{ n: number }>(
          `SELECT count(DISTINCT facility_id)::int AS n FROM follow_up_task WHERE state <> 'closed'`,
        )
      ).rows[0]?.n,
    (n) => n === 2,
  );
  await eventually(
    'delivery',
    async () =>
      (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM submission WHERE state = 'sent'`)).rows[0]?.n,
    (n) => n === 2,
  );
  // From here on nothing moves by itself.
  await worker.stop();
  return {
    registry,
    api,
    owner,
    facilities: facilities as unknown as readonly [Facility, Facility],
    sharedPatient: shared,
    async stop() {
      await owner.end();
      await registry.stop();
    },
  };
}
