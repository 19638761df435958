import { inScope, type Principal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';

/** How a name is compared: by its beginning, by a part of it, or by its sound. */
export const NAME_MATCHES = ['begins', 'contains', 'sounds'] as const;
export type NameMatch = (typeof NAME_MATCHES)[number];

export interface PatientSearch {
  /** `last` or `last, first`. */
  readonly name?: string;
  readonly match?: NameMatch;
  /** `YYYYMMDD`. */
  readonly dateOfBirth?: string;
  readonly medicalRecordNumber?: string;
}

export interface PatientFound {
  readonly id: string;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly sex: string | null;
  readonly vitalStatus: string | null;
}

/** Most people that a search gives. */
const MOST = 50;
/** Letters of a last name from which a part of it says something. */
const LEAST_PART = 3;

/** What is searched for: the beginning of a name ($1), a birth date ($2), a record number ($3). */
const WANTED = `($1 = '' OR (p.name_key >= $1 AND p.name_key < $1 || chr(1114111)))
  AND ($2::text IS NULL OR p.birth_date = $2)
  AND ($3::text IS NULL OR PATIENT = ANY (ARRAY(SELECT i.patient_id FROM patient_identifier i WHERE i.medical_record_number = $3)))
  AND ($1 <> '' OR $2 IS NOT NULL OR $3 IS NOT NULL)`;

/** Of people found, in the order found: the consolidated values, for those who see the whole registry. One by one: the planner would read all. */
const CONSOLIDATED = `
  SELECT p.id, concat_ws(', ', p.items->>'nameLast', p.items->>'nameFirst') AS name, p.birth_date AS "dateOfBirth", p.items->>'sexAssignedAtBirth' AS sex, p.vital_status AS "vitalStatus"
    FROM found CROSS JOIN LATERAL (SELECT * FROM consolidated_patient c WHERE c.id = found.patient_id OFFSET 0) AS p`;

/** The same as the facility itself reported it, so that what another one reported is neither shown nor found. */
const REPORTED = `
  SELECT p.id, concat_ws(', ', own.name_last, own.name_first) AS name, own.birth_date AS "dateOfBirth", (SELECT a.items->>'sexAssignedAtBirth' FROM abstract a WHERE a.id = own.abstract_id) AS sex, p.vital_status AS "vitalStatus"
    FROM found JOIN patient p ON p.id = found.patient_id
    JOIN LATERAL (SELECT * FROM facility_patient f WHERE f.patient_id = found.patient_id LIMIT 1) own ON true`;

/** By the beginning of the name, birth date or record number: each has its index. */
const beginning = (principal: Principal): string =>
  principal.allFacilities
    ? `WITH found AS (SELECT p.id AS patient_id, p.name_key FROM consolidated_patient p WHERE ${WANTED.replace('PATIENT', 'p.id')} ORDER BY p.name_key, p.id LIMIT ${MOST})
       ${CONSOLIDATED} ORDER BY found.name_key, p.id`
    : `WITH found AS (SELECT p.patient_id, min(p.name_key) AS name_key FROM abstract p WHERE ${inScope(principal, 'p.facility_id')} AND ${WANTED.replace('PATIENT', 'p.patient_id')}
        GROUP BY p.patient_id ORDER BY 2, 1 LIMIT ${MOST})
       ${REPORTED} ORDER BY found.name_key, p.id`;

/** By the beginning of the name alone, over the whole registry: read in the order of the index, however many begin so. */
const BEGINNING_OF_ALL = `WITH found AS (SELECT * FROM names_that_begin($1, ${MOST})) ${CONSOLIDATED} ORDER BY found.name_key, p.id`;

/** By a part or the sound of the name, nearest first; a birth date or record number then leaves out those who differ. */
const likeName = (principal: Principal, how: 'contains' | 'sounds', narrowed: boolean): string => `
  WITH found AS (SELECT * FROM search_names('${how}', $1, $2, ${narrowed ? 10 * MOST : MOST}) WITH ORDINALITY AS s (patient_id, name_key, place))
  ${principal.allFacilities ? CONSOLIDATED : REPORTED}
   WHERE ($3::text IS NULL OR ${principal.allFacilities ? 'p' : 'own'}.birth_date = $3)
     AND ($4::text IS NULL OR EXISTS (SELECT FROM patient_identifier i WHERE i.patient_id = p.id AND i.medical_record_number = $4))
   ORDER BY found.place LIMIT ${MOST}`;

/**
 * People by name, birth date or record number: at most 50, those of the principal's facilities. A facility finds them by what it reported
 * itself, whoever sees the whole registry by the consolidated values.
 *
 * @throws DomainError 422 when a part of a name is too short to look for.
 */
export function searchPatients(
  tx: EntityManager,
  principal: Principal,
  wanted: PatientSearch,
): Promise<PatientFound[]> {
  const [last = '', first] = (wanted.name ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  const { match = 'begins', dateOfBirth = null, medicalRecordNumber = null } = wanted;
  if (match === 'begins' || last === '') {
    const name = first === undefined ? last : `${last},${first}`;
    if (principal.allFacilities && name !== '' && dateOfBirth === null && medicalRecordNumber === null)
      return tx.query(BEGINNING_OF_ALL, [name]);
    return tx.query(beginning(principal), [name, dateOfBirth, medicalRecordNumber]);
  }
  if (last.length < LEAST_PART) {
    throw new DomainError('patients.name-part', 422, 'Type more of the last name.', {
      errors: [
        { pointer: '/name', detail: `needs ${LEAST_PART} letters of the last name to look for a part or a sound` },
      ],
    });
  }
  const narrowed = dateOfBirth !== null || medicalRecordNumber !== null;
  return tx.query(likeName(principal, match, narrowed), [last, first ?? '', dateOfBirth, medicalRecordNumber]);
}
