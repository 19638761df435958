import { DomainError } from '@perennial/problem';

/** The revision of an editable resource from `If-Match`. @throws DomainError 428 when it is missing or no revision. */
export function expectedRevision(header: string | undefined): number {
  const match = /^"?(?:r)?(\d{1,9})"?$/.exec((header ?? '').trim());
  if (match === null) throw new DomainError('revision.required', 428, 'Send the revision you read in If-Match.');
  return Number(match[1]);
}

/** The entity tag of a revision. */
export const etag = (revision: number): string => `"${revision}"`;
