import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type Origin } from '../lineage.js';
import { type PlannedTumor } from './plan.js';

/** Between JSON texts in one parameter: JSON writes this character escaped. */
const SEPARATOR = '\x1e';

export interface NewPatient {
  readonly id: string;
  readonly items: Record<string, string>;
  readonly facilityIds: readonly string[];
}
/** A tumor made of one abstract. */
export interface NewTumor {
  readonly id: string;
  readonly patientId: string;
  readonly facilityIds: readonly string[];
  /** Those by which tumors are told apart; the rest is in the abstract. */
  readonly items: Record<string, string>;
  readonly planned: PlannedTumor;
  /** Stage by the registry's own algorithms. */
  staged: Readonly<Record<string, string>>;
}
export interface NewAbstract {
  readonly id: string;
  readonly facilityId: string;
  readonly patientId: string;
  tumorId: string | null;
  readonly state: 'draft' | 'complete';
  readonly items: ItemValues;
  readonly planned: PlannedTumor;
}
export interface NewWorkItem {
  readonly kind: 'review_patient';
  readonly entity: 'patient';
  readonly entityId: string;
  readonly facilityId: string;
  readonly reason: Readonly<Record<string, unknown>>;
}

/** What a page makes. */
export interface NewRecords {
  readonly patients: NewPatient[];
  readonly tumors: NewTumor[];
  readonly abstracts: NewAbstract[];
  readonly identifiers: { readonly patient: string; readonly facility: string; readonly number: string }[];
  /** Facilities that report of patients who were there before. */
  readonly joined: { readonly patient: string; readonly facility: string }[];
  readonly workItems: NewWorkItem[];
  /** Ids of items that a tumor does not take over from its abstract: its patient's, its facility's, and what staging gives. */
  readonly notOfTumors: Set<string>;
}

/** Write what a page makes, each kind in one statement, with its lineage. */
export async function writeNewRecords(
  tx: EntityManager,
  made: NewRecords,
  { batchId, actor }: { readonly batchId: string; readonly actor: string },
): Promise<void> {
  const all = (sql: string, rows: readonly unknown[]): Promise<unknown> =>
    rows.length === 0 ? Promise.resolve() : tx.query(sql, [JSON.stringify(rows)]);
  await all(
    `INSERT INTO patient (id, items, facility_ids) SELECT id, items, "facilityIds" FROM json_to_recordset($1::json) AS r (id uuid, items jsonb, "facilityIds" uuid[])`,
    made.patients,
  );
  await writeAbstractsAndTumors(tx, made);
  await all(
    `UPDATE consolidated_patient p SET facility_ids = p.facility_ids || r.facilities
       FROM (SELECT patient, array_agg(DISTINCT facility) AS facilities FROM json_to_recordset($1::json) AS j (patient uuid, facility uuid)
              WHERE NOT EXISTS (SELECT FROM consolidated_patient q WHERE q.id = j.patient AND q.facility_ids @> ARRAY[j.facility]) GROUP BY patient) AS r
      WHERE p.id = r.patient`,
    made.joined,
  );
  await all(
    `INSERT INTO patient_identifier (patient_id, facility_id, medical_record_number)
     SELECT DISTINCT patient, facility, number FROM json_to_recordset($1::json) AS r (patient uuid, facility uuid, number text) ON CONFLICT DO NOTHING`,
    made.identifiers,
  );
  await all(
    `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) SELECT kind, entity, "entityId", "facilityId", reason
       FROM json_to_recordset($1::json) AS r (kind text, entity text, "entityId" uuid, "facilityId" uuid, reason jsonb)`,
    made.workItems,
  );
  // A creation from a batch stores no values: the items folded back give them.
  const origin: Origin = { kind: 'batch', batchId };
  const rows = [
    ...made.patients.map(({ id, facilityIds }) => ({ entity: 'patient', id, facilityIds })),
    ...made.tumors.map(({ id, facilityIds }) => ({ entity: 'tumor', id, facilityIds })),
    ...made.abstracts.map(({ id, facilityId }) => ({ entity: 'abstract', id, facilityIds: [facilityId] })),
  ];
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT entity, id, 1, "facilityIds", $2, $3::jsonb, '{}'::jsonb FROM json_to_recordset($1::json) AS r (entity text, id uuid, "facilityIds" uuid[])`,
    [JSON.stringify(rows), actor, JSON.stringify(origin)],
  );
}

/**
 * A tumor is its abstract without what is the patient's and the facility's, and its stage, so the values travel once; each list of JSON texts
 * is one text with separators, which costs the server one look at each value.
 */
async function writeAbstractsAndTumors(
  tx: EntityManager,
  { abstracts, tumors, notOfTumors }: NewRecords,
): Promise<void> {
  if (abstracts.length === 0) return;
  const byId = new Map(tumors.map((tumor) => [tumor.id, tumor]));
  const more = abstracts.map(({ tumorId }) => {
    const tumor = tumorId === null ? undefined : byId.get(tumorId);
    return { ...tumor?.staged, ...pick(tumor?.items ?? {}, ['sequenceNumberCentral']) };
  });
  await tx.query(
    `WITH r AS MATERIALIZED (
            SELECT id, facility, patient, tumor, state, items::jsonb, more::jsonb
              FROM ROWS FROM (unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::uuid[]), unnest($5::text[]),
                              string_to_table($6, $8), string_to_table($7, $8)) AS t (id, facility, patient, tumor, state, items, more)),
          t AS (INSERT INTO tumor (id, patient_id, facility_ids, items)
                SELECT tumor, patient, ARRAY[facility], (items - $9::text[]) || more FROM r WHERE tumor IS NOT NULL)
     INSERT INTO abstract (id, facility_id, patient_id, tumor_id, state, items, completed_at)
     SELECT id, facility, patient, tumor, state, items, CASE state WHEN 'complete' THEN now() END FROM r`,
    [
      abstracts.map(({ id }) => id),
      abstracts.map(({ facilityId }) => facilityId),
      abstracts.map(({ patientId }) => patientId),
      abstracts.map(({ tumorId }) => tumorId),
      abstracts.map(({ state }) => state),
      abstracts.map(({ planned }) => planned.json).join(SEPARATOR),
      more.map((values) => JSON.stringify(values)).join(SEPARATOR),
      SEPARATOR,
      [...notOfTumors],
    ],
  );
}

/** Some of the items. */
export function pick(items: ItemValues, ids: readonly (keyof ItemValues)[]): Record<string, string> {
  return Object.fromEntries(ids.flatMap((id) => (items[id] === undefined ? [] : [[id, items[id]]])));
}
