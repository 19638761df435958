import { createHash } from 'node:crypto';
import { type LetterContent, type LetterNumber, type Recipient, shiftDays } from '@perennial/follow-up';
import { type Principal, type Scoped } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { settingChanges, settingsOfFacility } from '../settings.js';
import { type Sender, senderOf } from './make-batch.js';
import {
  addressPage,
  americanDate,
  formPart,
  headOf,
  type LetterData,
  letterPage,
  type Pages,
  valuesOf,
} from './page-writer.js';

interface Batch {
  readonly id: string;
  readonly facilityId: string;
  readonly recipient: Recipient;
  readonly number: LetterNumber;
  readonly content: LetterContent;
  readonly dated: string;
}

interface Row extends LetterData {
  readonly id: string;
  readonly position: number;
  readonly physicianId: string | null;
}

/** Letters that are read at once, and bytes after which a piece of the file is written: neither grows with the batch. */
const LETTERS_A_TIME = 200;
const PIECE_BYTES = 1_000_000;

/** A letter with everything that its pages say: addressee, patient as the facility knows them, first tumor. */
const LETTERS = `
SELECT l.id, l.position, l.code, l.physician_id AS "physicianId",
       CASE WHEN ph.id IS NOT NULL THEN ARRAY[ph.name, ph.line1, ph.line2, ph.city || ', ' || ph.state || ' ' || ph.postal_code]
            ELSE ARRAY[coalesce(cp.name, c.name), cp.line1, cp.line2, cp.city || ', ' || concat_ws(' ', cp.state, cp.postal_code)] END AS "to",
       coalesce(ph.name, cp.name, c.name) AS "recipientName", c.name AS "patientName", c.birth AS "birthDate", p.date_of_last_contact AS "lastContact", c.diagnosis
  FROM (SELECT * FROM letter WHERE batch_id = $1 AND position > $2 AND state = 'queued' ORDER BY position LIMIT $3) l JOIN patient p ON p.id = l.patient_id
  LEFT JOIN physician ph ON ph.id = l.physician_id LEFT JOIN contact_point cp ON cp.id = l.contact_point_id
  LEFT JOIN LATERAL (
    SELECT concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast') AS name, a.items->>'dateOfBirth' AS birth,
           concat_ws(', ', a.primary_site, a.histology || '/' || a.behavior, a.date_of_diagnosis) AS diagnosis
      FROM abstract a WHERE a.patient_id = l.patient_id AND a.facility_id = l.facility_id AND a.state = 'complete' ORDER BY a.date_of_diagnosis, a.id LIMIT 1) c ON true
 ORDER BY l.position`;

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
    const [batch] = await tx.query<Batch[]>(
      `SELECT id, facility_id AS "facilityId", recipient, number, content, dated FROM letter_batch WHERE id = $1 AND state = 'queued' FOR UPDATE`,
      [batchId],
    );
    if (batch === undefined) return null;
    const sender = await senderOf(tx, batch.facilityId);
    const written = await writePdf(tx, batch, sender);
    await finish(tx, batch, written, principal.actor);
    return { letters: written.letters, pages: written.pages };
  });
}

interface Written {
  readonly letters: number;
  readonly pages: number;
  readonly bytes: number;
  readonly sha256: string;
}

async function writePdf(tx: EntityManager, batch: Batch, sender: Sender): Promise<Written> {
  // Only workers that print load the library.
  const { default: PdfDocument } = await import('pdfkit');
  const day = new Date(
    Date.UTC(Number(batch.dated.slice(0, 4)), Number(batch.dated.slice(4, 6)) - 1, Number(batch.dated.slice(6, 8))),
  );
  const document = new PdfDocument({
    size: 'LETTER',
    margins: { top: 60, bottom: 40, left: 72, right: 72 },
    autoFirstPage: false,
    info: { Title: 'Letters', CreationDate: day, ModDate: day },
  });
  const file = new PieceWriter(tx, batch);
  document.on('data', (chunk: Buffer) => file.take(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once('end', resolve).once('error', reject));
  const pages: Pages = document;
  let count = 0;
  document.on('pageAdded', () => (count += 1));
  const head = headOf(batch.recipient, sender);
  let letters = 0;
  let lastPhysician: string | null = null;
  for (let after = -1; ;) {
    const rows = await tx.query<Row[]>(LETTERS, [batch.id, after, LETTERS_A_TIME]);
    const firstPages: number[] = [];
    for (const row of rows) {
      const letter: Row = { ...row, to: row.to.filter((line) => line !== null && line.trim() !== '') };
      const values = valuesOf(letter, sender, head, batch.dated);
      firstPages.push(count + 1);
      // A physician gets one sheet with the address and one letter, then a form for each patient.
      if (batch.recipient !== 'physician' || letter.physicianId !== lastPhysician) {
        addressPage(pages, sender, letter.to);
        letterPage(pages, sender, batch.content, values, head);
      }
      lastPhysician = letter.physicianId;
      if (batch.recipient === 'physician') {
        pages.addPage();
        pages.font('Helvetica').fontSize(11).text('', 72, 60);
        formPart(pages, batch.content, letter.code, aboutPatient(letter));
      } else formPart(pages, batch.content, letter.code, '');
    }
    if (rows.length > 0) {
      await tx.query(
        `UPDATE letter SET page = u.page FROM unnest($1::uuid[], $2::int[]) AS u(id, page) WHERE letter.id = u.id`,
        [rows.map(({ id }) => id), firstPages],
      );
    }
    letters += rows.length;
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

const aboutPatient = ({ patientName, birthDate, diagnosis, lastContact }: LetterData): string =>
  [
    `Patient: ${patientName}${birthDate === null ? '' : `, born ${americanDate(birthDate)}`}`,
    diagnosis === '' ? '' : `Diagnosis: ${diagnosis}`,
    lastContact === null ? '' : `Our last contact: ${americanDate(lastContact)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');

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
