import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';

export const BAD_REASONS = ['returned_mail', 'wrong_number', 'moved', 'other'] as const;

/** An address or telephone as a person enters it. */
export interface ContactPointInput {
  readonly kind: 'address' | 'telephone';
  readonly party: 'patient' | 'contact';
  readonly name?: string;
  readonly relationship?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly telephone?: string;
}

const KEY = `md5(lower(concat_ws('|', kind, party, name, line1, line2, city, state, postal_code, telephone)))`;

/**
 * Addresses and telephones that the complete abstracts of a facility name, as points of contact; those that are known are left alone, with
 * their marks. Current address before that at diagnosis; the named contact of each tumor.
 *
 * @param patientIds those to look at.
 */
export async function syncContactPoints(
  tx: EntityManager,
  facilityId: string,
  patientIds: readonly string[],
): Promise<void> {
  await tx.query(
    `INSERT INTO contact_point (patient_id, facility_id, kind, party, name, relationship, line1, line2, city, state, postal_code, country, telephone, content_key, source, added_by)
     SELECT patient_id, $1, kind, party, name, NULL, line1, line2, city, state, postal_code, country, telephone, ${KEY}, 'abstract', 'system:follow-up'
       FROM (
         SELECT a.patient_id, v.* FROM abstract a CROSS JOIN LATERAL (VALUES
           ('address', 'patient', NULL, coalesce(a.items->>'addrCurrentNoStreet', a.items->>'addrAtDxNoStreet'), coalesce(a.items->>'addrCurrentSupplementl', a.items->>'addrAtDxSupplementl'),
            coalesce(a.items->>'addrCurrentCity', a.items->>'addrAtDxCity'), coalesce(a.items->>'addrCurrentState', a.items->>'addrAtDxState'),
            coalesce(a.items->>'addrCurrentPostalCode', a.items->>'addrAtDxPostalCode'), coalesce(a.items->>'addrCurrentCountry', a.items->>'addrAtDxCountry'), NULL),
           ('telephone', 'patient', NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.items->>'telephone'),
           ('address', 'contact', a.items->>'followUpContactName', a.items->>'followUpContactNost', a.items->>'followUpContactSuppl', a.items->>'followUpContactCity',
            a.items->>'followUpContactState', a.items->>'followUpContactPostal', a.items->>'followupContactCountry', NULL)
         ) AS v(kind, party, name, line1, line2, city, state, postal_code, country, telephone)
          WHERE a.facility_id = $1 AND a.patient_id = ANY($2) AND a.state = 'complete'
            AND CASE v.kind WHEN 'telephone' THEN v.telephone IS NOT NULL ELSE v.line1 IS NOT NULL AND v.city IS NOT NULL AND (v.party = 'patient' OR v.name IS NOT NULL) END
       ) AS named
     ON CONFLICT (patient_id, facility_id, content_key) DO NOTHING`,
    [facilityId, patientIds],
  );
}

/**
 * Add an address or telephone. One that is there already is taken again as good.
 *
 * @throws DomainError 404 for a patient without abstract of the facility; 422 when a part is missing.
 */
export async function addContactPoint(
  tx: EntityManager,
  patientId: string,
  facilityId: string,
  input: ContactPointInput,
  actor: string,
): Promise<string> {
  const [known] = await tx.query<unknown[]>(`SELECT FROM abstract WHERE patient_id = $1 AND facility_id = $2 LIMIT 1`, [
    patientId,
    facilityId,
  ]);
  if (known === undefined) throw notFound('patient');
  const needed =
    input.kind === 'telephone' ? (['telephone'] as const) : (['line1', 'city', 'state', 'postalCode'] as const);
  const missing = [...needed, ...(input.party === 'contact' ? (['name'] as const) : [])].filter(
    (part) => (input[part] ?? '').trim() === '',
  );
  if (missing.length > 0) {
    throw new DomainError('contact-point.incomplete', 422, 'The address or number is not complete.', {
      errors: missing.map((part) => ({ pointer: `/${part}`, detail: 'is required' })),
    });
  }
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO contact_point (patient_id, facility_id, kind, party, name, relationship, line1, line2, city, state, postal_code, country, telephone, content_key, source, added_by)
     SELECT $1, $2, kind, party, name, relationship, line1, line2, city, state, postal_code, country, telephone, ${KEY}, 'person', $3
       FROM (SELECT $4::text AS kind, $5::text AS party, $6::text AS name, $7::text AS relationship, $8::text AS line1, $9::text AS line2, $10::text AS city, $11::text AS state,
                    $12::text AS postal_code, $13::text AS country, $14::text AS telephone) AS given
     ON CONFLICT (patient_id, facility_id, content_key) DO UPDATE SET bad_since = NULL, bad_reason = NULL RETURNING id`,
    [
      patientId,
      facilityId,
      actor,
      input.kind,
      input.party,
      input.name ?? null,
      input.relationship ?? null,
      input.line1 ?? null,
      input.line2 ?? null,
      input.city ?? null,
      input.state ?? null,
      input.postalCode ?? null,
      input.country ?? null,
      input.telephone ?? null,
    ],
  );
  if (row === undefined) throw new Error('contact point: insert returned no row');
  return row.id;
}

/** Mark an address or telephone as bad, or with null as good again. @throws DomainError 404. */
export async function markContactPoint(
  tx: EntityManager,
  id: string,
  bad: (typeof BAD_REASONS)[number] | null,
  today: string,
): Promise<void> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE contact_point SET bad_since = $2, bad_reason = $3 WHERE id = $1`,
    [id, bad === null ? null : today, bad],
  );
  if (count !== 1) throw notFound('contact-point');
}
