import { enqueue, type Principal } from '@perennial/persistence';
import { parseHl7, type Hl7Result } from '@perennial/hl7';
import { processMessage } from '@perennial/queues';
import { type EntityManager } from 'typeorm';

/** What is answered to a sender. */
export interface StoredMessage {
  readonly id: string;
  readonly result: Hl7Result;
}

/**
 * Keep the bytes of an HL7 message and plan its processing. A message whose structure is refused (AE, AR) is kept too: it is
 * listed for an operator, who can run it again after a fix.
 *
 * @param acknowledgement makes the text of the answer from the result.
 */
export async function storeHl7(
  tx: EntityManager,
  raw: Buffer,
  from: Principal,
  acknowledgement: (result: Hl7Result) => string,
): Promise<StoredMessage> {
  const result = parseHl7(raw);
  const accepted = result.ack === 'AA';
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO intake_message (kind, raw, state, control_id, acknowledgement, problems, received_from, facility_ids)
     VALUES ('hl7', $1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [
      raw,
      accepted ? 'received' : 'failed',
      result.messages[0]?.controlId ?? null,
      acknowledgement(result),
      JSON.stringify(problemsOf(result)),
      from.actor,
      from.facilityIds,
    ],
  );
  if (row === undefined) throw new Error('intake: insert returned no row');
  if (accepted) await enqueue(tx, processMessage, { messageId: row.id });
  return { id: row.id, result };
}

/** Keep a pasted or uploaded report as a message of its own kind: JSON with the text and what is known of the patient. */
export async function storeText(tx: EntityManager, report: TextReport, from: Principal): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO intake_message (kind, raw, received_from, facility_ids) VALUES ('text', $1, $2, $3) RETURNING id`,
    [Buffer.from(JSON.stringify(report), 'utf8'), from.actor, [report.facilityId]],
  );
  if (row === undefined) throw new Error('intake: insert returned no row');
  await enqueue(tx, processMessage, { messageId: row.id });
  return row.id;
}

/** A report that a person pasted. */
export interface TextReport {
  readonly facilityId: string;
  readonly reportNumber: string;
  readonly text: string;
  readonly patient: Readonly<Record<string, string>>;
  /** Day the specimen was taken, `YYYYMMDD`, where known. */
  readonly collected?: string;
}

/** Plan a message again: a failed one after a mapping or a program was mended. Processing it twice does no harm. */
export async function rerunMessage(tx: EntityManager, id: string): Promise<boolean> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE intake_message SET state = 'received', finished_at = NULL WHERE id = $1 AND state IN ('failed', 'parsed')`,
    [id],
  );
  if (count === 1) await enqueue(tx, processMessage, { messageId: id });
  return count === 1;
}

/** Put a failed message aside; its bytes stay. */
export async function dismissMessage(tx: EntityManager, id: string): Promise<boolean> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE intake_message SET state = 'dismissed', finished_at = now() WHERE id = $1 AND state = 'failed'`,
    [id],
  );
  return count === 1;
}

/** Problems by place and code; the words of the parser name segments and fields, never a value. */
export function problemsOf(result: Hl7Result): { code: string; segment: string; field: string | null }[] {
  return [...result.errors, ...result.messages.flatMap((message) => message.warnings)].map((problem) => ({
    code: problem.code,
    segment: problem.segment,
    field: problem.field === undefined || problem.field === null ? null : String(problem.field),
  }));
}
