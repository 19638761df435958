import { type DataSource, type EntityManager } from 'typeorm';
import { hasJobs, wakeRelay } from './outbox.js';

/** Who is asking: a person, a token of a job or device, or the platform itself. */
export interface Principal {
  /** Written to lineage and audit: `user:<id>`, `token:<id>` or `system:<part>`. Never a name. */
  readonly actor: string;
  readonly kind: 'user' | 'token' | 'system';
  /** Facilities whose rows may be seen. Ignored when `allFacilities`. */
  readonly facilityIds: readonly string[];
  /** Registry-wide: central registrars, submitters and the platform's own jobs. */
  readonly allFacilities: boolean;
  /** Roles by name that carry the right in use. */
  readonly roles: readonly string[];
  /** Whose doings an auditor may read. Absent for everybody else: the log shows them nothing. */
  readonly auditReach?: { readonly facilityIds: readonly string[]; readonly allFacilities: boolean };
}

/** The platform acting by itself, for example a worker finishing what a person started. */
export const systemPrincipal = (part: string): Principal => ({
  actor: `system:${part}`,
  kind: 'system',
  facilityIds: [],
  allFacilities: true,
  roles: ['system'],
});

export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ';

/** Runs work in one transaction that sees the rows of one principal. The only way to the database for features. */
export type Scoped = <T>(
  principal: Principal,
  work: (tx: EntityManager) => Promise<T>,
  isolation?: Isolation,
) => Promise<T>;

const array = (ids: readonly string[]): string => `{${ids.join(',')}}`;
const onOff = (on: boolean): string => (on ? 'on' : 'off');

/**
 * Make the only door to the database: a transaction, the principal's scope set for its duration, commit or roll back.
 *
 * A connection without these settings sees no rows of patients at all.
 */
export function createScoped(db: DataSource): Scoped {
  return async (principal, work, isolation = 'READ COMMITTED') => {
    let wrote = false;
    const result = await db.transaction(isolation, async (tx) => {
      const { auditReach } = principal;
      await tx.query(
        `SELECT set_config('perennial.facilities', $1, true), set_config('perennial.all_facilities', $2, true), set_config('perennial.actor', $3, true),
                set_config('perennial.audit_facilities', $4, true), set_config('perennial.audit_all', $5, true)`,
        [
          array(principal.facilityIds),
          onOff(principal.allFacilities),
          principal.actor,
          array(auditReach?.facilityIds ?? []),
          onOff(auditReach?.allFacilities ?? false),
        ],
      );
      const done = await work(tx);
      wrote = hasJobs(tx);
      return done;
    });
    if (wrote) wakeRelay(db);
    return result;
  };
}

/**
 * Do a step that touches rows shared by several facilities (matching a person, consolidating, moving last contact) as the platform,
 * inside the transaction of a principal, and return to the principal's own scope.
 *
 * Only use-cases that change shared rows by a rule may ask for it; what the principal is shown is read outside of it.
 */
export async function withRegistryScope<T>(
  tx: EntityManager,
  principal: Principal,
  work: () => Promise<T>,
): Promise<T> {
  if (principal.allFacilities) return work();
  await tx.query(`SELECT set_config('perennial.all_facilities', 'on', true)`);
  const result = await work();
  // After an error the transaction is rolled back and the setting with it.
  await tx.query(`SELECT set_config('perennial.all_facilities', 'off', true)`);
  return result;
}

const setting = `current_setting('perennial.facilities', true)::uuid[]`;

/**
 * The condition, in SQL, that a row made of what several facilities reported may be theirs: for a principal of one facility the first of
 * the row's facilities is that one, which an index on `(column[1])` finds. Row security decides on the rest.
 *
 * @param column the row's facilities, for example `m.facility_ids`.
 */
export const inScopeOfAll = (principal: Principal, column: string): string =>
  principal.allFacilities || principal.facilityIds.length !== 1 ? 'true' : `${column}[1] = (SELECT (${setting})[1])`;

/**
 * The condition, in SQL, that a row belongs to the principal's facilities, for lists and searches. Row security holds without it, but its
 * condition has an alternative for registry-wide principals, and no index serves an alternative; this one an index that begins with the
 * facility does, in its order when there is one facility.
 *
 * @param column the row's facility, for example `a.facility_id`.
 */
export function inScope(principal: Principal, column: string): string {
  if (principal.allFacilities) return 'true';
  return principal.facilityIds.length === 1
    ? `${column} = (SELECT (${setting})[1])`
    : `${column} = ANY ((SELECT ${setting})::uuid[])`;
}
