import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { enqueue, type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { importNaaccr } from '@perennial/queues';
import { type EntityManager } from 'typeorm';

/** Bytes of one stored part, and the most that one file may have as it comes. */
const PART_BYTES = 512 * 1024;
const MOST_BYTES = 20 * 1024 ** 3;

/** How a file is to be taken. */
export interface ImportOrder {
  /** Facility of records that name no reporting facility. */
  readonly facilityId: string | null;
  /** Only say what would become of it. */
  readonly dryRun: boolean;
  /** Every record becomes a draft, however complete it is. */
  readonly asDraft: boolean;
  /** Take a file that was taken before. */
  readonly again: boolean;
}

export interface StoredUpload {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Where the rows of a batch belong: to the facilities of the sender, or to the registry. */
const ownersOf = (principal: Principal): readonly string[] => (principal.allFacilities ? [] : principal.facilityIds);

/**
 * Keep an uploaded file, part by part, and plan its import when the last byte is there. Bytes are compressed where they are not yet.
 * Each part is a transaction of its own, so that a slow sender holds no connection.
 *
 * @param body the bytes as they come, gzip or not.
 * @throws DomainError 413 when there are too many bytes, 422 when they are not XML, 409 when the same file was taken before. What was
 * stored of a refused upload is removed; one that breaks off stays listed as failed.
 */
export async function storeUpload(
  scoped: Scoped,
  principal: Principal,
  order: ImportOrder,
  body: AsyncIterable<Uint8Array>,
): Promise<StoredUpload> {
  const owners = ownersOf(principal);
  const id = await scoped(principal, (tx) => createBatch(tx, principal, order, owners));
  const hash = createHash('sha256');
  let bytes = 0;
  let parts = 0;
  let stored = 0;
  const put = async (part: Buffer): Promise<void> => {
    await scoped(principal, (tx) =>
      tx.query(`INSERT INTO import_part (batch_id, part, facility_ids, bytes) VALUES ($1, $2, $3, $4)`, [
        id,
        parts,
        owners,
        part,
      ]),
    );
    parts += 1;
    stored += part.length;
  };
  const metered = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new DomainError('import.too-large', 413, `A file may have ${MOST_BYTES} bytes.`);
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    const { first, rest } = await begin(metered());
    if (isGzip(first)) for await (const part of partsOf(rest)) await put(part);
    else {
      if (!looksLikeXml(first)) {
        throw new DomainError('import.not-xml', 422, 'The body is neither NAACCR XML nor gzip of it.');
      }
      await pipeline(Readable.from(rest, { objectMode: true }), createGzip({ level: 1 }), async (source) => {
        for await (const part of partsOf(source as AsyncIterable<Buffer>)) await put(part);
      });
    }
    const sha256 = hash.digest('hex');
    await scoped(principal, (tx) => receive(tx, id, order, { sha256, bytes, stored, parts }));
    return { id, sha256, bytes };
  } catch (error) {
    await scoped(principal, (tx) => abandon(tx, id, error));
    throw error;
  }
}

async function createBatch(
  tx: EntityManager,
  principal: Principal,
  order: ImportOrder,
  owners: readonly string[],
): Promise<string> {
  // An upload whose server died was never heard of again.
  await tx.query(
    `UPDATE import_batch SET state = 'failed', finished_at = now(), problem = '{"code": "upload.broken", "message": "the upload broke off"}'
      WHERE state = 'uploading' AND received_at < now() - interval '1 day'`,
  );
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO import_batch (facility_ids, default_facility_id, dry_run, as_draft, requested_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [owners, order.facilityId, order.dryRun, order.asDraft, principal.actor],
  );
  if (row === undefined) throw new Error('import: insert returned no row');
  return row.id;
}

async function receive(
  tx: EntityManager,
  id: string,
  order: ImportOrder,
  { sha256, bytes, stored, parts }: { sha256: string; bytes: number; stored: number; parts: number },
): Promise<void> {
  if (!order.again && !order.dryRun) {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 7237))`, [sha256]);
    const [earlier] = await tx.query<{ id: string }[]>(
      `SELECT id FROM import_batch WHERE sha256 = $1 AND NOT dry_run AND id <> $2 AND state IN ('received', 'checking', 'importing', 'done') ORDER BY received_at LIMIT 1`,
      [sha256, id],
    );
    if (earlier !== undefined) {
      throw new DomainError(
        'import.same-file',
        409,
        'The same file was taken before; add again=true to take it once more.',
        {
          batchId: earlier.id,
        },
      );
    }
  }
  await tx.query(
    `UPDATE import_batch SET state = 'received', sha256 = $2, bytes = $3, stored_bytes = $4, parts = $5 WHERE id = $1`,
    [id, sha256, bytes, stored, parts],
  );
  await enqueue(tx, importNaaccr, { batchId: id });
}

/** An upload that cannot be used: its parts go, the row says why. */
async function abandon(tx: EntityManager, id: string, error: unknown): Promise<void> {
  const problem =
    error instanceof DomainError
      ? { code: error.code, message: error.message }
      : { code: 'upload.broken', message: 'the upload broke off' };
  await tx.query(`DELETE FROM import_part WHERE batch_id = $1`, [id]);
  await tx.query(
    `UPDATE import_batch SET state = 'failed', problem = $2, finished_at = now(), parts = 0, stored_bytes = 0 WHERE id = $1`,
    [id, JSON.stringify(problem)],
  );
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The first character that is not a space is `<`, or the file begins like UTF-16, which is refused later with a better word. */
function looksLikeXml(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = bytes.subarray(start).find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  return text === 0x3c || text === 0xff || text === 0xfe || text === undefined;
}

/** The first chunk, and the whole from its beginning. */
async function begin(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  const held: Uint8Array[] = [];
  let size = 0;
  while (size < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    held.push(next.value);
    size += next.value.length;
  }
  if (size === 0)
    throw new DomainError(
      'import.empty',
      400,
      'Send the file as the body, with content type application/xml or application/gzip.',
    );
  return {
    first: Buffer.concat(held),
    rest: (async function* () {
      yield* held;
      yield* chunks;
    })(),
  };
}

/** Chunks of any size as parts of one size. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < PART_BYTES) continue;
    const joined = Buffer.concat(held);
    let at = 0;
    for (; joined.length - at >= PART_BYTES; at += PART_BYTES) yield joined.subarray(at, at + PART_BYTES);
    held = [joined.subarray(at)];
    size = joined.length - at;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** The stored bytes of a batch, in order, part by part; the next one is fetched while one is worked on. */
export async function* storedBytes(scoped: Scoped, principal: Principal, batchId: string): AsyncGenerator<Uint8Array> {
  const fetch = (part: number): Promise<Buffer | undefined> => {
    const fetched = scoped(principal, async (tx) => {
      const [row] = await tx.query<{ bytes: Buffer }[]>(
        `SELECT bytes FROM import_part WHERE batch_id = $1 AND part = $2`,
        [batchId, part],
      );
      return row?.bytes;
    });
    // Whoever waits for it gets the failure; a reader that stopped early waits for nothing.
    fetched.catch(() => undefined);
    return fetched;
  };
  let next = fetch(0);
  for (let part = 1; ; part++) {
    const bytes = await next;
    if (bytes === undefined) return;
    next = fetch(part);
    yield bytes;
  }
}

/** Stop an import after the page at hand; what it took stays. @returns false when it is not under way. */
export async function cancelImport(tx: EntityManager, id: string): Promise<boolean> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE import_batch SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state IN ('received', 'checking', 'importing')`,
    [id],
  );
  return count === 1;
}

/** Go on with an import that was cancelled or whose job failed for good. @returns false when there is nothing to go on with. */
export async function resumeImport(tx: EntityManager, id: string): Promise<boolean> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE import_batch SET state = 'received', finished_at = NULL WHERE id = $1 AND parts > 0 AND state IN ('cancelled', 'received', 'checking', 'importing')`,
    [id],
  );
  if (count === 1) await enqueue(tx, importNaaccr, { batchId: id });
  return count === 1;
}

/** Import what a dry run tried, without sending it again. @returns false when it is no finished dry run. */
export async function importAfterDryRun(tx: EntityManager, id: string): Promise<boolean> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE import_batch SET dry_run = false, state = 'received', done_patients = 0, counts = '{}', started_at = NULL, finished_at = NULL, first_revision = NULL
      WHERE id = $1 AND dry_run AND state = 'done'`,
    [id],
  );
  if (count !== 1) return false;
  await tx.query(`DELETE FROM import_reject WHERE batch_id = $1`, [id]);
  await enqueue(tx, importNaaccr, { batchId: id });
  return true;
}
