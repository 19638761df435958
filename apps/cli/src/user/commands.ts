import { parseArgs } from 'node:util';
import { type Role } from '@perennial/auth';
import { type EntityManager } from 'typeorm';
import { type Command, type CommandTable, UsageError } from '../command.js';
import { withDatabase } from '../database.js';

interface Grant {
  readonly role: Role;
  readonly facility: string | null;
}

/** `role` for the whole registry, `role@NUMBER` at the facility with that ten-digit number (NAACCR item 540). */
async function readGrants(texts: readonly string[]): Promise<Grant[]> {
  const { isRole, ROLES } = await import('@perennial/auth');
  return texts.map((text) => {
    const [role = '', facility = null] = text.split('@');
    if (!isRole(role)) throw new UsageError(`there is no role '${role}'; there are: ${ROLES.join(', ')}`);
    if (facility !== null && !/^\d{10}$/.test(facility))
      throw new UsageError(`a facility is named by its ten-digit number, as in registrar@0000000001`);
    return { role, facility };
  });
}

async function toFacilityId(tx: EntityManager, number: string | null): Promise<string | null> {
  if (number === null) return null;
  const [row] = await tx.query<{ id: string }[]>(`SELECT id FROM facility WHERE facility_number = $1`, [number]);
  if (row === undefined) throw new UsageError(`there is no facility with the number ${number}`);
  return row.id;
}

async function resolveGrants(
  tx: EntityManager,
  grants: readonly Grant[],
): Promise<{ role: Role; facilityId: string | null }[]> {
  const resolved = [];
  for (const { role, facility } of grants) resolved.push({ role, facilityId: await toFacilityId(tx, facility) });
  return resolved;
}

/** Problems of the domain are answers, not bugs: print them as such. */
async function orUsage<T>(work: () => Promise<T>): Promise<T> {
  const { DomainError } = await import('@perennial/problem');
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new UsageError([error.message, ...(error.extra.errors ?? []).map(({ detail }) => `it ${detail}`)].join(' '));
  }
}

const firstLine = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text.split(/\r?\n/)[0] ?? '';
};

const add: Command = {
  summary: 'add a person; prints a first password unless one is given on standard input',
  usage:
    'user add --login L --name N --role ROLE[@FACILITY-NUMBER]... [--initials I] [--password-stdin] [--keep-password] [--json]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        login: { type: 'string' },
        name: { type: 'string' },
        initials: { type: 'string' },
        role: { type: 'string', multiple: true },
        'password-stdin': { type: 'boolean' },
        'keep-password': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const { login, name } = values;
    if (login === undefined || name === undefined) throw new UsageError('name --login and --name');
    if (!/^[a-z0-9._@-]{2,100}$/i.test(login))
      throw new UsageError('a login has 2 to 100 letters, digits and the signs . _ @ -');
    const grants = await readGrants(values.role ?? []);
    if (grants.length === 0) throw new UsageError('name at least one --role');
    const { createUser, generatePassword } = await import('@perennial/auth');
    const given = values['password-stdin'] ? await firstLine(io.stdin) : undefined;
    const password = given ?? generatePassword();
    const initials =
      values.initials ??
      name
        .replace(/[^\p{L} ]/gu, '')
        .split(' ')
        .map((word) => word[0] ?? '')
        .join('')
        .slice(0, 3)
        .toUpperCase();
    // A password that was typed once, by somebody else, is changed at the first sign-in unless the operator says it is the person's own.
    const mustChange = !values['keep-password'];
    const id = await withDatabase(({ scoped, principal }) =>
      orUsage(() =>
        scoped(principal, async (tx) =>
          createUser(tx, { login, name, initials, password, mustChange, grants: await resolveGrants(tx, grants) }),
        ),
      ),
    );
    if (values.json)
      io.stdout.write(`${JSON.stringify({ id, login, mustChange, ...(given === undefined ? { password } : {}) })}\n`);
    else {
      io.stdout.write(`${login} ${id}\n`);
      if (given === undefined)
        io.stdout.write(
          `first password: ${password}\n${mustChange ? 'It is shown once and must be changed at the first sign-in.\n' : ''}`,
        );
    }
    return 0;
  },
};

const reset: Command = {
  summary: 'give a person a new first password and end their sessions',
  usage: 'user reset-password --login L [--json]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { login: { type: 'string' }, json: { type: 'boolean' } },
    });
    const { login } = values;
    if (login === undefined) throw new UsageError('name --login');
    const { generatePassword, resetPassword } = await import('@perennial/auth');
    const password = generatePassword();
    await withDatabase(({ scoped, principal }) =>
      scoped(principal, async (tx) => {
        const [user] = await tx.query<{ id: string; login: string }[]>(
          `SELECT id, login FROM app_user WHERE login = lower($1)`,
          [login],
        );
        if (user === undefined) throw new UsageError('there is no such login');
        await resetPassword(tx, user.id, user.login, password);
      }),
    );
    io.stdout.write(
      values.json ? `${JSON.stringify({ login, password })}\n` : `new first password of ${login}: ${password}\n`,
    );
    return 0;
  },
};

const list: Command = {
  summary: 'list people and their roles',
  usage: 'user list [--json]',
  async run(args, io) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const users = await withDatabase(({ scoped, principal }) =>
      scoped(principal, (tx) =>
        tx.query<{ login: string; name: string; disabled: boolean; roles: string[] }[]>(
          `SELECT u.login, u.name, u.disabled_at IS NOT NULL AS disabled,
                  coalesce(array_agg(g.role || coalesce('@' || f.facility_number, '') ORDER BY g.role) FILTER (WHERE g.id IS NOT NULL), '{}') AS roles
             FROM app_user u LEFT JOIN user_grant g ON g.user_id = u.id LEFT JOIN facility f ON f.id = g.facility_id
            GROUP BY u.id, u.login, u.name, u.disabled_at ORDER BY u.login`,
        ),
      ),
    );
    if (values.json) io.stdout.write(`${JSON.stringify(users, null, 2)}\n`);
    else
      for (const { login, name, disabled, roles } of users)
        io.stdout.write(`${login.padEnd(24)} ${disabled ? 'disabled ' : ''}${roles.join(', ').padEnd(40)} ${name}\n`);
    return 0;
  },
};

const token: Command = {
  summary: 'make a token of a job or device; its text is printed once',
  usage: 'user token --name N --role ROLE[@FACILITY-NUMBER] --days D [--json]',
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        name: { type: 'string' },
        role: { type: 'string' },
        days: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const days = Number(values.days);
    if (values.name === undefined || values.role === undefined) throw new UsageError('name --name and --role');
    if (!Number.isInteger(days) || days < 1 || days > 366)
      throw new UsageError('--days is a whole number from 1 to 366');
    const name = values.name;
    const [grant] = await readGrants([values.role]);
    if (grant === undefined) throw new UsageError('name one --role');
    const { createToken } = await import('@perennial/auth');
    const expiresAt = new Date(Date.now() + days * 86_400_000);
    const made = await withDatabase(({ scoped, principal }) =>
      scoped(principal, async (tx) =>
        createToken(tx, {
          name,
          role: grant.role,
          facilityId: await toFacilityId(tx, grant.facility),
          expiresAt,
          createdBy: principal.actor,
        }),
      ),
    );
    io.stdout.write(values.json ? `${JSON.stringify({ ...made, expiresAt })}\n` : `${made.token}\n`);
    if (!values.json)
      io.stderr.write(`token ${made.id}, valid until ${expiresAt.toISOString()}; it is not shown again\n`);
    return 0;
  },
};

export const commands: CommandTable = { add, 'reset-password': reset, list, token };
