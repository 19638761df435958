import { type DataSource, type EntityManager } from 'typeorm';
import { type OutboxMessage } from './entities/index.js';

/** Channel on which the relay is woken. Its payload is empty: what is due is read from the table. */
export const OUTBOX_CHANNEL = 'perennial_outbox';

interface JobContract<T> {
  readonly queue: string;
  readonly name: string;
  readonly schema: { parse(value: unknown): T };
}

/** Transactions that have written jobs and not yet been committed. */
const withJobs = new WeakSet<object>();

/**
 * Write a job beside its data, in the same transaction: the job exists exactly when the data does.
 *
 * @returns the id of the outbox row, which is also the id of the job.
 */
export async function enqueue<T extends Record<string, unknown>>(
  tx: EntityManager,
  contract: JobContract<T>,
  payload: T,
): Promise<string> {
  const [id] = await enqueueAll(tx, contract, [payload]);
  if (id === undefined) throw new Error('outbox: insert returned no row');
  return id;
}

/** Many jobs of one contract, in one statement. @returns their ids. */
export async function enqueueAll<T extends Record<string, unknown>>(
  tx: EntityManager,
  contract: JobContract<T>,
  payloads: readonly T[],
): Promise<string[]> {
  if (payloads.length === 0) return [];
  const rows = await tx.query<{ id: string }[]>(
    `INSERT INTO outbox_message (queue, name, payload) SELECT $1, $2, value FROM json_array_elements($3::json) RETURNING id`,
    [contract.queue, contract.name, JSON.stringify(payloads.map((payload) => contract.schema.parse(payload)))],
  );
  if (tx.queryRunner !== undefined) withJobs.add(tx.queryRunner);
  return rows.map(({ id }) => id);
}

/** Whether a transaction wrote jobs. */
export const hasJobs = (tx: EntityManager): boolean => tx.queryRunner !== undefined && withJobs.delete(tx.queryRunner);

const waking = new WeakMap<DataSource, { again: boolean }>();

/**
 * Wake the relay, once for however many transactions ended meanwhile. After the commit and not in it: commits with a notice wait for each
 * other in one line through their write to disk, which halves what the database takes. Should the notice be lost, the relay polls.
 */
export function wakeRelay(db: DataSource): void {
  const state = waking.get(db);
  if (state !== undefined) {
    state.again = true;
    return;
  }
  const own = { again: true };
  waking.set(db, own);
  const notify = async (): Promise<void> => {
    while (own.again) {
      own.again = false;
      await db.query(`NOTIFY ${OUTBOX_CHANNEL}`).catch(() => undefined);
    }
    waking.delete(db);
  };
  void notify();
}

/** A claimed row of the outbox. */
export type DueMessage = Pick<OutboxMessage, 'id' | 'queue' | 'name' | 'payload'>;

/**
 * Claim unsent jobs for a while. The claim is committed before the queue is called, so no lock is held meanwhile; a relay
 * that dies leaves its claim to run out and another takes the rows again.
 */
export async function claimDue(db: DataSource, limit: number, claimForMs: number): Promise<DueMessage[]> {
  const [rows] = await db.query<[DueMessage[], number]>(
    `UPDATE outbox_message SET claimed_until = now() + make_interval(secs => $2)
      WHERE id IN (SELECT id FROM outbox_message
                    WHERE sent_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
                    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING id, queue, name, payload`,
    [limit, claimForMs / 1000],
  );
  return rows;
}

/** Remember that the queue has these jobs. */
export async function markSent(db: DataSource, ids: readonly string[]): Promise<void> {
  await db.query(`UPDATE outbox_message SET sent_at = now() WHERE id = ANY($1)`, [ids]);
}
