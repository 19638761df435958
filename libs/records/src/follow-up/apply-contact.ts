import { type JudgedContact } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { requestFindings } from '../edits/refresh.js';
import { type ItemPatch, type Save, saveWithLineage } from '../lineage.js';

/** A row that several facilities share, as it is before a change. */
export interface SharedRow {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
  readonly facilityIds: readonly string[];
}

/** Write what a contact changes into the consolidated record and the facility's complete abstracts. @returns the patient's revision. */
export async function applyJudged(
  tx: EntityManager,
  facilityId: string,
  patient: SharedRow,
  tumors: readonly SharedRow[],
  judged: Pick<JudgedContact, 'patient' | 'tumors'>,
  save: Save,
): Promise<number> {
  let revision = patient.revision;
  if (Object.keys(judged.patient).length > 0) {
    const saved = await saveWithLineage(tx, 'patient', patient, judged.patient as ItemPatch, save);
    if (saved === null) throw new Error('patient moved while locked');
    revision = saved;
  }
  for (const [at, tumor] of tumors.entries()) {
    const patch = (judged.tumors[at] ?? {}) as ItemPatch;
    if (Object.keys(patch).length === 0) continue;
    if ((await saveWithLineage(tx, 'tumor', tumor, patch, save)) === null) throw new Error('tumor moved while locked');
  }
  const ofTumors = new Map(tumors.map((tumor, at) => [tumor.id, (judged.tumors[at] ?? {}) as ItemPatch]));
  await patchAbstracts(tx, patient.id, facilityId, judged.patient as ItemPatch, ofTumors, save);
  await requestFindings(tx, patient.id);
  return revision;
}

/** Write patient items, and those of each tumor, into the complete abstracts of a facility, so that its submissions carry them. */
export async function patchAbstracts(
  tx: EntityManager,
  patientId: string,
  facilityId: string,
  patientPatch: ItemPatch,
  tumorPatches: ReadonlyMap<string, ItemPatch>,
  save: Save,
): Promise<void> {
  const abstracts = await tx.query<(SharedRow & { tumorId: string | null })[]>(
    `SELECT id, items, revision, ARRAY[facility_id] AS "facilityIds", tumor_id AS "tumorId" FROM abstract
      WHERE patient_id = $1 AND facility_id = $2 AND state = 'complete' ORDER BY id FOR UPDATE`,
    [patientId, facilityId],
  );
  for (const abstract of abstracts) {
    const known = abstract.items as Readonly<Record<string, string | undefined>>;
    const wanted = { ...patientPatch, ...(tumorPatches.get(abstract.tumorId ?? '') ?? {}) };
    const patch = Object.fromEntries(Object.entries(wanted).filter(([item, value]) => (known[item] ?? null) !== value));
    if (Object.keys(patch).length === 0) continue;
    if ((await saveWithLineage(tx, 'abstract', abstract, patch, save)) === null)
      throw new Error('abstract moved while locked');
  }
}
