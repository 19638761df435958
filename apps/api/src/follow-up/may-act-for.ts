import { type Principal } from '@perennial/persistence';
import { notFound } from '@perennial/problem';

/** Out of scope is answered like non-existent. @throws DomainError 404. */
export function mayActFor(principal: Principal, facilityId: string, what: string): void {
  if (!principal.allFacilities && !principal.facilityIds.includes(facilityId)) throw notFound(what);
}
