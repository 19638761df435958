import { type ItemValues, parsePartialDate } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';

/** How a sender names the facility in its message; each may be absent. */
export interface FacilityHints {
  readonly orderingFacility?: readonly string[];
  readonly assigningAuthority?: readonly string[];
  readonly sendingFacility?: readonly string[];
}

/**
 * The facility a report belongs to: the ordering facility (ORC-21) before the owner of the medical record number (PID-3)
 * before the sender (MSH-4), because the sender is usually a laboratory and not the reporting facility.
 *
 * @returns `null` when no name is mapped; the report then waits in the unassigned queue.
 */
export async function resolveFacility(tx: EntityManager, hints: FacilityHints): Promise<string | null> {
  const wanted = [
    ...(hints.orderingFacility ?? []).map((value) => ['ORC-21', value] as const),
    ...(hints.assigningAuthority ?? []).map((value) => ['PID-3', value] as const),
    ...(hints.sendingFacility ?? []).map((value) => ['MSH-4', value] as const),
  ].filter(([, value]) => value !== '');
  if (wanted.length === 0) return null;
  const rows = await tx.query<{ facility_id: string }[]>(
    `SELECT a.facility_id FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (field, value, rank)
       JOIN facility_alias a ON a.field = w.field AND a.value = w.value ORDER BY w.rank LIMIT 1`,
    [wanted.map(([field]) => field), wanted.map(([, value]) => value)],
  );
  return rows[0]?.facility_id ?? null;
}

/** Numbers that stand for "unknown" in practice: they identify nobody. */
const PLACEHOLDER_SSN = /^(\d)\1{8}$|^123456789$|^987654321$|^(000|666)|^\d{3}00|0000$/;

/** Whether a social security number can identify a person. */
export const isRealSsn = (ssn: string | undefined): ssn is string =>
  ssn !== undefined && /^\d{9}$/.test(ssn) && !PLACEHOLDER_SSN.test(ssn);

export type PatientMatch =
  | { readonly kind: 'match'; readonly patientId: string; readonly rule: 'ssn+birth' | 'ssn+name' | 'mrn+birth' }
  | { readonly kind: 'new' }
  /** Nobody is merged on weak evidence: a new patient is made and a person compares them. */
  | {
      readonly kind: 'review';
      readonly candidates: readonly string[];
      readonly why: 'name+birth+sex' | 'ssn-contradicted';
    };

interface Candidate {
  readonly id: string;
  readonly ssn: string | null;
  readonly birth: string | null;
  readonly last: string | null;
  readonly sex: string | null;
  readonly first: string | null;
  readonly by_mrn: boolean;
}

/**
 * Serialize everything that could make or find the same person or report, for the rest of the transaction.
 *
 * Locks are taken in one order, so that two messages about two people never wait for each other in a circle.
 */
export async function lockKeys(tx: EntityManager, keys: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(h) FROM (SELECT DISTINCT hashtextextended(k, 7236) AS h FROM unnest($1::text[]) AS k ORDER BY h) AS keys`,
    [keys],
  );
}

/** Keys under which two messages may mean the same person. */
export function personKeys(facilityId: string, items: ItemValues): string[] {
  const keys = [];
  if (items.medicalRecordNumber !== undefined) keys.push(`mrn:${facilityId}:${items.medicalRecordNumber}`);
  if (isRealSsn(items.socialSecurityNumber)) keys.push(`ssn:${items.socialSecurityNumber}`);
  if (items.nameLast !== undefined && items.dateOfBirth !== undefined)
    keys.push(`name:${nameKey(items)}:${items.dateOfBirth}`);
  return keys;
}

const nameKey = (items: ItemValues): string =>
  `${(items.nameLast ?? '').toLowerCase()},${(items.nameFirst ?? '').toLowerCase()}`;
const same = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a !== null && b !== null && a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
const completeDate = (text: string | undefined): text is string =>
  text !== undefined && text.length === 8 && parsePartialDate(text).ok;

/**
 * Find the person a report speaks of by the identity rules of the first version: automatically only on a social security
 * number with birth date or last name, or on a medical record number of the same facility with birth date.
 *
 * @param items the patient items of the report; `lockKeys(personKeys(...))` must be held.
 */
export async function matchPatient(tx: EntityManager, facilityId: string, items: ItemValues): Promise<PatientMatch> {
  const ssn = isRealSsn(items.socialSecurityNumber) ? items.socialSecurityNumber : null;
  const birth = completeDate(items.dateOfBirth) ? items.dateOfBirth : null;
  const candidates = await tx.query<Candidate[]>(
    `SELECT p.id, p.social_security_number AS ssn, p.birth_date AS birth, p.items->>'nameLast' AS last, p.items->>'nameFirst' AS first,
            p.items->>'sexAssignedAtBirth' AS sex, found.by_mrn
       FROM (SELECT patient_id, bool_or(by_mrn) AS by_mrn FROM (
               SELECT patient_id, true AS by_mrn FROM patient_identifier WHERE facility_id = $1 AND medical_record_number = $2
               UNION ALL SELECT id, false FROM consolidated_patient WHERE social_security_number = $3
               UNION ALL SELECT id, false FROM consolidated_patient WHERE name_key = $4 AND birth_date = $5) AS all_found
             GROUP BY patient_id) AS found
       JOIN consolidated_patient p ON p.id = found.patient_id ORDER BY p.created_at, p.id`,
    [facilityId, items.medicalRecordNumber ?? null, ssn, items.nameLast === undefined ? null : nameKey(items), birth],
  );
  const contradicted = new Set<string>();
  for (const candidate of candidates) {
    const sameSsn = ssn !== null && candidate.ssn === ssn;
    const otherSsn = ssn !== null && isRealSsn(candidate.ssn ?? undefined) && candidate.ssn !== ssn;
    const sameBirth = birth !== null && candidate.birth === birth;
    if (sameSsn && sameBirth) return { kind: 'match', patientId: candidate.id, rule: 'ssn+birth' };
    if (sameSsn && same(candidate.last, items.nameLast))
      return { kind: 'match', patientId: candidate.id, rule: 'ssn+name' };
    if (candidate.by_mrn && sameBirth && !otherSsn)
      return { kind: 'match', patientId: candidate.id, rule: 'mrn+birth' };
    if (sameSsn || (candidate.by_mrn && otherSsn)) contradicted.add(candidate.id);
  }
  if (contradicted.size > 0) return { kind: 'review', candidates: [...contradicted], why: 'ssn-contradicted' };
  const alike = candidates.filter(
    (one) =>
      birth !== null &&
      one.birth === birth &&
      same(one.last, items.nameLast) &&
      same(one.first, items.nameFirst) &&
      (one.sex === null || items.sexAssignedAtBirth === undefined || one.sex === items.sexAssignedAtBirth),
  );
  return alike.length > 0
    ? { kind: 'review', candidates: alike.map((one) => one.id), why: 'name+birth+sex' }
    : { kind: 'new' };
}

/** Laterality of two descriptions of one tumor: contradictory only when one is right and the other left. */
export function lateralityCompatible(a: string | null | undefined, b: string | null | undefined): boolean {
  const sides = new Set([a, b]);
  return !(sides.has('1') && sides.has('2'));
}

/** Hold everything that could make or find the same person, for the rest of the transaction. */
export const lockPerson = (tx: EntityManager, facilityId: string, items: ItemValues): Promise<void> =>
  lockKeys(tx, personKeys(facilityId, items));
