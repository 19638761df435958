import { createHash, randomUUID } from 'node:crypto';
import { enqueueAll, type Principal } from '@perennial/persistence';
import { type Hl7Problem, type Hl7Result, openEnvelope, parseHl7 } from '@perennial/hl7';
import { processMessage } from '@perennial/queues';
import { type EntityManager } from 'typeorm';

/** A message as it arrived, read for its structure and not yet stored. */
export interface ReceivedMessage {
  readonly id: string;
  readonly raw: Buffer;
  readonly result: Hl7Result;
  readonly acknowledgement: string;
}

interface Row {
  readonly id: string;
  readonly raw: Buffer;
  readonly state: 'received' | 'parsed' | 'failed';
  readonly controlId: string | null;
  readonly acknowledgement: string | null;
  readonly problems: readonly StoredProblem[];
  readonly parentId: string | null;
  readonly result: unknown;
}

export interface StoredProblem {
  readonly code: string;
  readonly segment: string;
  readonly field: string | null;
}

/** Read the structure of a message's bytes. Nothing is stored yet. @param acknowledge makes the text of the answer from the result. */
export function receiveHl7(raw: Buffer, acknowledge: (result: Hl7Result) => string): ReceivedMessage {
  const result = parseHl7(raw);
  return { id: randomUUID(), raw, result, acknowledgement: acknowledge(result) };
}

/**
 * Keep the bytes of HL7 messages and plan their processing, many in one statement. A message whose structure is refused (AE, AR) is
 * kept too: it is listed for an operator, who can run it again after a fix. A batch is kept whole, and each message in it besides, so
 * that a wrong one among them stops no other.
 *
 * @param held keeps the messages as failed for this reason, whatever is in them, until an operator runs them again.
 */
export async function storeHl7(
  tx: EntityManager,
  messages: readonly ReceivedMessage[],
  from: Principal,
  held?: StoredProblem,
): Promise<void> {
  const rows = messages.flatMap((message) => (held === undefined ? rowsOf(message) : [heldRow(message, held)]));
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    const part = rows.slice(at, at + ROWS_A_STATEMENT);
    // Each message's bytes are a parameter of their own: sent as they are, not as text.
    const values = part.map((_, n) => `(${at + n + 1}, $${n + 4}::bytea)`).join(', ');
    // Messages of one batch keep their order in time.
    await tx.query(
      `INSERT INTO intake_message (id, kind, raw, state, control_id, acknowledgement, problems, parent_id, result, received_at, received_from, facility_ids, sender_facility_ids)
       SELECT w.id, 'hl7', r.raw, w.state, w.control, w.answer, w.problems, w.parent, w.result, now() + (w.n - 1) * interval '1 microsecond', $2, $3::uuid[], $3::uuid[]
         FROM json_to_recordset($1::json) AS w (n int, id uuid, state text, control text, answer text, problems jsonb, parent uuid, result jsonb)
         JOIN (VALUES ${values}) AS r (n, raw) ON r.n = w.n ORDER BY w.n`,
      [
        JSON.stringify(
          part.map((row, n) => ({
            n: at + n + 1,
            id: row.id,
            state: row.state,
            control: row.controlId,
            answer: row.acknowledgement,
            problems: row.problems,
            parent: row.parentId,
            result: row.result,
          })),
        ),
        from.actor,
        from.facilityIds,
        ...part.map((row) => row.raw),
      ],
    );
  }
  await enqueueAll(
    tx,
    processMessage,
    rows.filter((row) => row.state === 'received').map((row) => ({ messageId: row.id })),
  );
}

/** Rows of one INSERT: a statement takes 65,535 parameters at most. */
const ROWS_A_STATEMENT = 500;

/** A message as one row, whatever is in it. */
function wholeRow({ id, raw, result, acknowledgement }: ReceivedMessage): Row {
  const controlId = result.outcomes[0]?.controlId;
  return {
    id,
    raw,
    state: result.ack === 'AA' ? 'received' : 'failed',
    controlId: controlId === undefined || controlId === '' ? null : controlId,
    acknowledgement,
    problems: problemsOf(result.errors, ...result.messages.map((message) => message.warnings)),
    parentId: null,
    result: null,
  };
}

const heldRow = (message: ReceivedMessage, why: StoredProblem): Row => {
  const row = wholeRow(message);
  return { ...row, state: 'failed', problems: [why, ...row.problems] };
};

function rowsOf(message: ReceivedMessage): Row[] {
  const { id, raw, result, acknowledgement } = message;
  if (!result.batch && result.outcomes.length <= 1) return [wholeRow(message)];
  const parts = openEnvelope(raw).messages;
  const children = result.outcomes.map((outcome, index): Row => ({
    id: randomUUID(),
    raw: Buffer.from(parts[index] ?? new Uint8Array()),
    state: outcome.ack === 'AA' ? 'received' : 'failed',
    controlId: outcome.controlId === '' ? null : outcome.controlId,
    acknowledgement: null,
    problems: problemsOf(outcome.errors, outcome.message?.warnings ?? []),
    parentId: id,
    result: null,
  }));
  const batchProblems = [...result.errors, ...(result.messages[0]?.warnings ?? [])].filter(({ code }) =>
    /^(batch|file)\./.test(code),
  );
  const parent: Row = {
    id,
    raw,
    // Nothing remains to be done with the batch itself, unless nothing in it could be read.
    state: children.length > 0 || result.ack === 'AA' ? 'parsed' : 'failed',
    controlId: null,
    acknowledgement,
    problems: problemsOf(batchProblems),
    parentId: null,
    result: { messages: children.length, failed: children.filter(({ state }) => state === 'failed').length },
  };
  return [parent, ...children];
}

/** Problems by place and code; the words of the parser name segments and fields, never a value. */
export const problemsOf = (...lists: (readonly Hl7Problem[])[]): StoredProblem[] =>
  lists.flat().map(({ code, segment, field }) => ({ code, segment, field: field === null ? null : String(field) }));

/** A report that a person pasted or uploaded. */
export interface TextReport {
  readonly facilityId: string;
  /** The facility's own number; the same number is the same report. */
  readonly reportNumber: string;
  readonly text: string;
  readonly patient: Readonly<Record<string, string>>;
  /** Day the specimen was taken, `YYYYMMDD`, where known. */
  readonly collected?: string;
  /** As OBR-25: F when absent, C corrects what was sent under the number, A adds to it, X takes it back. */
  readonly status?: 'F' | 'C' | 'A' | 'X';
}

/** A number for a report that has none: the same text at the same facility gets the same one. */
export const numberOfText = (facilityId: string, text: string): string =>
  `T${createHash('sha256')
    .update(`${facilityId}\u0000${text.replace(/\s+/g, ' ').trim()}`)
    .digest('hex')
    .slice(0, 15)
    .toUpperCase()}`;

/** Keep a pasted or uploaded report as a message of its own kind: JSON with the text and what is known of the patient. */
export async function storeText(tx: EntityManager, report: TextReport, from: Principal): Promise<string> {
  const id = randomUUID();
  await tx.query(
    `INSERT INTO intake_message (id, kind, raw, received_from, facility_ids, sender_facility_ids) VALUES ($1, 'text', $2, $3, $4, $4)`,
    [id, Buffer.from(JSON.stringify(report), 'utf8'), from.actor, [report.facilityId]],
  );
  await enqueueAll(tx, processMessage, [{ messageId: id }]);
  return id;
}

/** Plan messages again: failed ones after a mapping or a program was mended. Processing them twice does no harm. @returns which. */
export async function rerunMessages(tx: EntityManager, ids: readonly string[]): Promise<string[]> {
  const [rows] = await tx.query<[{ id: string }[], number]>(
    `UPDATE intake_message m SET state = 'received', finished_at = NULL WHERE id = ANY($1::uuid[]) AND state IN ('failed', 'parsed', 'dismissed')
        AND NOT EXISTS (SELECT FROM intake_message c WHERE c.parent_id = m.id) RETURNING id`,
    [ids],
  );
  const messageIds = rows.map(({ id }) => id);
  await enqueueAll(
    tx,
    processMessage,
    messageIds.map((messageId) => ({ messageId })),
  );
  return messageIds;
}

/** Put failed messages aside; their bytes stay. @returns which. */
export async function dismissMessages(tx: EntityManager, ids: readonly string[]): Promise<string[]> {
  const [rows] = await tx.query<[{ id: string }[], number]>(
    `UPDATE intake_message SET state = 'dismissed', finished_at = now() WHERE id = ANY($1::uuid[]) AND state = 'failed' RETURNING id`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** A message that could not be processed, however often it was tried, goes to the list of failed ones. */
export async function failMessage(tx: EntityManager, id: string): Promise<void> {
  await tx.query(
    `UPDATE intake_message SET state = 'failed', finished_at = now(), problems = problems || $2::jsonb WHERE id = $1 AND state = 'received'`,
    [id, JSON.stringify([{ code: 'processing.failed', segment: '', field: null }])],
  );
}
