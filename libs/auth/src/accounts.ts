import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { hashPassword, judgePassword } from './passwords.js';
import { type Role } from './rights.js';

/** A secret as it is stored and looked up. Tokens are random, so a plain hash is enough; passwords take argon2id. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A random secret with a prefix that scanners for leaked secrets can find. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** A role at one facility, or registry-wide. */
export interface NewGrant {
  readonly role: Role;
  readonly facilityId: string | null;
}

export interface NewUser {
  readonly login: string;
  readonly name: string;
  readonly initials: string;
  readonly password: string;
  readonly mustChange: boolean;
  readonly grants: readonly NewGrant[];
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
  for (const grant of user.grants) await addGrant(tx, row.id, grant);
  return row.id;
}

/** Give a person a role. Giving it twice is the same as once. */
export async function addGrant(tx: EntityManager, userId: string, { role, facilityId }: NewGrant): Promise<void> {
  await tx.query(`INSERT INTO user_grant (user_id, role, facility_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
    userId,
    role,
    facilityId,
  ]);
}

/** Give a person another password, to be changed at the next sign-in. All sessions end. @throws DomainError 422 for a weak password. */
export async function resetPassword(tx: EntityManager, userId: string, login: string, password: string): Promise<void> {
  judgePassword(password, login);
  await tx.query(`UPDATE app_user SET password_hash = $2, must_change = true WHERE id = $1`, [
    userId,
    await hashPassword(password),
  ]);
  await endSessions(tx, userId);
}

/** End every session of a person. */
export async function endSessions(tx: EntityManager, userId: string): Promise<void> {
  await tx.query(`UPDATE user_session SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL`, [userId]);
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
