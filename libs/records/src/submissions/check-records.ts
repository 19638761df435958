import { type EditSet, type Finding, runEdits } from '@perennial/edits';
import { type PatientRecord } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { setInUse } from '../edits/index.js';
import { type RegistryTables } from '../tables.js';
import { type FrozenRecord, frozenPage } from './frozen-records.js';
import { type SubmissionProfile } from './profiles.js';

const PAGE = 500;

interface HeldRecord {
  readonly position: number;
  readonly findings: readonly Pick<Finding, 'edit' | 'items'>[];
}

/**
 * Run the submission's edits on every frozen record, those between the records of one patient included, and hold back the records with
 * an error; of an error between records, all that it concerns.
 *
 * @param today the day of the freeze, `YYYYMMDD`.
 * @returns `held` when more than the profile's share of all records is held back.
 */
export async function checkRecords(
  tx: EntityManager,
  submissionId: string,
  records: number,
  profile: SubmissionProfile,
  today: string,
  tables: RegistryTables,
): Promise<'checked' | 'held'> {
  const set = await setInUse(tx, tables.edits, profile.editSet);
  let held = 0;
  let waiting: FrozenRecord[] = [];
  for (let after = 0, more = true; more;) {
    const page = await frozenPage(tx, submissionId, profile.of, after, PAGE);
    more = page.length === PAGE;
    after = page[page.length - 1]?.position ?? after;
    const patients = byPatient([...waiting, ...page]);
    // The records of the last patient may go on in the next page.
    waiting = more ? (patients.pop() ?? []) : [];
    const failed = patients.flatMap((patient) => heldOf(set, patient, today));
    held += failed.length;
    if (failed.length > 0) {
      await tx.query(
        `UPDATE submission_record r SET held = true, findings = f.findings FROM jsonb_to_recordset($2::jsonb) AS f (position int, findings jsonb)
          WHERE r.submission_id = $1 AND r.position = f.position`,
        [submissionId, JSON.stringify(failed)],
      );
    }
  }
  const state = held / records > profile.maxHeldShare ? 'held' : 'checked';
  await tx.query(`UPDATE submission SET state = $2, held_count = $3 WHERE id = $1`, [submissionId, state, held]);
  return state;
}

/** Records that follow each other by their patient. */
function byPatient(records: readonly FrozenRecord[]): FrozenRecord[][] {
  const patients: FrozenRecord[][] = [];
  for (const record of records) {
    const last = patients[patients.length - 1];
    if (last?.[0]?.patientId === record.patientId) last.push(record);
    else patients.push([record]);
  }
  return patients;
}

/**
 * A patient with the tumors to judge. Abstracts keep their copies of the patient's items, so that copies that differ are found before one
 * patient of the file holds them; a consolidated tumor has its patient's.
 */
function recordOf(records: readonly FrozenRecord[]): PatientRecord {
  const tumors = records.map(({ items }) => items);
  const [first] = records;
  return first?.recordType === 'I' ? { items: first.patientItems, tumors } : { items: {}, tumors };
}

function heldOf(set: EditSet, records: readonly FrozenRecord[], today: string): HeldRecord[] {
  const found = new Map<number, Pick<Finding, 'edit' | 'items'>[]>();
  for (const { severity, edit, items, tumor, related = [] } of runEdits(set, recordOf(records), today)) {
    if (severity !== 'error') continue;
    for (const at of new Set([tumor, ...related.map((one) => one.tumor)])) {
      found.set(at, [...(found.get(at) ?? []), { edit, items }]);
    }
  }
  return records.flatMap(({ position }, at) => {
    const findings = found.get(at);
    return findings === undefined ? [] : [{ position, findings }];
  });
}
