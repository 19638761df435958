import { createHash } from 'node:crypto';
import { applyReviews, type EditSet, type Finding, findingKey, type JudgedFinding, runEdits } from '@perennial/edits';
import { type ItemValues, type PatientRecord } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';

/** What findings are kept of. */
export type EditEntity = 'abstract' | 'tumor' | 'patient';

/** A finding with the key by which a review of it is recorded. */
export interface KeyedFinding extends JudgedFinding {
  readonly key: string;
}

/** The key of a finding as it is stored: a hash, so that no value is kept twice. */
export const storedKey = (finding: Finding): string =>
  createHash('sha256').update(findingKey(finding)).digest('base64url').slice(0, 32);

/** Findings of a record with what reviews made of them. */
export function keyed(findings: readonly Finding[], reviewed: ReadonlySet<string>): KeyedFinding[] {
  return applyReviews(findings, reviewed, storedKey).map((finding) => ({ ...finding, key: storedKey(finding) }));
}

/** Keys of the reviews that hold, by what they are of. */
export async function reviewsOf(tx: EntityManager, ids: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await tx.query<{ entity_id: string; key: string }[]>(
    `SELECT entity_id, key FROM edit_review WHERE entity_id = ANY($1::uuid[]) AND withdrawn_at IS NULL`,
    [ids],
  );
  const reviews = new Map<string, Set<string>>();
  for (const { entity_id, key } of rows) reviews.set(entity_id, (reviews.get(entity_id) ?? new Set()).add(key));
  return reviews;
}

/** A stored case and whose it is. */
export interface StoredCase {
  readonly entity: EditEntity;
  readonly id: string;
  readonly patientId: string;
  readonly facilityIds: readonly string[];
}

/** A finding and the stored case that it is kept with. */
export interface CaseFinding {
  readonly of: StoredCase;
  readonly finding: Finding;
}

/** A consolidated patient with the tumors, as stored. */
export interface StoredPatient {
  readonly id: string;
  readonly facilityIds: readonly string[];
  readonly items: ItemValues;
  readonly tumors: readonly {
    readonly id: string;
    readonly facilityIds: readonly string[];
    readonly items: ItemValues;
  }[];
}

/** Findings of a consolidated patient: those of one tumor belong to it, those over several to the patient. */
export function judgePatient(set: EditSet, patient: StoredPatient, today: string): CaseFinding[] {
  const record: PatientRecord = { items: patient.items, tumors: patient.tumors.map(({ items }) => items) };
  const whole: StoredCase = {
    entity: 'patient',
    id: patient.id,
    patientId: patient.id,
    facilityIds: patient.facilityIds,
  };
  return runEdits(set, record, today).map((finding) => {
    const tumor = finding.level === 'patient' ? undefined : patient.tumors[finding.tumor];
    const of: StoredCase =
      tumor === undefined
        ? whole
        : { entity: 'tumor', id: tumor.id, patientId: patient.id, facilityIds: tumor.facilityIds };
    return { of, finding };
  });
}

/**
 * Keep exactly these findings for patients: what is new is added, what is gone is removed, what stays keeps its age.
 *
 * @param entities kinds of cases that the findings are complete for; those of others are left as they are.
 */
export async function keepFindings(
  tx: EntityManager,
  patientIds: readonly string[],
  entities: readonly EditEntity[],
  found: readonly CaseFinding[],
): Promise<void> {
  const reviews = await reviewsOf(tx, [...new Set(found.map(({ of }) => of.id))]);
  const rows = new Map<string, Record<string, unknown>>();
  for (const { of, finding } of found) {
    const [one] = keyed([finding], reviews.get(of.id) ?? new Set());
    if (one === undefined) continue;
    rows.set(`${of.id} ${one.key}`, {
      entity: of.entity,
      entity_id: of.id,
      patient_id: of.patientId,
      facility_ids: of.facilityIds,
      edit: one.failed ?? one.edit,
      edit_version: one.version,
      severity: one.severity,
      items: one.items,
      key: one.key,
      state: one.state,
    });
  }
  // One statement, so that nobody sees a case without its findings in between.
  await tx.query(
    `WITH found AS (
       SELECT * FROM jsonb_to_recordset($3::jsonb) AS f (entity text, entity_id uuid, patient_id uuid, facility_ids uuid[], edit text, edit_version int,
         severity text, items text[], key text, state text)),
     gone AS (
       DELETE FROM edit_finding e WHERE e.patient_id = ANY($1::uuid[]) AND e.entity = ANY($2)
          AND NOT EXISTS (SELECT FROM found f WHERE f.entity_id = e.entity_id AND f.key = e.key))
     INSERT INTO edit_finding AS e (entity, entity_id, patient_id, facility_ids, edit, edit_version, severity, items, key, state)
     SELECT entity, entity_id, patient_id, facility_ids, edit, edit_version, severity, items, key, state FROM found
     ON CONFLICT (entity_id, key) DO UPDATE SET state = excluded.state, severity = excluded.severity, edit_version = excluded.edit_version,
       facility_ids = excluded.facility_ids, patient_id = excluded.patient_id
      WHERE (e.state, e.severity, e.edit_version, e.facility_ids, e.patient_id) IS DISTINCT FROM (excluded.state, excluded.severity, excluded.edit_version, excluded.facility_ids, excluded.patient_id)`,
    [patientIds, entities, JSON.stringify([...rows.values()])],
  );
}
