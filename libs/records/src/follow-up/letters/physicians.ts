import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';

/** A physician, or another registry, as entered. */
export interface PhysicianInput {
  readonly npi?: string;
  readonly localCode?: string;
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly telephone?: string;
  readonly noLetters?: boolean;
}

/** A physician, or another registry, as kept. */
export interface Physician {
  readonly id: string;
  readonly npi: string | null;
  readonly localCode: string | null;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly telephone: string | null;
  /** Asked for no letters. */
  readonly noLetters: boolean;
  /** Day since which mail comes back, `YYYYMMDD`. */
  readonly badSince: string | null;
}

const MOST = 2_000;

/** Physicians by name, the first 2,000. */
export const physicians = (tx: EntityManager): Promise<Physician[]> =>
  tx.query(
    `SELECT id, npi, local_code AS "localCode", name, line1, line2, city, state, postal_code AS "postalCode", telephone, no_letters AS "noLetters", bad_since AS "badSince"
       FROM physician ORDER BY name, id LIMIT ${MOST}`,
  );

/** Whether an NPI has its check digit (Luhn over 80840 and the number). */
export function isNpi(npi: string): boolean {
  const digits = [...`80840${npi}`].reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return /^\d{10}$/.test(npi) && sum % 10 === 0;
}

/**
 * Add a physician, or correct the one with this NPI or local code; a corrected address is good again.
 *
 * @throws DomainError 422 without NPI and local code, or with an NPI whose check digit is wrong.
 */
export async function savePhysician(tx: EntityManager, input: PhysicianInput): Promise<string> {
  const refuse = (pointer: string, detail: string): never => {
    throw new DomainError('physician.code', 422, 'The physician cannot be kept like this.', {
      errors: [{ pointer, detail }],
    });
  };
  if (input.npi === undefined && input.localCode === undefined) refuse('/npi', 'NPI or localCode is required');
  if (input.npi !== undefined && !isNpi(input.npi)) refuse('/npi', 'is no NPI: the check digit is wrong');
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO physician (npi, local_code, name, line1, line2, city, state, postal_code, telephone, no_letters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (${input.npi === undefined ? 'local_code' : 'npi'}) DO UPDATE SET npi = coalesce(excluded.npi, physician.npi), local_code = coalesce(excluded.local_code, physician.local_code),
       name = excluded.name, line1 = excluded.line1, line2 = excluded.line2, city = excluded.city, state = excluded.state, postal_code = excluded.postal_code,
       telephone = excluded.telephone, no_letters = excluded.no_letters, bad_since = NULL RETURNING id`,
    [
      input.npi ?? null,
      input.localCode ?? null,
      input.name,
      input.line1,
      input.line2 ?? null,
      input.city,
      input.state,
      input.postalCode,
      input.telephone ?? null,
      input.noLetters ?? false,
    ],
  );
  if (row === undefined) throw new Error('physician: insert returned no row');
  return row.id;
}
