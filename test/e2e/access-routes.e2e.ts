import { randomUUID } from 'node:crypto';
import {
  addGrant,
  createUser,
  type Grant,
  grantsFor,
  hashToken,
  newToken,
  reachOf,
  RIGHTS,
  type Right,
  ROLES,
  type Role,
} from '@perennial/auth';
import { loadConfig } from '@perennial/config';
import { AppModule } from '../../apps/api/src/app.module.js';
import { type Route, routesOf } from '../../apps/api/src/platform/routes.js';
import { PASSWORD, SYSTEM } from '../support/registry.js';
import { type Facility, MARKS, type TwoFacilities, twoFacilities } from '../support/two-facilities.js';

/**
 * Every role against every route with ids of its own facility, of the other one and of nobody, by HTTP. Routes are read from the
 * declarations and ids from the catalog, so that a new route or table is tried without anything being added here; a body that a route
 * needs to get further than its validation may be added to `BODIES`.
 */
const routes = routesOf(
  AppModule.forRoot(loadConfig({ DATABASE_URL: 'postgresql://localhost/none', QUEUE_BACKEND: 'postgres' })),
);

interface Identity {
  readonly title: string;
  readonly grants: readonly Grant[];
  readonly headers: Readonly<Record<string, string>>;
}

interface Row {
  readonly table: string;
  readonly id: string;
  readonly facilities: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Bodies that reach the look-up of a route, from a facility and its ids. */
const BODIES: Readonly<Record<string, (facility: Facility) => unknown>> = {
  'POST /api/v1/patients/search': ({ mark }) => ({ name: mark }),
  'POST /api/v1/abstracts': ({ id, patient, mark }) => ({
    facilityId: id,
    patientId: patient,
    items: { nameLast: mark },
  }),
  'POST /api/v1/intake/text': ({ id, mark }) => ({
    facilityId: id,
    reportNumber: mark,
    text: mark,
    patient: { nameLast: mark },
  }),
  'POST /api/v1/follow-up/contacts': ({ id, patient }) => ({
    patientId: patient,
    facilityId: id,
    contactedOn: '20240601',
    channel: 'physician',
    outcome: 'reached',
  }),
  'POST /api/v1/submissions': ({ id }) => ({ profile: 'state-new', facilityId: id }),
  'POST /api/v1/disclosures': ({ id, patient }) => ({
    patientId: patient,
    facilityId: id,
    basis: 'court_order',
    basisDetail: { issuer: 'Court', caseNumber: '1', signedOn: '2024-05-01' },
    recipient: 'Somebody',
    recipientAddress: 'Somewhere',
    purpose: 'a case',
    contents: ['diagnosis'],
    disclosedOn: '2024-05-02',
  }),
  'POST /api/v1/users': ({ id, mark }) => ({
    login: `new.${mark}`,
    name: 'New',
    initials: 'NEW',
    grants: [{ role: 'registrar', facilityId: id }],
  }),
  'POST /api/v1/tokens': ({ id }) => ({ name: 'new', role: 'facility_reporter', facilityId: id, days: 1 }),
};

/** Routes about the caller's own session; tried by tests of their own. */
const OWN_SESSION = /\/api\/v1\/session/;
const AT_ONCE = 6;

// Thousands of requests; how long they take depends on the machine alone.
jest.setTimeout(300_000);

describe('every role against every route', () => {
  let world: TwoFacilities;
  let rows: Row[];
  let strangers: Set<string>;
  const identities: Identity[] = [];
  const leaks: string[] = [];
  let cases = 0;

  beforeAll(async () => {
    world = await twoFacilities();
    const { registry, facilities } = world;
    for (const role of ROLES)
      for (const facilityId of [facilities[0].id, facilities[1].id, null])
        identities.push({
          title: `${role} ${facilityId === null ? 'of the registry' : `at ${facilities.find(({ id }) => id === facilityId)!.mark}`}`,
          grants: [{ role, facilityId }],
          headers: { authorization: `Bearer ${await registry.token(role, facilityId)}` },
        });
    const [alpha, beta] = [facilities[0].id, facilities[1].id];
    const mixed: readonly (readonly [Role, string | null])[][] = [
      [
        ['registrar', alpha],
        ['researcher', null],
      ],
      [
        ['registrar', alpha],
        ['follow_up_clerk', beta],
      ],
      [
        ['registrar', alpha],
        ['quality_control', beta],
      ],
      [
        ['facility_reporter', null],
        ['registrar', beta],
      ],
      [
        ['administrator', null],
        ['registrar', alpha],
      ],
      [
        ['release_officer', beta],
        ['auditor', null],
        ['submitter', alpha],
      ],
    ];
    for (const [index, grants] of mixed.entries()) identities.push(await person(index, grants));
    // Somebody and something of each facility to be managed, or not.
    for (const { id, mark } of facilities) {
      await registry.scoped(SYSTEM, (tx) =>
        createUser(tx, {
          login: `victim.${mark}`,
          name: `Victim ${mark}`,
          initials: 'VIC',
          password: PASSWORD,
          mustChange: false,
          grants: [{ role: 'registrar', facilityId: id }],
        }),
      );
    }
    rows = await catalog();
    strangers = new Set(rows.map(({ id }) => id));
  });
  afterAll(async () => {
    process.stdout.write(
      `access: ${cases} cases by HTTP: ${identities.length} identities, ${routes.length} routes, ${rows?.length} rows; ${leaks.length} leaks\n`,
    );
    await world?.stop();
  });

  /** A person with several roles, signed in. */
  async function person(index: number, grants: readonly (readonly [Role, string | null])[]): Promise<Identity> {
    const { registry, owner } = world;
    const userId = await registry.scoped(SYSTEM, async (tx) => {
      const id = await createUser(tx, {
        login: `mixed.${index}`,
        name: `Mixed ${index}`,
        initials: 'MIX',
        password: PASSWORD,
        mustChange: false,
        grants: [],
      });
      for (const [role, facilityId] of grants) await addGrant(tx, id, { role, facilityId });
      return id;
    });
    const token = newToken('prs');
    await owner.query(`INSERT INTO user_session (token_hash, user_id, csrf) VALUES ($1, $2, 'word')`, [
      hashToken(token),
      userId,
    ]);
    const named = (id: string | null): string =>
      id === null ? 'registry' : world.facilities.find((one) => one.id === id)!.mark;
    return {
      title: grants.map(([role, id]) => `${role} of ${named(id)}`).join(' and '),
      grants: grants.map(([role, facilityId]) => ({ role, facilityId })),
      headers: { cookie: `perennial_session=${token}`, 'x-perennial-csrf': 'word' },
    };
  }

  /** Rows of every table that says whose it is, with an id of their own. */
  async function catalog(): Promise<Row[]> {
    const { rows: tables } = await world.owner.query<{ name: string; column: string }>(
      `SELECT f.attrelid::regclass::text AS name, f.attname AS column FROM pg_attribute f JOIN pg_class c ON c.oid = f.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
         JOIN pg_attribute i ON i.attrelid = f.attrelid AND i.attname = 'id' AND i.atttypid = 'uuid'::regtype
        WHERE f.attname IN ('facility_id', 'facility_ids') AND NOT f.attisdropped AND f.attrelid::regclass::text NOT IN ('facility_alias', 'user_grant', 'api_token')`,
    );
    const found: Row[] = [];
    for (const { name, column } of tables) {
      const owners = column === 'facility_ids' ? column : `array_remove(ARRAY[facility_id], NULL)`;
      const { rows: some } = await world.owner.query<{ id: string; facilities: string[] }>(
        `SELECT id, ${owners} AS facilities FROM ${name}`,
      );
      found.push(...some.map(({ id, facilities }) => ({ table: name, id, facilities })));
    }
    const { rows: users } = await world.owner.query<{ id: string; facilities: string[] }>(
      `SELECT u.id, array_agg(g.facility_id) AS facilities FROM app_user u JOIN user_grant g ON g.user_id = u.id WHERE u.login LIKE 'victim.%' GROUP BY u.id`,
    );
    return [...found, ...users.map((user) => ({ table: 'app_user', ...user }))];
  }

  /** All of a facility's own rows as one number: what nobody else may move. */
  async function fingerprint(facilityId: string): Promise<string> {
    const parts: string[] = [];
    for (const table of new Set(rows.map((row) => row.table)).values()) {
      if (table === 'app_user') continue;
      const { rows: columns } = await world.owner.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attname IN ('facility_id', 'facility_ids')`,
        [table],
      );
      const own = columns[0]!.name === 'facility_id' ? `facility_id = $1` : `facility_ids = ARRAY[$1::uuid]`;
      const { rows: sums } = await world.owner.query<{ sum: string }>(
        `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum FROM ${table} t WHERE ${own}`,
        [facilityId],
      );
      parts.push(`${table} ${sums[0]!.sum}`);
    }
    return parts.join('\n');
  }

  async function ask(identity: Pick<Identity, 'headers'>, route: Route, id: string, body?: unknown): Promise<Answer> {
    cases += 1;
    const path = route.path
      .replaceAll(':at', '2030-01-01T00:00:00Z')
      .replaceAll(/:(\w+)/g, (_, name: string) => (name === 'id' ? id : randomUUID()));
    const withBody = !['GET', 'DELETE'].includes(route.method);
    const response = await fetch(`${world.api.url}${path}`, {
      method: route.method,
      headers: { ...identity.headers, 'if-match': '"1"', ...(withBody ? { 'content-type': 'application/json' } : {}) },
      ...(withBody ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const text = await response.text();
    const type = /"type":"([^"]*)"/.exec(text)?.[1] ?? '';
    return {
      status: response.status,
      type: response.headers.get('content-type')?.includes('problem') === true ? type : '',
      text,
    };
  }

  async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
      }),
    );
  }

  /** Whether somebody may know a row: every facility it is made of is within reach, or it is a patient shared with one of these. */
  function mayKnow(identity: Identity, right: Right, row: Row): boolean {
    const reach = reachOf(identity.grants, right);
    if (reach.allFacilities) return true;
    if (row.table === 'patient') return row.facilities.some((id) => reach.facilityIds.includes(id));
    return row.facilities.length > 0 && row.facilities.every((id) => reach.facilityIds.includes(id));
  }

  /** Look for marks and ids in an answer that the right, where it is held, does not reach. */
  function inspect(identity: Identity, route: Route, asked: string, answer: Answer): void {
    const right = route.right as Right;
    const where = `${identity.title}: ${route.method} ${route.path} (${asked}) answered ${answer.status}`;
    if (answer.status >= 500) leaks.push(`${where}: broken`);
    const reach = reachOf(identity.grants, right);
    const seesPatients = RIGHTS[right].about === 'patients';
    for (const [index, mark] of MARKS.entries()) {
      const allowed =
        (seesPatients && (reach.allFacilities || reach.facilityIds.includes(world.facilities[index]!.id))) ||
        // Accounts are named after their facility here; they are an administrator's business.
        right === 'users.manage';
      if (!allowed && answer.text.toLowerCase().includes(mark)) leaks.push(`${where}: shows ${mark}`);
    }
    // What an auditor reads are ids of what others saw; people and tokens are no rows of patients.
    if (RIGHTS[right].about === 'audit') return;
    for (const [id] of answer.text.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)) {
      if (id === asked || !strangers.has(id)) continue;
      const row = rows.find((one) => one.id === id)!;
      if (row.table !== 'app_user' && !seesPatients) leaks.push(`${where}: shows a row of ${row.table}`);
      else if (!mayKnow(identity, right, row)) leaks.push(`${where}: shows ${row.table} ${id}`);
    }
  }

  const samples = (facilityIds: readonly string[]): Row[] => {
    const own = rows.filter(
      (row) => row.facilities.length > 0 && row.facilities.every((id) => facilityIds.includes(id)),
    );
    return [...new Set(own.map((row) => row.table))].map((table) => own.find((row) => row.table === table)!);
  };

  const callable = routes.filter(({ right, path }) => right !== 'public' && !OWN_SESSION.test(path));

  it('has cases at both facilities in every table that matters', () => {
    const [alpha, beta] = world.facilities;
    for (const { id } of [alpha, beta])
      expect(samples([id]).map(({ table }) => table)).toEqual(
        expect.arrayContaining([
          'abstract',
          'report',
          'report_version',
          'patient',
          'tumor',
          'follow_up_task',
          'follow_up_contact',
          'intake_message',
          'submission',
          'disclosure',
        ]),
      );
    expect(rows.find(({ id }) => id === world.sharedPatient)?.facilities).toHaveLength(2);
  });

  it('refuses whoever is not signed in', async () => {
    await inParallel(callable, async (route) => {
      for (const headers of [
        {},
        { authorization: `Bearer ${newToken('prn')}` },
        { cookie: `perennial_session=${newToken('prs')}` },
      ]) {
        const answer = await ask({ headers }, route, randomUUID());
        if (answer.status !== 401) leaks.push(`nobody: ${route.method} ${route.path} answered ${answer.status}`);
      }
    });
    expect(leaks).toEqual([]);
  });

  it('refuses a missing right before anything is looked up', async () => {
    const ids = [
      samples([world.facilities[0].id])[0]!.id,
      samples([world.facilities[1].id])[0]!.id,
      randomUUID(),
      'no-id',
    ];
    for (const [turn, identity] of identities.entries()) {
      const closed = callable.filter(({ right }) => grantsFor(identity.grants, right as Right).length === 0);
      await inParallel(closed, async (route) => {
        // Each identity meets each route with one id; which one turns, so that every route is met with every kind.
        const id = ids[(turn + callable.indexOf(route)) % ids.length]!;
        const answer = await ask(identity, route, id);
        if (answer.status !== 403 || answer.type !== 'urn:perennial:problem:right.missing')
          leaks.push(`${identity.title}: ${route.method} ${route.path} answered ${answer.status} ${answer.type}`);
        inspect(identity, route, id, answer);
      });
    }
    expect(leaks).toEqual([]);
  });

  describe.each([0, 1] as const)('held at facility %i only', (index) => {
    it('answers foreign ids like ids of nobody, shows nothing of the other facility and changes nothing there', async () => {
      const [own, other] = [world.facilities[index], world.facilities[1 - index]!];
      const before = await fingerprint(other.id);
      const local = identities.filter(({ grants }) => grants.every(({ facilityId }) => facilityId === own.id));
      expect(local.length).toBe(ROLES.length);
      for (const identity of local) {
        const open = callable.filter(({ right }) => grantsFor(identity.grants, right as Right).length > 0);
        await inParallel(open, async (route) => {
          const nobody = randomUUID();
          const control = await ask(identity, route, nobody);
          inspect(identity, route, nobody, control);
          if (route.path.includes(':')) {
            for (const row of samples([other.id])) {
              const answer = await ask(identity, route, row.id);
              inspect(identity, route, row.id, answer);
              // Whether somebody is disclosed to an auditor by patient id is decided by rows, not by the answer's kind.
              if (answer.status !== control.status || answer.type !== control.type)
                leaks.push(
                  `${identity.title}: ${route.method} ${route.path} tells ${row.table} of another facility (${answer.status} ${answer.type}) from nothing (${control.status} ${control.type})`,
                );
            }
          }
          const body = BODIES[`${route.method} ${route.path}`];
          if (body !== undefined) {
            const answer = await ask(identity, route, nobody, body(other));
            inspect(identity, route, nobody, answer);
            const found = route.path.endsWith('/search') ? answer.text !== '[]' : answer.status < 400;
            if (found)
              leaks.push(
                `${identity.title}: ${route.method} ${route.path} takes the other facility's ids: ${answer.status}`,
              );
          }
        });
      }
      expect(leaks).toEqual([]);
      expect(await fingerprint(other.id)).toBe(before);
    });
  });

  it('lets roles be used at their own facility', async () => {
    const unused: string[] = [];
    for (const identity of identities.filter(({ grants }) => grants.length === 1)) {
      const { facilityId } = identity.grants[0]!;
      const facility = world.facilities.find(({ id }) => id === facilityId) ?? world.facilities[0];
      const open = callable.filter(
        ({ right, method, path }) =>
          grantsFor(identity.grants, right as Right).length > 0 &&
          (method === 'GET' || BODIES[`${method} ${path}`] !== undefined),
      );
      await inParallel(open, async (route) => {
        let reached = false;
        for (const row of route.path.includes(':') ? samples([facility.id]) : [{ id: '' }]) {
          const answer = await ask(identity, route, row.id, BODIES[`${route.method} ${route.path}`]?.(facility));
          inspect(identity, route, row.id, answer);
          if ([401, 403].includes(answer.status))
            leaks.push(`${identity.title}: ${route.method} ${route.path} refused: ${answer.type}`);
          if (answer.status !== 404) reached = true;
        }
        if (!reached) unused.push(`${identity.title}: ${route.method} ${route.path}`);
      });
    }
    expect(leaks).toEqual([]);
    // No row of the kind exists in this world, or the reader may not know it; a list that grows wants a look.
    expect(
      unused.filter((line) =>
        /abstracts\/:id$|reports\/:id$|patients\/:id$|disclosures\/:id$|submissions\/:id$/.test(line),
      ),
    ).toEqual([]);
  });

  it('uses a right only where its own role is held', async () => {
    const several = identities.filter(({ grants }) => grants.length > 1);
    for (const identity of several) {
      const open = callable.filter(
        ({ right, method }) => grantsFor(identity.grants, right as Right).length > 0 && method !== 'DELETE',
      );
      await inParallel(open, async (route) => {
        const reach = reachOf(identity.grants, route.right as Right);
        const beyond = world.facilities.filter(({ id }) => !reach.allFacilities && !reach.facilityIds.includes(id));
        const nobody = randomUUID();
        const control = await ask(identity, route, nobody);
        inspect(identity, route, nobody, control);
        if (!route.path.includes(':')) return;
        for (const row of beyond.flatMap(({ id }) => samples([id]))) {
          const answer = await ask(identity, route, row.id);
          inspect(identity, route, row.id, answer);
          if (answer.status !== control.status || answer.type !== control.type)
            leaks.push(`${identity.title}: ${route.method} ${route.path} reaches ${row.table} (${answer.status})`);
        }
      });
    }
    expect(leaks).toEqual([]);
  });

  it('shows a facility of a shared patient what is shared and what it reported itself', async () => {
    const route = callable.find(({ method, path }) => method === 'GET' && path === '/api/v1/patients/:id')!;
    for (const [index, { mark, id }] of world.facilities.entries()) {
      const registrar = identities.find(
        ({ grants }) => grants.length === 1 && grants[0]!.role === 'registrar' && grants[0]!.facilityId === id,
      )!;
      const answer = await ask(registrar, route, world.sharedPatient);
      expect(answer.status).toBe(200);
      const body = JSON.parse(answer.text) as {
        consolidated: boolean;
        items: Record<string, string>;
        tumors: unknown[];
        abstracts: unknown[];
      };
      expect(body).toMatchObject({ consolidated: false, tumors: [] });
      expect(body.abstracts).toHaveLength(1);
      expect(body.items.nameLast?.toLowerCase()).toContain(mark);
      expect(answer.text.toLowerCase()).not.toContain(MARKS[1 - index]);
      const search = callable.find(({ path }) => path.endsWith('/patients/search'))!;
      expect((await ask(registrar, search, '', { name: MARKS[1 - index] })).text).toBe('[]');
      expect(JSON.parse((await ask(registrar, search, '', { name: mark })).text).length).toBeGreaterThan(0);
    }
    const central = identities.find(
      ({ grants }) => grants.length === 1 && grants[0]!.role === 'central_registrar' && grants[0]!.facilityId === null,
    )!;
    expect(JSON.parse((await ask(central, route, world.sharedPatient)).text)).toMatchObject({ consolidated: true });
  });
});
