import PDFDocument from 'pdfkit';
import { type BasisDetail, CONTENTS, DETAIL_TITLES, TITLES } from './bases.js';
import { type PrintView } from './disclosures.service.js';

const MARGIN = 56;

const collect = (document: PDFKit.PDFDocument): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    document.once('end', () => resolve(Buffer.concat(parts)));
    document.once('error', reject);
  });

/** `20240229`, `202402` and `2024` as they are read. */
const readable = (date: string | null): string =>
  date === null
    ? 'not known'
    : date.replace(/^(\d{4})(\d{2})?(\d{2})?$/, (_, y: string, m?: string, d?: string) =>
        [y, m, d].filter(Boolean).join('-'),
      );

function entry(document: PDFKit.PDFDocument, one: PrintView): void {
  const line = (title: string, text: string): void => {
    document.font('Helvetica-Bold').fontSize(10).text(`${title}: `, { continued: true }).font('Helvetica').text(text);
  };
  document.font('Helvetica-Bold').fontSize(12).text(`Disclosure ${one.number} of ${one.disclosedOn}`).moveDown(0.3);
  if (one.voidedAt !== null) line('VOID', one.voidReason ?? '');
  line('Disclosed by', one.facilityName ?? 'the registry');
  line('To', `${one.recipient}, ${one.recipientAddress.replaceAll(/\s*\n\s*/g, ', ')}`);
  line('Purpose', one.purpose);
  line('Information', one.contents.map((kind) => CONTENTS[kind]).join('; '));
  const detail = (Object.entries(one.basisDetail) as [keyof BasisDetail, string][])
    .map(([name, value]) => `${DETAIL_TITLES[name]} ${value.replaceAll('_', ' ')}`)
    .join(', ');
  line('Legal basis', detail === '' ? TITLES[one.basis] : `${TITLES[one.basis]} (${detail})`);
  line('Recorded', `${new Date(one.recordedAt).toISOString().slice(0, 10)} by ${one.recorderName ?? one.recordedBy}`);
  document.moveDown(1);
}

/** A disclosure, or the accounting of all disclosures of a patient, on paper. Without a name when the reader may not know it. */
export function disclosureDocument(title: string, entries: readonly PrintView[], printedOn: string): Promise<Buffer> {
  const document = new PDFDocument({ size: 'LETTER', margin: MARGIN, info: { Title: title, Creator: 'Perennial' } });
  const done = collect(document);
  document.font('Helvetica-Bold').fontSize(16).text(title).moveDown(0.5);
  const [first] = entries;
  if (first?.patientName != null)
    document
      .font('Helvetica')
      .fontSize(11)
      .text(`Patient: ${first.patientName}, born ${readable(first.patientBirthDate)}`);
  document
    .font('Helvetica')
    .fontSize(11)
    .text(`Printed ${readable(printedOn)}`)
    .moveDown(1);
  if (entries.length === 0) document.text('No disclosure is recorded.');
  for (const one of entries) entry(document, one);
  document.end();
  return done;
}
