import { type Principal, type Scoped } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { currentRequest, outsideRequest, type RequestContext } from './request-context.js';
import { idsIn } from './seen.js';

/** What happened, beside what the request itself tells. */
export interface Happening {
  readonly status: number;
  readonly action?: string;
  readonly actor?: string;
  readonly seen?: Iterable<string>;
  /** Ids and words of the platform only. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Write one event in a transaction. It is sealed after the commit, by the sealer. */
export async function writeEvent(
  tx: EntityManager,
  request: Omit<RequestContext, 'asked' | 'shown'>,
  happening: Happening,
): Promise<void> {
  await tx.query(
    `INSERT INTO audit_pending (request_id, actor, action, route, status, facility_ids, all_facilities, seen, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      request.requestId,
      happening.actor ?? request.actor,
      happening.action ?? request.action,
      request.route,
      happening.status,
      request.facilityIds,
      request.allFacilities,
      [...new Set(happening.seen ?? [])].sort(),
      happening.detail === undefined ? null : JSON.stringify(happening.detail),
    ],
  );
}

/**
 * The same door, with a log: every transaction of a request ends with one event that holds the ids asked for and those in what the
 * transaction returns, reads included. Either both are committed or none. Jobs and commands have no request; what they change is in the
 * lineage.
 */
export function audited(scoped: Scoped): Scoped {
  return (principal, work, isolation) =>
    scoped(
      principal,
      async (tx) => {
        const result = await work(tx);
        const request = currentRequest();
        if (request !== undefined && request.action !== 'public') {
          const seen = new Set([...request.asked, ...request.shown]);
          // What an auditor reads are ids of what others saw, not the patients.
          if (principal.auditReach === undefined) idsIn(result, seen);
          await writeEvent(tx, request, { status: 200, seen });
        }
        return result;
      },
      isolation,
    );
}

/** Write an event of its own, when the request's transaction was rolled back or there was none. */
export async function writeAlone(scoped: Scoped, by: Principal, happening: Happening): Promise<void> {
  const request = currentRequest();
  if (request === undefined) return;
  await outsideRequest(() => scoped(by, (tx) => writeEvent(tx, request, happening)));
}
