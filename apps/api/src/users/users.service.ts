import { Inject, Injectable } from '@nestjs/common';
import {
  addGrant,
  createUser,
  endSessions,
  generatePassword,
  type Reach,
  reaches,
  resetPassword,
} from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { SCOPED } from '../platform/tokens.js';
import { type ChangeUserDto, type CreateUserDto, type GrantDto } from './dto.js';

export interface UserView {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly initials: string;
  readonly disabled: boolean;
  readonly mustChange: boolean;
  readonly lastSeenAt: string | null;
  readonly grants: readonly { readonly id: string; readonly role: string; readonly facilityId: string | null }[];
}

const VIEW = `SELECT u.id, u.login, u.name, u.initials, u.disabled_at IS NOT NULL AS disabled, u.must_change AS "mustChange",
    (SELECT max(s.last_seen_at) FROM user_session s WHERE s.user_id = u.id) AS "lastSeenAt",
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'facilityId', g.facility_id) ORDER BY g.role, g.facility_id)
                FROM user_grant g WHERE g.user_id = u.id), '[]') AS grants
  FROM app_user u`;

/** An administrator of some facilities manages the people whose every role lies there. */
const within = (reach: Reach, user: UserView): boolean =>
  reach.allFacilities || user.grants.every(({ facilityId }) => reaches(reach, facilityId));

/** People and their roles. Nobody manages themselves: roles are given and taken by somebody else. */
@Injectable()
export class UsersService {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  async list(principal: Principal, reach: Reach): Promise<UserView[]> {
    const users = await this.scoped(principal, (tx) => tx.query<UserView[]>(`${VIEW} ORDER BY u.login`));
    return users.filter((user) => within(reach, user));
  }

  one(principal: Principal, reach: Reach, id: string): Promise<UserView> {
    return this.scoped(principal, (tx) => find(tx, reach, id));
  }

  /** @returns the first password: it is shown once and changed at the first sign-in. */
  async create(principal: Principal, reach: Reach, body: CreateUserDto): Promise<{ id: string; password: string }> {
    const grants = body.grants.map(({ role, facilityId }) => ({ role, facilityId: facilityId ?? null }));
    for (const { facilityId } of grants) if (!reaches(reach, facilityId)) throw notFound('facility');
    const password = generatePassword();
    const { login, name, initials } = body;
    const id = await this.scoped(principal, async (tx) => {
      await assertFacilities(tx, grants);
      return createUser(tx, { login, name, initials: initials.toUpperCase(), password, mustChange: true, grants });
    });
    return { id, password };
  }

  change(principal: Principal, reach: Reach, id: string, body: ChangeUserDto): Promise<UserView> {
    return this.manage(principal, reach, id, async (tx, user) => {
      await tx.query(
        `UPDATE app_user SET name = coalesce($2, name), initials = coalesce(upper($3), initials),
                disabled_at = CASE WHEN $4::boolean IS NULL THEN disabled_at WHEN $4 THEN coalesce(disabled_at, now()) END WHERE id = $1`,
        [user.id, body.name ?? null, body.initials ?? null, body.disabled ?? null],
      );
      if (body.disabled === true) await endSessions(tx, user.id);
      return find(tx, reach, user.id);
    });
  }

  grant(principal: Principal, reach: Reach, id: string, wanted: GrantDto): Promise<UserView> {
    const facilityId = wanted.facilityId ?? null;
    if (!reaches(reach, facilityId)) throw notFound('facility');
    return this.manage(principal, reach, id, async (tx, user) => {
      await assertFacilities(tx, [{ facilityId }]);
      await addGrant(tx, user.id, { role: wanted.role, facilityId });
      return find(tx, reach, user.id);
    });
  }

  /** Take a role. It counts from the person's next request. */
  async revoke(principal: Principal, reach: Reach, id: string, grantId: string): Promise<void> {
    await this.manage(principal, reach, id, async (tx, user) => {
      if (!user.grants.some((grant) => grant.id === grantId)) throw notFound('grant');
      await tx.query(`DELETE FROM user_grant WHERE id = $1`, [grantId]);
    });
  }

  reset(principal: Principal, reach: Reach, id: string): Promise<{ password: string }> {
    return this.manage(principal, reach, id, async (tx, user) => {
      const password = generatePassword();
      await resetPassword(tx, user.id, user.login, password);
      return { password };
    });
  }

  async signOut(principal: Principal, reach: Reach, id: string): Promise<void> {
    await this.manage(principal, reach, id, (tx, user) => endSessions(tx, user.id));
  }

  private manage<T>(
    principal: Principal,
    reach: Reach,
    id: string,
    work: (tx: EntityManager, user: UserView) => Promise<T>,
  ): Promise<T> {
    if (principal.actor === `user:${id}`)
      throw new DomainError('user.self', 403, 'Somebody else has to change your own account.');
    return this.scoped(principal, async (tx) => work(tx, await find(tx, reach, id)));
  }
}

async function find(tx: EntityManager, reach: Reach, id: string): Promise<UserView> {
  const [user] = await tx.query<UserView[]>(`${VIEW} WHERE u.id = $1`, [id]);
  if (user === undefined || !within(reach, user)) throw notFound('user');
  return user;
}

async function assertFacilities(
  tx: EntityManager,
  grants: readonly { readonly facilityId: string | null }[],
): Promise<void> {
  const ids = [...new Set(grants.flatMap(({ facilityId }) => facilityId ?? []))];
  const [row] = await tx.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM facility WHERE id = ANY($1)`, [ids]);
  if (row?.n !== ids.length) throw notFound('facility');
}
