import { type LetterContent, type Recipient } from '@perennial/follow-up';
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
import { type Sender } from './words.js';

/** A letter as its pages are drawn from. */
export interface LetterRow extends LetterData {
  readonly physicianId: string | null;
}

/** What all letters of a batch share. */
export interface LetterSet {
  readonly recipient: Recipient;
  readonly content: LetterContent;
  readonly dated: string;
  readonly sender: Sender;
}

/**
 * SQL: everything that the pages of some letters say. The first tumor of the facility stands for all.
 *
 * @param source a query with the columns of `letter`.
 */
export const letterData = (source: string): string => `
SELECT l.id, l.position, l.code, l.physician_id AS "physicianId",
       CASE WHEN ph.id IS NOT NULL THEN ARRAY[ph.name, ph.line1, ph.line2, ph.city || ', ' || ph.state || ' ' || ph.postal_code]
            ELSE ARRAY[coalesce(cp.name, c.name), cp.line1, cp.line2, cp.city || ', ' || concat_ws(' ', cp.state, cp.postal_code)] END AS "to",
       coalesce(ph.name, cp.name, c.name) AS "recipientName", c.name AS "patientName", c.birth AS "birthDate", p.date_of_last_contact AS "lastContact", c.diagnosis
  FROM (${source}) l JOIN patient p ON p.id = l.patient_id
  LEFT JOIN physician ph ON ph.id = l.physician_id LEFT JOIN contact_point cp ON cp.id = l.contact_point_id
  LEFT JOIN LATERAL (
    SELECT concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast') AS name, a.items->>'dateOfBirth' AS birth,
           concat_ws(', ', regexp_replace(a.primary_site, '^(...)(.)$', '\\1.\\2'), a.histology || '/' || a.behavior,
             concat_ws('/', nullif(substr(a.date_of_diagnosis, 5, 2), ''), nullif(substr(a.date_of_diagnosis, 7, 2), ''), substr(a.date_of_diagnosis, 1, 4))) AS diagnosis
      FROM abstract a WHERE a.patient_id = l.patient_id AND a.facility_id = l.facility_id AND a.state = 'complete' ORDER BY a.date_of_diagnosis, a.id LIMIT 1) c ON true
 ORDER BY l.position`;

/** Lines of an address without the empty ones. */
export const addressOf = ({ to }: LetterData): readonly string[] =>
  to.filter((line) => line !== null && line.trim() !== '');

/** An empty document for letters. Its dates are those of the letters, so that a batch printed again is the same file. */
export async function newDocument(dated: string): Promise<PDFKit.PDFDocument> {
  // Only what prints loads the library.
  const { default: PdfDocument } = await import('pdfkit');
  const day = new Date(Date.UTC(Number(dated.slice(0, 4)), Number(dated.slice(4, 6)) - 1, Number(dated.slice(6, 8))));
  return new PdfDocument({
    size: 'LETTER',
    margins: { top: 60, bottom: 40, left: 72, right: 72 },
    autoFirstPage: false,
    info: { Title: 'Letters', CreationDate: day, ModDate: day },
  });
}

/**
 * Draw a letter: the sheet with the address, the words, the form.
 *
 * @param goesOn the addressee has sheet and words from the letter before; only a form is added.
 */
export function drawLetter(
  pages: Pages,
  { recipient, content, dated, sender }: LetterSet,
  letter: LetterRow,
  goesOn: boolean,
): void {
  const head = headOf(recipient, sender);
  if (!goesOn) {
    addressPage(pages, sender, addressOf(letter));
    letterPage(pages, sender, content, valuesOf(letter, sender, head, dated), head);
  }
  if (recipient === 'physician') {
    pages.addPage();
    pages.font('Helvetica').fontSize(11).text('', 72, 60);
    formPart(pages, content, letter.code, aboutPatient(letter));
  } else formPart(pages, content, letter.code, '');
}

/** What a physician's form says of the patient that it asks about. */
export const aboutPatient = ({ patientName, birthDate, diagnosis, lastContact }: LetterData): string =>
  [
    `Patient: ${patientName}${birthDate === null ? '' : `, born ${americanDate(birthDate)}`}`,
    diagnosis === '' ? '' : `Diagnosis: ${diagnosis}`,
    lastContact === null ? '' : `Our last contact: ${americanDate(lastContact)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
