import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type Candidate, findCandidates, personKeys } from '../intake/identity.js';
import { type PlannedPatient } from './plan.js';
import { numberOf } from './same-record.js';

/** Keys under which a patient of the file may mean a stored one: those of each facility that reports of them. */
export const keysOf = (patient: PlannedPatient): string[] => [
  ...new Set(patient.tumors.flatMap(({ facilityId, items }) => personKeys(facilityId, items))),
];

/**
 * The stored patients that may be those of a page, and the ones of the page itself as they are made: two elements of one person in one
 * file meet here.
 */
export class People {
  private readonly stored = new Map<number, Candidate[]>();
  private readonly made = new Map<string, Candidate[]>();

  /** Look all patients of the page up at once; `lockKeys(keysOf(...))` must be held. */
  static async of(tx: EntityManager, patients: readonly PlannedPatient[]): Promise<People> {
    const people = new People();
    // Each facility has its own number of the person.
    const wanted = patients.flatMap((patient, n) =>
      patient.tumors
        .filter(
          ({ facilityId, items }, index) =>
            patient.tumors.findIndex(
              (one) => one.facilityId === facilityId && one.items.medicalRecordNumber === items.medicalRecordNumber,
            ) === index,
        )
        .map(({ facilityId, items }) => ({ n, facilityId, items })),
    );
    const found = await findCandidates(tx, wanted);
    wanted.forEach(({ n }, index) => {
      const known = people.stored.get(n) ?? [];
      people.stored.set(n, joined(known, found[index] ?? []));
    });
    return people;
  }

  /** Candidates of the n-th patient of the page. */
  candidates(n: number, patient: PlannedPatient): Candidate[] {
    return keysOf(patient).reduce<Candidate[]>(
      (known, key) =>
        joined(
          known,
          (this.made.get(key) ?? []).map((candidate) => ({ ...candidate, by_mrn: key.startsWith('mrn:') })),
        ),
      [...(this.stored.get(n) ?? [])],
    );
  }

  /** A patient that is made in this page. */
  add(id: string, patient: PlannedPatient): void {
    const { items } = patient;
    const candidate: Candidate = {
      id,
      ssn: items.socialSecurityNumber ?? null,
      birth: items.dateOfBirth ?? null,
      last: items.nameLast ?? null,
      first: items.nameFirst ?? null,
      sex: items.sexAssignedAtBirth ?? null,
      by_mrn: false,
    };
    for (const key of keysOf(patient)) this.made.set(key, [...(this.made.get(key) ?? []), candidate]);
  }
}

/** Two lists of candidates as one: who was found by a number in either was found by a number. */
function joined(a: readonly Candidate[], b: readonly Candidate[]): Candidate[] {
  const byId = new Map(a.map((candidate) => [candidate.id, candidate]));
  for (const candidate of b) {
    byId.set(candidate.id, { ...candidate, by_mrn: candidate.by_mrn || byId.get(candidate.id)?.by_mrn === true });
  }
  return [...byId.values()];
}

/** An abstract that a patient has already. */
export interface KnownAbstract {
  readonly id: string;
  readonly facilityId: string;
  readonly patientId: string;
  readonly tumorId: string | null;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly items: ItemValues;
  readonly revision: number;
}

/** Abstracts of stored patients. */
export async function abstractsOf(
  tx: EntityManager,
  patientIds: readonly string[],
): Promise<Map<string, KnownAbstract[]>> {
  const rows =
    patientIds.length === 0
      ? []
      : await tx.query<KnownAbstract[]>(
          `SELECT id, facility_id AS "facilityId", patient_id AS "patientId", tumor_id AS "tumorId", state, items, revision
             FROM abstract WHERE patient_id = ANY($1::uuid[]) ORDER BY created_at, id`,
          [patientIds],
        );
  const byPatient = new Map<string, KnownAbstract[]>();
  for (const row of rows) byPatient.set(row.patientId, [...(byPatient.get(row.patientId) ?? []), row]);
  return byPatient;
}

/** Complete abstracts that have one of these accession numbers, by `numberOf`. */
export async function holdersOf(
  tx: EntityManager,
  asked: readonly { readonly facility: string; readonly accession: string }[],
): Promise<Map<string, KnownAbstract>> {
  const rows = await tx.query<KnownAbstract[]>(
    `SELECT a.id, a.facility_id AS "facilityId", a.patient_id AS "patientId", a.tumor_id AS "tumorId", a.state, a.items, a.revision
       FROM (SELECT DISTINCT facility, accession FROM json_to_recordset($1::json) AS r (facility uuid, accession text)) AS q
       JOIN abstract a ON a.facility_id = q.facility AND a.accession_number = q.accession AND a.state = 'complete'`,
    [JSON.stringify(asked)],
  );
  return new Map(rows.map((row) => [numberOf(row), row]));
}
