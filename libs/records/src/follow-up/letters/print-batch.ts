import { createHash } from 'node:crypto';
import { type LetterContent, type LetterNumber, type Recipient, shiftDays } from '@perennial/follow-up';
import { type Principal, type Scoped } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { settingChanges, settingsOfFacility } from '../settings.js';
import { drawLetter, letterData, type LetterRow, newDocument } from './letter-pages.js';
import { type Pages } from './page-writer.js';
import { type Sender, senderOf } from './words.js';

interface Batch {
  readonly id: string;
  readonly facilityId: string;
  readonly recipient: Recipient;
  readonly number: LetterNumber;
  readonly content: LetterContent;
  readonly dated: string;
}

interface Row extends LetterRow {
  readonly id: string;
  readonly position: number;
}

/** Letters that are read at once, and bytes after which a piece of the file is written: neither grows with the batch. */
const LETTERS_A_TIME = 200;
const PIECE_BYTES = 1_000_000;

/** A letter with everything that its pages say: addressee, patient as the facility knows them, first tumor. */
const LETTERS = letterData(
  `SELECT * FROM letter WHERE batch_id = $1 AND position > $2 AND state = 'queued' ORDER BY position LIMIT $3`,
);

/**
 * Print a batch: one PDF with all letters, kept in pieces; then the letters are printed, each is in the log of contacts, and their tasks
 * wait for the answer. All of it is one transaction: a batch that is interrupted is printed again from the start, and a printed one never
 * twice. Letters that were withdrawn meanwhile are left out, or, when their pages were made already, stay withdrawn.
 *
 * @returns pages and letters, or null when the batch is printed already.
 */
export function printBatch(
  scoped: Scoped,
  principal: Principal,
  batchId: string,
): Promise<{ letters: number; pages: number } | null> {
  return scoped(principal, async (tx) => {
    // The lock of the batch is not on its row, so that the row can tell meanwhile how far printing is.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('print-batch'), hashtext($1))`, [batchId]);
    const [batch] = await tx.query<Batch[]>(
      `SELECT id, facility_id AS "facilityId", recipient, number, content, dated FROM letter_batch WHERE id = $1 AND state = 'queued'`,
      [batchId],
    );
    if (batch === undefined) return null;
    const sender = await senderOf(tx, batch.facilityId);
    const written = await writePdf(tx, batch, sender, (letters) => noteProgress(scoped, principal, batchId, letters));
    await finish(tx, batch, written, principal.actor);
    return { letters: written.letters, pages: written.pages };
  });
}

/** Say how many letters are in the file by now, in a transaction of its own: it is seen at once, and means nothing once the batch is ready. */
const noteProgress = (scoped: Scoped, principal: Principal, batchId: string, letters: number): Promise<void> =>
  scoped(principal, async (tx) => {
    await tx.query(`UPDATE letter_batch SET printed = $2 WHERE id = $1 AND state = 'queued'`, [batchId, letters]);
  });

interface Written {
  readonly letters: number;
  readonly pages: number;
  readonly bytes: number;
  readonly sha256: string;
}

async function writePdf(
  tx: EntityManager,
  batch: Batch,
  sender: Sender,
  progress: (letters: number) => Promise<void>,
): Promise<Written> {
  const document = await newDocument(batch.dated);
  const file = new PieceWriter(tx, batch);
  document.on('data', (chunk: Buffer) => file.take(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once('end', resolve).once('error', reject));
  const pages: Pages = document;
  let count = 0;
  document.on('pageAdded', () => (count += 1));
  let letters = 0;
  let lastPhysician: string | null = null;
  for (let after = -1; ;) {
    const rows = await tx.query<Row[]>(LETTERS, [batch.id, after, LETTERS_A_TIME]);
    const firstPages: number[] = [];
    for (const row of rows) {
      firstPages.push(count + 1);
      // A physician gets one sheet with the address and one letter, then a form for each patient.
      const goesOn = batch.recipient === 'physician' && row.physicianId === lastPhysician;
      drawLetter(pages, { ...batch, sender }, row, goesOn);
      lastPhysician = row.physicianId;
    }
    if (rows.length > 0) {
      await tx.query(
        `UPDATE letter SET page = u.page FROM unnest($1::uuid[], $2::int[]) AS u(id, page) WHERE letter.id = u.id`,
        [rows.map(({ id }) => id), firstPages],
      );
    }
    letters += rows.length;
    await progress(letters);
    await file.flush(PIECE_BYTES);
    const last = rows[rows.length - 1];
    if (last === undefined || rows.length < LETTERS_A_TIME) break;
    after = last.position;
  }
  // A document without a page cannot be opened; every letter was withdrawn before it was printed.
  if (count === 0) document.addPage();
  document.end();
  await ended;
  await file.flush(0);
  return { letters, pages: count, bytes: file.bytes, sha256: file.sha256() };
}

/** Collects what the document gives and stores it in pieces of about the same size. */
class PieceWriter {
  bytes = 0;
  private part = 0;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private readonly hash = createHash('sha256');

  constructor(
    private readonly tx: EntityManager,
    private readonly batch: Batch,
  ) {}

  take(chunk: Buffer): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
  }

  /** Store what waits when it is more than this. */
  async flush(moreThan: number): Promise<void> {
    if (this.waitingBytes <= moreThan) return;
    await this.tx.query(`INSERT INTO letter_batch_file (facility_id, batch_id, part, bytes) VALUES ($1, $2, $3, $4)`, [
      this.batch.facilityId,
      this.batch.id,
      this.part,
      Buffer.concat(this.waiting),
    ]);
    this.part += 1;
    this.waiting = [];
    this.waitingBytes = 0;
  }

  sha256(): string {
    return this.hash.digest('hex');
  }
}

const PERSONS: Readonly<Record<Recipient, string>> = {
  physician: 'physician',
  patient: 'patient',
  contact: 'relative',
  registry: 'registry',
};

/** Letters are printed, in the log, and their tasks wait: three statements whatever the size of the batch. */
async function finish(tx: EntityManager, batch: Batch, written: Written, actor: string): Promise<void> {
  await tx.query(
    `WITH printed AS (
       UPDATE letter SET state = 'printed' WHERE batch_id = $1 AND state = 'queued' AND page IS NOT NULL
       RETURNING id, patient_id, facility_id, task_id, contact_point_id, physician_id)
     INSERT INTO follow_up_contact (patient_id, facility_id, task_id, contacted_on, channel, person, outcome, contact_point_id, physician_id, letter_id, recorded_by)
     SELECT patient_id, facility_id, task_id, $2, 'letter', $3, 'sent', contact_point_id, physician_id, id, $4 FROM printed`,
    [batch.id, batch.dated, PERSONS[batch.recipient], actor],
  );
  const settings = settingsOfFacility(await settingChanges(tx), batch.facilityId, batch.dated);
  await tx.query(
    `WITH waiting AS (
       UPDATE follow_up_task t SET state = 'waiting', next_step_on = $2, revision = t.revision + 1
         FROM (SELECT o.id, o.state, o.next_step_on FROM follow_up_task o JOIN letter l ON l.task_id = o.id WHERE l.batch_id = $1 AND l.state = 'printed' FOR UPDATE OF o) was
        WHERE was.id = t.id AND t.state <> 'closed' RETURNING t.id, t.facility_id, t.revision, was.state AS old_state, was.next_step_on AS old_on)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $3, '{"kind":"rule","rule":"letter-printed"}',
            jsonb_build_object('@state', jsonb_build_array(old_state, 'waiting'), '@next_step_on', jsonb_build_array(old_on, $2::text)) FROM waiting`,
    [batch.id, shiftDays(batch.dated, settings.secondLetterDays), actor],
  );
  await tx.query(
    `UPDATE letter_batch SET state = 'ready', pages = $2, bytes = $3, sha256 = $4, ready_at = now() WHERE id = $1`,
    [batch.id, written.pages, written.bytes, written.sha256],
  );
}
