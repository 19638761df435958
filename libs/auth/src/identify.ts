import { type Principal } from '@perennial/persistence';
import { type DataSource, type EntityManager } from 'typeorm';
import { hashToken } from './accounts.js';
import { type Grant } from './scope.js';

/** Longest life of a session, however busy. */
const LONGEST_HOURS = 12;

/** Who asks, before it is known for what. */
export interface Identified {
  readonly actor: string;
  readonly kind: Principal['kind'];
  readonly name: string;
  readonly initials: string;
  readonly csrf: string | null;
  readonly mustChange: boolean;
  readonly grants: readonly Grant[];
}

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly facility_id: string | null;
}

/** Look-ups under way: a laboratory that sends on many connections at once asks once. Nothing is kept after the answer. */
const underWay = new WeakMap<object, Map<string, Promise<TokenRow[]>>>();

function tokenRows(db: DataSource | EntityManager, hash: string): Promise<TokenRow[]> {
  const ofDb = underWay.get(db) ?? new Map<string, Promise<TokenRow[]>>();
  underWay.set(db, ofDb);
  const known = ofDb.get(hash);
  if (known !== undefined) return known;
  const asked = db
    .query<TokenRow[]>(`SELECT id, name, role, facility_id FROM auth_token($1)`, [hash])
    .finally(() => ofDb.delete(hash));
  ofDb.set(hash, asked);
  return asked;
}

/** Who a bearer token belongs to; `null` when it is unknown, over or revoked. */
export async function identifyToken(db: DataSource | EntityManager, token: string): Promise<Identified | null> {
  const [row] = await tokenRows(db, hashToken(token));
  if (row === undefined) return null;
  return {
    actor: `token:${row.id}`,
    kind: 'token',
    name: row.name,
    initials: 'API',
    csrf: null,
    mustChange: false,
    grants: [{ role: row.role, facilityId: row.facility_id }],
  };
}

/** Who a session belongs to; `null` when it is unknown, ended, too old or was idle too long. Being seen keeps it alive. */
export async function identifySession(
  db: DataSource | EntityManager,
  token: string,
  idleMinutes: number,
): Promise<Identified | null> {
  const [row] = await db.query<
    { user_id: string; name: string; initials: string; csrf: string; must_change: boolean; grants: Grant[] }[]
  >(`SELECT * FROM auth_session($1, $2, $3)`, [hashToken(token), idleMinutes, LONGEST_HOURS]);
  if (row === undefined) return null;
  return {
    actor: `user:${row.user_id}`,
    kind: 'user',
    name: row.name,
    initials: row.initials,
    csrf: row.csrf,
    mustChange: row.must_change,
    grants: row.grants,
  };
}
