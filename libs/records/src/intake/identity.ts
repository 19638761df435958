import { type ItemValues, parsePartialDate } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';

/** How a sender names the facility in its message; each may be absent. */
export interface FacilityHints {
  readonly orderingFacility?: readonly string[];
  readonly assigningAuthority?: readonly string[];
  readonly sendingFacility?: readonly string[];
}

/** Where in a message a facility is named. */
export type NameField = 'ORC-21' | 'PID-3' | 'MSH-4';

/** The names of a report, those that decide first. */
export const namesOf = (hints: FacilityHints): (readonly [field: NameField, value: string])[] =>
  [
    ...(hints.orderingFacility ?? []).map((value) => ['ORC-21', value] as const),
    ...(hints.assigningAuthority ?? []).map((value) => ['PID-3', value] as const),
    ...(hints.sendingFacility ?? []).map((value) => ['MSH-4', value] as const),
  ].filter(([, value]) => value !== '');

/**
 * The facility each report belongs to: the ordering facility (ORC-21) before the owner of the medical record number (PID-3)
 * before the sender (MSH-4), because the sender is usually a laboratory and not the reporting facility.
 *
 * @returns in the order asked; `null` where no name is mapped to a facility in use: that report waits in the unassigned queue.
 */
export async function resolveFacilities(tx: EntityManager, all: readonly FacilityHints[]): Promise<(string | null)[]> {
  const wanted = all.map(namesOf);
  const values = [...new Set(wanted.flatMap((names) => names.map(([, value]) => value)))];
  if (values.length === 0) return all.map(() => null);
  const rows = await tx.query<{ facility_id: string; name: string }[]>(
    `SELECT a.facility_id, a.field || '|' || a.value AS name FROM facility_alias a JOIN facility f ON f.id = a.facility_id
      WHERE a.value = ANY($1::text[]) AND f.retired_at IS NULL`,
    [values],
  );
  const byName = new Map(rows.map((row) => [row.name, row.facility_id]));
  return wanted.map((names) => {
    for (const [field, value] of names) {
      const found = byName.get(`${field}|${value}`);
      if (found !== undefined) return found;
    }
    return null;
  });
}

/** Numbers that stand for "unknown" in practice: they identify nobody. */
const PLACEHOLDER_SSN = /^(\d)\1{8}$|^123456789$|^987654321$|^(000|666)|^\d{3}00|0000$/;

/** Whether a social security number can identify a person. */
export const isRealSsn = (ssn: string | undefined): ssn is string =>
  ssn !== undefined && /^\d{9}$/.test(ssn) && !PLACEHOLDER_SSN.test(ssn);

/**
 * What stands in the place of a medical record number where there is none: NAACCR item 2300 has UNK (unknown), RT and SU (patients of
 * departments without such numbers, alone or before a number of the department); senders also fill it with zeros or nines.
 */
const PLACEHOLDER_MRN = /^(UNK(NOWN)?|RT|SU|NA|N\/A|NONE|TEMP|TEST|0+|9{4,}|X+|-+)$/i;

/** Whether a medical record number can identify a person at its facility. */
export const isRealMrn = (mrn: string | undefined): mrn is string =>
  mrn !== undefined && mrn !== '' && !PLACEHOLDER_MRN.test(mrn);

export type PatientMatch =
  | {
      readonly kind: 'match';
      readonly patientId: string;
      readonly rule: 'ssn+birth' | 'ssn+name' | 'mrn+birth' | 'number+name+birth';
    }
  | { readonly kind: 'new' }
  /** Nobody is merged on weak evidence: a new patient is made and a person compares them. */
  | {
      readonly kind: 'review';
      readonly candidates: readonly string[];
      readonly why: 'name+birth+sex' | 'ssn-contradicted';
    };

/** What a stored patient shows of who they are. */
export interface Candidate {
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

/** Things in groups in which no two share a key; things that do keep their order from group to group. */
export function inWaves<T>(things: readonly T[], keysOf: (thing: T) => readonly string[]): T[][] {
  const waves: T[][] = [];
  const last = new Map<string, number>();
  for (const thing of things) {
    const keys = keysOf(thing);
    const wave = 1 + Math.max(-1, ...keys.map((key) => last.get(key) ?? -1));
    (waves[wave] ??= []).push(thing);
    for (const key of keys) last.set(key, wave);
  }
  return waves;
}

/** Keys under which two messages may mean the same person. */
export function personKeys(facilityId: string, items: ItemValues): string[] {
  const keys = [];
  if (isRealMrn(items.medicalRecordNumber)) keys.push(`mrn:${facilityId}:${items.medicalRecordNumber}`);
  if (isRealSsn(items.socialSecurityNumber)) keys.push(`ssn:${items.socialSecurityNumber}`);
  if (items.nameLast !== undefined && items.dateOfBirth !== undefined)
    keys.push(`name:${nameKey(items)}:${items.dateOfBirth}`);
  return keys;
}

export const nameKey = (items: ItemValues): string =>
  `${(items.nameLast ?? '').toLowerCase()},${(items.nameFirst ?? '').toLowerCase()}`;
const same = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a !== null && b !== null && a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
export const completeDate = (text: string | undefined): text is string =>
  text !== undefined && text.length === 8 && parsePartialDate(text).ok;

/** A person as a report describes them, looked for at one facility. */
export interface WantedPerson {
  readonly facilityId: string;
  readonly items: ItemValues;
}

/**
 * Find the persons that reports speak of by the identity rules of the first version: automatically only on a social security
 * number with birth date or last name, or on a medical record number of the same facility with birth date.
 *
 * One statement for all; each look-up uses an index. `lockKeys(personKeys(...))` must be held.
 *
 * @returns in the order asked.
 */
export async function matchPatients(tx: EntityManager, wanted: readonly WantedPerson[]): Promise<PatientMatch[]> {
  const candidates = await findCandidates(tx, wanted);
  return wanted.map(({ items }, n) => judgeCandidates(candidates[n] ?? [], items));
}

/** The stored persons who may be those asked for, in the order asked; see `matchPatients`. */
export async function findCandidates(tx: EntityManager, wanted: readonly WantedPerson[]): Promise<Candidate[][]> {
  const keys = wanted.map(({ facilityId, items }, n) => ({
    n,
    facility_id: facilityId,
    mrn: isRealMrn(items.medicalRecordNumber) ? items.medicalRecordNumber : null,
    ssn: isRealSsn(items.socialSecurityNumber) ? items.socialSecurityNumber : null,
    name_key: items.nameLast === undefined ? null : nameKey(items),
    birth: completeDate(items.dateOfBirth) ? items.dateOfBirth : null,
  }));
  // OFFSET 0 keeps each look-up a loop over an index, however few rows the planner believes the tables to have.
  const rows = await tx.query<(Candidate & { n: number })[]>(
    `SELECT found.n, p.id, p.social_security_number AS ssn, p.birth_date AS birth, p.items->>'nameLast' AS last, p.items->>'nameFirst' AS first,
            p.items->>'sexAssignedAtBirth' AS sex, found.by_mrn
       FROM (SELECT n, patient_id, bool_or(by_mrn) AS by_mrn
               FROM json_to_recordset($1::json) AS w (n int, facility_id uuid, mrn text, ssn text, name_key text, birth text)
              CROSS JOIN LATERAL (
                SELECT patient_id, true AS by_mrn FROM patient_identifier i WHERE i.facility_id = w.facility_id AND i.medical_record_number = w.mrn
                UNION ALL SELECT id, false FROM consolidated_patient c WHERE c.social_security_number = w.ssn
                UNION ALL SELECT id, false FROM consolidated_patient c WHERE c.name_key = w.name_key AND c.birth_date = w.birth
                OFFSET 0) AS one
              GROUP BY n, patient_id) AS found
      CROSS JOIN LATERAL (SELECT * FROM consolidated_patient c WHERE c.id = found.patient_id OFFSET 0) AS p
      ORDER BY found.n, p.created_at, p.id`,
    [JSON.stringify(keys)],
  );
  const candidates = wanted.map((): Candidate[] => []);
  for (const row of rows) candidates[row.n]?.push(row);
  return candidates;
}

/** Which of some candidates, in the order they were stored, is the person, if one surely is. */
export function judgeCandidates(candidates: readonly Candidate[], items: ItemValues): PatientMatch {
  const ssn = isRealSsn(items.socialSecurityNumber) ? items.socialSecurityNumber : null;
  const birth = completeDate(items.dateOfBirth) ? items.dateOfBirth : null;
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
