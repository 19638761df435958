import { envelopeName, merge } from '@perennial/follow-up';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import {
  aboutPatient,
  addressOf,
  drawLetter,
  letterData,
  type LetterRow,
  type LetterSet,
  newDocument,
} from './letter-pages.js';
import { americanDate, headOf, senderLines, valuesOf } from './page-writer.js';
import { type BatchRequest, planBatch, type SKIPPED } from './plan-batch.js';
import { senderOf, templateOf } from './words.js';

/** One letter before it is made. */
export interface PreviewRequest extends Pick<BatchRequest, 'facilityId' | 'recipient' | 'number'> {
  readonly taskId: string;
}

/** What a letter would say, page by page. */
export interface LetterPreview {
  readonly patientId: string;
  /** The sheet in the window of the envelope. */
  readonly envelope: readonly string[];
  readonly to: readonly string[];
  readonly head: string;
  readonly sender: readonly string[];
  /** As it is printed: `11/24/2026`. */
  readonly dated: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly closing: string;
  readonly form: readonly string[];
  /** What the form says of the patient; empty where it says nothing. */
  readonly about: string;
  /** Stands where the letter's code will be. */
  readonly code: string;
}

/** A letter gets its code when it is made. */
const NO_CODE = '____-____-_';

const ONE = letterData(
  `SELECT NULL::uuid AS id, 0 AS position, $3::text AS code, $1::uuid AS patient_id, $2::uuid AS facility_id, $4::uuid AS physician_id, $5::uuid AS contact_point_id`,
);

interface Prepared {
  readonly set: LetterSet;
  readonly letter: LetterRow;
  readonly patientId: string;
}

/** @throws DomainError 404 for a task that is not there; 409 with the reason when no letter can be written. */
async function prepare(tx: EntityManager, request: PreviewRequest, today: string): Promise<Prepared> {
  const { facilityId, recipient, number, taskId } = request;
  const [task] = await tx.query<{ due_month: string }[]>(
    `SELECT due_month FROM follow_up_task WHERE id = $1 AND facility_id = $2`,
    [taskId, facilityId],
  );
  if (task === undefined) throw notFound('task');
  const [candidate] = await planBatch(tx, { facilityId, recipient, number, taskIds: [taskId], limit: 1 }, today);
  if (candidate === undefined) throw noLetter(null);
  if (candidate.reason !== null) throw noLetter(candidate.reason);
  const physicianId = recipient === 'physician' || recipient === 'registry' ? candidate.physicianId : null;
  const [letter] = await tx.query<LetterRow[]>(ONE, [
    candidate.patientId,
    facilityId,
    NO_CODE,
    physicianId,
    candidate.pointId,
  ]);
  if (letter === undefined) throw notFound('task');
  const content = await templateOf(tx, facilityId, recipient, number);
  return {
    set: { recipient, content, dated: today, sender: await senderOf(tx, facilityId) },
    letter,
    patientId: candidate.patientId,
  };
}

const noLetter = (reason: (typeof SKIPPED)[number] | null): DomainError =>
  new DomainError('letters.none', 409, 'There is no letter to write.', {
    skipped: reason === null ? [] : [{ reason, patients: 1 }],
  });

/** The words of a letter as they would be printed today. Needs the registry's scope. @throws DomainError 404, 409. */
export async function previewLetter(tx: EntityManager, request: PreviewRequest, today: string): Promise<LetterPreview> {
  const { set, letter, patientId } = await prepare(tx, request, today);
  const { content, sender, recipient, dated } = set;
  const head = headOf(recipient, sender);
  const values = valuesOf(letter, sender, head, dated);
  return {
    patientId,
    envelope: [envelopeName(sender.envelope), ...senderLines(sender)],
    to: addressOf(letter),
    head,
    sender: [...senderLines(sender), sender.telephone ?? ''].filter((line) => line !== ''),
    dated: americanDate(dated),
    subject: merge(content.subject, values),
    paragraphs: content.paragraphs.map((text) => merge(text, values)).filter((text) => text !== ''),
    closing: merge(content.closing, values),
    form: content.form,
    about: recipient === 'physician' ? aboutPatient(letter) : '',
    code: letter.code,
  };
}

/** The same letter as PDF. Needs the registry's scope. @throws DomainError 404, 409. */
export async function previewPdf(
  tx: EntityManager,
  request: PreviewRequest,
  today: string,
): Promise<{ readonly patientId: string; readonly bytes: Buffer }> {
  const { set, letter, patientId } = await prepare(tx, request, today);
  const document = await newDocument(today);
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once('end', resolve).once('error', reject));
  drawLetter(document, set, letter, false);
  document.end();
  await ended;
  return { patientId, bytes: Buffer.concat(chunks) };
}
