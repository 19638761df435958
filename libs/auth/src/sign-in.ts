import { DomainError } from '@perennial/problem';
import { verify } from '@node-rs/argon2';
import { type EntityManager } from 'typeorm';
import { hashPassword, hashToken, judgePassword, newToken } from './accounts.js';

/** Failures in a row after which an account rests, and for how long. */
const ATTEMPTS = 5;
const REST_MINUTES = 15;
/** Compared with when there is no such account, so that both answers take the same time. */
const NOBODY = '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$TBHmCzlhEqNDS9gOHTMg3PKn4vRdkGx9dPmgxLnGhdk';

export interface SignedIn {
  readonly token: string;
  readonly csrf: string;
  readonly mustChange: boolean;
}

/**
 * Sign in with login and password. The answer to a wrong one never says which was wrong.
 *
 * @returns a new session, or `null`; the caller commits either way, so that failures are counted.
 * @throws DomainError 429 while the account rests after repeated failures.
 */
export async function signIn(tx: EntityManager, login: string, password: string): Promise<SignedIn | null> {
  const [user] = await tx.query<{ id: string; password_hash: string; must_change: boolean; resting: boolean }[]>(
    `SELECT id, password_hash, must_change, coalesce(locked_until > now(), false) AS resting FROM app_user WHERE login = lower($1) AND disabled_at IS NULL FOR UPDATE`,
    [login],
  );
  if (user?.resting === true)
    throw new DomainError('session.resting', 429, 'Too many failed attempts. Wait fifteen minutes.');
  const right = await verify(user?.password_hash ?? NOBODY, password).catch(() => false);
  if (user === undefined || !right) {
    if (user !== undefined) {
      await tx.query(
        `UPDATE app_user SET failed_attempts = failed_attempts + 1, locked_until = CASE WHEN failed_attempts + 1 >= $2 THEN now() + make_interval(mins => $3) END WHERE id = $1`,
        [user.id, ATTEMPTS, REST_MINUTES],
      );
    }
    return null;
  }
  const session = { token: newToken('prs'), csrf: newToken('csrf') };
  await tx.query(`UPDATE app_user SET failed_attempts = 0, locked_until = NULL WHERE id = $1`, [user.id]);
  await tx.query(`INSERT INTO user_session (token_hash, user_id, csrf) VALUES ($1, $2, $3)`, [
    hashToken(session.token),
    user.id,
    session.csrf,
  ]);
  return { ...session, mustChange: user.must_change };
}

/** End one session, or all of a user. */
export async function signOut(tx: EntityManager, token: string, everywhere: boolean): Promise<void> {
  const where = everywhere ? 'user_id = (SELECT user_id FROM user_session WHERE token_hash = $1)' : 'token_hash = $1';
  await tx.query(`UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL AND ${where}`, [hashToken(token)]);
}

/** Change the own password; every other session of the user ends. @throws DomainError 403 when the current one is wrong, 422 when the new one is weak. */
export async function changePassword(tx: EntityManager, token: string, current: string, next: string): Promise<void> {
  const [user] = await tx.query<{ id: string; login: string; password_hash: string }[]>(
    `SELECT u.id, u.login, u.password_hash FROM user_session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = $1 AND s.ended_at IS NULL FOR UPDATE OF u`,
    [hashToken(token)],
  );
  if (user === undefined || !(await verify(user.password_hash, current)))
    throw new DomainError('password.wrong', 403, 'The current password is not right.');
  judgePassword(next, user.login);
  await tx.query(`UPDATE app_user SET password_hash = $2, must_change = false WHERE id = $1`, [
    user.id,
    await hashPassword(next),
  ]);
  await tx.query(
    `UPDATE user_session SET ended_at = now() WHERE user_id = $1 AND token_hash <> $2 AND ended_at IS NULL`,
    [user.id, hashToken(token)],
  );
}
