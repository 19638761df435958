/** One field of a request or record that was refused. */
export interface FieldProblem {
  /** JSON pointer into the request body, for example `/items/primarySite`. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * A refusal with a stable code, answered as an RFC 9457 problem document.
 *
 * Messages and details name items and ids, never values of a patient.
 */
export class DomainError extends Error {
  constructor(
    /** `area.reason`, stable; becomes `urn:perennial:problem:<code>`. */
    readonly code: string,
    readonly status: number,
    message: string,
    readonly extra: Readonly<Record<string, unknown>> & { readonly errors?: readonly FieldProblem[] } = {},
  ) {
    super(message);
  }
}

/** The row is not there, or not for this principal: both look the same from outside. */
export const notFound = (what: string): DomainError =>
  new DomainError(`${what}.not-found`, 404, `There is no such ${what.replaceAll('-', ' ')}.`);

/** Somebody saved in between. */
export const stale = (currentRevision: number): DomainError =>
  new DomainError(
    'revision.stale',
    412,
    'The record was changed by somebody else. Read it again and apply your change to the newer state.',
    { currentRevision },
  );
