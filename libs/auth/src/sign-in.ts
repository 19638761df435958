import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { hashToken, newToken } from './accounts.js';
import { hashPassword, judgePassword, verifyPassword } from './passwords.js';

/** Attempts within the window, by what they have in common. One place trying one account rests soonest; an account under attack from everywhere last. */
const LIMITS = { both: 5, account: 30, address: 60 } as const;
const WINDOW_MINUTES = 15;

/** A refusal: whose account it was, where there is one. For the log alone; the answer never tells. */
export interface Refused {
  readonly refused: true;
  readonly userId: string | null;
}

export interface SignedIn {
  readonly refused: false;
  readonly userId: string;
  readonly token: string;
  readonly csrf: string;
  readonly mustChange: boolean;
}

interface Keys {
  readonly both: string;
  readonly account: string;
  readonly address: string;
}

const keysOf = (login: string, address: string): Keys => ({
  both: hashToken(`both ${login.toLowerCase()} ${address}`),
  account: hashToken(`account ${login.toLowerCase()}`),
  address: hashToken(`address ${address}`),
});

/** Count an attempt before the password is looked at, so that many at once gain nothing. @throws DomainError 429 when there were too many. */
async function count(tx: EntityManager, keys: Keys): Promise<boolean> {
  const rows = await tx.query<{ key: string; attempts: number }[]>(
    `INSERT INTO login_throttle AS t (key, attempts) SELECT k, 1 FROM unnest($1::text[]) AS k ORDER BY k
     ON CONFLICT (key) DO UPDATE SET attempts = CASE WHEN t.since < now() - make_interval(mins => $2) THEN 1 ELSE t.attempts + 1 END,
                                     since = CASE WHEN t.since < now() - make_interval(mins => $2) THEN now() ELSE t.since END
     RETURNING key, attempts`,
    [Object.values(keys), WINDOW_MINUTES],
  );
  return (Object.keys(LIMITS) as (keyof Keys)[]).some(
    (kind) => (rows.find((row) => row.key === keys[kind])?.attempts ?? 0) > LIMITS[kind],
  );
}

/**
 * Sign in with login and password. The answer to a wrong one never says which was wrong and takes the same time. A session that the
 * browser already had ends: nobody's prepared cookie survives a sign-in.
 *
 * @returns a new session, or the refusal.
 * @throws DomainError 429 after too many attempts.
 */
export async function signIn(
  scoped: Scoped,
  by: Principal,
  wanted: {
    readonly login: string;
    readonly password: string;
    readonly address: string;
    readonly previous?: string | undefined;
  },
): Promise<SignedIn | Refused> {
  const keys = keysOf(wanted.login, wanted.address);
  const [resting, user] = await scoped(by, async (tx) => {
    const tooMany = await count(tx, keys);
    const rows = tooMany
      ? []
      : await tx.query<{ user_id: string; password_hash: string; must_change: boolean }[]>(
          `SELECT * FROM auth_password($1)`,
          [wanted.login],
        );
    return [tooMany, rows[0]] as const;
  });
  if (resting)
    throw new DomainError('session.resting', 429, `Too many attempts to sign in. Wait ${WINDOW_MINUTES} minutes.`);
  // No connection is held while the hash is worked out.
  if (!(await verifyPassword(user?.password_hash, wanted.password)) || user === undefined)
    return { refused: true, userId: user?.user_id ?? null };
  const session = { token: newToken('prs'), csrf: newToken('csrf') };
  await scoped(by, async (tx) => {
    if (wanted.previous !== undefined) await endSession(tx, wanted.previous);
    await tx.query(`DELETE FROM login_throttle WHERE key = ANY($1) OR since < now() - interval '1 day'`, [
      [keys.both, keys.account],
    ]);
    await tx.query(`INSERT INTO user_session (token_hash, user_id, csrf) VALUES ($1, $2, $3)`, [
      hashToken(session.token),
      user.user_id,
      session.csrf,
    ]);
  });
  return { refused: false, userId: user.user_id, ...session, mustChange: user.must_change };
}

/** End one session, or all of its person. */
export async function endSession(tx: EntityManager, token: string, everywhere = false): Promise<void> {
  await tx.query(`SELECT auth_end_session($1, $2, false)`, [hashToken(token), everywhere]);
}

/** The key with which the person of a session seals unsent work in their browser: 32 bytes, the same for all of their sessions. */
export async function draftKeyOf(tx: EntityManager, session: string): Promise<Buffer | null> {
  const [row] = await tx.query<{ key: Buffer | null }[]>(`SELECT auth_draft_key($1) AS key`, [hashToken(session)]);
  return row?.key ?? null;
}

/**
 * Change the own password; every other session of the person ends.
 *
 * @throws DomainError 403 when the current one is wrong, 422 when the new one is weak or the same, 429 after too many attempts.
 */
export async function changePassword(
  scoped: Scoped,
  by: Principal,
  wanted: { readonly session: string; readonly current: string; readonly next: string; readonly address: string },
): Promise<void> {
  const [resting, user] = await scoped(by, async (tx) => {
    const [row] = await tx.query<{ user_id: string; login: string; password_hash: string }[]>(
      `SELECT * FROM auth_password_of_session($1)`,
      [hashToken(wanted.session)],
    );
    return [await count(tx, keysOf(row?.login ?? '', `change ${wanted.address}`)), row] as const;
  });
  if (resting) throw new DomainError('session.resting', 429, `Too many attempts. Wait ${WINDOW_MINUTES} minutes.`);
  if (!(await verifyPassword(user?.password_hash, wanted.current)) || user === undefined)
    throw new DomainError('password.wrong', 403, 'The current password is not right.');
  judgePassword(wanted.next, user.login);
  if (wanted.next === wanted.current)
    throw new DomainError('password.same', 422, 'Choose another password.', {
      errors: [{ pointer: '/password', detail: 'is the one you had' }],
    });
  const hash = await hashPassword(wanted.next);
  await scoped(by, async (tx) => {
    await tx.query(`UPDATE app_user SET password_hash = $2, must_change = false WHERE id = $1`, [user.user_id, hash]);
    await tx.query(`SELECT auth_end_session($1, true, true)`, [hashToken(wanted.session)]);
  });
}
