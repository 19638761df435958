import { type Principal } from '@perennial/persistence';
import { isRole, MATRIX, RIGHTS, type Right } from './rights.js';

/** A role that somebody holds, at one facility or (null) registry-wide. */
export interface Grant {
  readonly role: string;
  readonly facilityId: string | null;
}

/** Where a right holds: at some facilities, or everywhere. */
export interface Reach {
  readonly facilityIds: readonly string[];
  readonly allFacilities: boolean;
}

const NOWHERE: Reach = { facilityIds: [], allFacilities: false };

/** The grants that carry a right. */
export const grantsFor = (grants: readonly Grant[], right: Right): Grant[] =>
  grants.filter(
    ({ role, facilityId }) =>
      isRole(role) && MATRIX[role].includes(right) && (facilityId === null || !('registryOnly' in RIGHTS[right])),
  );

/** Where somebody may use a right. */
export function reachOf(grants: readonly Grant[], right: Right): Reach {
  const holding = grantsFor(grants, right);
  return {
    facilityIds: [...new Set(holding.flatMap(({ facilityId }) => facilityId ?? []))],
    allFacilities: holding.some(({ facilityId }) => facilityId === null),
  };
}

/** Whether a facility (null: the registry as a whole) lies within reach. */
export const reaches = (reach: Reach, facilityId: string | null): boolean =>
  reach.allFacilities || (facilityId !== null && reach.facilityIds.includes(facilityId));

/**
 * What somebody may see while using one right. A registrar of one facility who is also a researcher of the whole registry is a
 * registrar at that facility only: the scope comes from the grants that carry the right, never from all of them. For rights that
 * are not about patients it is empty, so that an administrator's transaction sees no patient whatever it asks for.
 *
 * @returns `null` when no grant carries the right.
 */
export function scopeFor(
  who: { readonly actor: string; readonly kind: Principal['kind']; readonly grants: readonly Grant[] },
  right: Right,
): Principal | null {
  const holding = grantsFor(who.grants, right);
  if (holding.length === 0) return null;
  const { about } = RIGHTS[right];
  const reach = reachOf(who.grants, right);
  return {
    actor: who.actor,
    kind: who.kind,
    roles: [...new Set(holding.map(({ role }) => role))],
    ...(about === 'patients' ? reach : NOWHERE),
    ...(about === 'audit' ? { auditReach: reach } : {}),
  };
}
