import { type EditSet, runEdits } from '@perennial/edits';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { asPatientRecord, type RegistryTables } from '../tables.js';
import {
  type CaseFinding,
  judgePatient,
  keepFindings,
  keyed,
  type KeyedFinding,
  reviewsOf,
  type StoredPatient,
} from './judge.js';
import { SET_OF_ABSTRACTS, SET_OF_TUMORS, setInUse } from './sets-in-use.js';

/** An abstract as findings are kept of it. */
export interface StoredAbstract {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly items: ItemValues;
}

/** Consolidated patients with their tumors. */
export async function readPatients(tx: EntityManager, ids: readonly string[]): Promise<StoredPatient[]> {
  return tx.query<StoredPatient[]>(
    `SELECT p.id, p.facility_ids AS "facilityIds", p.items, coalesce(t.tumors, '[]') AS tumors FROM consolidated_patient p
       LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', t.id, 'facilityIds', to_jsonb(t.facility_ids), 'items', t.items) ORDER BY t.created_at, t.id) AS tumors
                            FROM tumor t WHERE t.patient_id = p.id AND t.merged_into IS NULL) t ON true
      WHERE p.id = ANY($1::uuid[]) ORDER BY p.id`,
    [ids],
  );
}

/** Complete abstracts of patients. */
export async function readAbstracts(tx: EntityManager, patientIds: readonly string[]): Promise<StoredAbstract[]> {
  return tx.query<StoredAbstract[]>(
    `SELECT id, patient_id AS "patientId", facility_id AS "facilityId", items FROM abstract WHERE patient_id = ANY($1::uuid[]) AND state = 'complete' ORDER BY id`,
    [patientIds],
  );
}

/** Findings of one complete abstract. */
export function judgeAbstract(
  set: EditSet,
  { id, patientId, facilityId, items }: StoredAbstract,
  today: string,
  tables: RegistryTables,
): CaseFinding[] {
  const of = { entity: 'abstract', id, patientId, facilityIds: [facilityId] } as const;
  return runEdits(set, asPatientRecord(tables.dictionary, items), today).map((finding) => ({ of, finding }));
}

/**
 * Run the sets in use on everything stored of some patients and keep what they find: consolidated tumors and patients, and complete abstracts.
 *
 * Needs a scope that sees the whole patients.
 *
 * @returns how many cases were judged and what was found.
 */
export async function refreshFindings(
  tx: EntityManager,
  patientIds: readonly string[],
  today: string,
  tables: RegistryTables,
): Promise<{ readonly cases: number; readonly found: readonly CaseFinding[] }> {
  const tumorSet = await setInUse(tx, tables.edits, SET_OF_TUMORS);
  const abstractSet = await setInUse(tx, tables.edits, SET_OF_ABSTRACTS);
  const patients = await readPatients(tx, patientIds);
  const abstracts = await readAbstracts(tx, patientIds);
  const found = [
    ...patients.flatMap((patient) => judgePatient(tumorSet, patient, today)),
    ...abstracts.flatMap((abstract) => judgeAbstract(abstractSet, abstract, today, tables)),
  ];
  await keepFindings(tx, patientIds, ['patient', 'tumor', 'abstract'], found);
  return { cases: patients.reduce((sum, { tumors }) => sum + tumors.length, 0) + abstracts.length, found };
}

/** What the set in use says of an abstract as it stands, with what reviews made of it. Nothing is kept. */
export async function liveFindings(
  tx: EntityManager,
  abstractId: string | null,
  items: ItemValues,
  today: string,
  tables: RegistryTables,
): Promise<KeyedFinding[]> {
  const set = await setInUse(tx, tables.edits, SET_OF_ABSTRACTS);
  const reviews = abstractId === null ? undefined : (await reviewsOf(tx, [abstractId])).get(abstractId);
  return keyed(runEdits(set, asPatientRecord(tables.dictionary, items), today), reviews ?? new Set());
}
