import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import request, { type Response } from 'supertest';
import { queueBackends } from '../support/database.js';
import { addUser, type App, as, PASSWORD, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

const run = promisify(execFile);
const BIN = path.join(__dirname, '../../bin/perennial');
/** A word that must come back in no answer and no log. */
const PROBE = 'zzprobe';

describe('attacks', () => {
  let registry: TestRegistry;
  let api: App;
  let owner: pg.Client;
  let admin: ReturnType<typeof as>;
  let adminToken: string;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0] ?? 'postgres');
    api = await registry.startApi({ API_BODY_GRACE_MS: '800' });
    owner = new pg.Client({ connectionString: registry.databaseUrl });
    await owner.connect();
    adminToken = await registry.token('administrator', null);
    admin = as(api.url, adminToken);
  });
  afterAll(async () => {
    await owner?.end();
    await registry?.stop();
  });

  interface Session {
    readonly cookie: string;
    readonly csrf: string;
  }
  const cookieOf = (response: Response): string => String(response.headers['set-cookie']).split(';')[0] ?? '';
  async function signIn(login: string, password = PASSWORD, cookie = ''): Promise<Session> {
    const answer = await request(api.url).post('/api/v1/session').set('Cookie', cookie).send({ login, password });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    return { cookie: cookieOf(answer), csrf: answer.body.csrf };
  }
  const current = (cookie: string): Promise<Response> =>
    request(api.url)
      .get('/api/v1/session')
      .set('Cookie', cookie)
      .then((r) => r);
  const change = (session: Session, method: 'post' | 'put' | 'delete', where: string): request.Test =>
    request(api.url)[method](`/api/v1/${where}`).set('Cookie', session.cookie).set('x-perennial-csrf', session.csrf);
  const unique = (): string => `person.${randomBytes(4).toString('hex')}`;
  const relaxThrottle = (): Promise<unknown> => owner.query('DELETE FROM login_throttle');
  const remove = (where: string): request.Test =>
    request(api.url).delete(`/api/v1/${where}`).set('Authorization', `Bearer ${adminToken}`);
  beforeEach(relaxThrottle);

  describe('on sessions', () => {
    it('gives a new session at every sign-in and ends the one that was planted', async () => {
      const [victim, attacker] = [unique(), unique()];
      await addUser(registry, victim, 'registrar', registry.facilities[0]);
      await addUser(registry, attacker, 'registrar', registry.facilities[1]);
      const planted = await signIn(attacker);
      const own = await signIn(victim, PASSWORD, planted.cookie);
      expect(own.cookie).not.toBe(planted.cookie);
      expect((await current(planted.cookie)).status).toBe(401);
      const invented = 'perennial_session=prs_an-invented-session-token-of-some-length';
      expect((await signIn(victim, PASSWORD, invented)).cookie).not.toBe(invented);
      expect((await current(invented)).status).toBe(401);
    });

    it('gives the key of unsent work to a living session of its person, and to nobody else', async () => {
      const [one, other] = [unique(), unique()];
      await addUser(registry, one, 'registrar', registry.facilities[0]);
      await addUser(registry, other, 'registrar', registry.facilities[0]);
      const first = await signIn(one);
      const key = (await current(first.cookie)).body.draftKey as string;
      expect(Buffer.from(key, 'base64')).toHaveLength(32);
      expect((await current(first.cookie)).body.draftKey).toBe(key);
      expect((await current((await signIn(one)).cookie)).body.draftKey).toBe(key);
      expect((await current((await signIn(other)).cookie)).body.draftKey).not.toBe(key);
      expect((await admin.get('session')).body.draftKey).toBeNull();
      await change(first, 'delete', 'session/all').expect(204);
      expect((await current(first.cookie)).status).toBe(401);
      // The application itself reads it for a living session alone: the column is closed to it.
      await expect(registry.scoped(SYSTEM, (tx) => tx.query(`SELECT draft_key FROM app_user LIMIT 1`))).rejects.toThrow(
        /permission denied/,
      );
      const [ended] = await registry.scoped(SYSTEM, (tx) =>
        tx.query<{ key: Buffer | null }[]>(`SELECT auth_draft_key($1) AS key`, ['no such session']),
      );
      expect(ended?.key).toBeNull();
    });

    it('keeps the keys that a person chose with that person, and nothing else under their name', async () => {
      const [one, other] = [unique(), unique()];
      await addUser(registry, one, 'registrar', registry.facilities[0]);
      await addUser(registry, other, 'registrar', registry.facilities[0]);
      const [first, second] = [await signIn(one), await signIn(other)];
      expect((await current(first.cookie)).body.keys).toEqual({});
      const keys = { 'Fields: Accept the suggestion of the field': 'mod+e', 'Everywhere: Go to Home': 'g x' };
      await change(first, 'put', 'session/keys').send({ keys }).expect(204);
      expect((await current((await signIn(one)).cookie)).body.keys).toEqual(keys);
      expect((await current(second.cookie)).body.keys).toEqual({});
      for (const wrong of [
        { keys: 'mod+e' },
        { keys: { 'Fields: Next': 'a long text that could be anything' } },
        { keys: { 'Fields: Next': { nested: true } } },
        { keys: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`key ${at}`, 'x'])) },
        { keys, actor: 'user:somebody' },
      ])
        expect((await change(second, 'put', 'session/keys').send(wrong)).status).toBe(400);
      expect(
        (await request(api.url).put('/api/v1/session/keys').set('Cookie', first.cookie).send({ keys })).status,
      ).toBe(403);
      const byToken = request(api.url).put('/api/v1/session/keys').set('Authorization', `Bearer ${adminToken}`);
      expect((await byToken.send({ keys })).status).toBe(400);
      expect((await current(second.cookie)).body.keys).toEqual({});
    });

    it('sets a cookie that scripts and other sites cannot use', async () => {
      const login = unique();
      await addUser(registry, login, 'registrar', registry.facilities[0]);
      const answer = await request(api.url).post('/api/v1/session').send({ login, password: PASSWORD });
      expect(String(answer.headers['set-cookie'])).toMatch(
        /^perennial_session=prs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
      );
    });

    it('refuses a session after signing out here, everywhere, and after the password was changed', async () => {
      const login = unique();
      await addUser(registry, login, 'registrar', registry.facilities[0]);
      const [one, two, three] = [await signIn(login), await signIn(login), await signIn(login)];
      await change(one, 'delete', 'session').expect(204);
      expect([(await current(one.cookie)).status, (await current(two.cookie)).status]).toEqual([401, 200]);
      const next = 'seven otters under an old bridge';
      await change(two, 'post', 'session/password').send({ current: PASSWORD, password: next }).expect(204);
      expect([(await current(two.cookie)).status, (await current(three.cookie)).status]).toEqual([200, 401]);
      const four = await signIn(login, next);
      await change(two, 'delete', 'session/all').expect(204);
      expect([(await current(two.cookie)).status, (await current(four.cookie)).status]).toEqual([401, 401]);
    });

    it('ends a session that was idle too long or is too old, and one of a person who was disabled', async () => {
      const login = unique();
      const id = await addUser(registry, login, 'registrar', registry.facilities[0]);
      const idle = await signIn(login);
      await owner.query(`UPDATE user_session SET last_seen_at = now() - interval '16 minutes' WHERE user_id = $1`, [
        id,
      ]);
      expect((await current(idle.cookie)).status).toBe(401);
      const old = await signIn(login);
      await owner.query(
        `UPDATE user_session SET created_at = now() - interval '13 hours' WHERE user_id = $1 AND ended_at IS NULL`,
        [id],
      );
      expect((await current(old.cookie)).status).toBe(401);
      const live = await signIn(login);
      await admin.patch(`users/${id}`).send({ disabled: true }).expect(200);
      expect((await current(live.cookie)).status).toBe(401);
      await expect(signIn(login)).rejects.toThrow(/401/);
      await admin.patch(`users/${id}`).send({ disabled: false }).expect(200);
      await signIn(login);
    });

    it('lets a role count from the next request on, both ways', async () => {
      const login = unique();
      const id = await addUser(registry, login, 'researcher', null);
      const session = await signIn(login);
      const list = (): Promise<number> =>
        request(api.url)
          .get('/api/v1/abstracts')
          .set('Cookie', session.cookie)
          .then(({ status }) => status);
      expect(await list()).toBe(403);
      const granted = await admin
        .post(`users/${id}/grants`)
        .send({ role: 'registrar', facilityId: registry.facilities[0] })
        .expect(201);
      expect(await list()).toBe(200);
      const grant = granted.body.grants.find((one: { role: string }) => one.role === 'registrar');
      await remove(`users/${id}/grants/${grant.id}`).expect(204);
      expect(await list()).toBe(403);
    });
  });

  describe('on passwords', () => {
    it('makes everything wait for a first password to be changed, and takes no guessable one', async () => {
      const login = unique();
      const made = await admin
        .post('users')
        .send({
          login,
          name: 'New Person',
          initials: 'np',
          grants: [{ role: 'registrar', facilityId: registry.facilities[0] }],
        })
        .expect(201);
      const session = await signIn(login, made.body.password);
      const blocked = await request(api.url).get('/api/v1/abstracts').set('Cookie', session.cookie);
      expect([blocked.status, blocked.body.type]).toEqual([403, 'urn:perennial:problem:password.must-change']);
      const weak = await change(session, 'post', 'session/password').send({
        current: made.body.password,
        password: 'Password-2026!',
      });
      expect([weak.status, weak.body.type]).toEqual([422, 'urn:perennial:problem:password.weak']);
      expect(weak.text).not.toContain('Password-2026!');
      const same = await change(session, 'post', 'session/password').send({
        current: made.body.password,
        password: made.body.password,
      });
      expect(same.body.type).toBe('urn:perennial:problem:password.same');
      await change(session, 'post', 'session/password')
        .send({ current: made.body.password, password: PASSWORD })
        .expect(204);
      expect((await request(api.url).get('/api/v1/abstracts').set('Cookie', session.cookie)).status).toBe(200);
    });

    it('rests an account at one address after five wrong tries, the right password included, and tells nobody whether it exists', async () => {
      const login = unique();
      await addUser(registry, login, 'registrar', registry.facilities[0]);
      const attempt = (name: string, password: string): Promise<Response> =>
        request(api.url)
          .post('/api/v1/session')
          .send({ login: name, password })
          .then((r) => r);
      const [known, unknown] = [
        await attempt(login, 'wrong wrong wrong'),
        await attempt(`nobody.${login}`, 'wrong wrong wrong'),
      ];
      const { instance: _one, ...first } = known.body;
      const { instance: _two, ...second } = unknown.body;
      expect([known.status, first]).toEqual([unknown.status, second]);
      // Many at once gain nothing: each is counted before its password is looked at.
      const tries = await Promise.all(Array.from({ length: 10 }, () => attempt(login, 'wrong wrong wrong')));
      expect(tries.filter(({ status }) => status === 401)).toHaveLength(4);
      expect(tries.filter(({ status }) => status === 429)).toHaveLength(6);
      expect((await attempt(login, PASSWORD)).status).toBe(429);
      await owner.query(`UPDATE login_throttle SET since = now() - interval '16 minutes'`);
      expect((await attempt(login, PASSWORD)).status).toBe(201);
    });

    it('rests an address that tries many accounts', async () => {
      await owner.query(`DELETE FROM login_throttle`);
      const statuses: number[] = [];
      for (let n = 0; n < 61; n += 1) {
        if (n === 1) await owner.query(`UPDATE login_throttle SET attempts = attempts + 58 WHERE attempts >= 1`);
        if (n > 1 && n < 59) continue;
        statuses.push(
          (await request(api.url).post('/api/v1/session').send({ login: unique(), password: 'wrong wrong wrong' }))
            .status,
        );
      }
      expect(statuses).toEqual([401, 401, 429, 429]);
    });

    it('stores argon2id of passwords and hashes of sessions and tokens, and nothing to read them from', async () => {
      const login = unique();
      await addUser(registry, login, 'registrar', registry.facilities[0]);
      const session = await signIn(login);
      const { rows } = await owner.query<{ all: string }>(
        `SELECT (SELECT string_agg(u::text, ' ') FROM app_user u) || (SELECT string_agg(s::text, ' ') FROM user_session s) || (SELECT string_agg(t::text, ' ') FROM api_token t) || (SELECT string_agg(l::text, ' ') FROM login_throttle l) AS all`,
      );
      expect(rows[0]!.all).toMatch(/\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
      for (const secret of [PASSWORD, session.cookie.split('=')[1]!, adminToken])
        expect(rows[0]!.all).not.toContain(secret);
    });
  });

  describe('on tokens', () => {
    it('shows a token once and refuses it after it was revoked, after its end, and when it is bent', async () => {
      const made = await admin
        .post('tokens')
        .send({ name: 'laboratory', role: 'facility_reporter', facilityId: registry.facilities[0], days: 1 })
        .expect(201);
      const token: string = made.body.token;
      expect(token).toMatch(/^prn_[\w-]{43}$/);
      const ask = (text: string): Promise<number> =>
        request(api.url)
          .get('/api/v1/intake/messages')
          .set('Authorization', `Bearer ${text}`)
          .then(({ status }) => status);
      expect([
        await ask(token),
        await ask(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`),
        await ask(token.toUpperCase()),
        await ask(`${token} `),
      ]).toEqual([200, 401, 401, 200]);
      expect((await admin.get('tokens')).text).not.toContain(token);
      await owner.query(`UPDATE api_token SET expires_at = now() WHERE id = $1`, [made.body.id]);
      expect(await ask(token)).toBe(401);
      await owner.query(`UPDATE api_token SET expires_at = now() + interval '1 day' WHERE id = $1`, [made.body.id]);
      expect(await ask(token)).toBe(200);
      await remove(`tokens/${made.body.id}`).expect(204);
      expect(await ask(token)).toBe(401);
    });

    it('gives an administrator no token that reads patients, and no role to themselves', async () => {
      for (const role of ['central_registrar', 'registrar', 'administrator'])
        expect((await admin.post('tokens').send({ name: 'x1', role, days: 1 })).status).toBe(400);
      const login = unique();
      const id = await addUser(registry, login, 'administrator', null);
      const session = await signIn(login);
      const self = await change(session, 'post', `users/${id}/grants`).send({ role: 'central_registrar' });
      expect([self.status, self.body.type]).toEqual([403, 'urn:perennial:problem:user.self']);
    });

    it('lets an administrator of a facility manage its own people only', async () => {
      const local = as(api.url, await registry.token('administrator', registry.facilities[0]));
      const [own, other, both] = [unique(), unique(), unique()];
      const ids = {
        own: await addUser(registry, own, 'registrar', registry.facilities[0]),
        other: await addUser(registry, other, 'registrar', registry.facilities[1]),
        both: await addUser(registry, both, 'central_registrar', null),
      };
      expect((await local.get(`users/${ids.own}`)).status).toBe(200);
      for (const id of [ids.other, ids.both]) {
        expect((await local.get(`users/${id}`)).status).toBe(404);
        expect((await local.post(`users/${id}/password`)).status).toBe(404);
        expect((await local.patch(`users/${id}`).send({ disabled: true })).status).toBe(404);
      }
      const logins = (await local.get('users')).body.map((user: { login: string }) => user.login);
      expect([logins.includes(own), logins.includes(other), logins.includes(both)]).toEqual([true, false, false]);
      for (const grant of [{ role: 'registrar' }, { role: 'registrar', facilityId: registry.facilities[1] }])
        expect((await local.post(`users/${ids.own}/grants`).send(grant)).status).toBe(404);
    });
  });

  describe('by forged requests', () => {
    it('refuses a change without the word of the session, whatever the browser sends along', async () => {
      const login = unique();
      await addUser(registry, login, 'registrar', registry.facilities[0]);
      const session = await signIn(login);
      const forged = (): request.Test => request(api.url).post('/api/v1/edits/run').set('Cookie', session.cookie);
      expect((await forged().send({ items: {} })).status).toBe(403);
      expect((await forged().set('x-perennial-csrf', 'guess').send({ items: {} })).status).toBe(403);
      expect(
        (
          await forged()
            .set('x-perennial-csrf', (await signIn(login)).csrf)
            .send({ items: {} })
        ).status,
      ).toBe(403);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        expect((await forged().set('Content-Type', type).send('{"items":{}}')).status).toBe(403);
      const crossed = await forged()
        .set('x-perennial-csrf', session.csrf)
        .set('Sec-Fetch-Site', 'cross-site')
        .send({ items: {} });
      expect([crossed.status, crossed.body.type]).toEqual([403, 'urn:perennial:problem:session.csrf']);
      const login2 = await request(api.url)
        .post('/api/v1/session')
        .set('Sec-Fetch-Site', 'cross-site')
        .send({ login, password: PASSWORD });
      expect(login2.status).toBe(403);
      expect(
        (await forged().set('x-perennial-csrf', session.csrf).set('Sec-Fetch-Site', 'same-origin').send({ items: {} }))
          .status,
      ).toBe(200);
    });

    it('allows no other origin to read, and sends the headers that browsers heed', async () => {
      const answer = await request(api.url).get('/api/v1/health/live').set('Origin', 'https://elsewhere.example');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      const csp = answer.headers['content-security-policy'];
      expect(csp).toMatch(/default-src 'none'/);
      expect(csp).toMatch(/script-src 'self'(;|$)/);
      expect(csp).toMatch(/frame-ancestors 'none'/);
      expect(csp).not.toMatch(/unsafe|\*|https:/);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'strict-transport-security': expect.stringMatching(/max-age=\d{7,}/),
      });
      expect(answer.headers['x-powered-by']).toBeUndefined();
    });
  });

  describe('by bent requests', () => {
    /** Bytes as they are, for what no client library would send. */
    const raw = (text: string, waitMs = 5_000): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(api.url);
        const socket = net.connect(Number(port), hostname, () => socket.write(text));
        let answer = '';
        socket.on('data', (part) => (answer += part.toString()));
        socket.once('error', reject);
        socket.once('close', () => resolve(answer));
        setTimeout(() => socket.destroy(), waitMs).unref();
      });

    it('takes no header into an answer', async () => {
      const split = await raw(
        `GET /api/v1/abstracts/%0d%0aSet-Cookie:%20${PROBE}=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(split).not.toMatch(new RegExp(`\\r\\nSet-Cookie: ${PROBE}`, 'i'));
      const host = await raw(
        `POST /api/v1/session HTTP/1.1\r\nHost: ${PROBE}.example\r\nX-Forwarded-Host: ${PROBE}.example\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}`,
      );
      expect(host).not.toContain(PROBE);
      const folded = await raw(
        `GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n X-${PROBE}: 2\r\nConnection: close\r\n\r\n`,
      );
      expect(folded).not.toContain(PROBE);
    });

    it('refuses two lengths, and an early length with chunks', async () => {
      const smuggled = await raw(
        `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/health/live HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      expect(smuggled).toMatch(/^HTTP\/1\.1 400/);
      expect(smuggled).not.toContain('"status":"ok"');
    });

    it('refuses a large body of somebody unknown before reading it, and a too large one of anybody', async () => {
      const stranger = await request(api.url)
        .post('/api/v1/intake/hl7')
        .set('Content-Type', 'text/plain')
        .send('x'.repeat(100_000));
      expect([stranger.status, stranger.body.type]).toEqual([401, 'urn:perennial:problem:session.required']);
      const reporter = as(api.url, await registry.token('registrar', registry.facilities[0]));
      const large = await reporter.post('edits/run').send({ items: { textRemarks: PROBE.repeat(1_200_000) } });
      expect([large.status, large.headers['content-type']]).toEqual([
        413,
        expect.stringMatching('application/problem\\+json'),
      ]);
      expect(large.text).not.toContain(PROBE);
    });

    it('lets go of a body that comes drop by drop', async () => {
      const began = Date.now();
      const { hostname, port } = new URL(api.url);
      const token = await registry.token('facility_reporter', registry.facilities[0]);
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = net.connect(Number(port), hostname, () => {
          socket.write(
            `POST /api/v1/intake/hl7 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: text/plain\r\nContent-Length: 10000\r\n\r\n`,
          );
        });
        const drops = setInterval(() => socket.write('x'), 200);
        let text = '';
        socket.on('data', (part) => (text += part.toString()));
        socket.once('error', reject);
        socket.once('close', () => {
          clearInterval(drops);
          resolve(text);
        });
        setTimeout(() => socket.destroy(new Error('it was still waiting')), 15_000).unref();
      });
      expect(answer).toMatch(/^HTTP\/1\.1 408/);
      expect(Date.now() - began).toBeLessThan(12_000);
      expect((await owner.query(`SELECT FROM intake_message`)).rowCount).toBe(0);
    });

    it.each([
      ['JSON that is none', 'application/json', `{"items": ${PROBE}`, 400],
      ['a list where a record belongs', 'application/json', `[1,2,3]`, 400],
      ['nesting without end', 'application/json', `{"items":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
      ['no content type', '', `{"items":{}}`, 400],
      ['a compressed body that is none', 'application/json', PROBE, 400],
    ])('answers %s with a problem document and nothing of what was sent', async (title, type, body, status) => {
      const token = await registry.token('registrar', registry.facilities[0]);
      const response = await fetch(`${api.url}/api/v1/edits/run`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(type === '' ? {} : { 'content-type': type }),
          ...(title.startsWith('a compressed') ? { 'content-encoding': 'gzip' } : {}),
        },
        body: type === '' ? Buffer.from(body) : body,
      });
      const text = await response.text();
      expect([title, response.status, response.headers.get('content-type')]).toEqual([
        title,
        status,
        expect.stringMatching('application/problem\\+json'),
      ]);
      expect(text).not.toMatch(new RegExp(`${PROBE}|\\bat \\w+.*\\(|node_modules|SyntaxError`));
    });

    it('lets no body reach what every object has', async () => {
      const token = await registry.token('registrar', registry.facilities[0]);
      const send = (body: string): Promise<globalThis.Response> =>
        fetch(`${api.url}/api/v1/edits/run`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body,
        });
      await send(
        '{"items":{"__proto__":{"primarySite":"C504"}},"__proto__":{"items":{}},"constructor":{"prototype":{"x":1}}}',
      );
      const plain = await send('{"items":{}}');
      expect(plain.status).toBe(200);
      expect((await send('{"__proto__":{"items":{}}}')).status).toBe(400);
    });

    it.each([
      `' OR '1'='1`,
      `00000000-0000-0000-0000-000000000000' OR 1=1 --`,
      `../../../etc/passwd`,
      `%00`,
      `{"$ne":null}`,
      'ａｂｃ',
    ])('takes %j for no id, and gives nothing away', async (text) => {
      const central = as(api.url, await registry.token('central_registrar', null));
      for (const where of [
        `abstracts/${encodeURIComponent(text)}`,
        `patients/${encodeURIComponent(text)}`,
        `abstracts?cursor=${encodeURIComponent(text)}`,
        `abstracts?state=${encodeURIComponent(text)}`,
      ]) {
        const answer = await central.get(where);
        expect([where, answer.status >= 400 && answer.status < 500]).toEqual([where, true]);
        expect(answer.text).not.toMatch(/syntax error|pg_|SELECT|QueryFailed/i);
      }
      const search = await central.post('patients/search').send({ name: text });
      expect([search.status, search.body]).toEqual([200, []]);
    });

    it('logs none of it', () => {
      expect(api.output().toLowerCase()).not.toContain(PROBE);
      expect(api.output()).not.toContain(PASSWORD);
    });
  });

  describe('on the machine it runs on', () => {
    it('does not start in production as a login that could pass row security by, or with a password that everybody knows', async () => {
      const start = (env: NodeJS.ProcessEnv): Promise<string> =>
        run(process.execPath, [path.join(__dirname, '../../dist/apps/api/src/main.js')], {
          env: {
            ...process.env,
            NODE_ENV: 'production',
            QUEUE_BACKEND: 'postgres',
            API_PORT: '0',
            LOG_LEVEL: 'error',
            ...env,
          },
          timeout: 30_000,
        }).then(
          () => 'started',
          (error: { stderr: string }) => error.stderr,
        );
      const url = new URL(registry.databaseUrl);
      url.password = 'changeme';
      expect(await start({ DATABASE_URL: url.href })).toMatch(/DATABASE_URL: holds a password that is well known/);
      expect(await start({ DATABASE_URL: registry.databaseUrl })).toMatch(
        /superuser, bypasses row security or owns the tables/,
      );
    });

    it('runs in production as a login that is a member of the application role and nothing more', async () => {
      const login = `login_${randomBytes(4).toString('hex')}`;
      const password = randomBytes(16).toString('hex');
      await owner.query(
        `CREATE ROLE ${login} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '${password}'; GRANT perennial_app TO ${login}`,
      );
      try {
        const url = new URL(registry.databaseUrl);
        url.username = login;
        url.password = password;
        const production = { DATABASE_URL: url.href, NODE_ENV: 'production', QUEUE_BACKEND: 'postgres' };
        const [live, worker] = await Promise.all([registry.startApi(production), registry.startWorker(production)]);
        const person = unique();
        await addUser(registry, person, 'registrar', registry.facilities[0]);
        const answer = await request(live.url).post('/api/v1/session').send({ login: person, password: PASSWORD });
        expect(String(answer.headers['set-cookie'])).toMatch(
          /^__Host-perennial_session=prs_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
        );
        expect((await request(live.url).get('/api/v1/session').set('Cookie', cookieOf(answer))).status).toBe(200);
        const reporter = as(live.url, await registry.token('facility_reporter', registry.facilities[0]));
        expect((await reporter.get('intake/messages')).status).toBe(200);
        await Promise.all([live.stop(), worker.stop()]);
      } finally {
        await owner.query(`DROP OWNED BY ${login}; DROP ROLE ${login}`);
      }
    });

    it('adds people at the command line, with a first password that is shown once', async () => {
      const cli = (...args: string[]): Promise<{ stdout: string; code: number; stderr: string }> =>
        run(process.execPath, [BIN, ...args], {
          env: { ...process.env, DATABASE_URL: registry.databaseUrl, QUEUE_BACKEND: 'postgres' },
        }).then(
          ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
          (error: { stdout: string; stderr: string; code: number }) => error,
        );
      const login = unique();
      const added = await cli(
        'user',
        'add',
        '--login',
        login,
        '--name',
        'Quiet Person',
        '--role',
        'registrar@0000000001',
        '--role',
        'researcher',
        '--json',
      );
      expect(added.code).toBe(0);
      const { password, mustChange } = JSON.parse(added.stdout);
      expect(mustChange).toBe(true);
      const session = await signIn(login, password);
      expect((await current(session.cookie)).body).toMatchObject({
        initials: 'QP',
        mustChange: true,
        roles: expect.arrayContaining(['registrar', 'researcher']),
      });
      for (const [args, message] of [
        [['user', 'add', '--login', login, '--name', 'x', '--role', 'registrar'], /login is taken/],
        [['user', 'add', '--login', unique(), '--name', 'x', '--role', 'king'], /no role 'king'/],
        [['user', 'add', '--login', unique(), '--name', 'x', '--role', 'registrar@9999999999'], /no facility/],
        [['user', 'add', '--login', unique(), '--name', 'x'], /at least one --role/],
      ] as const) {
        const refused = await cli(...args);
        expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(message)]);
      }
      const list = JSON.parse((await cli('user', 'list', '--json')).stdout);
      expect(list.find((user: { login: string }) => user.login === login)?.roles).toEqual([
        'registrar@0000000001',
        'researcher',
      ]);
    });
  });

  it('leaves a trace of sign-ins and of what was refused', async () => {
    await registry.scoped(SYSTEM, (tx) => tx.query(`SELECT audit_seal(100000)`));
    const { rows } = await owner.query<{ action: string; n: number }>(
      `SELECT action, count(*)::int AS n FROM audit_event WHERE action IN ('session.started', 'session.refused') GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['session.refused', 'session.started']);
    const { rows: actors } = await owner.query<{ actor: string }>(
      `SELECT DISTINCT left(actor, 5) AS actor FROM audit_event WHERE action = 'session.started'`,
    );
    expect(actors).toEqual([{ actor: 'user:' }]);
  });
});
