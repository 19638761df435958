import { type Principal } from '@perennial/persistence';
import { type DataSource, type EntityManager } from 'typeorm';
import { hashToken } from './accounts.js';

/** A principal with what only sign-in needs to know. */
export interface Identified {
  readonly principal: Principal;
  readonly initials: string;
  readonly csrf: string | null;
  readonly mustChange: boolean;
}

interface Grant {
  readonly role: string;
  readonly facility_id: string | null;
}

const withGrants = (actor: string, kind: Principal['kind'], grants: readonly Grant[]): Principal => ({
  actor,
  kind,
  facilityIds: [...new Set(grants.flatMap((grant) => grant.facility_id ?? []))],
  allFacilities: grants.some((grant) => grant.facility_id === null),
  roles: [...new Set(grants.map((grant) => grant.role))],
});

/** Who a bearer token belongs to; `null` when it is unknown, over or revoked. */
export async function identifyToken(db: DataSource | EntityManager, token: string): Promise<Identified | null> {
  const [row] = await db.query<{ id: string; role: string; facility_id: string | null }[]>(
    `SELECT id, role, facility_id FROM api_token WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()`,
    [hashToken(token)],
  );
  return row === undefined
    ? null
    : { principal: withGrants(`token:${row.id}`, 'token', [row]), initials: 'API', csrf: null, mustChange: false };
}

/** Who a session belongs to; `null` when it is unknown, ended or was idle too long. Being seen keeps it alive. */
export async function identifySession(
  db: DataSource | EntityManager,
  token: string,
  idleMinutes: number,
): Promise<Identified | null> {
  const [rows] = await db.query<[{ user_id: string; csrf: string; initials: string; must_change: boolean }[], number]>(
    `UPDATE user_session s SET last_seen_at = now() FROM app_user u
      WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.last_seen_at > now() - make_interval(mins => $2) AND u.id = s.user_id AND u.disabled_at IS NULL
      RETURNING s.user_id, s.csrf, u.initials, u.must_change`,
    [hashToken(token), idleMinutes],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const grants = await db.query<Grant[]>(`SELECT role, facility_id FROM user_grant WHERE user_id = $1`, [row.user_id]);
  return {
    principal: withGrants(`user:${row.user_id}`, 'user', grants),
    initials: row.initials,
    csrf: row.csrf,
    mustChange: row.must_change,
  };
}
