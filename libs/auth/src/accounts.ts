import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '@perennial/problem';
import { hash } from '@node-rs/argon2';
import { type EntityManager } from 'typeorm';
import { type Role } from './rights.js';

/** Shortest password. Length is what counts; no rule asks for digits or signs. */
export const SHORTEST_PASSWORD = 12;
/** Words that make a password easy to guess whatever is added to them. */
const COMMON =
  /^(password|passw0rd|letmein|welcome|qwerty|administrator|changeme|perennial|registry|iloveyou|123456|abc123|cancer)/i;

/** A secret as it is stored and looked up. Tokens are random, so a plain hash is enough; passwords take argon2id. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A random secret with a prefix that scanners for leaked secrets can find. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** @throws DomainError 422 with the rule that a password breaks. */
export function judgePassword(password: string, login: string): void {
  const refuse = (detail: string): never => {
    throw new DomainError('password.weak', 422, 'Choose another password.', {
      errors: [{ pointer: '/password', detail }],
    });
  };
  if (password.length < SHORTEST_PASSWORD) refuse(`needs at least ${SHORTEST_PASSWORD} characters`);
  if (password.length > 200) refuse('is longer than 200 characters');
  if (COMMON.test(password) || new Set(password).size < 5) refuse('is too easy to guess');
  if (login.length > 3 && password.toLowerCase().includes(login.toLowerCase())) refuse('must not hold the login');
}

/** The library's constant is a `const enum`, which isolated modules cannot read: 2 is argon2id. */
const ARGON2ID = 2;

export const hashPassword = (password: string): Promise<string> => hash(password, { algorithm: ARGON2ID });

export interface NewUser {
  readonly login: string;
  readonly name: string;
  readonly initials: string;
  readonly password: string;
  readonly mustChange: boolean;
  readonly grants: readonly { readonly role: Role; readonly facilityId: string | null }[];
}

/** Make a user with grants. @throws DomainError 409 when the login is taken, 422 for a weak password. */
export async function createUser(tx: EntityManager, user: NewUser): Promise<string> {
  judgePassword(user.password, user.login);
  const hash = await hashPassword(user.password);
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO app_user (login, name, initials, password_hash, must_change) VALUES (lower($1), $2, $3, $4, $5) ON CONFLICT (login) DO NOTHING RETURNING id`,
    [user.login, user.name, user.initials, hash, user.mustChange],
  );
  if (row === undefined) throw new DomainError('user.login-taken', 409, 'This login is taken.');
  for (const { role, facilityId } of user.grants) {
    await tx.query(`INSERT INTO user_grant (user_id, role, facility_id) VALUES ($1, $2, $3)`, [
      row.id,
      role,
      facilityId,
    ]);
  }
  return row.id;
}

/** Make a token. Its text is returned once and never stored. */
export async function createToken(
  tx: EntityManager,
  wanted: {
    readonly name: string;
    readonly role: Role;
    readonly facilityId: string | null;
    readonly expiresAt: Date;
    readonly createdBy: string;
  },
): Promise<{ id: string; token: string }> {
  const token = newToken('prn');
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO api_token (name, token_hash, role, facility_id, expires_at, created_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [wanted.name, hashToken(token), wanted.role, wanted.facilityId, wanted.expiresAt, wanted.createdBy],
  );
  return { id: row?.id ?? '', token };
}
