import { inflateSync } from 'node:zlib';
import { shiftDays, shiftMonths } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { dailyPass, itemsAsOf, makeBatch, printBatch } from '@perennial/records';
import request from 'supertest';
import { type MadePatient, makePatient } from '../support/follow-up.js';
import { addUser, as, eventually, PASSWORD, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

const day = (date: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(date).replaceAll('-', '');
const TODAY = day(new Date());
const MONTHS_AGO = (months: number): string => shiftMonths(TODAY, -months);

/** Texts that a PDF shows: its streams unpacked, the strings of text operators put together. */
function textOf(pdf: Buffer): string {
  const texts: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    const end = pdf.indexOf('endstream', at);
    let content: string;
    try {
      content = inflateSync(pdf.subarray(at + 7, end)).toString('latin1');
    } catch {
      continue;
    }
    for (const [, line] of content.matchAll(/\[(.*?)\] TJ/g)) {
      texts.push(
        [...(line ?? '').matchAll(/<([0-9a-f]*)>/g)]
          .map(([, hex]) => Buffer.from(hex ?? '', 'hex').toString('latin1'))
          .join(''),
      );
    }
    texts.push('\f');
  }
  return texts.join('\n');
}

describe('follow-up', () => {
  let registry: TestRegistry;
  let alpha: string;
  let beta: string;
  let url: string;
  let one: ReturnType<typeof as>;
  let two: ReturnType<typeof as>;
  let central: ReturnType<typeof as>;
  let admin: ReturnType<typeof as>;
  let worker: Awaited<ReturnType<TestRegistry['startWorker']>>;

  beforeAll(async () => {
    registry = await startRegistry('postgres');
    [alpha, beta] = registry.facilities;
    const [api, started] = await Promise.all([registry.startApi(), registry.startWorker()]);
    worker = started;
    url = api.url;
    one = as(url, await registry.token('registrar', alpha));
    two = as(url, await registry.token('follow_up_clerk', beta));
    central = as(url, await registry.token('central_registrar', null));
    admin = as(url, await registry.token('administrator', null));
  });
  afterAll(() => registry.stop());

  const pass = (): ReturnType<typeof dailyPass> => registry.scoped(SYSTEM, (tx) => dailyPass(tx, TODAY, 'system:test'));
  const sql = <T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    registry.scoped(SYSTEM, (tx) => tx.query<T[]>(text, [...values]));
  const patientItems = async (id: string): Promise<ItemValues> =>
    (await sql<{ items: ItemValues }>(`SELECT items FROM consolidated_patient WHERE id = $1`, [id]))[0]!.items;
  const tasksOf = (
    patientId: string,
  ): Promise<
    {
      id: string;
      facility_id: string;
      state: string;
      closed_reason: string | null;
      revision: number;
      lost: boolean;
      stage: string;
    }[]
  > =>
    sql(
      `SELECT id, facility_id, state, closed_reason, revision, lost, stage FROM follow_up_task WHERE patient_id = $1 ORDER BY opened_at, id`,
      [patientId],
    );
  /** A patient who is due at a facility, with the task. */
  async function due(
    facilities: readonly string[],
    months = 14,
    patient: Record<string, string> = {},
    items: Record<string, string> = {},
  ): Promise<MadePatient & { task: string }> {
    const made = await makePatient(
      registry,
      {
        dateOfBirth: '19500101',
        dateOfLastContact: MONTHS_AGO(months),
        causeOfDeath: '0000',
        icdRevisionNumber: '0',
        autopsy: '0',
        ...patient,
      },
      facilities.map((facilityId) => ({ facilityId, items })),
    );
    await pass();
    return { ...made, task: (await tasksOf(made.id)).find((task) => task.facility_id === facilities[0])!.id };
  }
  /** Everything that a refused contact must leave alone. */
  const state = async (id: string): Promise<unknown> => [
    await sql(`SELECT items, revision FROM consolidated_patient WHERE id = $1`, [id]),
    await sql(`SELECT items, revision FROM tumor WHERE patient_id = $1 ORDER BY id`, [id]),
    await sql(`SELECT items, revision FROM abstract WHERE patient_id = $1 ORDER BY id`, [id]),
    await tasksOf(id),
    await sql(`SELECT count(*)::int AS n FROM follow_up_contact WHERE patient_id = $1`, [id]),
  ];

  describe('the due list', () => {
    it('shows one line a patient, oldest contact first, filtered and page by page, of the own facility only', async () => {
      const young = await due([alpha], 13);
      const old = await due([alpha], 20);
      const other = await due([beta], 30);
      const first = await one.get('follow-up/tasks?limit=1');
      expect(first.body.items).toMatchObject([
        {
          patientId: old.id,
          stage: 'delinquent',
          delinquent: true,
          lost: false,
          state: 'due',
          attempts: 0,
          tumors: [{ primarySite: 'C504' }],
        },
      ]);
      expect(first.body.items[0].name).toMatch(/^Made\d+, Person$/);
      const second = await one.get(`follow-up/tasks?limit=1&cursor=${first.body.next}`);
      expect(second.body.items).toMatchObject([{ patientId: young.id }]);
      // A part of the list is read again by its two ends.
      const again = await one.get(`follow-up/tasks?limit=5&until=${first.body.next}`);
      expect(again.body).toMatchObject({ items: [{ patientId: first.body.items[0].patientId }], next: null });
      expect((await one.get('follow-up/tasks?until=x')).status).toBe(400);
      expect(
        (await one.get(`follow-up/tasks?stage=delinquent`)).body.items.map(
          (line: { patientId: string }) => line.patientId,
        ),
      ).toEqual([old.id]);
      expect((await one.get(`follow-up/tasks?through=${MONTHS_AGO(4).slice(0, 6)}`)).body.items).toHaveLength(1);
      expect(
        (await central.get('follow-up/tasks')).body.items.map((line: { patientId: string }) => line.patientId),
      ).toEqual([other.id, old.id, young.id]);
      expect(
        (await one.get('follow-up/due-by-month')).body.reduce(
          (sum: number, row: { tasks: number }) => sum + row.tasks,
          0,
        ),
      ).toBe(2);
      expect((await one.get(`follow-up/tasks/${other.task}`)).status).toBe(404);
      const csv = (await one.get('follow-up/tasks.csv')).text.trim().split('\n');
      expect([csv.length, csv[0]?.split(',').slice(0, 3), csv[1]]).toEqual([
        3,
        ['facilityId', 'patientId', 'name'],
        expect.stringContaining(`${old.id},"Made`) as string,
      ]);
      expect((await one.get('follow-up/tasks?cursor=x')).body.type).toBe('urn:perennial:problem:list.cursor');
      const detail = await one.get(`follow-up/tasks/${old.task}`);
      expect(detail.body).toMatchObject({
        patientId: old.id,
        contacts: [],
        letters: [],
        tumors: [{ tumorId: old.tumors[0] }],
      });
    });

    it('lets a task be assigned and planned, by the revision that was read', async () => {
      const { task } = await due([alpha]);
      const user = await addUser(registry, 'follower', 'registrar', alpha);
      const change = (revision: number, body: object): request.Test =>
        one.patch(`follow-up/tasks/${task}`).set('If-Match', `"${revision}"`).send(body);
      expect(
        (
          await change(1, {
            assignedTo: user,
            nextStep: 'telephone',
            nextStepOn: shiftDays(TODAY, 7),
            state: 'waiting',
          })
        ).body,
      ).toEqual({ revision: 2 });
      expect((await change(1, { assignedTo: null })).body).toMatchObject({ status: 412, currentRevision: 2 });
      expect((await one.patch(`follow-up/tasks/${task}`).send({ assignedTo: null })).status).toBe(428);
      expect((await change(2, { nextStepOn: '20260231' })).body.type).toBe('urn:perennial:problem:task.day');
      expect((await change(2, { assignedTo: alpha })).body.type).toBe('urn:perennial:problem:task.assignee');
      expect((await one.get(`follow-up/tasks?assignedTo=${user}`)).body.items).toMatchObject([
        { id: task, nextStep: 'telephone', state: 'waiting' },
      ]);
      const session = request.agent(url);
      await session.post('/api/v1/session').send({ login: 'follower', password: PASSWORD });
      expect((await session.get('/api/v1/follow-up/tasks?assignedTo=me')).body.items).toMatchObject([{ id: task }]);
    });
  });

  describe('work that is given to people', () => {
    it('goes to somebody who may hold it, in bulk, with lineage, and comes back to whoever had it', async () => {
      const [first, second] = [await due([alpha]), await due([alpha])];
      const foreign = await due([beta]);
      const clerk = await addUser(registry, 'given', 'follow_up_clerk', alpha);
      const stranger = await addUser(registry, 'stranger', 'follow_up_clerk', beta);
      const reader = await addUser(registry, 'reader', 'quality_control', alpha);
      const names = (await one.get('follow-up/assignees')).body.map(({ id }: { id: string }) => id);
      expect(names).toContain(clerk);
      expect(names).not.toContain(stranger);
      expect(names).not.toContain(reader);
      const give = (assignedTo: string | null, more: object = {}): request.Test =>
        one
          .post('follow-up/tasks/assignments')
          .send({ taskIds: [first.task, second.task, foreign.task], assignedTo, ...more });
      for (const nobody of [stranger, reader, alpha])
        expect((await give(nobody)).body.type).toBe('urn:perennial:problem:task.assignee');
      expect((await give('me')).status).toBe(422);
      const given = await give(clerk);
      expect(given.status).toBe(200);
      expect(given.body.tasks).toHaveLength(2);
      expect(given.body.tasks).toEqual(
        expect.arrayContaining([
          { id: first.task, was: null },
          { id: second.task, was: null },
        ]),
      );
      expect((await tasksOf(foreign.id))[0]?.revision).toBe(1);
      const [line] = await sql<{ changes: object }>(
        `SELECT changes FROM revision WHERE entity = 'follow_up_task' AND entity_id = $1 ORDER BY revision DESC LIMIT 1`,
        [first.task],
      );
      expect(line?.changes).toEqual({ '@assigned_to': [null, clerk] });
      expect((await one.get(`follow-up/tasks?patientId=${first.id}`)).body.items).toMatchObject([
        { id: first.task, assignedTo: clerk, assignedName: 'given' },
      ]);
      // Somebody else took one meanwhile: taking back leaves it with them.
      const other = await addUser(registry, 'other', 'registrar', alpha);
      await one.post('follow-up/tasks/assignments').send({ taskIds: [second.task], assignedTo: other });
      const back = await give(null, { heldBy: clerk });
      expect(back.body.tasks).toEqual([{ id: first.task, was: clerk }]);
      expect((await one.get(`follow-up/tasks?assignedTo=${other}`)).body.items).toMatchObject([{ id: second.task }]);
      expect((await give(clerk, { taskIds: [] })).status).toBe(400);
    });

    it('is counted for today', async () => {
      const made = await due([alpha]);
      const before = (await one.get('follow-up/today')).body;
      await one.post('follow-up/contacts').send({
        patientId: made.id,
        facilityId: alpha,
        contactedOn: TODAY,
        channel: 'telephone',
        outcome: 'no_answer',
        nextStep: 'chart',
        nextStepOn: TODAY,
      });
      const after = (await one.get('follow-up/today')).body;
      expect(after).toEqual({ ...before, day: TODAY, planned: before.planned + 1 });
      expect(
        (await one.get(`follow-up/tasks?stepBy=${TODAY}`)).body.items.map((line: { id: string }) => line.id),
      ).toContain(made.task);
      expect((await one.get(`follow-up/tasks?stepBy=${shiftDays(TODAY, -1)}`)).body.items).toEqual([]);
    });
  });

  describe('the next step', () => {
    const attempt = (made: MadePatient, change: object): request.Test =>
      one.post('follow-up/contacts').send({
        patientId: made.id,
        facilityId: alpha,
        contactedOn: TODAY,
        channel: 'telephone',
        outcome: 'no_answer',
        ...change,
      });

    it('plans itself from what was tried and what is known, until somebody decides otherwise', async () => {
      const made = await due([alpha], 14, {}, { telephone: '5551239876', physicianFollowUp: 'NOBODY' });
      const before = (await one.get(`follow-up/tasks/${made.task}`)).body;
      expect(before).toMatchObject({
        name: expect.stringMatching(/^Made/) as string,
        nextStep: null,
        plan: { step: 'chart', on: TODAY },
        contactPoints: [{ kind: 'telephone', telephone: '5551239876', attempts: 0, reached: 0, badSince: null }],
      });
      expect((await attempt(made, { channel: 'chart' })).body.task).toMatchObject({
        state: 'in_progress',
        nextStep: 'physician',
        nextStepOn: TODAY,
      });
      await attempt(made, { channel: 'physician' });
      const [phone] = before.contactPoints;
      const called = await attempt(made, { contactPointId: phone.id, person: 'patient' });
      expect(called.body.task).toMatchObject({
        state: 'waiting',
        nextStep: 'telephone',
        nextStepOn: shiftDays(TODAY, 3),
      });
      const after = (await one.get(`follow-up/tasks/${made.task}`)).body;
      expect(after).toMatchObject({ nextStep: 'telephone', plan: { leadId: phone.id, tried: 1 } });
      expect(after.contactPoints).toMatchObject([{ id: phone.id, attempts: 1, reached: 0 }]);
      const decided = await attempt(made, { nextStep: 'hospital', nextStepOn: shiftDays(TODAY, 20) });
      expect(decided.body.task).toMatchObject({ nextStep: 'hospital', nextStepOn: shiftDays(TODAY, 20) });
      const wrong = await attempt(made, { contactPointId: phone.id, outcome: 'wrong_number' });
      expect(wrong.body.task).toMatchObject({ nextStep: null, nextStepOn: null });
    });

    it('asks nobody who asked another facility not to be contacted', async () => {
      const made = await due([alpha, beta], 14, {}, { telephone: '5551239877' });
      await two.post('follow-up/do-not-contact').send({
        patientId: made.id,
        facilityId: beta,
        recipients: ['patient', 'contact'],
        askedBy: 'patient',
        reason: 'by telephone',
      });
      const { body } = await one.get(`follow-up/tasks/${made.task}`);
      expect([body.blocked.toSorted(), body.doNotContact]).toEqual([['contact', 'patient'], []]);
      await attempt(made, { channel: 'chart' });
      expect((await one.get(`follow-up/tasks/${made.task}`)).body).toMatchObject({ nextStep: null, plan: null });
    });
  });

  describe('a contact', () => {
    const contact = (to: MadePatient, change: object = {}): object => ({
      patientId: to.id,
      facilityId: alpha,
      contactedOn: TODAY,
      channel: 'physician',
      outcome: 'reached',
      ...change,
    });

    it('moves last contact everywhere, cancer status only where it was stated, with lineage', async () => {
      const made = await makePatient(registry, { dateOfLastContact: MONTHS_AGO(13), dateOfBirth: '19500101' }, [
        { facilityId: alpha },
        { facilityId: alpha, items: { primarySite: 'C189', histologicTypeIcdO3: '8140' } },
      ]);
      await pass();
      const recorded = await one
        .post('follow-up/contacts')
        .send(contact(made, { tumors: { [made.tumors[1]!]: { cancerStatus: '1' } } }));
      expect([recorded.status, recorded.body.task.state]).toEqual([201, 'closed']);
      expect(await patientItems(made.id)).toMatchObject({
        dateOfLastContact: TODAY,
        vitalStatus: '1',
        followUpSourceCentral: '49',
      });
      const tumors = await sql<{ id: string; items: ItemValues }>(`SELECT id, items FROM tumor WHERE patient_id = $1`, [
        made.id,
      ]);
      const byId = new Map(tumors.map((tumor) => [tumor.id, tumor.items]));
      expect(byId.get(made.tumors[0]!)?.cancerStatus).toBeUndefined();
      expect(byId.get(made.tumors[1]!)).toMatchObject({ cancerStatus: '1', dateOfLastCancerStatus: TODAY });
      const abstracts = await sql<{ tumor_id: string; items: ItemValues }>(
        `SELECT tumor_id, items FROM abstract WHERE patient_id = $1`,
        [made.id],
      );
      for (const { tumor_id, items } of abstracts) {
        expect(items.dateOfLastContact).toBe(TODAY);
        expect(items.cancerStatus).toBe(tumor_id === made.tumors[1] ? '1' : undefined);
      }
      const lineage = await sql<{ entity: string; origin: object }>(
        `SELECT entity, origin FROM revision WHERE origin->>'contactId' = $1 ORDER BY entity`,
        [recorded.body.contactId],
      );
      expect(lineage.map(({ entity }) => entity)).toEqual([
        'abstract',
        'abstract',
        'follow_up_task',
        'patient',
        'tumor',
      ]);
      expect(await pass()).toEqual({ opened: 0, marked: 0, closed: 0 });
    });

    it('that is older than a year leaves the task open, counted from its day', async () => {
      const made = await due([alpha], 20);
      const recorded = await one
        .post('follow-up/contacts')
        .send(contact(made, { contactedOn: MONTHS_AGO(13), channel: 'chart' }));
      expect(recorded.body.task).toMatchObject({ id: made.task, state: 'due' });
      expect(await tasksOf(made.id)).toMatchObject([{ state: 'due', stage: 'reminder' }]);
      expect(await pass()).toEqual({ opened: 0, marked: 0, closed: 0 });
    });

    it.each<[string, (made: MadePatient) => object, string, string]>([
      [
        'before the diagnosis',
        () => ({ contactedOn: '20191231', reason: 'correction' }),
        'contact.before-diagnosis',
        '/contactedOn',
      ],
      ['in the future', () => ({ contactedOn: shiftDays(TODAY, 1) }), 'contact.future', '/contactedOn'],
      ['that is no date', () => ({ contactedOn: '20240230' }), 'contact.date', '/contactedOn'],
      ['going back without a reason', () => ({ contactedOn: MONTHS_AGO(15) }), 'contact.earlier', '/contactedOn'],
      [
        'of a death without cause',
        () => ({ outcome: 'told_of_death', items: { vitalStatus: '0' } }),
        'death.cause-missing',
        '/items/causeOfDeath',
      ],
      [
        'of a death with a cause of another revision',
        () => ({ outcome: 'told_of_death', items: { causeOfDeath: '1749', icdRevisionNumber: '9' } }),
        'death.cause-revision',
        '/items/causeOfDeath',
      ],
      [
        'of a living patient with a cause of death',
        () => ({ items: { causeOfDeath: 'C509' } }),
        'alive.cause',
        '/items/causeOfDeath',
      ],
      ['that reached a dead patient', () => ({ items: { vitalStatus: '0' } }), 'contact.death', '/outcome'],
      [
        'telling an item that contacts do not tell',
        () => ({ items: { primaryPayerAtDx: '20' } }),
        'contact.item',
        '/items/primaryPayerAtDx',
      ],
      [
        'with news although nobody answered',
        () => ({ outcome: 'no_answer', items: { telephone: '5555555555' } }),
        'contact.no-news',
        '/items',
      ],
      ['about a tumor of nobody', () => ({ tumors: { [alpha]: { cancerStatus: '1' } } }), 'contact.tumor', ''],
      [
        'with recurrence before diagnosis',
        ({ tumors }) => ({ tumors: { [tumors[0]!]: { recurrenceType1st: '54', recurrenceDate1st: '20200101' } } }),
        'recurrence.before-diagnosis',
        '',
      ],
      ['with an address of nobody', () => ({ contactPointId: alpha }), 'contact.reference', '/contactPointId'],
    ])('%s is refused and changes nothing', async (_, change, code, pointer) => {
      const made = await due([alpha]);
      const before = await state(made.id);
      const refused = await one.post('follow-up/contacts').send(contact(made, change(made)));
      expect([refused.status, refused.body.type]).toEqual([422, `urn:perennial:problem:${code}`]);
      if (pointer !== '') expect(refused.body.errors[0].pointer).toBe(pointer);
      expect(await state(made.id)).toEqual(before);
    });

    it('goes back with a reason', async () => {
      const made = await due([alpha]);
      const earlier = await one
        .post('follow-up/contacts')
        .send(contact(made, { contactedOn: MONTHS_AGO(16), reason: 'correction' }));
      expect(earlier.status).toBe(201);
      expect((await patientItems(made.id)).dateOfLastContact).toBe(MONTHS_AGO(16));
    });

    it('is refused for a patient of another facility like one who does not exist', async () => {
      const made = await due([beta]);
      expect((await one.post('follow-up/contacts').send(contact(made))).status).toBe(404);
      expect((await one.post('follow-up/contacts').send(contact(made, { facilityId: beta }))).status).toBe(404);
      expect((await two.get(`follow-up/patients/${made.id}/contacts?facilityId=${beta}`)).body).toEqual([]);
    });

    it('of two people at once closes the task once, and the second is told', async () => {
      const made = await due([alpha]);
      const body = contact(made, { taskId: made.task, taskRevision: 1 });
      const answers = await Promise.all([
        one.post('follow-up/contacts').send(body),
        one.post('follow-up/contacts').send(body),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
        type: 'urn:perennial:problem:task.closed',
        closedReason: 'contact',
        currentRevision: 2,
      });
      expect(await sql(`SELECT count(*)::int AS n FROM follow_up_contact WHERE patient_id = $1`, [made.id])).toEqual([
        { n: 1 },
      ]);
      const attempt = await due([alpha]);
      await one.post('follow-up/contacts').send(contact(attempt, { outcome: 'no_answer', channel: 'telephone' }));
      const late = await one
        .post('follow-up/contacts')
        .send(contact(attempt, { taskId: attempt.task, taskRevision: 1 }));
      expect(late.body).toMatchObject({ status: 412, currentRevision: 2 });
    });

    it('without answer counts as an attempt: lost after enough by enough channels, when no lead is left, until there is one', async () => {
      const made = await due([alpha], 18);
      const added = await one
        .post('follow-up/contact-points')
        .send({ patientId: made.id, facilityId: alpha, kind: 'telephone', party: 'patient', telephone: '5551230001' });
      const attempt = (change: object): request.Test =>
        one.post('follow-up/contacts').send(contact(made, { channel: 'telephone', outcome: 'no_answer', ...change }));
      expect((await attempt({ nextStep: 'contact', nextStepOn: shiftDays(TODAY, 10) })).body.task).toMatchObject({
        state: 'waiting',
      });
      expect((await attempt({ channel: 'physician' })).body.task).toMatchObject({ state: 'in_progress' });
      await attempt({ channel: 'chart' });
      await pass();
      expect(await tasksOf(made.id)).toMatchObject([{ lost: false, stage: 'delinquent' }]);
      await attempt({ outcome: 'wrong_number', contactPointId: added.body.id });
      const points = (await one.get(`follow-up/patients/${made.id}/contact-points?facilityId=${alpha}`)).body;
      expect(points).toMatchObject([{ id: added.body.id, badReason: 'wrong_number', badSince: TODAY }]);
      expect((await pass()).marked).toBe(1);
      expect((await one.get('follow-up/tasks?lost=true')).body.items).toMatchObject([
        { patientId: made.id, lost: true, attempts: 4 },
      ]);
      await one.post('follow-up/contact-points').send({
        patientId: made.id,
        facilityId: alpha,
        kind: 'telephone',
        party: 'contact',
        name: 'Kin Person',
        telephone: '5551230002',
      });
      expect((await pass()).marked).toBe(1);
      expect((await one.get('follow-up/tasks?lost=true')).body.items).toEqual([]);
      expect(
        (
          await one
            .post('follow-up/contact-points')
            .send({ patientId: made.id, facilityId: alpha, kind: 'address', party: 'contact' })
        ).body.errors,
      ).toHaveLength(5);
    });
  });

  describe('a death', () => {
    it('ends every task and withdraws letters; reversed, everything is exactly as before', async () => {
      const made = await due([alpha, beta], 14, { addrCurrentCountry: 'USA' }, { nextFollowUpSource: '1' });
      await one.post('follow-up/contacts').send({
        patientId: made.id,
        facilityId: alpha,
        contactedOn: TODAY,
        channel: 'telephone',
        outcome: 'no_answer',
      });
      const before = {
        patient: await patientItems(made.id),
        tumors: await sql(`SELECT items FROM tumor WHERE patient_id = $1 ORDER BY id`, [made.id]),
        abstracts: await sql(`SELECT items FROM abstract WHERE patient_id = $1 ORDER BY id`, [made.id]),
        tasks: (await tasksOf(made.id)).map(({ id, state: was }) => [id, was]),
      };
      const at = new Date();
      const death = await one.post('follow-up/contacts').send({
        patientId: made.id,
        facilityId: alpha,
        contactedOn: shiftDays(TODAY, -3),
        channel: 'linkage',
        outcome: 'told_of_death',
        items: {
          causeOfDeath: 'C509',
          icdRevisionNumber: '1',
          followUpSourceCentral: '05',
          dcStateFileNumber: '123456',
        },
      });
      expect(death.status).toBe(201);
      expect(await tasksOf(made.id)).toMatchObject([{ closed_reason: 'deceased' }, { closed_reason: 'deceased' }]);
      expect(await patientItems(made.id)).toMatchObject({
        vitalStatus: '0',
        autopsy: '9',
        placeOfDeathState: 'ZZ',
        dcStateFileNumber: '123456',
      });
      expect(
        await sql(`SELECT items->>'nextFollowUpSource' AS next FROM tumor WHERE patient_id = $1`, [made.id]),
      ).toEqual([{ next: null }, { next: null }]);
      expect(await pass()).toEqual({ opened: 0, marked: 0, closed: 0 });
      const alive = await one
        .post('follow-up/contacts')
        .send({ patientId: made.id, facilityId: alpha, contactedOn: TODAY, channel: 'chart', outcome: 'reached' });
      expect(alive.body.type).toBe('urn:perennial:problem:contact.after-death');

      const reversal = await one
        .post('follow-up/death-reversals')
        .send({ patientId: made.id, facilityId: alpha, reason: 'another person of the same name' });
      expect(reversal.status).toBe(201);
      expect(await patientItems(made.id)).toEqual(before.patient);
      expect(await sql(`SELECT items FROM tumor WHERE patient_id = $1 ORDER BY id`, [made.id])).toEqual(before.tumors);
      expect(await sql(`SELECT items FROM abstract WHERE patient_id = $1 ORDER BY id`, [made.id])).toEqual(
        before.abstracts,
      );
      expect((await tasksOf(made.id)).map(({ id, state: now }) => [id, now])).toEqual(before.tasks);
      expect(await registry.scoped(SYSTEM, (tx) => itemsAsOf(tx, 'patient', made.id, at))).toBeNull();
      expect(
        (await one.post('follow-up/death-reversals').send({ patientId: made.id, facilityId: alpha, reason: 'again' }))
          .body.type,
      ).toBe('urn:perennial:problem:death.none');
      expect(
        (await one.get(`follow-up/patients/${made.id}/contacts?facilityId=${alpha}`)).body.map(
          ({ outcome }: { outcome: string }) => outcome,
        ),
      ).toEqual(['death_reversed', 'told_of_death', 'no_answer']);
    });
  });

  describe('a contact of one facility', () => {
    it('is a proposal to the others: accepted it ends their task, dismissed the task goes on', async () => {
      const shared = await due([alpha, beta]);
      const record = (made: MadePatient): request.Test =>
        one
          .post('follow-up/contacts')
          .send({ patientId: made.id, facilityId: alpha, contactedOn: TODAY, channel: 'patient', outcome: 'reached' })
          .send({ channel: 'telephone', person: 'patient' });
      await record(shared);
      const ofBeta = async (id: string): Promise<{ state: string }> =>
        (await tasksOf(id)).find(({ facility_id }) => facility_id === beta)!;
      expect((await ofBeta(shared.id)).state).toBe('due');
      expect(await pass()).toEqual({ opened: 0, marked: 0, closed: 0 });
      expect(
        (await one.get('follow-up/proposals')).body.filter(
          (line: { patientId: string }) => line.patientId === shared.id,
        ),
      ).toEqual([]);
      const proposed = (await two.get('follow-up/proposals')).body.find(
        (line: { patientId: string }) => line.patientId === shared.id,
      );
      expect(proposed).toMatchObject({ dateOfLastContact: TODAY, vitalStatus: '1', facilityId: beta });
      expect(
        (await one.post(`follow-up/proposals/${proposed.id}/decision`).send({ decision: 'accepted' })).status,
      ).toBe(404);
      expect(
        (await two.post(`follow-up/proposals/${proposed.id}/decision`).send({ decision: 'accepted' })).status,
      ).toBe(204);
      expect(await ofBeta(shared.id)).toMatchObject({ state: 'closed', closed_reason: 'contact' });
      const abstracts = await sql<{ date: string }>(
        `SELECT items->>'dateOfLastContact' AS date FROM abstract WHERE patient_id = $1 AND facility_id = $2`,
        [shared.id, beta],
      );
      expect(abstracts).toEqual([{ date: TODAY }]);
      expect(
        (await two.post(`follow-up/proposals/${proposed.id}/decision`).send({ decision: 'accepted' })).body.type,
      ).toBe('urn:perennial:problem:proposal.decided');

      const doubted = await due([alpha, beta]);
      await record(doubted);
      const second = (await two.get('follow-up/proposals')).body.find(
        (line: { patientId: string }) => line.patientId === doubted.id,
      );
      await two
        .post(`follow-up/proposals/${second.id}/decision`)
        .send({ decision: 'dismissed', why: 'another person answered' });
      expect(await pass()).toEqual({ opened: 0, marked: 0, closed: 0 });
      expect((await ofBeta(doubted.id)).state).toBe('due');
      await two
        .post('follow-up/contacts')
        .send({ patientId: doubted.id, facilityId: beta, contactedOn: TODAY, channel: 'chart', outcome: 'reached' });
      expect(await ofBeta(doubted.id)).toMatchObject({ state: 'closed', closed_reason: 'contact' });
    });
  });

  describe('letters', () => {
    const ADDRESS = {
      addrCurrentNoStreet: '12 Elm Street',
      addrCurrentCity: 'Springvale',
      addrCurrentState: 'IL',
      addrCurrentPostalCode: '60999',
      addrCurrentCountry: 'USA',
    };
    const batch = (body: object): request.Test =>
      one.post('follow-up/letters/batches').send({ facilityId: alpha, ...body });
    const ready = (id: string): Promise<request.Response> =>
      eventually(
        'printed letters',
        () => one.get(`follow-up/letters/batches/${id}`),
        ({ body }) => body.state === 'ready',
      );
    const pdfOf = async (id: string): Promise<{ text: string; pages: number; bytes: number }> => {
      const answer = await one
        .get(`follow-up/letters/batches/${id}/pdf`)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
      const pdf = answer.body as Buffer;
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      return {
        text: textOf(pdf),
        pages: (pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length,
        bytes: pdf.length,
      };
    };
    const lettersOf = (
      patientId: string,
    ): Promise<{ id: string; code: string; state: string; number: number; recipient: string }[]> =>
      sql(`SELECT id, code, state, number, recipient FROM letter WHERE patient_id = $1 ORDER BY number`, [patientId]);

    it('go to the patient once, name no disease, and are answered by their code', async () => {
      await registry.scoped(SYSTEM, (tx) =>
        tx.query(`UPDATE facility SET name = 'Alpha Cancer Center' WHERE id = $1`, [alpha]),
      );
      const made = await due([alpha], 14, ADDRESS);
      const silent = await due([alpha], 14);
      const answer = await batch({ recipient: 'patient', taskIds: [made.task, silent.task] });
      expect([answer.status, answer.body.letters, answer.body.skipped]).toEqual([
        202,
        1,
        [{ reason: 'no_address', patients: 1 }],
      ]);
      const view = await ready(answer.body.id);
      const { text, pages, bytes } = await pdfOf(answer.body.id);
      expect([pages, bytes]).toEqual([view.body.pages, view.body.bytes]);
      const [address, ...letter] = text.split('\f');
      // One line each, as on an envelope.
      expect(address?.split('\n')).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Person Made\d+$/) as string,
          '12 Elm Street',
          'Springvale, IL 60999',
        ]),
      );
      expect(address).not.toContain('?');
      expect(address).not.toMatch(/cancer|tumor|oncolog/i);
      expect(address).toContain('Health Records Office');
      const { code, state: printed } = (await lettersOf(made.id))[0]!;
      expect(printed).toBe('printed');
      expect(letter.join('')).toContain(code);
      expect((await tasksOf(made.id))[0]).toMatchObject({ state: 'waiting' });
      const list = await one.get(`follow-up/letters/batches/${answer.body.id}/mailing-list`);
      expect(list.headers['content-type']).toMatch('text/csv');
      expect(list.text.split('\n').slice(0, 2)).toEqual([
        'code,page,name,line1,line2,city,state,postalCode,country,action',
        expect.stringMatching(`^${code},1,Person Made\\d+,12 Elm Street,,Springvale,IL,60999,USA,mail$`),
      ]);
      expect((await batch({ recipient: 'patient', taskIds: [made.task] })).body.type).toBe(
        'urn:perennial:problem:letters.none',
      );

      expect((await two.get(`follow-up/letters/by-code/${code}`)).status).toBe(404);
      const wrong = `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`;
      expect((await one.get(`follow-up/letters/by-code/${wrong}`)).body.type).toBe('urn:perennial:problem:letter.code');
      const typed = code.toLowerCase().replaceAll('-', '');
      const answered = await one
        .post('follow-up/letters/answers')
        .send({ code: typed, contactedOn: TODAY, outcome: 'reached' });
      expect([answered.status, answered.body.task.state]).toEqual([201, 'closed']);
      expect(await lettersOf(made.id)).toMatchObject([{ state: 'answered' }]);
      expect(await patientItems(made.id)).toMatchObject({ dateOfLastContact: TODAY, followUpSourceCentral: '50' });
      expect(
        (await one.post('follow-up/letters/answers').send({ code, contactedOn: TODAY, outcome: 'reached' })).body.type,
      ).toBe('urn:perennial:problem:letter.done');
    });

    it('are planned, previewed in words and as PDF, and looked up by their code, without anything being made', async () => {
      const made = await due([alpha], 14, { ...ADDRESS, addrCurrentNoStreet: '14 Plan Street' });
      const silent = await due([alpha], 14);
      const body = { facilityId: alpha, recipient: 'patient', taskIds: [made.task, silent.task] };
      const plan = await one.post('follow-up/letters/plans').send(body);
      expect([plan.status, plan.body.skipped]).toEqual([200, [{ reason: 'no_address', patients: 1 }]]);
      expect(plan.body.lines).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ taskId: made.task, place: 'Springvale, IL', reason: null }),
          expect.objectContaining({ taskId: silent.task, to: null, reason: 'no_address' }),
        ]),
      );
      const suggested = (await one.get(`follow-up/letters/suggestions?facilityId=${alpha}`)).body as {
        recipient: string;
        number: number;
        letters: number;
      }[];
      expect(suggested).toHaveLength(8);
      expect(suggested.find((line) => line.recipient === 'patient' && line.number === 1)?.letters).toBeGreaterThan(0);
      const where = `facilityId=${alpha}&recipient=patient&taskId=${made.task}`;
      const preview = (await one.get(`follow-up/letters/preview?${where}`)).body;
      expect(preview).toMatchObject({
        patientId: made.id,
        to: [expect.stringMatching(/^Person Made/), '14 Plan Street', 'Springvale, IL 60999'],
        code: '____-____-_',
        about: '',
      });
      const pdf = await one
        .get(`follow-up/letters/preview.pdf?${where}`)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
      expect([pdf.headers['content-type'], pdf.headers['content-disposition']]).toEqual([
        expect.stringContaining('application/pdf'),
        expect.stringMatching(/^inline; filename="letter-[0-9a-f-]+\.pdf"$/),
      ]);
      // What is read on the screen is what is printed.
      const printed = textOf(pdf.body as Buffer).replaceAll(/\s+/g, ' ');
      for (const text of [...preview.to, preview.subject, preview.closing, preview.dated, ...preview.form.slice(0, 1)])
        expect(printed).toContain((text as string).replaceAll('\u2019', '\x92').slice(0, 30));
      expect(await lettersOf(made.id)).toEqual([]);
      const none = await one.get(
        `follow-up/letters/preview?facilityId=${alpha}&recipient=patient&taskId=${silent.task}`,
      );
      expect(none.body).toMatchObject({ status: 409, skipped: [{ reason: 'no_address', patients: 1 }] });
      expect((await two.get(`follow-up/letters/preview?${where}`)).status).toBe(404);
      expect((await two.post('follow-up/letters/plans').send(body)).status).toBe(404);

      const answer = await batch({ recipient: 'patient', taskIds: [made.task] });
      const view = await ready(answer.body.id);
      expect(view.body).toMatchObject({ letters: 1, printed: 1 });
      const { code } = (await lettersOf(made.id))[0]!;
      expect((await one.get(`follow-up/letters/batches/${answer.body.id}/letters`)).body).toMatchObject({
        items: [{ code, page: 1, state: 'printed', patientId: made.id, closedReason: null }],
        next: null,
      });
      expect((await one.get(`follow-up/letters/batches/${answer.body.id}/letters?state=withdrawn`)).body.items).toEqual(
        [],
      );
      expect((await two.get(`follow-up/letters/batches/${answer.body.id}/letters`)).status).toBe(404);
      expect((await one.get(`follow-up/letters/batches/${answer.body.id}/pdf?inline=true`)).headers).toMatchObject({
        'content-disposition': expect.stringMatching(/^inline/) as string,
      });
      expect((await one.get(`follow-up/letters/by-code/${code}`)).body).toMatchObject({
        code,
        patientId: made.id,
        dated: TODAY,
        state: 'printed',
        name: expect.stringMatching(/^Made\d+, Person$/) as string,
        tumors: [{ primarySite: 'C504' }],
      });
      const unsaid = await one
        .post('follow-up/letters/answers')
        .send({ code, contactedOn: TODAY, outcome: 'nothing_known' });
      expect([unsaid.status, unsaid.body.task.state]).toEqual([201, 'in_progress']);
      const twice = await one.post('follow-up/letters/answers').send({ code, contactedOn: TODAY, outcome: 'reached' });
      expect(twice.body.title).toBe(
        `This letter is answered already on ${TODAY.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')}.`,
      );
      for (const { id: patientId } of [made, silent])
        await one
          .post('follow-up/contacts')
          .send({ patientId, facilityId: alpha, contactedOn: TODAY, channel: 'chart', outcome: 'reached' });
    });

    it('to a relative say nothing but the name', async () => {
      const made = await due(
        [alpha],
        14,
        {},
        {
          followUpContactName: 'Kin Person',
          followUpContactNost: '5 Oak Lane',
          followUpContactCity: 'Springvale',
          followUpContactState: 'IL',
          followUpContactPostal: '60999',
        },
      );
      const answer = await batch({ recipient: 'contact', taskIds: [made.task] });
      await ready(answer.body.id);
      const { text } = await pdfOf(answer.body.id);
      expect(text).toContain('Kin Person');
      expect(text).toMatch(/Person Made\d+/);
      expect(text).not.toMatch(/cancer|tumor|oncolog|C504|8500|1950/i);
      const words = {
        subject: 'A question',
        paragraphs: ['About {{patient.name}} of our oncology clinic, {{diagnosis}}'],
        closing: '',
        form: [],
      };
      const refused = await one
        .post('follow-up/letters/template')
        .send({ facilityId: alpha, recipient: 'contact', number: 1, content: words });
      expect(refused.body).toMatchObject({ status: 422, type: 'urn:perennial:problem:template.field' });
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        '/content/paragraphs/0',
        '/content/paragraphs/0',
      ]);
      const sender = {
        facilityId: alpha,
        letterhead: 'Alpha',
        envelope: 'Alpha Oncology',
        line1: '1 Way',
        city: 'Springvale',
        state: 'IL',
        postalCode: '60999',
      };
      expect((await one.post('follow-up/letters/sender').send(sender)).body.errors[0].pointer).toBe('/envelope');
      expect((await one.post('follow-up/letters/sender').send({ ...sender, envelope: 'Alpha Records' })).status).toBe(
        204,
      );
    });

    it('to a physician are one letter with a form for each patient; a second letter follows, then an answer', async () => {
      const npi = '1234567893';
      expect(
        (
          await one.post('follow-up/physicians').send({
            npi: '1234567890',
            name: 'Dr. Invented',
            line1: '9 Clinic Road',
            city: 'Springvale',
            state: 'IL',
            postalCode: '60999',
          })
        ).body.errors[0].pointer,
      ).toBe('/npi');
      expect(
        (
          await one.post('follow-up/physicians').send({
            npi,
            name: 'Dr. Invented',
            line1: '9 Clinic Road',
            city: 'Springvale',
            state: 'IL',
            postalCode: '60999',
          })
        ).status,
      ).toBe(201);
      const early = await due([alpha], 12, {}, { npiPhysicianFollowUp: npi });
      const patients = [
        await due([alpha], 14, {}, { npiPhysicianFollowUp: npi }),
        await due([alpha], 15, {}, { npiPhysicianFollowUp: npi }),
      ];
      const tasks = [early, ...patients].map(({ task }) => task);
      const first = await batch({ recipient: 'physician', taskIds: tasks });
      // A physician is asked from 13 months on, so that the yearly visit can come first.
      expect(first.body.letters).toBe(2);
      await ready(first.body.id);
      const { text, pages } = await pdfOf(first.body.id);
      expect([pages, text.split('Dear Dr. Invented').length - 1]).toEqual([4, 1]);
      for (const { id } of patients) expect(text).toContain((await lettersOf(id))[0]!.code);
      expect((await batch({ recipient: 'physician', number: 2, taskIds: tasks })).body.type).toBe(
        'urn:perennial:problem:letters.none',
      );
      await sql(`UPDATE letter_batch SET dated = $2 WHERE id = $1`, [first.body.id, shiftDays(TODAY, -46)]);
      const second = await batch({ recipient: 'physician', number: 2, taskIds: tasks });
      expect(second.body.letters).toBe(2);
      await ready(second.body.id);
      expect(await lettersOf(patients[0]!.id)).toMatchObject([
        { number: 1, state: 'superseded' },
        { number: 2, state: 'printed' },
      ]);
      const code = (await lettersOf(patients[0]!.id))[1]!.code;
      await one
        .post('follow-up/letters/answers')
        .send({ code, contactedOn: shiftDays(TODAY, -20), outcome: 'reached' });
      expect((await tasksOf(patients[0]!.id))[0]).toMatchObject({ state: 'closed', closed_reason: 'contact' });
    });

    it('that come back mark the address bad', async () => {
      const made = await due([alpha], 14, { ...ADDRESS, addrCurrentNoStreet: '77 Gone Street' });
      const answer = await batch({ recipient: 'patient', taskIds: [made.task] });
      await ready(answer.body.id);
      const { code } = (await lettersOf(made.id))[0]!;
      await one.post('follow-up/letters/answers').send({ code, contactedOn: TODAY, outcome: 'returned_mail' });
      expect(await lettersOf(made.id)).toMatchObject([{ state: 'returned' }]);
      expect((await one.get(`follow-up/patients/${made.id}/contact-points?facilityId=${alpha}`)).body).toMatchObject([
        { line1: '77 Gone Street', badReason: 'returned_mail' },
      ]);
      expect((await batch({ recipient: 'patient', taskIds: [made.task] })).body.skipped).toEqual([
        { reason: 'bad_address', patients: 1 },
      ]);
    });

    it('do not pass a request not to be contacted, whoever made it, and item 1854', async () => {
      const asked = await due([alpha, beta], 14, ADDRESS);
      // Reported by one facility only, and not consolidated yet.
      const flagged = await due([alpha], 14, ADDRESS, { noPatientContactFlag: '1' });
      const waiting = await batch({ recipient: 'patient', taskIds: [asked.task] });
      await ready(waiting.body.id);
      const mark = await two.post('follow-up/do-not-contact').send({
        patientId: asked.id,
        facilityId: beta,
        recipients: ['patient', 'contact'],
        askedBy: 'family',
        reason: 'asked by telephone',
      });
      expect(mark.body).toMatchObject({ tasksClosed: 0, lettersWithdrawn: 1 });
      expect((await one.get(`follow-up/letters/batches/${waiting.body.id}/mailing-list`)).text).toContain(',pull');
      const refused = await batch({ recipient: 'patient', taskIds: [asked.task, flagged.task] });
      expect(refused.body.skipped).toEqual([{ reason: 'do_not_contact', patients: 2 }]);
      const all = await one.post('follow-up/do-not-contact').send({
        patientId: asked.id,
        facilityId: alpha,
        recipients: ['physician', 'registry'],
        askedBy: 'patient',
        reason: 'in writing',
      });
      expect(all.body.tasksClosed).toBe(2);
      expect(await tasksOf(asked.id)).toMatchObject([
        { closed_reason: 'do_not_contact' },
        { closed_reason: 'do_not_contact' },
      ]);
      expect((await pass()).opened).toBe(0);
      expect((await one.post(`follow-up/do-not-contact/${all.body.id}/end`)).status).toBe(204);
      expect((await pass()).opened).toBe(2);
    });

    it('are withdrawn when the patient has died', async () => {
      const made = await due([alpha], 14, ADDRESS);
      const queued = await registry.scoped(SYSTEM, (tx) =>
        makeBatch(
          tx,
          { facilityId: alpha, recipient: 'patient', number: 1, taskIds: [made.task], limit: 10 },
          'system:test',
          TODAY,
        ),
      );
      await ready(queued.id);
      await one.post('follow-up/contacts').send({
        patientId: made.id,
        facilityId: alpha,
        contactedOn: TODAY,
        channel: 'hospital',
        outcome: 'told_of_death',
        items: { causeOfDeath: '7777', icdRevisionNumber: '1' },
      });
      expect(await lettersOf(made.id)).toMatchObject([{ state: 'withdrawn' }]);
      await one
        .post('follow-up/death-reversals')
        .send({ patientId: made.id, facilityId: alpha, reason: 'wrong person' });
      expect(await lettersOf(made.id)).toMatchObject([{ state: 'printed' }]);
    });

    it('of a batch that is killed in the middle are printed once', async () => {
      await sql(
        `WITH people AS (INSERT INTO consolidated_patient (items, facility_ids, revision)
           SELECT jsonb_build_object('nameLast', 'Many' || i, 'nameFirst', 'Person', 'vitalStatus', '1', 'dateOfLastContact', $2::text, 'addrCurrentNoStreet', i || ' Long Street', 'addrCurrentCity', 'Springvale',
             'addrCurrentState', 'IL', 'addrCurrentPostalCode', '60999'), ARRAY[$1::uuid], 1 FROM generate_series(1, 2000) i RETURNING id, items)
         INSERT INTO abstract (facility_id, patient_id, state, items, revision)
         SELECT $1, id, 'complete', items || '{"classOfCase":"14","primarySite":"C504","histologicTypeIcdO3":"8500","behaviorCodeIcdO3":"3","dateOfDiagnosis":"20200101"}'
                || jsonb_build_object('accessionNumberHosp', id::text, 'sequenceNumberHospital', '00'), 1 FROM people`,
        [alpha, MONTHS_AGO(24)],
      );
      await pass();
      const answer = await batch({ recipient: 'patient', limit: 2_500 });
      expect(answer.body.letters).toBe(2_000);
      await eventually(
        'printing to be under way',
        () => one.get(`follow-up/letters/batches/${answer.body.id}`),
        ({ body }) => body.printed > 0,
      );
      await worker.kill();
      expect((await one.get(`follow-up/letters/batches/${answer.body.id}`)).body).toMatchObject({
        state: 'queued',
        states: { queued: 2_000 },
      });
      worker = await registry.startWorker();
      const view = await ready(answer.body.id);
      expect(view.body).toMatchObject({ states: { printed: 2_000 } });
      const [log] = await sql<{ sent: number; letters: number; parts: number }>(
        `SELECT count(*)::int AS sent, count(DISTINCT c.letter_id)::int AS letters, (SELECT count(*)::int FROM letter_batch_file WHERE batch_id = $1) AS parts
           FROM follow_up_contact c JOIN letter l ON l.id = c.letter_id WHERE l.batch_id = $1`,
        [answer.body.id],
      );
      expect(log).toMatchObject({ sent: 2_000, letters: 2_000 });
      const { pages, bytes } = await pdfOf(answer.body.id);
      expect([pages, bytes]).toEqual([view.body.pages, view.body.bytes]);
      expect(await printBatch(registry.scoped, SYSTEM, answer.body.id)).toBeNull();
    });
  });

  describe('rates, lists and forecasts', () => {
    // Only the cases of this part are counted.
    beforeAll(async () => {
      await sql(
        `UPDATE follow_up_task SET state = 'closed', closed_reason = 'excluded', closed_at = now() WHERE state <> 'closed'`,
      );
      await sql(`UPDATE abstract SET state = 'withdrawn'`);
    });

    it('count the own facility, by cases and patients, by year, site, class and physician, as JSON and CSV', async () => {
      const recent = shiftMonths(TODAY, -24);
      const person = (
        months: number,
        items: Record<string, string> = {},
        patient: Record<string, string> = {},
      ): Promise<MadePatient> =>
        makePatient(registry, { dateOfLastContact: MONTHS_AGO(months), dateOfBirth: '19500101', ...patient }, [
          { facilityId: alpha, items: { dateOfDiagnosis: recent, ...items } },
        ]);
      for (let at = 0; at < 6; at += 1) await person(2);
      await person(20);
      await person(22, { primarySite: 'C189', physicianFollowUp: '=1+1' });
      await person(30, {}, { vitalStatus: '0' });
      await person(3, { classOfCase: '30' });
      await makePatient(registry, { dateOfLastContact: MONTHS_AGO(40) }, [{ facilityId: beta }]);
      await pass();
      const rates = await one.get('follow-up/rates');
      expect(rates.body.items).toMatchObject([
        {
          measure: 'since-reference-date',
          cases: 10,
          eligible: 9,
          dead: 1,
          current: 6,
          delinquent: 2,
          goalPercent: 80,
          meets: false,
        },
        { measure: 'last-five-years', eligible: 9, goalPercent: 90, meets: false },
      ]);
      expect((await central.get('follow-up/rates?unit=patients')).body.items[0]).toMatchObject({
        eligible: 10,
        delinquent: 3,
      });
      const bySite = (await one.get('follow-up/rates?by=site')).body.items.filter(
        (row: { measure: string }) => row.measure === 'since-reference-date',
      );
      expect(bySite.map((row: { key: string; eligible: number }) => [row.key, row.eligible])).toEqual([
        ['C18', 1],
        ['C50', 8],
      ]);
      for (const by of ['diagnosisYear', 'class', 'physician'])
        expect((await one.get(`follow-up/rates?by=${by}`)).body.items.length).toBeGreaterThan(0);
      const csv = await one.get('follow-up/rates?by=physician&format=csv');
      expect(csv.headers['content-disposition']).toContain('follow-up-rates.csv');
      // A cell that a spreadsheet would run is not one.
      expect(csv.text).toContain("'=1+1");
      expect((await one.get('follow-up/exclusions')).body.items).toEqual([{ reason: 'class-of-case', cases: 1 }]);
      expect((await one.get('follow-up/rates/seer')).body.items[2]).toMatchObject({
        behavior: 'invasive',
        fromAge: 65,
        eligible: 10,
      });
      expect((await one.get('follow-up/months-since-contact')).body.items).toEqual([
        { months: 2, patients: 6 },
        { months: 20, patients: 1 },
        { months: 22, patients: 1 },
      ]);
      expect(
        (await one.get('follow-up/source-mix')).body.items.reduce(
          (sum: number, row: { cases: number }) => sum + row.cases,
          0,
        ),
      ).toBe(18);
      const delinquent = await one.get('follow-up/delinquent');
      expect(delinquent.body.items.map((row: { primarySite: string }) => row.primarySite)).toEqual(['C189', 'C504']);
      expect((await one.get('follow-up/delinquent?format=csv')).text.trim().split('\n')).toHaveLength(3);
      expect(
        (await one.get(`follow-up/productivity?from=${shiftDays(TODAY, -2)}&through=${shiftDays(TODAY, 2)}&format=csv`))
          .text,
      ).toContain('recordedBy,channel,outcome,contacts');
      expect((await one.get(`follow-up/rates?facilityId=${beta}`)).status).toBe(404);
    });

    it('forecast a survey day and name the contacts to make, with the arithmetic', async () => {
      const survey = shiftMonths(TODAY, 3);
      const answer = (await one.get(`follow-up/forecast?surveyDate=${survey}`)).body;
      expect(answer.rates[0]).toMatchObject({
        nothingMore: { eligible: 9, dead: 1, current: 6, delinquent: 2 },
        allDueReached: { delinquent: 0, allPercent: 100 },
      });
      // 80 % of 9 are 8 cases, 90 % are 9.
      expect([answer.missing, answer.reaches]).toEqual([{ all: 1, recent: 2 }, false]);
      expect(answer.contacts).toHaveLength(2);
      const [best] = answer.contacts;
      const { overall, factors, probability } = best.expected;
      const odds = (overall / (1 - overall)) * factors.source * factors.months * factors.earlier;
      expect(probability).toBeCloseTo(odds / (1 + odds), 9);
      expect(best).toMatchObject({
        cases: 1,
        recentCases: 1,
        taskId: expect.any(String) as string,
        name: expect.stringMatching(/^Made\d+, Person$/) as string,
      });
      const later = (await one.get(`follow-up/forecast?surveyDate=${shiftMonths(TODAY, 15)}`)).body;
      expect(later.rates[0].nothingMore.current).toBe(0);
      const csv = (await one.get(`follow-up/forecast?surveyDate=${survey}&format=csv`)).text.trim().split('\n');
      expect(csv[0]).toContain('probability,gainAll');
      expect(csv).toHaveLength(3);
      expect((await one.get('follow-up/forecast?surveyDate=20200101')).body.type).toBe(
        'urn:perennial:problem:forecast.past',
      );
    });

    it('draw the way to a survey: it begins with today and ends with the forecast of the day', async () => {
      const survey = shiftMonths(TODAY, 3);
      const { rates } = (await one.get(`follow-up/forecast?surveyDate=${survey}`)).body;
      const { points } = (await one.get(`follow-up/forecast/curve?surveyDate=${survey}`)).body;
      expect([points[0].day, points.at(-1).day]).toEqual([TODAY, survey]);
      expect(points.length).toBeGreaterThanOrEqual(4);
      for (const at of [0, 1]) {
        expect(points[0].rates[at].nothingMorePercent).toBe(rates[at].now.allPercent);
        expect(points.at(-1).rates[at]).toEqual({
          measure: rates[at].measure,
          goalPercent: rates[at].now.goalPercent,
          nothingMorePercent: rates[at].nothingMore.allPercent,
          allDueReachedPercent: rates[at].allDueReached.allPercent,
        });
      }
      const csv = (await one.get(`follow-up/forecast/curve.csv?surveyDate=${survey}`)).text.trim().split('\n');
      expect(csv).toHaveLength(1 + points.length * 2);
      expect((await one.get('follow-up/forecast/curve?surveyDate=20200101')).body.type).toBe(
        'urn:perennial:problem:forecast.past',
      );
    });
  });

  describe('settings', () => {
    it('hold from their day, with their history, and are refused with the reason', async () => {
      const change = (body: object): request.Test =>
        admin.post('follow-up/settings').send({ facilityId: beta, reason: 'test', from: TODAY, ...body });
      expect(
        (await one.post('follow-up/settings').send({ name: 'goalAllPercent', value: 85, from: TODAY, reason: 'x' }))
          .status,
      ).toBe(403);
      expect((await change({ name: 'goalAllPercent', value: 85 })).status).toBe(204);
      expect((await change({ name: 'goalAllPercent', value: 900 })).body).toMatchObject({
        type: 'urn:perennial:problem:setting.value',
        errors: [{ pointer: '/value' }],
      });
      expect((await change({ name: 'goals', value: 85 })).body.type).toBe('urn:perennial:problem:setting.unknown');
      expect((await change({ name: 'dueMonths', value: 14 })).body.type).toBe('urn:perennial:problem:setting.order');
      expect((await change({ name: 'goalAllPercent', value: 85, from: '20260231' })).body.errors).toMatchObject([
        { pointer: '/from' },
      ]);
      const seen = (await two.get(`follow-up/settings?facilityId=${beta}`)).body;
      expect([seen.settings.goalAllPercent, seen.history.length]).toEqual([85, 1]);
      expect((await two.get(`follow-up/settings?facilityId=${beta}&on=20200101`)).body.settings.goalAllPercent).toBe(
        80,
      );
      expect((await one.get(`follow-up/settings?facilityId=${alpha}`)).body.settings.goalAllPercent).toBe(80);
    });
  });
});
