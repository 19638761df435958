import { envelopeName, type LetterContent, merge, type MergeField, type Recipient } from '@perennial/follow-up';
import { type Sender } from './words.js';

/** What the pages of a letter say, before it is set in type. */
export interface LetterData {
  readonly code: string;
  readonly to: readonly string[];
  readonly recipientName: string;
  readonly patientName: string;
  readonly birthDate: string | null;
  readonly lastContact: string | null;
  readonly diagnosis: string;
}

/** The document that pages are written to. */
export type Pages = PDFKit.PDFDocument;

/** Points: a page of letter size with margins of an inch, the address where a window envelope shows it. */
const LEFT = 72;
const WIDTH = 468;
const ADDRESS_Y = 190;

const REGULAR = 'Helvetica';
const BOLD = 'Helvetica-Bold';

/** The built-in fonts know the letters of Western Europe; others lose their marks, and what is left over becomes a question mark. Ends of lines stay. */
export function printable(text: string): string {
  return [...text.normalize('NFC')]
    .map((character) =>
      isWestern(character) ? character : character.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, ''),
    )
    .join('')
    .replaceAll(/[^\n\x20-\x7e\u00a0-\u00ff\u2018\u2019\u201c\u201d\u2013\u2014]/g, '?');
}

const isWestern = (character: string): boolean =>
  /[\x20-\x7e\u00a0-\u00ff\u2018\u2019\u201c\u201d\u2013\u2014]/.test(character);

/** `20240229` as `02/29/2024`; of partial dates what is known. */
export function americanDate(date: string): string {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)];
  return [month, day, year].filter((part) => part !== '').join('/');
}

export const senderLines = (sender: Sender): string[] =>
  [
    sender.line1,
    sender.line2 ?? '',
    [sender.city, [sender.state, sender.postalCode].join(' ').trim()].filter(Boolean).join(', '),
  ].filter((line) => line !== '');

/** The sheet that lies on top and shows through the window: who it is to, a neutral sender, nothing else. */
export function addressPage(pages: Pages, sender: Sender, to: readonly string[]): void {
  pages.addPage();
  const lines = [envelopeName(sender.envelope), ...senderLines(sender)];
  pages
    .font(REGULAR)
    .fontSize(9)
    .text(printable(lines.join('\n')), LEFT, 60, { width: WIDTH });
  pages.fontSize(12).text(printable(to.join('\n')), LEFT, ADDRESS_Y, { width: WIDTH });
}

/** Letterhead, date, words. */
export function letterPage(
  pages: Pages,
  sender: Sender,
  content: LetterContent,
  values: Readonly<Partial<Record<MergeField, string>>>,
  head: string,
): void {
  pages.addPage();
  pages.font(BOLD).fontSize(13).text(printable(head), LEFT, 72, { width: WIDTH });
  pages
    .font(REGULAR)
    .fontSize(9)
    .text(printable([...senderLines(sender), sender.telephone ?? ''].filter((line) => line !== '').join(' \u2013 ')), {
      width: WIDTH,
    });
  pages
    .moveDown(2)
    .fontSize(11)
    .text(values['letter.date'] ?? '', { width: WIDTH, align: 'right' });
  pages
    .moveDown()
    .font(BOLD)
    .text(printable(merge(content.subject, values)), { width: WIDTH })
    .font(REGULAR);
  for (const paragraph of content.paragraphs) {
    const text = merge(paragraph, values);
    if (text !== '') pages.moveDown().text(printable(text), { width: WIDTH });
  }
  pages
    .moveDown(2)
    .text(printable(merge(content.closing, values)), { width: WIDTH })
    .moveDown(2)
    .text(printable(head), { width: WIDTH });
}

/** The questions that come back, with the code that the answer is recorded by. */
export function formPart(pages: Pages, content: LetterContent, code: string, about: string): void {
  pages.moveDown(2).font(BOLD).fontSize(11).text(`Code: ${code}`, LEFT, undefined, { width: WIDTH });
  if (about !== '') pages.font(REGULAR).text(printable(about), { width: WIDTH });
  pages.font(REGULAR).fontSize(10);
  for (const question of content.form) {
    pages.moveDown(0.8).text(printable(question), LEFT, undefined, { width: WIDTH });
    const line = pages.y + 16;
    pages
      .lineWidth(0.5)
      .moveTo(LEFT, line)
      .lineTo(LEFT + WIDTH, line)
      .stroke();
    pages.y = line + 4;
  }
}

/** Merge values of a letter. What a recipient may be told was judged with the template. */
export const valuesOf = (
  letter: LetterData,
  sender: Sender,
  head: string,
  dated: string,
): Partial<Record<MergeField, string>> => ({
  'recipient.name': letter.recipientName,
  'patient.name': letter.patientName,
  ...(letter.birthDate === null ? {} : { 'patient.birthDate': americanDate(letter.birthDate) }),
  ...(letter.lastContact === null ? {} : { lastContact: americanDate(letter.lastContact) }),
  diagnosis: letter.diagnosis,
  'letter.date': americanDate(dated),
  'letter.code': letter.code,
  'sender.name': head,
  ...(sender.telephone === null ? {} : { 'sender.telephone': sender.telephone }),
});

/** The name over a letter. One to a relative bears the neutral name of the envelope. */
export const headOf = (recipient: Recipient, sender: Sender): string =>
  recipient === 'contact' ? envelopeName(sender.envelope) : sender.letterhead;
