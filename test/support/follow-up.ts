import { type ItemValues } from '@perennial/naaccr';
import { SYSTEM, type TestRegistry } from './registry.js';

/** A person with complete cases at some facilities, written as the platform would after completion. */
export interface MadePatient {
  readonly id: string;
  readonly tumors: readonly string[];
  readonly abstracts: readonly string[];
}

export const CASE: ItemValues = {
  classOfCase: '14',
  primarySite: 'C504',
  histologicTypeIcdO3: '8500',
  behaviorCodeIcdO3: '3',
  dateOfDiagnosis: '20200115',
};

let serial = 0;

/** Make a patient; each case names its facility. Patient items go to the patient and to each abstract. */
export async function makePatient(
  registry: Pick<TestRegistry, 'scoped'>,
  patient: Record<string, string | undefined>,
  cases: readonly { readonly facilityId: string; readonly items?: Record<string, string | undefined> }[],
): Promise<MadePatient> {
  serial += 1;
  const number = String(serial).padStart(6, '0');
  const items = { nameLast: `Made${number}`, nameFirst: 'Person', vitalStatus: '1', ...patient };
  const facilities = [...new Set(cases.map(({ facilityId }) => facilityId))];
  return registry.scoped(SYSTEM, async (tx) => {
    const [row] = await tx.query<{ id: string }[]>(
      `INSERT INTO consolidated_patient (items, facility_ids, revision) VALUES ($1, $2, 1) RETURNING id`,
      [JSON.stringify(items), facilities],
    );
    const tumors: string[] = [];
    const abstracts: string[] = [];
    for (const [at, one] of cases.entries()) {
      const tumorItems = { ...CASE, ...one.items };
      const [tumor] = await tx.query<{ id: string }[]>(
        `INSERT INTO tumor (patient_id, facility_ids, items, revision) VALUES ($1, $2, $3, 1) RETURNING id`,
        [row!.id, [one.facilityId], JSON.stringify(tumorItems)],
      );
      const [abstract] = await tx.query<{ id: string }[]>(
        `INSERT INTO abstract (facility_id, patient_id, tumor_id, state, items, revision) VALUES ($1, $2, $3, 'complete', $4, 1) RETURNING id`,
        [
          one.facilityId,
          row!.id,
          tumor!.id,
          JSON.stringify({
            ...items,
            ...tumorItems,
            accessionNumberHosp: `9${number}${at}`,
            sequenceNumberHospital: '00',
          }),
        ],
      );
      tumors.push(tumor!.id);
      abstracts.push(abstract!.id);
    }
    return { id: row!.id, tumors, abstracts };
  });
}
