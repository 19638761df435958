import { type ItemValues } from '@perennial/naaccr';
import { sameTumor } from '../abstracts/consolidate.js';
import { nameKey } from '../intake/identity.js';

/** Numbers and dates of the platform's own that a sender does not know. */
export const KEPT: ReadonlySet<string> = new Set([
  'abstractedBy',
  'dateCaseInitiated',
  'dateCaseCompleted',
  'patientIdNumber',
  'sequenceNumberCentral',
]);

/** By what a facility tells its abstracts apart: accession and sequence number. */
export const numberOf = ({ facilityId, items }: { readonly facilityId: string; readonly items: ItemValues }): string =>
  `${facilityId} ${items.accessionNumberHosp ?? ''} ${items.sequenceNumberHospital ?? ''}`;

/** Whether two records of one facility under one number speak of one person: equal name and date of birth, known in part or not. */
export function samePerson(a: ItemValues, b: ItemValues): boolean {
  return nameKey(a) === nameKey(b) && a.nameLast !== undefined && a.dateOfBirth === b.dateOfBirth;
}

/** Two records of one facility about one tumor of one person: the same numbers where both have them, else the same tumor. */
export function sameRecord(a: ItemValues, b: ItemValues): boolean {
  const numbers = (items: ItemValues): string | undefined =>
    items.accessionNumberHosp === undefined || items.sequenceNumberHospital === undefined
      ? undefined
      : `${items.accessionNumberHosp} ${items.sequenceNumberHospital}`;
  const [first, second] = [numbers(a), numbers(b)];
  return first !== undefined && second !== undefined ? first === second : sameTumor(a, b);
}

/** Whether a record says nothing but what is stored of it. */
export function equalItems(a: ItemValues, b: ItemValues): boolean {
  const one = a as Readonly<Record<string, string>>;
  const other = b as Readonly<Record<string, string>>;
  const ids = Object.keys(other);
  return ids.every((id) => one[id] === other[id]) && Object.keys(one).every((id) => id in other || KEPT.has(id));
}
