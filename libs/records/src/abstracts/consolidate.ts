import { type ItemValues, parsePartialDate, earliestDay } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { consolidateNoContact, consolidateRestriction } from '@perennial/follow-up';
import { lateralityCompatible } from '../intake/identity.js';
import { decidedTumors } from '../primaries/decide-primary.js';
import { recordCreation, type Save, saveWithLineage } from '../lineage.js';
import { patched, STAGING_ITEMS, type StagingDeriver, stagingDeriver } from '../staging/derive.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { type AbstractRow } from './edit-abstract.js';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { nextNumber, sequenceNumber } from './numbers.js';

/** Items of the facility's own bookkeeping: they stay on the abstract and never describe the person or the tumor. */
export const OF_THE_FACILITY: ReadonlySet<string> = new Set([
  'accessionNumberHosp',
  'sequenceNumberHospital',
  'reportingFacility',
  'medicalRecordNumber',
  'abstractedBy',
  'classOfCase',
  'dateCaseInitiated',
  'dateCaseCompleted',
]);

/** Days between two diagnoses that are taken for one. */
const SAME_TUMOR_DAYS = 60;

interface PatientRow {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
  readonly facilityIds: readonly string[];
}
type TumorRow = PatientRow;

/**
 * Bring a completed abstract into the consolidated patient and tumor, with lineage that names the abstract.
 *
 * Patient items that are absent are taken; the newer last contact wins with its vital status. A tumor is the same when site (three
 * characters) and first three histology digits agree, no side contradicts and the diagnoses lie within 60 days; otherwise a new
 * one is made; `comparePatients` asks a person where the rules do. A decision on a pair comes before both. Nothing merges on weak evidence.
 *
 * Stage is derived for the tumor itself, from all that its facilities reported.
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
  const levels = splitLevels(await itemsInUse(tx, tables), abstract.items);
  const patient = await patientRow(tx, abstract.patientId);
  const tumors = await tx.query<TumorRow[]>(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM tumor WHERE patient_id = $1 ORDER BY created_at, id FOR UPDATE`,
    [abstract.patientId],
  );
  const decided = await decidedTumors(tx, abstract.id);
  const same =
    tumors.find((tumor) => tumor.id === abstract.tumorId) ??
    tumors.find((tumor) => tumor.id === decided.same) ??
    tumors.find((tumor) => !decided.separate.has(tumor.id) && sameTumor(tumor.items, abstract.items));
  const others = tumors.filter((tumor) => tumor !== same);
  const central = await centralNumbers(tx, patient, { same, others }, abstract, actor, tables);
  const limits = await restrictions(tx, abstract, same?.id ?? null);
  await updatePatient(
    tx,
    patient,
    {
      ...levels.patient,
      ...limits.patient,
      ...(central.patientIdNumber === undefined ? {} : { patientIdNumber: central.patientIdNumber }),
    },
    abstract.facilityId,
    save,
  );
  const own = Object.fromEntries(
    Object.entries(levels.tumor as Record<string, string>).filter(
      ([item]) => !OF_THE_FACILITY.has(item) && !STAGING_ITEMS.has(item),
    ),
  );
  const tumorItems: ItemValues = {
    ...own,
    ...limits.tumor,
    ...(central.sequenceNumberCentral === undefined ? {} : { sequenceNumberCentral: central.sequenceNumberCentral }),
  };
  const stage = await stagingDeriver(tx, tables);
  if (same !== undefined) {
    await updateTumor(tx, same, tumorItems, abstract, save, stage);
    return { tumorId: same.id, central };
  }
  return { tumorId: await createTumor(tx, abstract, tumorItems, save, stage), central };
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

/** Items of which all facilities' values together make the consolidated one, whoever reported first. */
export const OF_ALL_FACILITIES: ReadonlySet<string> = new Set([
  'noPatientContactFlag',
  'reportingFacilityRestrictionFlag',
]);

/**
 * Items 1854 and 1856 from every complete abstract and the one at hand: one request not to be contacted wins, a restriction falls as soon
 * as one facility reports the tumor without it. What nobody reports stays absent.
 */
async function restrictions(
  tx: EntityManager,
  abstract: AbstractRow,
  tumorId: string | null,
): Promise<{ patient: Record<string, string>; tumor: Record<string, string> }> {
  const others = await tx.query<{ tumorId: string | null; contact: string | null; restriction: string | null }[]>(
    `SELECT tumor_id AS "tumorId", items->>'noPatientContactFlag' AS contact, items->>'reportingFacilityRestrictionFlag' AS restriction
       FROM abstract WHERE patient_id = $1 AND state = 'complete' AND id <> $2`,
    [abstract.patientId, abstract.id],
  );
  const contact = consolidateNoContact([
    abstract.items.noPatientContactFlag,
    ...others.map((one) => one.contact ?? undefined),
  ]);
  const reported = [
    abstract.items.reportingFacilityRestrictionFlag,
    ...others.filter((one) => tumorId !== null && one.tumorId === tumorId).map((one) => one.restriction ?? undefined),
  ];
  return {
    patient: contact === undefined ? {} : { noPatientContactFlag: contact },
    tumor: reported.every((value) => value === undefined)
      ? {}
      : { reportingFacilityRestrictionFlag: consolidateRestriction(reported) },
  };
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
  const newer = (day(reported.dateOfLastContact) ?? '') > (day(current.dateOfLastContact) ?? '');
  const patch: Record<string, string> = {};
  for (const [item, value] of Object.entries(reported as Record<string, string>)) {
    const ofContact = (LAST_CONTACT as readonly string[]).includes(item);
    const take = ofContact
      ? newer
      : OF_ALL_FACILITIES.has(item) ||
        current[item] === undefined ||
        patient.facilityIds.every((one) => one === facilityId);
    if (take && current[item] !== value) patch[item] = value;
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

async function updateTumor(
  tx: EntityManager,
  tumor: TumorRow,
  items: ItemValues,
  abstract: AbstractRow,
  save: Save,
  stage: StagingDeriver,
): Promise<void> {
  const onlyThis = tumor.facilityIds.every((one) => one === abstract.facilityId);
  const current = tumor.items as Readonly<Record<string, string | undefined>>;
  const patch = Object.fromEntries(
    Object.entries(items as Record<string, string>).filter(
      ([item, value]) =>
        (OF_ALL_FACILITIES.has(item) || current[item] === undefined || onlyThis) && current[item] !== value,
    ),
  );
  const facilityIds = tumor.facilityIds.includes(abstract.facilityId)
    ? tumor.facilityIds
    : [...tumor.facilityIds, abstract.facilityId];
  const columns =
    facilityIds === tumor.facilityIds ? {} : { facility_ids: { from: tumor.facilityIds, to: facilityIds } };
  const derived = stage(patched(tumor.items, patch));
  const staged = { ...save, itemOrigins: derived.origins };
  const all = { ...patch, ...derived.patch };
  if ((await saveWithLineage(tx, 'tumor', { ...tumor, facilityIds }, all, staged, columns)) === null)
    throw new Error('tumor moved while locked');
}

async function createTumor(
  tx: EntityManager,
  abstract: AbstractRow,
  reported: ItemValues,
  save: Save,
  stage: StagingDeriver,
): Promise<string> {
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
  { same, others }: { readonly same: TumorRow | undefined; readonly others: readonly TumorRow[] },
  abstract: AbstractRow,
  actor: string,
  tables: RegistryTables,
): Promise<Record<string, string>> {
  if (tables.registry.kind !== 'central') return {};
  const patientIdNumber = patient.items.patientIdNumber ?? String(await nextNumber(tx, 'patient-id')).padStart(8, '0');
  const had = abstract.items.sequenceNumberCentral ?? same?.items.sequenceNumberCentral;
  if (had !== undefined) return { patientIdNumber, sequenceNumberCentral: had };
  const { number, renumber } = sequenceNumber(
    abstract.items,
    others.flatMap((tumor) => tumor.items.sequenceNumberCentral ?? []),
  );
  if (renumber !== null) await renumberFirst(tx, others, renumber, actor);
  return { patientIdNumber, sequenceNumberCentral: number };
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
