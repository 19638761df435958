import { execFile } from 'node:child_process';
import net from 'node:net';
import { promisify } from 'node:util';
import { frame } from '@perennial/hl7';
import { type Response } from 'supertest';
import { queueBackends } from '../support/database.js';
import { hl7, type TestMessage } from '../support/hl7.js';
import { type App, as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

type Client = ReturnType<typeof as>;
interface Outcome {
  readonly outcome: string;
  readonly reportId: string;
  readonly version: number;
  readonly abstractIds: string[];
}

const CANCER = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';
const BENIGN = 'Thyroid, right lobe: Follicular adenoma.';

/** A command of the shell on the registry's database. */
const command = (registry: TestRegistry, ...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)('bin/perennial', args, {
    env: { ...process.env, DATABASE_URL: registry.databaseUrl, QUEUE_BACKEND: 'postgres' },
  });

/** A port that is free now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('intake', () => {
  let registry: TestRegistry;
  let api: App;
  let worker: App;
  let central: Client;
  let alpha: Client;
  let beta: Client;
  let laboratory: Client;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
    central = as(api.url, await registry.token('central_registrar', null));
    alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
    beta = as(api.url, await registry.token('registrar', registry.facilities[1]));
    laboratory = as(api.url, await registry.token('facility_reporter', null));
  });
  afterAll(() => registry?.stop());

  const post = (raw: string | Buffer): Promise<Response> =>
    laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(raw);
  const done = async (where: string): Promise<Response['body']> =>
    (
      await eventually(
        'processing',
        () => central.get(where.replace('/api/v1/', '')),
        (one) => one.body.state === 'parsed',
      )
    ).body;
  async function send(message: TestMessage, change: (raw: string) => string = (raw) => raw): Promise<Outcome> {
    const answer = await post(change(hl7(message)));
    expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/\rMSA\|AA\|/)]);
    return (await done(answer.headers.location!)).result[0];
  }
  const reported = (stamp: string) => (raw: string) => raw.replace(/^(OBR\|(?:[^|\r]*\|){21})[^|\r]*/m, `$1${stamp}`);
  const messageRows = (where: string): Promise<{ state: string; problems: { code: string }[] }[]> =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(`SELECT state, problems FROM intake_message WHERE ${where} ORDER BY received_at, id`),
    );

  describe('of batches', () => {
    it('keeps the batch and each message, processes the good ones and lists the bad one', async () => {
      const batch = [
        'FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r',
        hl7({ filler: 'BT-1', mrn: 'BT1', last: 'Batch1', text: CANCER }),
        hl7({ filler: 'BT-2', mrn: 'BT2', last: 'Batch2', text: BENIGN }).replace('ORU^R01', 'ADT^A08'),
        hl7({ filler: 'BT-3', mrn: 'BT3', last: 'Batch3', text: BENIGN }),
        'BTS|4\rFTS|1\r',
      ].join('');
      const answer = await post(batch);
      expect(answer.status).toBe(422);
      expect(answer.text.match(/MSA\|\w\w/g)).toEqual(['MSA|AA', 'MSA|AR', 'MSA|AA']);
      const parent = await done(answer.headers.location!);
      expect(parent).toMatchObject({
        state: 'parsed',
        result: { messages: 3, failed: 1 },
        problems: [{ code: 'batch.count', segment: 'BTS', field: '1' }],
      });
      const children = await eventually(
        'the messages of the batch',
        () => central.get(`intake/messages?batch=${parent.id}`),
        ({ body }) => body.items.filter((one: { state: string }) => one.state === 'parsed').length === 2,
      );
      expect(children.body.items.map((one: { state: string }) => one.state)).toEqual(['parsed', 'failed', 'parsed']);
      expect((await central.get('intake/messages?state=failed')).body.items[0]).toMatchObject({
        problems: [{ code: 'msh.type' }],
      });
    });

    it('takes a correction after its original within one batch', async () => {
      const one = { filler: 'BO-1', mrn: 'BO1', last: 'Ordered' };
      await post(`BHS|^~\\&|LAB\r${hl7({ ...one, text: BENIGN })}${hl7({ ...one, status: 'C', text: CANCER })}BTS|2\r`);
      const report = await eventually(
        'both versions',
        () =>
          registry.scoped(SYSTEM, (tx) =>
            tx.query(
              `SELECT r.screening, v.status, (SELECT count(*)::int FROM report_version a WHERE a.report_id = r.id) AS versions
                 FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version WHERE identity_key LIKE '%|BO-1|%'`,
            ),
          ),
        (rows) => rows[0]?.versions === 2,
      );
      expect(report).toEqual([{ screening: 'reportable', status: 'C', versions: 2 }]);
    });
  });

  describe('of versions', () => {
    it('keeps an older state that comes late aside, and a preliminary after the final one', async () => {
      const own = { filler: 'V-1', mrn: 'V1', last: 'Versions' };
      const amended = await send({ ...own, status: 'C', text: CANCER }, reported('20240410090000'));
      expect(amended.outcome).toBe('reportable');
      const late = await send({ ...own, control: 'V-1-late', text: BENIGN }, reported('20240409'));
      const preliminary = await send({ ...own, status: 'P', text: BENIGN }, reported('20240501'));
      expect([late.outcome, preliminary.outcome]).toEqual(['late', 'late']);
      const { body } = await alpha.get(`reports/${amended.reportId}`);
      expect([
        body.screening,
        body.versions,
        body.texts.map((one: { version: number; state: string }) => [one.version, one.state]),
      ]).toEqual([
        'reportable',
        1,
        [
          [3, 'superseded'],
          [2, 'superseded'],
          [1, 'current'],
        ],
      ]);
      const again = await send({ ...own, status: 'C', text: `${CANCER} Margins clear.` }, reported('20240601'));
      expect([again.version, again.abstractIds]).toEqual([4, amended.abstractIds]);
    });

    it('replaces the text that a corrected version replaces, and keeps what others gave', async () => {
      const own = { mrn: 'V2', last: 'Replaced' };
      const first = await send({ ...own, filler: 'V-2', text: `${CANCER} Estrogen receptor positive.` });
      await send({ ...own, filler: 'V-3', text: 'Left breast, excision: Invasive ductal carcinoma, 2 cm.' });
      await send({ ...own, filler: 'V-2', status: 'C', text: `${CANCER} Estrogen receptor NEGATIVE.` });
      const { textDxProcPath } = (await alpha.get(`abstracts/${first.abstractIds[0]}`)).body.items;
      expect(textDxProcPath).toContain('receptor NEGATIVE');
      expect(textDxProcPath).toContain('excision');
      expect(textDxProcPath).not.toContain('receptor positive');
    });

    it('puts an addendum that comes alone under its report', async () => {
      const own = { filler: 'V-4', mrn: 'V4', last: 'Addendum' };
      const first = await send({ ...own, text: `${CANCER}\nMargins negative.\nNo invasion of vessels.` });
      const added = await send({ ...own, status: 'A', text: 'HER2 by FISH: not amplified.' });
      expect([added.version, added.outcome, added.abstractIds]).toEqual([2, 'reportable', first.abstractIds]);
      const { body } = await alpha.get(`reports/${first.reportId}`);
      expect(body.texts[0].text).toBe(
        `${CANCER}\nMargins negative.\nNo invasion of vessels.\n\nHER2 by FISH: not amplified.`,
      );
      expect(body.texts[0].sections.map((one: { code: string; title: string }) => [one.code, one.title])).toEqual([
        ['22637-3', 'Final diagnosis'],
        ['22639-9', 'Addendum'],
      ]);
    });

    it('sends a document that nobody could read to a person', async () => {
      const outcome = await send({ filler: 'V-5', mrn: 'V5', last: 'Document', text: 'x' }, (raw) =>
        raw.replace(
          /OBX\|1\|TX\|([^|]*)\|\|x/,
          `OBX|1|ED|$1||^application^pdf^Base64^${Buffer.from('%PDF-1.4').toString('base64')}`,
        ),
      );
      expect(outcome.outcome).toBe('review');
      const { body } = await alpha.get(`reports/${outcome.reportId}`);
      expect([body.reason, body.texts[0].documents]).toEqual([
        'document-unread pdf',
        [{ observation: 1, format: 'PDF', read: false }],
      ]);
      const document = await alpha.get(`reports/${outcome.reportId}/documents/1`);
      expect([document.status, document.headers['content-type'], (document.body as Buffer).toString()]).toEqual([
        200,
        'application/pdf',
        '%PDF-1.4',
      ]);
      expect((await alpha.get(`reports/${outcome.reportId}/documents/2`)).status).toBe(404);
      expect((await beta.get(`reports/${outcome.reportId}/documents/1`)).status).toBe(404);
    });
  });

  describe('of what nobody should send', () => {
    const text = (words: string, extra = ''): string =>
      hl7({ filler: `BAD-${words.length}-${words.charCodeAt(0)}`, mrn: 'BAD', last: 'Bad', text: words }) + extra;
    it.each([
      ['NUL and control bytes', () => Buffer.from(text('a\u0000b\u0007c'))],
      [
        'bytes of no character set',
        () =>
          Buffer.concat([
            Buffer.from(text('x').slice(0, -9)),
            Buffer.from([0xff, 0xfe, 0x80, 0xc3]),
            Buffer.from('||||||F\r'),
          ]),
      ],
      ['half of a character', () => Buffer.from(text('\\XED\\\\XA0\\\\X80\\ end'))],
      ['100,000 lines', () => Buffer.from(text(`${'line\n'.repeat(20_000)}end`))],
      ['another language', () => Buffer.from(text('乳腺癌、左乳房 — инвазивная карцинома'))],
      ['10 MB', () => Buffer.from(text('word '.repeat(2_000_000)))],
    ])(
      'takes %s and comes to an end',
      async (_, make) => {
        const answer = await post(make());
        expect([answer.status, answer.body]).toEqual([200, {}]);
        const { result } = await done(answer.headers.location!);
        expect(result[0].outcome).toMatch(/^(not_reportable|review|reportable|unassigned)$/);
      },
      90_000,
    );

    it('keeps what is no HL7 at all, and says so', async () => {
      const random = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256));
      const answer = await post(random);
      expect([answer.status, answer.text]).toEqual([
        422,
        expect.stringMatching(/\rMSA\|AR\|\rERR\|\|MSH\^1\|.*msh\.missing/),
      ]);
      const [{ same }] = await registry.scoped(SYSTEM, (tx) =>
        tx.query(`SELECT raw = $1 AS same FROM intake_message WHERE id = $2`, [
          random,
          answer.headers.location!.split('/').pop(),
        ]),
      );
      expect(same).toBe(true);
      const raw = await central
        .get(`${answer.headers.location!.replace('/api/v1/', '')}/raw`)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
      expect([raw.status, random.equals(raw.body as Buffer)]).toEqual([200, true]);
      expect((await alpha.get(`${answer.headers.location!.replace('/api/v1/', '')}/raw`)).status).toBe(404);
      expect((await post('')).status).toBe(400);
      expect((await post(Buffer.alloc(21_000_000, 65))).status).toBe(413);
    });
  });

  describe('of pasted and uploaded texts', () => {
    const paste = (client: Client, body: object): Promise<Response> =>
      client.post('intake/text').send({ facilityId: registry.facilities[0], ...body });
    const result = async (answer: Response): Promise<Outcome> => {
      expect([answer.status, answer.body]).toEqual([202, { id: expect.any(String), reportNumber: expect.any(String) }]);
      return (await done(`intake/messages/${answer.body.id}`)).result[0];
    };

    it('makes a report of its own kind, once, with sections and number', async () => {
      const body = {
        text: `FINAL DIAGNOSIS:\r\n${CANCER}\r\nGROSS DESCRIPTION: Two cores.`,
        patient: { nameLast: 'Pasted', nameFirst: 'Pia', dateOfBirth: '19610203', medicalRecordNumber: 'PASTE1' },
        collected: '20240301',
      };
      const first = await paste(alpha, body);
      const one = await result(first);
      const again = await paste(alpha, body);
      const two = await result(again);
      expect([one.outcome, two.outcome, two.reportId, again.body.reportNumber]).toEqual([
        'reportable',
        'duplicate',
        one.reportId,
        first.body.reportNumber,
      ]);
      const report = (await alpha.get(`reports/${one.reportId}`)).body;
      expect([report.source, report.texts[0].sections.map((section: { code: string }) => section.code)]).toEqual([
        'text',
        ['22637-3', '22634-0'],
      ]);
      const { items } = (await alpha.get(`abstracts/${one.abstractIds[0]}`)).body;
      expect(items).toMatchObject({
        nameLast: 'Pasted',
        primarySite: 'C504',
        dateOfDiagnosis: '20240301',
        pathDateSpecCollect1: '2024-03-01',
        pathReportNumber1: first.body.reportNumber,
      });
      expect(items.textDxProcPath).not.toMatch(/[\r\n]/);
      const corrected = await result(
        await paste(alpha, { ...body, reportNumber: first.body.reportNumber, status: 'C', text: BENIGN }),
      );
      expect([corrected.version, corrected.outcome]).toEqual([2, 'not_reportable']);
      expect((await alpha.get(`abstracts/${one.abstractIds[0]}`)).body.state).toBe('withdrawn');
    });

    it('reads uploaded text and RTF, with or without a patient', async () => {
      const file = Buffer.from(`{\\rtf1 Rectum, biopsy:\\par Adenocarcinoma, caf\\'e9.}`).toString('base64');
      const outcome = await result(await paste(alpha, { reportNumber: 'RTF-1', file }));
      expect((await alpha.get(`reports/${outcome.reportId}`)).body.texts[0].text).toBe(
        'Rectum, biopsy:\nAdenocarcinoma, café.',
      );
      expect(outcome.outcome).toBe('reportable');
    });

    it.each([
      ['nothing', { text: ' \n ' }, 422, 'text.empty'],
      ['neither text nor file', {}, 422, 'text.unclear'],
      ['a PDF', { file: Buffer.from('%PDF-1.7').toString('base64') }, 415, 'text.format'],
      ['no day', { text: 'x', collected: '20240231' }, 422, 'text.collected'],
      ['an item that is none', { text: 'x', patient: { shoeSize: '44' } }, 422, 'item.unknown'],
      ['a value that is no text', { text: 'x', patient: { nameLast: 7 } }, 422, 'item.text'],
    ])('refuses %s and says why', async (_, body, status, code) => {
      const answer = await paste(alpha, body);
      expect([answer.status, answer.body.type]).toEqual([status, `urn:perennial:problem:${code}`]);
    });

    it('refuses facilities out of scope and too much, and takes hostile characters', async () => {
      expect((await paste(beta, { text: 'x' })).status).toBe(404);
      expect((await paste(central, { text: 'x', facilityId: '00000000-0000-4000-8000-000000000000' })).status).toBe(
        404,
      );
      expect((await paste(alpha, { text: 'x'.repeat(7_000_000) })).status).toBe(413);
      const outcome = await result(
        await paste(alpha, { reportNumber: 'BAD-T', text: 'nul \u0000 half \ud800 end', patient: { nameLast: 'Nul' } }),
      );
      expect((await alpha.get(`reports/${outcome.reportId}`)).body.texts[0].text).toBe('nul   half \ufffd end');
    });
  });

  describe('over MLLP', () => {
    let port: number;
    let server: App;

    beforeAll(async () => {
      port = await freePort();
      server = await registry.startApi({
        HL7_MLLP_PORT: String(port),
        HL7_MLLP_MESSAGE_MS: '700',
        HL7_MLLP_MAX_BYTES: '200000',
        HL7_MLLP_IDLE_MS: '20000',
      });
      const admin = as(api.url, await registry.token('administrator', null));
      await registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `INSERT INTO api_token (name, token_hash, role, facility_id, expires_at, created_by) VALUES ('device', 'x', 'facility_reporter', $1, now() + interval '1 hour', 'system:test')`,
          [registry.facilities[1]],
        ),
      );
      const [{ id: tokenId }] = await registry.scoped(SYSTEM, (tx) =>
        tx.query(`SELECT id FROM api_token WHERE name = 'device'`),
      );
      const put = (senders: object[]): Promise<Response> => admin.put('intake/mllp-senders').send({ senders });
      expect((await put([{ facility: 'TEST LAB' }])).body.type).toBe('urn:perennial:problem:senders.unclear');
      const senders = [
        { facility: 'BETA LAB', tokenId },
        { address: '127.0.0.1', facility: 'TEST LAB', facilityId: registry.facilities[0] },
      ];
      expect((await put(senders)).status).toBe(204);
      expect((await admin.get('intake/mllp-senders')).body).toEqual({ senders });
    });

    /** A connection whose answers can be waited for. */
    function connect(): {
      socket: net.Socket;
      answers: string[];
      wait: (count: number) => Promise<string[]>;
      closed: Promise<void>;
    } {
      const socket = net.connect(port, '127.0.0.1');
      const answers: string[] = [];
      let buffered = '';
      socket.on('data', (chunk) => {
        buffered += chunk.toString();
        const parts = buffered.split('\u001c\r');
        buffered = parts.pop() ?? '';
        answers.push(...parts.map((part) => part.slice(1)));
      });
      socket.on('error', () => undefined);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const wait = (count: number): Promise<string[]> =>
        eventually(
          `${count} answers`,
          () => Promise.resolve(answers),
          (all) => all.length >= count,
        );
      return { socket, answers, wait, closed };
    }
    const framed = (message: TestMessage): Buffer => Buffer.from(frame(Buffer.from(hl7(message))));
    const msa = (answer: string): string | undefined => /\rMSA\|([^\r]*)/.exec(answer)?.[1];
    const person = (n: number): TestMessage => ({
      filler: `ML-${n}`,
      control: `ML-${n}`,
      mrn: `ML${n}`,
      last: `Wire${n}`,
      text: CANCER,
    });

    it('answers several messages of one connection in their order, however they are cut', async () => {
      const { socket, wait } = connect();
      const stream = Buffer.concat([framed(person(1)), framed(person(2)), framed({ ...person(3), text: BENIGN })]);
      for (let at = 0; at < stream.length; at += 97) socket.write(stream.subarray(at, at + 97));
      expect((await wait(3)).map(msa)).toEqual(['AA|ML-1', 'AA|ML-2', 'AA|ML-3']);
      socket.write(frame(Buffer.from(hl7(person(4)).replace('ORU^R01', 'ORM^O01'))));
      socket.write(frame(Buffer.from(hl7(person(5)).replace(/PID[^\r]*/, 'PID|1'))));
      expect((await wait(5)).slice(3).map(msa)).toEqual(['AR|ML-4', 'AE|ML-5']);
      socket.end();
      await eventually(
        'processing',
        () => messageRows(`control_id IN ('ML-1', 'ML-2', 'ML-3')`),
        (rows) => rows.every(({ state }) => state === 'parsed'),
      );
      expect((await messageRows(`control_id IN ('ML-4', 'ML-5')`)).map(({ state }) => state)).toEqual([
        'failed',
        'failed',
      ]);
    });

    it('takes messages as the facility or device that the setting names, and holds those of strangers', async () => {
      const { socket, wait } = connect();
      const from = (lab: string, message: TestMessage): Buffer =>
        Buffer.from(frame(Buffer.from(hl7(message).replace('TEST LAB^99D0000009', lab))));
      socket.write(
        Buffer.concat([
          from('BETA LAB', { ...person(6), authority: 'BETA' }),
          from('BETA LAB', { ...person(7), authority: 'ALPHA' }),
          from('STRANGER', person(8)),
        ]),
      );
      const answers = await wait(3);
      expect(answers.map(msa)).toEqual(['AA|ML-6', 'AA|ML-7', 'AR|ML-8']);
      expect(answers[2]).toContain('mllp.unknown-sender');
      const held = await messageRows(`control_id = 'ML-8'`);
      expect(held).toEqual([{ state: 'failed', problems: [expect.objectContaining({ code: 'mllp.unknown-sender' })] }]);
      const outcomes = await eventually(
        'outcomes',
        () =>
          registry.scoped(SYSTEM, (tx) =>
            tx.query<{ outcome: string }[]>(
              `SELECT result->0->>'outcome' AS outcome FROM intake_message WHERE control_id IN ('ML-6', 'ML-7') ORDER BY control_id`,
            ),
          ),
        (rows) => rows.every(({ outcome }) => outcome !== null),
      );
      // The device may report for the second facility only.
      expect(outcomes).toEqual([{ outcome: 'reportable' }, { outcome: 'unassigned' }]);
      socket.end();
    });

    it('cuts off who sends too much, too slowly, or no frames, and takes nothing that it did not answer', async () => {
      const large = connect();
      large.socket.write(
        Buffer.concat([framed(person(10)), Buffer.from(`\u000b${hl7(person(11))}`), Buffer.alloc(300_000, 65)]),
      );
      await large.closed;
      expect(large.answers.map(msa)).toEqual(['AA|ML-10', 'AR|ML-11']);
      const slow = connect();
      slow.socket.write(Buffer.from(`\u000b${hl7(person(12))}`));
      await slow.closed;
      expect([slow.answers.map(msa), slow.answers[0]]).toEqual([
        ['AR|ML-12'],
        expect.stringContaining('mllp.too-slow'),
      ]);
      const other = connect();
      other.socket.write(`GET / HTTP/1.1\r\n${'x'.repeat(70_000)}`);
      await other.closed;
      expect(other.answers[0]).toContain('mllp.no-frames');
      const half = connect();
      half.socket.end(Buffer.concat([framed(person(13)), Buffer.from('\u000bMSH|^~')]));
      await half.closed;
      expect(half.answers.map(msa)).toEqual(['AA|ML-13']);
      expect(await messageRows(`control_id IN ('ML-11', 'ML-12')`)).toEqual([]);
    });

    it('finishes what came whole when it is stopped, and loses nothing it answered when it is killed', async () => {
      const stopping = connect();
      const many = Array.from({ length: 12 }, (_, n) => person(100 + n));
      stopping.socket.write(Buffer.concat([...many.map(framed), Buffer.from('\u000bMSH|^~')]));
      await stopping.wait(1);
      await server.stop();
      await stopping.closed;
      const codes = stopping.answers.map((answer) => msa(answer)?.split('|')[1]);
      expect((await messageRows(`control_id = ANY('{${codes.join(',')}}')`)).length).toBe(codes.length);
      expect(stopping.answers.every((answer) => msa(answer)?.startsWith('AA'))).toBe(true);

      server = await registry.startApi({ HL7_MLLP_PORT: String(port) });
      const dying = connect();
      dying.socket.write(Buffer.concat(Array.from({ length: 200 }, (_, n) => framed(person(200 + n)))));
      await dying.wait(20);
      await server.kill();
      await dying.closed;
      const answered = dying.answers.map((answer) => msa(answer)?.split('|')[1]);
      const [{ stored, acknowledged }] = await registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `SELECT count(*)::int AS stored, count(*) FILTER (WHERE control_id = ANY($1))::int AS acknowledged FROM intake_message WHERE control_id ~ '^ML-[23]\\d\\d$'`,
          [answered],
        ),
      );
      expect(acknowledged).toBe(answered.length);
      expect(stored).toBeGreaterThanOrEqual(answered.length);
      // What was stored is processed, answered or not.
      await eventually(
        'processing',
        () => messageRows(`control_id ~ '^ML-[23]\\d\\d$' AND state = 'received'`),
        (rows) => rows.length === 0,
      );
    });
  });

  describe('learns', () => {
    const WORDS = 'Left breast, upper outer quadrant, excision: Zymblatt tumor, invasive.';

    it('keeps what a registrar changes, with what was proposed and its words, and reports the terms', async () => {
      const { abstractIds } = await send({ filler: 'LE-1', mrn: 'LE1', last: 'Learned', text: CANCER });
      const [id] = abstractIds;
      const before = (await alpha.get(`abstracts/${id}`)).body;
      const patch = (revision: number, items: object): Promise<Response> =>
        alpha.patch(`abstracts/${id}`).set('If-Match', `"${revision}"`).send({ items });
      expect(
        (await patch(before.revision, { histologicTypeIcdO3: '8520', laterality: '1', classOfCase: '14' })).status,
      ).toBe(200);
      expect((await patch(before.revision + 1, { laterality: '2' })).status).toBe(200);
      const rows = await registry.scoped(SYSTEM, (tx) =>
        tx.query(
          `SELECT item, proposed, chosen, terms, confidence > 0 AS sure, jsonb_array_length(spans) > 0 AS spans FROM code_change WHERE abstract_id = $1 ORDER BY changed_at, item`,
          [id],
        ),
      );
      expect(rows).toEqual([
        {
          item: 'histologicTypeIcdO3',
          proposed: '8500',
          chosen: '8520',
          terms: ['invasive ductal carcinoma'],
          sure: true,
          spans: true,
        },
        { item: 'laterality', proposed: '2', chosen: '1', terms: ['left'], sure: true, spans: true },
        { item: 'laterality', proposed: '2', chosen: '2', terms: ['left'], sure: true, spans: true },
      ]);
      const { stdout } = await command(registry, 'code', 'learn-report');
      // What came back to the proposal is no change.
      expect(stdout.split('\n').filter((line) => line !== '')).toEqual([
        'item,term,proposed,chosen,abstracts,facilities,proposals,confidence,rule,last',
        expect.stringMatching(
          /^histologicTypeIcdO3,invasive ductal carcinoma,8500,8520,1,1,\d+,[\d.]+,[^,]*,\d{4}-\d\d-\d\d$/,
        ),
      ]);
      const { stdout: json } = await command(registry, 'code', 'learn-report', '--json', '--item', 'laterality');
      expect(JSON.parse(json)).toEqual({ rows: [] });
    });

    it('codes with the words of a facility, there and nowhere else', async () => {
      const before = await send({ filler: 'SY-1', mrn: 'SY1', last: 'Synonym1', text: WORDS });
      const add = (client: Client, body: object): Promise<Response> =>
        client.post('intake/synonyms').send({ kind: 'morphology', term: 'Zymblatt  Tumor', code: '8520/3', ...body });
      expect((await add(alpha, {})).status).toBe(403);
      expect((await add(beta, { facilityId: registry.facilities[0] })).status).toBe(404);
      expect((await add(alpha, { facilityId: registry.facilities[0], code: '9999/3' })).body.type).toBe(
        'urn:perennial:problem:synonym.invalid',
      );
      const added = await add(alpha, { facilityId: registry.facilities[0] });
      expect(added.status).toBe(201);
      expect((await beta.get('intake/synonyms')).body.items).toEqual([]);
      expect((await alpha.get('intake/synonyms')).body.items).toEqual([
        expect.objectContaining({ term: 'zymblatt tumor', code: '8520/3' }),
      ]);
      const here = await send({ filler: 'SY-2', mrn: 'SY2', last: 'Synonym2', text: WORDS });
      expect(here.outcome).toBe('reportable');
      expect((await alpha.get(`abstracts/${here.abstractIds[0]}`)).body.items).toMatchObject({
        histologicTypeIcdO3: '8520',
        behaviorCodeIcdO3: '3',
      });
      const there = await send({ filler: 'SY-3', mrn: 'SY3', last: 'Synonym3', authority: 'BETA', text: WORDS });
      expect(there.outcome).toBe(before.outcome);
      expect((await alpha.delete(`intake/synonyms/${added.body.id}`)).status).toBe(204);
      expect((await send({ filler: 'SY-4', mrn: 'SY4', last: 'Synonym4', text: WORDS })).outcome).toBe(before.outcome);
    });
  });

  it('processes each message once when workers are killed in the middle of a batch', async () => {
    await worker.stop();
    const count = 150;
    for (let at = 0; at < count; at += 30)
      expect(
        (
          await post(
            `BHS|^~\\&|LAB\r${Array.from({ length: 30 }, (_, n) => hl7({ filler: `KB-${at + n}`, control: `KB-${at + n}`, mrn: `KB${at + n}`, last: `Batched${at + n}`, text: CANCER })).join('')}BTS|30\r`,
          )
        ).status,
      ).toBe(200);
    const parsed = async (): Promise<number> => (await messageRows(`control_id ~ '^KB-' AND state = 'parsed'`)).length;
    for (const after of [1, 60]) {
      const doomed = await registry.startWorker();
      await eventually(`${after} processed`, parsed, (done) => done >= after);
      await doomed.kill();
    }
    worker = await registry.startWorker();
    await eventually('all messages', parsed, (done) => done === count);
    const [row] = await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT (SELECT count(*)::int FROM report WHERE identity_key LIKE '%|KB-%') AS reports, (SELECT count(*)::int FROM report_version v JOIN report r ON r.id = v.report_id WHERE identity_key LIKE '%|KB-%') AS versions,
                (SELECT count(*)::int FROM abstract WHERE items->>'nameLast' LIKE 'Batched%') AS abstracts, (SELECT count(DISTINCT patient_id)::int FROM abstract WHERE items->>'nameLast' LIKE 'Batched%') AS patients`,
      ),
    );
    expect(row).toEqual({ reports: count, versions: count, abstracts: count, patients: count });
  });
});
