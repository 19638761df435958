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

/** The numbers of a series: of the only primary, of the first of several, and the last that can be given. */
const SERIES = {
  federal: { only: 0, first: 1, ceiling: 59 },
  other: { only: 60, first: 61, ceiling: 87 },
} as const;
const text = (number: number): string => String(number).padStart(2, '0');

/** Those of some sequence numbers that are of the series in which a tumor counts. */
const inSeries = (numbers: readonly string[], items: ItemValues): number[] => {
  const { only, ceiling } = SERIES[sequenceSeries(items)];
  return numbers.map(Number).filter((number) => number >= only && number <= ceiling);
};

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
): { number: string; renumber: { from: string; to: string } | null; isOnly: boolean } {
  const { only, first, ceiling } = SERIES[sequenceSeries(items)];
  const numbers = inSeries(taken, items);
  if (numbers.length === 0) return { number: text(only), renumber: null, isOnly: true };
  const next = Math.max(first, ...numbers) + 1;
  return {
    number: text(Math.min(next, ceiling)),
    isOnly: false,
    renumber: numbers.includes(only) ? { from: text(only), to: text(first) } : null,
  };
}

/** A tumor that stands for itself and perhaps for others, with the central sequence numbers that they were given on their own; none: it gets the next. */
export interface NumberedTumor {
  readonly id: string;
  readonly items: ItemValues;
  readonly own: readonly string[];
}

/**
 * Central sequence numbers after tumors were merged or taken apart. A primary keeps the lowest number of its tumors, and is the only one (`00`,
 * `60`) when no other is left of the series; taken apart, each has its own again. No other number moves: a gap stays, because numbers are
 * never given twice.
 *
 * @param tumors that stand after it. @param used every number that the patient's tumors ever had, merged ones included.
 * @param fewer whether there are fewer tumors now than before.
 * @returns the number of each tumor.
 * @source NAACCR items 380 and 560: 00 says that the person has one primary only.
 */
export function settleNumbers(
  tumors: readonly NumberedTumor[],
  used: readonly string[],
  fewer: boolean,
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const series of ['federal', 'other'] as const) {
    const { only, first, ceiling } = SERIES[series];
    const entries = tumors
      .filter(({ items }) => sequenceSeries(items) === series)
      .map(({ id, items, own }) => ({ id, lowest: Math.min(...inSeries(own, items)) }))
      .toSorted((a, b) => a.lowest - b.lowest);
    const taken = new Set<number>();
    let last = Math.max(first, ...used.map(Number).filter((number) => number >= only && number <= ceiling));
    for (const { id, lowest } of entries) {
      const wanted = entries.length > 1 && lowest === only ? first : lowest;
      const number = !Number.isFinite(wanted) || taken.has(wanted) ? Math.min(ceiling, (last += 1)) : wanted;
      taken.add(number);
      given.set(id, text(fewer && entries.length === 1 && number === first ? only : number));
    }
  }
  return given;
}
