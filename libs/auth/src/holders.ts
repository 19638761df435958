import { type EntityManager } from 'typeorm';
import { MATRIX, type Right, type Role, ROLES } from './rights.js';
import { type Reach } from './scope.js';

/** Somebody who may be given work, and where: as far as whoever asks may know. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly allFacilities: boolean;
  readonly facilityIds: readonly string[];
}

/** Kinds of work that are given to people; each is named by the right that doing it takes. */
export type WorkRight = Extract<Right, 'follow-up.write' | 'reports.screen'>;

const rolesWith = (right: WorkRight): readonly Role[] =>
  ROLES.filter((role) => MATRIX[role].some((one) => one === right));

/**
 * People who can sign in and may do a kind of work at some facility within reach, by name. Of their facilities those within reach are named
 * and no others.
 */
export const holdersOf = (tx: EntityManager, right: WorkRight, reach: Reach): Promise<Holder[]> =>
  tx.query(
    `SELECT u.id, u.name, u.initials, bool_or(g.facility_id IS NULL) AS "allFacilities",
            coalesce(array_agg(DISTINCT g.facility_id) FILTER (WHERE g.facility_id IS NOT NULL), '{}') AS "facilityIds"
       FROM app_user u JOIN user_grant g ON g.user_id = u.id
      WHERE u.disabled_at IS NULL AND g.role = ANY($1) AND ($2::boolean OR g.facility_id IS NULL OR g.facility_id = ANY($3::uuid[]))
      GROUP BY u.id ORDER BY u.name, u.id`,
    [rolesWith(right), reach.allFacilities, reach.facilityIds],
  );

/** Whether a person can sign in and may do a kind of work at every one of some facilities. */
export async function mayHold(
  tx: EntityManager,
  userId: string,
  right: WorkRight,
  facilityIds: readonly string[],
): Promise<boolean> {
  const [row] = await tx.query<{ may: boolean | null }[]>(
    `SELECT bool_or(g.facility_id IS NULL) OR $3::uuid[] <@ array_remove(array_agg(g.facility_id), NULL) AS may
       FROM app_user u JOIN user_grant g ON g.user_id = u.id WHERE u.id = $1 AND u.disabled_at IS NULL AND g.role = ANY($2)`,
    [userId, rolesWith(right), facilityIds],
  );
  return row?.may === true;
}
