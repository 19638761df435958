import { shiftDays } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { itemsAsOf } from '@perennial/records';
import request from 'supertest';
import { type MadePatient, makePatient } from '../support/follow-up.js';
import { type FollowUp, MONTHS_AGO, startFollowUp, TODAY } from '../support/follow-up-registry.js';
import { addUser, SYSTEM, PASSWORD } from '../support/registry.js';

describe('follow-up: tasks and contacts', () => {
  let registry: FollowUp['registry'];
  let alpha: FollowUp['alpha'];
  let beta: FollowUp['beta'];
  let url: FollowUp['url'];
  let one: FollowUp['one'];
  let two: FollowUp['two'];
  let central: FollowUp['central'];
  let pass: FollowUp['pass'];
  let sql: FollowUp['sql'];
  let patientItems: FollowUp['patientItems'];
  let tasksOf: FollowUp['tasksOf'];
  let due: FollowUp['due'];
  let state: FollowUp['state'];

  beforeAll(async () => {
    ({ registry, alpha, beta, url, one, two, central, pass, sql, patientItems, tasksOf, due, state } =
      await startFollowUp());
  });
  afterAll(() => registry?.stop());

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
});
