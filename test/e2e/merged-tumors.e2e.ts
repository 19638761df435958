import { itemsAsOf } from '@perennial/records';
import { queueBackends } from '../support/database.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';
import { personWithTumor, reportAgain } from '../support/shared-tumor.js';

interface Stored {
  readonly id: string;
  readonly items: Record<string, string>;
  readonly facility_ids: string[];
  readonly merged_into: string | null;
  readonly abstracts: string[];
}

/** Consolidated tumors that a person decides to be one primary, and takes apart again. */
describe('merged tumors', () => {
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
    return personWithTumor(laboratory, central, `MT${made}`, `Mergeable${'abcdefghij'[made]}`);
  };
  /** The second facility reports it half a year earlier: consolidation keeps it apart and asks. */
  const again = (
    abstractId: string,
    items: Record<string, string> = {},
    facility = 1,
  ): ReturnType<typeof reportAgain> =>
    reportAgain(central, abstractId, registry.facilities[facility]!, {
      dateOfDiagnosis: '20230701',
      dateOf1stContact: '20230701',
      gradePathological: '3',
      tumorSizeSummary: '033',
      ...items,
    });
  /** Open a complete abstract again, change it, complete it. */
  async function amend(id: string, items: Record<string, string>): Promise<void> {
    const { revision } = (await central.get(`abstracts/${id}`)).body;
    const opened = await central
      .post(`abstracts/${id}/reopen`)
      .set('If-Match', `"${revision}"`)
      .send({ reason: 'to amend' });
    const saved = await central.patch(`abstracts/${id}`).set('If-Match', `"${opened.body.revision}"`).send({ items });
    await central.post(`abstracts/${id}/complete`).set('If-Match', `"${saved.body.revision}"`).expect(200);
  }
  const pairs = async (patientId: string): Promise<{ id: string; abstractId: string; otherAbstractId: string }[]> =>
    (await central.get(`primaries/comparisons?open=false&patientId=${patientId}`)).body.items;
  const pairOf = async (patientId: string, a: string, b: string): Promise<string> =>
    (await pairs(patientId)).find((one) => [one.abstractId, one.otherAbstractId].every((id) => id === a || id === b))!
      .id;
  const decide = (id: string, decision: string | null, who = central) =>
    who.post(`primaries/comparisons/${id}/decision`).send({ decision, note: 'by the pathologist' });
  const tumors = (patientId: string): Promise<Stored[]> =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT t.id, t.items, t.facility_ids, t.merged_into, ARRAY(SELECT a.id FROM abstract a WHERE a.tumor_id = t.id ORDER BY a.joined_at) AS abstracts
           FROM tumor t WHERE t.patient_id = $1 ORDER BY t.created_at, t.id`,
        [patientId],
      ),
    );
  const live = async (patientId: string): Promise<Stored[]> =>
    (await tumors(patientId)).filter(({ merged_into }) => merged_into === null);

  it('become one with all abstracts, counted, listed and sent once, and are what they were when the decision is taken back', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const other = await again(abstractId);
    expect(other.tumorId).not.toBe(tumorId);
    await amend(abstractId, { textRemarks: 'seen by one' });
    const before = await tumors(patientId);
    expect(before.map(({ items }) => items.sequenceNumberCentral)).toEqual(['01', '02']);
    const pair = await pairOf(patientId, abstractId, other.id);

    // Before the click: which survives, with what.
    const shown = (await central.get(`primaries/comparisons/${pair}`)).body.effects;
    expect(shown.same).toMatchObject({
      contradictedBy: null,
      tumors: [{ survivorId: other.tumorId, abstractIds: [other.id, abstractId] }],
    });
    expect(shown.same.tumors[0].items).toContainEqual({ item: 'gradePathological', now: ['2', '3'], next: '3' });
    expect(shown.same.tumors[0].items).toContainEqual({ item: 'sequenceNumberCentral', now: ['01', '02'], next: '00' });
    expect(shown.open.tumors).toEqual([]);

    const half = new Date();
    const decided = await decide(pair, 'same_primary');
    expect([decided.status, decided.body.tumors]).toEqual([200, [other.tumorId]]);
    const [gone, whole] = await tumors(patientId);
    // The earlier diagnosis survives with what it says, the other fills in what it lacks, and the only primary is 00.
    expect(gone).toMatchObject({ id: tumorId, merged_into: other.tumorId, abstracts: [], items: before[0]!.items });
    expect(whole).toMatchObject({
      id: other.tumorId,
      merged_into: null,
      abstracts: [abstractId, other.id],
      facility_ids: [...registry.facilities].reverse(),
      items: {
        gradePathological: '3',
        dateOfDiagnosis: '20230701',
        textRemarks: 'seen by one',
        sequenceNumberCentral: '00',
      },
    });
    for (const id of [abstractId, other.id])
      expect((await central.get(`abstracts/${id}`)).body.items.sequenceNumberCentral).toBe('00');

    // Nobody is asked any more; the patient has one tumor; the page of the other leads to it.
    expect((await central.get(`primaries/comparisons?patientId=${patientId}`)).body.items).toEqual([]);
    const patient = (await central.get(`patients/${patientId}`)).body;
    expect(patient.tumors.map(({ id }: Stored) => id)).toEqual([other.tumorId]);
    expect((await central.get(`tumors/${tumorId}`)).body).toMatchObject({ mergedInto: other.tumorId, mergedFrom: [] });
    const page = (await central.get(`tumors/${other.tumorId}`)).body;
    expect(page).toMatchObject({ mergedInto: null, mergedFrom: [tumorId] });
    const [last] = page.rows[0].entries;
    expect(last.origin).toEqual({ kind: 'primaries', comparisonId: pair, decision: 'same_primary' });
    expect(last.changes.textRemarks).toEqual([null, 'seen by one', { abstractId, revision: expect.any(Number) }]);
    expect(last.changes.sequenceNumberCentral.slice(0, 2)).toEqual(['02', '00']);
    const history = (await central.get(`patients/${patientId}/history`)).body.rows;
    expect(history.filter(({ entity }: { entity: string }) => entity === 'tumor')).toMatchObject([
      { id: tumorId, mergedInto: other.tumorId },
      { id: other.tumorId, mergedInto: null },
    ]);
    // A facility sees its own abstract in it, and the other facility nowhere.
    const own = await alpha.get(`tumors/${other.tumorId}`);
    expect(own.body).toMatchObject({ consolidated: false, rows: [{ id: abstractId }] });
    expect(own.text).not.toContain(other.id);

    // As it was before the decision.
    for (const { id, items } of before)
      expect(await registry.scoped(SYSTEM, (tx) => itemsAsOf(tx, 'tumor', id, half))).toEqual(items);

    const undone = await decide(pair, null);
    expect([undone.status, [...undone.body.tumors].sort()]).toEqual([200, [tumorId, other.tumorId].sort()]);
    expect(await tumors(patientId)).toEqual(before);
    expect((await central.get(`primaries/comparisons?patientId=${patientId}`)).body.items).toMatchObject([
      { id: pair },
    ]);
    expect((await central.get(`tumors/${tumorId}`)).body.rows[0].entries[0]).toMatchObject({
      origin: { kind: 'primaries', decision: null },
      changes: { '@merged_into': [other.tumorId, null] },
    });

    // And the other way: one primary, then two after all.
    expect((await decide(pair, 'same_primary')).status).toBe(200);
    expect((await live(patientId)).length).toBe(1);
    expect((await decide(pair, 'separate_primaries')).status).toBe(200);
    expect(await tumors(patientId)).toEqual(before);
    const at = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ at: Date; id: string; revision: number }[]>(
        `SELECT at, entity_id AS id, revision FROM revision WHERE entity_id = ANY($1::uuid[]) AND entity = 'tumor' ORDER BY id`,
        [[tumorId, other.tumorId]],
      ),
    );
    expect(at.length).toBeGreaterThan(6);
  });

  it('are sent as what stands: the survivor once, and abstracts that were sent before as changed ones', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const other = await again(abstractId);
    const send = async (
      profile: string,
      facilityId?: string,
    ): Promise<{ entity_id: string; record_type: string }[]> => {
      const frozen = await central
        .post('submissions')
        .send({ profile, ...(facilityId === undefined ? {} : { facilityId }) });
      if (frozen.status === 409) return [];
      const id = frozen.body.id as string;
      await eventually(
        'the submission',
        () => central.get(`submissions/${id}`),
        ({ body }) => ['sent', 'held'].includes(body.state),
      );
      return registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `SELECT entity_id, record_type FROM submission_record WHERE submission_id = $1 AND patient_id = $2 ORDER BY 1`,
          [id, patientId],
        ),
      );
    };
    expect(await send('state-new', registry.facilities[0])).toEqual([{ entity_id: abstractId, record_type: 'A' }]);
    expect((await send('national-incidence')).map(({ entity_id }) => entity_id).sort()).toEqual(
      [tumorId, other.tumorId].sort(),
    );
    const pair = await pairOf(patientId, abstractId, other.id);
    expect((await decide(pair, 'same_primary')).status).toBe(200);
    expect(await send('national-incidence')).toEqual([{ entity_id: other.tumorId, record_type: 'I' }]);
    // Its sequence number changed with the merge, so the state learns of it, as a change.
    expect(await send('state-new', registry.facilities[0])).toEqual([{ entity_id: abstractId, record_type: 'M' }]);
    expect(await send('state-new', registry.facilities[0])).toEqual([]);
    expect((await decide(pair, null)).status).toBe(200);
    expect((await send('national-incidence')).map(({ entity_id }) => entity_id).sort()).toEqual(
      [tumorId, other.tumorId].sort(),
    );
  });

  it('take in what is completed meanwhile, of three as of two, and never give a number twice', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const other = await again(abstractId);
    const pair = await pairOf(patientId, abstractId, other.id);
    expect((await decide(pair, 'same_primary')).status).toBe(200);
    const third = await again(abstractId, {
      dateOfDiagnosis: '20240901',
      dateOf1stContact: '20240901',
      dateOfLastContact: '20240901',
      medicalRecordNumber: 'BETA2',
      textDxProcPath: 'a third',
    });
    expect([tumorId, other.tumorId]).not.toContain(third.tumorId);
    const numbers = async (): Promise<string[]> =>
      (await live(patientId)).map(({ items }) => items.sequenceNumberCentral!);
    expect(await numbers()).toEqual(['01', '03']);
    expect((await decide(await pairOf(patientId, abstractId, third.id), 'same_primary')).status).toBe(200);
    expect(await live(patientId)).toMatchObject([{ id: other.tumorId, abstracts: [abstractId, other.id, third.id] }]);
    // The decision that goes against two others is not taken, and says which one stands in its way.
    const wrong = await decide(await pairOf(patientId, other.id, third.id), 'separate_primaries');
    expect([wrong.status, wrong.body.type]).toEqual([409, 'urn:perennial:problem:primaries.contradiction']);
    expect((await decide(pair, null)).status).toBe(200);
    const [one, two] = await live(patientId);
    expect([one!.abstracts, two!.abstracts]).toEqual([[abstractId, third.id], [other.id]]);
    expect(new Set(await numbers()).size).toBe(2);
  });

  it('wait for each other: two people deciding, and an abstract completed at the same time', async () => {
    const { patientId, abstractId } = await person();
    const other = await again(abstractId);
    const pair = await pairOf(patientId, abstractId, other.id);
    const { revision } = (await central.get(`abstracts/${other.id}`)).body;
    const opened = await central
      .post(`abstracts/${other.id}/reopen`)
      .set('If-Match', `"${revision}"`)
      .send({ reason: 'a correction' });
    expect(opened.status).toBe(200);
    const body = { decision: 'same_primary', note: 'one', seen: 0 };
    const [first, second, completed] = await Promise.all([
      central.post(`primaries/comparisons/${pair}/decision`).send(body),
      central.post(`primaries/comparisons/${pair}/decision`).send(body),
      central.post(`abstracts/${other.id}/complete`).set('If-Match', `"${opened.body.revision}"`),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 409]);
    // Whoever comes second meets what the first one left: completed, or told that the abstract moved on.
    expect([200, 412]).toContain(completed.status);
    expect(await live(patientId)).toMatchObject([{ abstracts: [abstractId, other.id] }]);
  });

  it('never block each other for good: decisions, contacts, corrections and completions of one patient at once', async () => {
    const { patientId, abstractId } = await person();
    const other = await again(abstractId);
    const pair = await pairOf(patientId, abstractId, other.id);
    const reopenAndComplete = async (id: string): Promise<number> => {
      const { revision } = (await central.get(`abstracts/${id}`)).body;
      const opened = await central
        .post(`abstracts/${id}/reopen`)
        .set('If-Match', `"${revision}"`)
        .send({ reason: 'again' });
      if (opened.status !== 200) return opened.status;
      return (await central.post(`abstracts/${id}/complete`).set('If-Match', `"${opened.body.revision}"`)).status;
    };
    const contact = async (day: number): Promise<number> =>
      (
        await alpha.post('follow-up/contacts').send({
          patientId,
          facilityId: registry.facilities[0],
          contactedOn: `202506${String(day).padStart(2, '0')}`,
          channel: 'physician',
          outcome: 'reached',
        })
      ).status;
    const correct = async (id: string): Promise<number> => {
      const { revision } = (await central.get(`tumors/${id}`)).body;
      const body = { item: 'tumorSizeSummary', value: '044', reason: 'measured again' };
      return (await central.post(`tumors/${id}/values`).set('If-Match', `"${revision}"`).send(body)).status;
    };
    const seen = new Set<number>();
    for (let round = 1; round <= 6; round += 1) {
      const done = await Promise.all([
        decide(pair, round % 2 === 1 ? 'same_primary' : null).then(({ status }) => status),
        contact(round),
        reopenAndComplete(round % 2 === 1 ? abstractId : other.id),
        correct(other.tumorId),
      ]);
      for (const status of done) seen.add(status);
    }
    // Done, or told plainly that somebody was first; nothing ends in an error of the server.
    expect([...seen].filter((status) => ![200, 201, 409, 412, 422].includes(status))).toEqual([]);
    expect((await decide(pair, 'same_primary')).status).toBe(200);
    const [whole, ...rest] = await live(patientId);
    expect([whole!.abstracts.length, rest]).toEqual([2, []]);
    expect((await decide(pair, null)).status).toBe(200);
    expect((await live(patientId)).map(({ abstracts }) => abstracts)).toEqual([[abstractId], [other.id]]);
  });

  it('are merged wholly or not at all when the server dies over the decision', async () => {
    const { patientId, abstractId } = await person();
    const other = await again(abstractId);
    const pair = await pairOf(patientId, abstractId, other.id);
    const before = await tumors(patientId);
    const token = await registry.token('central_registrar', null);
    for (const after of [1, 8, 25]) {
      const doomed = await registry.startApi();
      const asked = decide(pair, 'same_primary', as(doomed.url, token)).then(
        () => undefined,
        () => undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, after));
      await doomed.kill();
      await asked;
      const { decision } = (await central.get(`primaries/comparisons/${pair}`)).body;
      const standing = await live(patientId);
      expect([decision, standing.length]).toEqual(decision === null ? [null, 2] : ['same_primary', 1]);
      if (decision !== null) expect((await decide(pair, null)).status).toBe(200);
      expect(await tumors(patientId)).toEqual(before);
    }
  });

  it('are followed as the one that stands: what a contact said of it stays, and goes with the facility that said it', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const other = await again(abstractId);
    const pair = await pairOf(patientId, abstractId, other.id);
    expect((await decide(pair, 'same_primary')).status).toBe(200);
    const contact = (id: string) =>
      alpha.post('follow-up/contacts').send({
        patientId,
        facilityId: registry.facilities[0],
        contactedOn: '20250601',
        channel: 'physician',
        outcome: 'reached',
        tumors: { [id]: { cancerStatus: '2', dateOfLastCancerStatus: '20250601' } },
      });
    const merged = await contact(tumorId);
    expect([merged.status, merged.body.errors?.[0]?.pointer]).toEqual([422, `/tumors/${tumorId}`]);
    expect((await contact(other.tumorId)).status).toBe(201);
    const status = async (): Promise<(string | undefined)[]> =>
      (await live(patientId)).map(({ items }) => items.cancerStatus);
    expect(await status()).toEqual(['2']);
    // The other facility completes again with what it knew before: the contact stands.
    await amend(other.id, { textRemarks: 'nothing new' });
    expect(await status()).toEqual(['2']);
    expect((await central.get(`tumors/${other.tumorId}`)).body.contacts).toMatchObject([{ contactedOn: '20250601' }]);
    // Taken apart, it is of the tumor whose facility said it.
    expect((await decide(pair, null)).status).toBe(200);
    expect(await status()).toEqual(['2', '1']);
  });

  it('are the central registry’s to decide where other facilities reported them', async () => {
    const { patientId, abstractId } = await person();
    const other = await again(abstractId);
    expect((await decide(await pairOf(patientId, abstractId, other.id), 'same_primary', alpha)).status).toBe(404);
    // Two abstracts of its own, of which one is in a tumor that another facility reported too.
    expect((await decide(await pairOf(patientId, abstractId, other.id), 'same_primary')).status).toBe(200);
    const third = await again(
      abstractId,
      {
        dateOfDiagnosis: '20250301',
        dateOf1stContact: '20250301',
        dateOfLastContact: '20250301',
        textDxProcPath: 'later',
      },
      0,
    );
    const pair = await pairOf(patientId, abstractId, third.id);
    const refused = await decide(pair, 'same_primary', alpha);
    expect([refused.status, refused.body.type]).toEqual([403, 'urn:perennial:problem:primaries.shared']);
    expect((await alpha.get(`primaries/comparisons/${pair}`)).body).toMatchObject({ effects: null, decisions: [] });
  });

  it('are made where consolidation itself had put two abstracts together that a person decides apart', async () => {
    const { patientId, abstractId, tumorId } = await person();
    const near = await again(abstractId, { dateOfDiagnosis: '20240115', dateOf1stContact: '20240115' });
    expect(near.tumorId).toBe(tumorId);
    const before = await tumors(patientId);
    const pair = await pairOf(patientId, abstractId, near.id);
    expect((await decide(pair, 'separate_primaries')).status).toBe(200);
    const [stays, leaves] = await live(patientId);
    expect([stays!.abstracts, leaves!.abstracts]).toEqual([[abstractId], [near.id]]);
    expect(leaves!.items).toMatchObject({ gradePathological: '3', sequenceNumberCentral: '02' });
    expect((await decide(pair, null)).status).toBe(200);
    expect(await live(patientId)).toEqual(before);
  });
});
