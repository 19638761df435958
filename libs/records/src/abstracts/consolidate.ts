import { type ItemValues, parsePartialDate, earliestDay } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { consolidateNoContact } from '@perennial/follow-up';
import { lateralityCompatible } from '../intake/identity.js';
import { decidedTumors } from '../primaries/decide-primary.js';
import { recordCreation, type Save, saveWithLineage } from '../lineage.js';
import { patched, type StagingDeriver, stagingDeriver } from '../staging/derive.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { consolidatedTumor, OF_ALL_FACILITIES, type Report } from './consolidated-tumor.js';
import { type AbstractRow } from './edit-abstract.js';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { nextNumber, sequenceNumber } from './numbers.js';
import { placedAbstracts, reporter, type ReportOf, toldOf } from './reports.js';
import { decidedOf, standingDecisions } from './value-decisions.js';
import { saveTumorValues, type TumorRow } from './save-tumor.js';

/** Days between two diagnoses that are taken for one. */
const SAME_TUMOR_DAYS = 60;

interface PatientRow {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
  readonly facilityIds: readonly string[];
}

/**
 * Bring a completed abstract into the consolidated patient and tumor, with lineage that names the abstract.
 *
 * Patient items that are absent are taken; the newer last contact wins with its vital status. A tumor is the same when site (three
 * characters) and first three histology digits agree, no side contradicts and the diagnoses lie within 60 days; otherwise a new
 * one is made; `comparePatients` asks a person where the rules do. A decision on a pair comes before both. Nothing merges on weak evidence.
 *
 * A tumor's values are computed from all its abstracts (`consolidatedTumor`), its stage from these. A patient's are not: a patient is made
 * from a report before any abstract is complete, and last contact moves by follow-up, so there each abstract adds to what is there.
 *
 * @param revision the revision that the abstract will have when completed.
 * @returns the tumor, and the numbers that only a central registry gives (items 20 and 380).
 */
export async function consolidate(
  tx: EntityManager,
  abstract: AbstractRow,
  revision: number,
  actor: string,
  tables: RegistryTables,
): Promise<{ tumorId: string; central: Readonly<Record<string, string>> }> {
  const save: Save = { actor, origin: { kind: 'abstract', abstractId: abstract.id, revision } };
  const reportOf = await reporter(tx, tables);
  const { patient: ofPatient } = splitLevels(await itemsInUse(tx, tables), abstract.items);
  const patient = await patientRow(tx, abstract.patientId);
  const all = await tx.query<(TumorRow & { mergedInto: string | null })[]>(
    `SELECT id, patient_id AS "patientId", items, revision, facility_ids AS "facilityIds", merged_into AS "mergedInto" FROM tumor WHERE patient_id = $1 ORDER BY created_at, id FOR UPDATE`,
    [abstract.patientId],
  );
  const tumors = all.filter(({ mergedInto }) => mergedInto === null);
  const decided = await decidedTumors(tx, abstract.id);
  const same =
    tumors.find((tumor) => tumor.id === abstract.tumorId) ??
    tumors.find((tumor) => tumor.id === decided.same) ??
    tumors.find((tumor) => !decided.separate.has(tumor.id) && sameTumor(tumor.items, abstract.items));
  const others = tumors.filter((tumor) => tumor !== same);
  const merged = all.filter(({ mergedInto }) => mergedInto !== null);
  const central = await centralNumbers(tx, patient, { same, others, merged }, abstract, actor, tables);
  await updatePatient(
    tx,
    patient,
    {
      ...ofPatient,
      ...(await noContact(tx, abstract)),
      ...(central.patientIdNumber === undefined ? {} : { patientIdNumber: central.patientIdNumber }),
    },
    abstract.facilityId,
    save,
  );
  await tx.query(JOINED, [abstract.id]);
  const stage = await stagingDeriver(tx, tables);
  if (same === undefined) {
    const report = reportOf(abstract, revision);
    return { tumorId: await createTumor(tx, abstract, report, central.sequenceNumberCentral, save, stage), central };
  }
  // A number once given stays, unless the only facility of the tumor says otherwise.
  const alone = same.facilityIds.every((one) => one === abstract.facilityId);
  const number = alone
    ? central.sequenceNumberCentral
    : (same.items.sequenceNumberCentral ?? central.sequenceNumberCentral);
  const standsFor = merged.flatMap(({ id, mergedInto }) => (mergedInto === same.id ? [id] : []));
  await joinTumor(tx, same, [same.id, ...standsFor], abstract, revision, number, save, stage, reportOf);
  return { tumorId: same.id, central };
}

async function patientRow(tx: EntityManager, id: string): Promise<PatientRow> {
  const [row] = await tx.query<PatientRow[]>(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM consolidated_patient WHERE id = $1 FOR UPDATE`,
    [id],
  );
  if (row === undefined) throw new Error('abstract without its patient');
  return row;
}

const day = (text: string | undefined): string | null => {
  const parsed = text === undefined ? undefined : parsePartialDate(text);
  return parsed?.ok === true ? earliestDay(parsed.value) : null;
};

/** Whether two descriptions mean one tumor (design section 5b). */
export function sameTumor(a: ItemValues, b: ItemValues): boolean {
  const [first, second] = [day(a.dateOfDiagnosis), day(b.dateOfDiagnosis)];
  if (first === null || second === null) return false;
  const days = Math.abs(Date.parse(isoDay(first)) - Date.parse(isoDay(second))) / 86_400_000;
  return (
    a.primarySite?.slice(0, 3) === b.primarySite?.slice(0, 3) &&
    a.histologicTypeIcdO3?.slice(0, 3) === b.histologicTypeIcdO3?.slice(0, 3) &&
    lateralityCompatible(a.laterality, b.laterality) &&
    days <= SAME_TUMOR_DAYS
  );
}

const isoDay = (compact: string): string => `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6, 8)}`;

/**
 * Item 1854 from every complete abstract and the one at hand: one request not to be contacted wins, whoever reported first. What nobody
 * reports stays absent.
 */
async function noContact(tx: EntityManager, abstract: AbstractRow): Promise<Record<string, string>> {
  const others = await tx.query<{ contact: string | null }[]>(
    `SELECT items->>'noPatientContactFlag' AS contact FROM abstract WHERE patient_id = $1 AND state = 'complete' AND id <> $2`,
    [abstract.patientId, abstract.id],
  );
  const value = consolidateNoContact([
    abstract.items.noPatientContactFlag,
    ...others.map((one) => one.contact ?? undefined),
  ]);
  return value === undefined ? {} : { noPatientContactFlag: value };
}

/** Items that speak of one moment and therefore move together, or not at all. */
const LAST_CONTACT = [
  'dateOfLastContact',
  'vitalStatus',
  'causeOfDeath',
  'icdRevisionNumber',
  'placeOfDeathState',
  'placeOfDeathCountry',
  'autopsy',
] as const;

async function updatePatient(
  tx: EntityManager,
  patient: PatientRow,
  reported: ItemValues,
  facilityId: string,
  save: Save,
): Promise<void> {
  const current = patient.items as Readonly<Record<string, string | undefined>>;
  const decided = decidedOf(await standingDecisions(tx, [patient.id]));
  const newer = (day(reported.dateOfLastContact) ?? '') > (day(current.dateOfLastContact) ?? '');
  const patch: Record<string, string> = {};
  for (const [item, value] of Object.entries(reported as Record<string, string>)) {
    const ofContact = (LAST_CONTACT as readonly string[]).includes(item);
    const take = ofContact
      ? newer
      : OF_ALL_FACILITIES.has(item) ||
        current[item] === undefined ||
        patient.facilityIds.every((one) => one === facilityId);
    if (take && decided[item] === undefined && current[item] !== value) patch[item] = value;
  }
  const facilityIds = patient.facilityIds.includes(facilityId)
    ? patient.facilityIds
    : [...patient.facilityIds, facilityId];
  const columns =
    facilityIds === patient.facilityIds ? {} : { facility_ids: { from: patient.facilityIds, to: facilityIds } };
  if (Object.keys(patch).length === 0 && facilityIds === patient.facilityIds) return;
  if ((await saveWithLineage(tx, 'patient', { ...patient, facilityIds }, patch, save, columns)) === null)
    throw new Error('patient moved while locked');
}

/** When an abstract joined its tumor for the first time: the order in which abstracts are consolidated. */
const JOINED = `UPDATE abstract SET joined_at = CASE WHEN tumor_id IS NULL THEN clock_timestamp() ELSE coalesce(joined_at, completed_at, created_at) END WHERE id = $1`;

/** Consolidate a tumor over all its abstracts, the one at hand as it will be. */
async function joinTumor(
  tx: EntityManager,
  tumor: TumorRow,
  /** The tumor and those that it stands for. */
  tumorIds: readonly string[],
  abstract: AbstractRow,
  revision: number,
  number: string | undefined,
  save: Save,
  stage: StagingDeriver,
  reportOf: ReportOf,
): Promise<void> {
  const placed = await placedAbstracts(tx, { patientId: abstract.patientId, tumorId: tumor.id }, reportOf);
  const own = { id: abstract.id, facilityId: abstract.facilityId, report: reportOf(abstract, revision) };
  const all = placed.some(({ id }) => id === abstract.id)
    ? placed.map((one) => (one.id === abstract.id ? own : one))
    : [...placed, own];
  const facilityIds = tumor.facilityIds.includes(abstract.facilityId)
    ? tumor.facilityIds
    : [...tumor.facilityIds, abstract.facilityId];
  const told = await toldOf(tx, [tumor.id], facilityIds);
  const decided = decidedOf(await standingDecisions(tx, tumorIds));
  const reports = all.flatMap(({ report }) => (report === null ? [] : [report]));
  const wanted = {
    values: consolidatedTumor(reports, told, decided),
    facilityIds,
    ...(number === undefined ? {} : { number }),
  };
  await saveTumorValues(tx, tumor, wanted, save, stage);
}

async function createTumor(
  tx: EntityManager,
  abstract: AbstractRow,
  report: Report,
  number: string | undefined,
  save: Save,
  stage: StagingDeriver,
): Promise<string> {
  const { items: values } = consolidatedTumor([report]);
  const reported = { ...values, ...(number === undefined ? {} : { sequenceNumberCentral: number }) };
  const derived = stage(reported);
  const items = patched(reported, derived.patch);
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO tumor (patient_id, facility_ids, items) VALUES ($1, $2, $3) RETURNING id`,
    [abstract.patientId, [abstract.facilityId], JSON.stringify(items)],
  );
  if (row === undefined) throw new Error('tumor: insert returned no row');
  await recordCreation(tx, 'tumor', row.id, [abstract.facilityId], { ...save, itemOrigins: derived.origins }, items);
  return row.id;
}

/** Patient ID number (20) and central sequence number (380): a central registry gives them, a hospital does not. */
async function centralNumbers(
  tx: EntityManager,
  patient: PatientRow,
  {
    same,
    others,
    merged,
  }: {
    readonly same: TumorRow | undefined;
    readonly others: readonly TumorRow[];
    readonly merged: readonly TumorRow[];
  },
  abstract: AbstractRow,
  actor: string,
  tables: RegistryTables,
): Promise<Record<string, string>> {
  if (tables.registry.kind !== 'central') return {};
  const patientIdNumber = patient.items.patientIdNumber ?? String(await nextNumber(tx, 'patient-id')).padStart(8, '0');
  const had = abstract.items.sequenceNumberCentral ?? same?.items.sequenceNumberCentral;
  if (had !== undefined) return { patientIdNumber, sequenceNumberCentral: had };
  const numbersOf = (tumors: readonly TumorRow[]): string[] =>
    tumors.flatMap((tumor) => tumor.items.sequenceNumberCentral ?? []);
  const { number, renumber, isOnly } = sequenceNumber(abstract.items, numbersOf(others));
  if (renumber !== null) await renumberFirst(tx, others, renumber, actor);
  // Numbers that tumors had before they were merged are not given again: each may stand alone once more.
  const next = isOnly
    ? number
    : sequenceNumber(abstract.items, [...numbersOf(others), ...(await numbersEverGiven(tx, others, merged))]).number;
  return { patientIdNumber, sequenceNumberCentral: next };
}

/** Every central sequence number that the tumors of a patient with merged ones ever had. */
async function numbersEverGiven(
  tx: EntityManager,
  others: readonly TumorRow[],
  merged: readonly TumorRow[],
): Promise<string[]> {
  if (merged.length === 0) return [];
  const rows = await tx.query<{ number: string }[]>(
    `SELECT DISTINCT n.number FROM revision r, jsonb_array_elements_text(jsonb_path_query_array(r.changes, '$.sequenceNumberCentral[0 to 1] ? (@ != null)')) AS n (number)
      WHERE r.entity_id = ANY($1::uuid[])`,
    [[...others, ...merged].map(({ id }) => id)],
  );
  return [...rows.map(({ number }) => number), ...merged.flatMap(({ items }) => items.sequenceNumberCentral ?? [])];
}

/** The patient's only primary becomes the first of several: on the tumor, and on the abstracts that it was made of. */
async function renumberFirst(
  tx: EntityManager,
  tumors: readonly TumorRow[],
  { from, to }: { readonly from: string; readonly to: string },
  actor: string,
): Promise<void> {
  const save: Save = { actor, origin: { kind: 'rule', rule: 'sequence-number-first-of-several' } };
  for (const tumor of tumors.filter(({ items }) => items.sequenceNumberCentral === from)) {
    const saved = await saveWithLineage(tx, 'tumor', tumor, { sequenceNumberCentral: to }, save);
    if (saved === null) throw new Error('tumor moved while locked');
    const abstracts = await tx.query<{ id: string; items: ItemValues; revision: number; facilityIds: string[] }[]>(
      `SELECT id, items, revision, ARRAY[facility_id] AS "facilityIds" FROM abstract WHERE tumor_id = $1 AND items->>'sequenceNumberCentral' = $2 ORDER BY id FOR UPDATE`,
      [tumor.id, from],
    );
    for (const one of abstracts) await saveWithLineage(tx, 'abstract', one, { sequenceNumberCentral: to }, save);
  }
}
