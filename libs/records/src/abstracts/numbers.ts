import { type ItemValues } from '@perennial/naaccr';
import { sequenceSeries } from '@perennial/primaries';
import { type EntityManager } from 'typeorm';

/** The next number of a series. A number that was ever committed is never given again, whatever becomes of its case. */
export async function nextNumber(tx: EntityManager, series: string): Promise<number> {
  const [row] = await tx.query<{ last_value: number }[]>(
    `INSERT INTO number_series AS s (name, last_value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET last_value = s.last_value + 1 RETURNING last_value`,
    [series],
  );
  if (row === undefined) throw new Error('number series gave no number');
  return row.last_value;
}

/** The next `count` numbers of a series at once. @returns the first of them. */
export async function nextNumbers(tx: EntityManager, series: string, count: number): Promise<number> {
  const [row] = await tx.query<{ last_value: number }[]>(
    `INSERT INTO number_series AS s (name, last_value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last_value = s.last_value + $2 RETURNING last_value`,
    [series, count],
  );
  if (row === undefined) throw new Error('number series gave no number');
  return row.last_value - count + 1;
}

/**
 * Accession number of a patient at a facility: the year of first contact and five digits, one for all of the patient's tumors there.
 *
 * @source NAACCR item 550; STORE, accession number.
 */
export async function accessionNumber(
  tx: EntityManager,
  facilityId: string,
  patientId: string,
  items: ItemValues,
): Promise<string> {
  const [known] = await tx.query<{ number: string }[]>(
    `SELECT accession_number AS number FROM abstract WHERE facility_id = $1 AND patient_id = $2 AND accession_number IS NOT NULL ORDER BY created_at LIMIT 1`,
    [facilityId, patientId],
  );
  if (known !== undefined) return known.number;
  const year = (items.dateOf1stContact ?? '').slice(0, 4);
  return year + String(await nextNumber(tx, `accession:${facilityId}:${year}`)).padStart(5, '0');
}

/**
 * Sequence number of a tumor at a facility: `00` for the only malignant or in situ primary, `01`, `02` ... when there are more;
 * `60`, `61` ... for non-malignant ones and those that the federal programs do not ask for.
 *
 * @returns the number of this tumor, and whether the earlier only primary (`00`) must now become `01` (or `60` become `61`).
 * @source NAACCR items 380 and 560.
 */
export function sequenceNumber(
  items: ItemValues,
  taken: readonly string[],
): { number: string; renumber: { from: string; to: string } | null } {
  const [only, first, ceiling] = sequenceSeries(items) === 'federal' ? [0, 1, 59] : [60, 61, 87];
  const numbers = taken.map(Number).filter((number) => number >= only && number <= ceiling);
  const text = (number: number): string => String(number).padStart(2, '0');
  if (numbers.length === 0) return { number: text(only), renumber: null };
  const next = Math.max(first, ...numbers) + 1;
  return {
    number: text(Math.min(next, ceiling)),
    renumber: numbers.includes(only) ? { from: text(only), to: text(first) } : null,
  };
}
