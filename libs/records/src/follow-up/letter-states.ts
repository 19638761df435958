import { type EntityManager } from 'typeorm';

/**
 * Withdraw letters about a patient that were not answered: those that are queued are not printed, those that are printed are struck from
 * the mailing list and get no second letter.
 *
 * @param recipients only letters to these; absent: to anybody.
 */
export async function withdrawLetters(
  tx: EntityManager,
  patientId: string,
  reason: string,
  today: string,
  recipients?: readonly string[],
): Promise<number> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE letter SET state = 'withdrawn', closed_on = $2, closed_reason = $3
      WHERE patient_id = $1 AND state IN ('queued', 'printed') AND ($4::text[] IS NULL OR recipient = ANY($4))`,
    [patientId, today, reason, recipients ?? null],
  );
  return count;
}
