import { randomUUID } from 'node:crypto';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { recordCreations, type Save } from '../lineage.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { isRealMrn, matchPatients, type WantedPerson } from './identity.js';

/** A person to be found or made, and who says so. */
export interface PersonReported extends WantedPerson {
  readonly save: Save;
}

export interface FoundPatient {
  readonly patientId: string;
  /** Made just now: nothing hangs on them yet. */
  readonly isNew: boolean;
}

/**
 * The patients that reports speak of, found by the identity rules or made. `lockKeys(personKeys(...))` must be held, and no two of the
 * persons may share such a key.
 *
 * A found patient is joined to the facility; what this facility says about them stays in its abstract until completion.
 *
 * @returns in the order asked.
 */
export async function findOrCreatePatients(
  tx: EntityManager,
  persons: readonly PersonReported[],
  tables: RegistryTables,
): Promise<FoundPatient[]> {
  if (persons.length === 0) return [];
  const matches = await matchPatients(tx, persons);
  const found = matches.map((match) =>
    match.kind === 'match' ? { patientId: match.patientId, isNew: false } : { patientId: randomUUID(), isNew: true },
  );
  const known = found.flatMap(({ patientId, isNew }, n) =>
    isNew ? [] : [{ id: patientId, facility: persons[n]?.facilityId }],
  );
  if (known.length > 0) {
    await tx.query(
      `UPDATE consolidated_patient p SET facility_ids = p.facility_ids || k.facilities
         FROM (SELECT id, array_agg(DISTINCT facility) AS facilities FROM json_to_recordset($1::json) AS w (id uuid, facility uuid)
                WHERE NOT EXISTS (SELECT FROM consolidated_patient c WHERE c.id = w.id AND c.facility_ids @> ARRAY[w.facility]) GROUP BY id) AS k
        WHERE p.id = k.id`,
      [JSON.stringify(known)],
    );
  }
  const made = persons.flatMap((person, n) => (found[n]?.isNew === true ? [{ person, id: found[n].patientId }] : []));
  if (made.length > 0) {
    const dictionary = await itemsInUse(tx, tables);
    await tx.query(
      `INSERT INTO patient (id, items, facility_ids) SELECT id, items, ARRAY[facility] FROM json_to_recordset($1::json) AS w (id uuid, items jsonb, facility uuid)`,
      [
        JSON.stringify(
          made.map(({ person, id }) => ({
            id,
            items: splitLevels(dictionary, person.items).patient,
            facility: person.facilityId,
          })),
        ),
      ],
    );
    await recordCreations(
      tx,
      'patient',
      made.map(({ person, id }) => ({ id, facilityIds: [person.facilityId], save: person.save })),
    );
  }
  await keepIdentifiers(tx, persons, found);
  const reviews = matches.flatMap((match, n) =>
    match.kind === 'review'
      ? [
          {
            entity_id: found[n]?.patientId,
            facility_id: persons[n]?.facilityId,
            reason: { why: match.why, candidates: match.candidates },
          },
        ]
      : [],
  );
  if (reviews.length > 0) {
    await tx.query(
      `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason)
       SELECT 'review_patient', 'patient', entity_id, facility_id, reason FROM json_to_recordset($1::json) AS w (entity_id uuid, facility_id uuid, reason jsonb)`,
      [JSON.stringify(reviews)],
    );
  }
  return found;
}

async function keepIdentifiers(
  tx: EntityManager,
  persons: readonly PersonReported[],
  found: readonly FoundPatient[],
): Promise<void> {
  const identifiers = persons.flatMap(({ facilityId, items }, n) =>
    !isRealMrn(items.medicalRecordNumber)
      ? []
      : [{ patient_id: found[n]?.patientId, facility_id: facilityId, mrn: items.medicalRecordNumber }],
  );
  if (identifiers.length === 0) return;
  await tx.query(
    `INSERT INTO patient_identifier (patient_id, facility_id, medical_record_number)
     SELECT patient_id, facility_id, mrn FROM json_to_recordset($1::json) AS w (patient_id uuid, facility_id uuid, mrn text) ON CONFLICT DO NOTHING`,
    [JSON.stringify(identifiers)],
  );
}

/** One patient, as `findOrCreatePatients` gives several. */
export async function findOrCreatePatient(
  tx: EntityManager,
  facilityId: string,
  items: ItemValues,
  save: Save,
  tables: RegistryTables,
): Promise<string> {
  const [found] = await findOrCreatePatients(tx, [{ facilityId, items, save }], tables);
  if (found === undefined) throw new Error('patient: nothing was found or made');
  return found.patientId;
}
