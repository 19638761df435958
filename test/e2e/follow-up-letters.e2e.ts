import { inflateSync } from 'node:zlib';
import { shiftDays } from '@perennial/follow-up';
import { makeBatch, printBatch } from '@perennial/records';
import type request from 'supertest';
import { type FollowUp, MONTHS_AGO, startFollowUp, TODAY } from '../support/follow-up-registry.js';
import { eventually, SYSTEM } from '../support/registry.js';

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

describe('follow-up: letters', () => {
  let registry: FollowUp['registry'];
  let alpha: FollowUp['alpha'];
  let beta: FollowUp['beta'];
  let one: FollowUp['one'];
  let two: FollowUp['two'];
  let worker: FollowUp['worker'];
  let pass: FollowUp['pass'];
  let sql: FollowUp['sql'];
  let patientItems: FollowUp['patientItems'];
  let tasksOf: FollowUp['tasksOf'];
  let due: FollowUp['due'];

  beforeAll(async () => {
    ({ registry, alpha, beta, one, two, worker, pass, sql, patientItems, tasksOf, due } = await startFollowUp());
  });
  afterAll(() => registry?.stop());

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
});
