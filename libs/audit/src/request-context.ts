import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What the log needs to know of a request. Filled on its way: the middleware opens it, the guard says who and for what. */
export interface RequestContext {
  readonly requestId: string;
  /** `user:<id>`, `token:<id>`; `anonymous` until somebody is known. */
  actor: string;
  /** The right of the route. */
  action: string;
  /** Method and path with its parameters unfilled, so that no id stands in it. */
  route: string;
  facilityIds: readonly string[];
  allFacilities: boolean;
  /** Ids in the address and the body. */
  asked: readonly string[];
  /** Ids shown that no answer of a transaction held, for example in a stream. */
  readonly shown: Set<string>;
}

const current = new AsyncLocalStorage<RequestContext>();

/** Run the rest of a request with a context of its own. */
export function withRequest<T>(work: (context: RequestContext) => T): T {
  const context: RequestContext = {
    requestId: randomUUID(),
    actor: 'anonymous',
    action: 'none',
    route: '',
    facilityIds: [],
    allFacilities: false,
    asked: [],
    shown: new Set(),
  };
  return current.run(context, () => work(context));
}

/** The request being answered; `undefined` in jobs and commands. */
export const currentRequest = (): RequestContext | undefined => current.getStore();

/**
 * Note ids that are shown but are not in what a scoped transaction returns: rows written to a stream, say. Call it inside of the
 * transaction.
 */
export function noteSeen(ids: Iterable<string>): void {
  const shown = current.getStore()?.shown;
  if (shown !== undefined) for (const id of ids) shown.add(id);
}

/** Run work as if no request were being answered: the log's own writing is not logged. */
export const outsideRequest = <T>(work: () => T): T => current.exit(work);
