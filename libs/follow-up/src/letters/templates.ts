import { type Result } from '@perennial/naaccr';
import { MERGE_FIELDS, type MergeField, type Recipient } from './fields.js';
import { namesTheDisease } from './privacy.js';

/** Words of a letter. `{{field}}` is replaced; a paragraph that is empty after that is left out. */
export interface LetterContent {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly closing: string;
  /** Questions of the form that comes back, each with lines for the answer. */
  readonly form: readonly string[];
}

export type LetterNumber = 1 | 2;

const PHYSICIAN_FORM = [
  'Date of your last contact with the patient (month, day, year)',
  'Is the patient alive? [ ] yes [ ] no; if not, date, place and cause of death',
  'Disease status at that date: [ ] no evidence [ ] evidence [ ] not known',
  'Recurrence since the date above: site and date',
  'Who follows the patient now, if not you (name, address)',
];
const PERSON_FORM = [
  'Today’s date (month, day, year)',
  'How are you? [ ] well [ ] under a doctor’s care',
  'Name and address of the doctor seen most recently, and when',
  'New address or telephone number, if these have changed',
];
const CONTACT_FORM = [
  'Today’s date (month, day, year)',
  'When did you last see or speak with this person?',
  'A current address or telephone number for this person, if you know one',
  'If this person has died: date and place',
];

/** The usual letters. A facility writes its own over them. Those to patients and relatives do not say what the records are about. */
export const TEMPLATES: Readonly<Record<Recipient, Readonly<Record<LetterNumber, LetterContent>>>> = {
  physician: {
    1: {
      subject: 'Yearly follow-up of your patients',
      paragraphs: [
        'Dear {{recipient.name}},',
        'Our program follows its patients for life, and you are named as the physician who sees the patients on the enclosed forms. Please fill in one form for each patient and send the forms back, or call us with the code of the form.',
        'We ask only about patients of whom we have heard nothing for twelve months. If another physician has taken over, a name is enough.',
      ],
      closing: 'Thank you for your help.',
      form: PHYSICIAN_FORM,
    },
    2: {
      subject: 'Reminder: yearly follow-up of your patients',
      paragraphs: [
        'Dear {{recipient.name}},',
        'Some weeks ago we asked you about the patients on the enclosed forms and have not had an answer yet. Please fill in one form for each patient and send the forms back, or call us with the code of the form.',
      ],
      closing: 'Thank you for your help.',
      form: PHYSICIAN_FORM,
    },
  },
  patient: {
    1: {
      subject: 'How are you?',
      paragraphs: [
        'Dear {{recipient.name}},',
        'We keep in touch once a year with the people who have been our patients, because how you are helps us to care for others. Please answer the questions below and send this page back.',
        'Your answers are kept in confidence. If you do not wish to hear from us again, write so on the form and we will not write again.',
      ],
      closing: 'With kind regards,',
      form: PERSON_FORM,
    },
    2: {
      subject: 'How are you? A second letter',
      paragraphs: [
        'Dear {{recipient.name}},',
        'Some weeks ago we wrote to ask how you are. In case that letter was lost, here are the questions again. Please answer what you can and send this page back.',
        'If you do not wish to hear from us again, write so on the form and we will not write again.',
      ],
      closing: 'With kind regards,',
      form: PERSON_FORM,
    },
  },
  contact: {
    1: {
      subject: 'Request for an address',
      paragraphs: [
        'Dear {{recipient.name}},',
        'We are trying to get in touch with {{patient.name}}, who gave us your name. Could you tell us how this person can be reached? Please answer the questions below and send this page back.',
      ],
      closing: 'Thank you for your help.',
      form: CONTACT_FORM,
    },
    2: {
      subject: 'Request for an address: a second letter',
      paragraphs: [
        'Dear {{recipient.name}},',
        'Some weeks ago we asked you how {{patient.name}}, who gave us your name, can be reached. In case that letter was lost, here are the questions again.',
      ],
      closing: 'Thank you for your help.',
      form: CONTACT_FORM,
    },
  },
  registry: {
    1: {
      subject: 'Request for follow-up information',
      paragraphs: [
        'To the registry of {{recipient.name}},',
        'According to our records you also follow {{patient.name}}, born {{patient.birthDate}} ({{diagnosis}}). Our last contact was on {{lastContact}}. Please tell us of any later contact.',
      ],
      closing: 'Thank you for your help.',
      form: PHYSICIAN_FORM,
    },
    2: {
      subject: 'Request for follow-up information: second request',
      paragraphs: [
        'To the registry of {{recipient.name}},',
        'Some weeks ago we asked you about {{patient.name}}, born {{patient.birthDate}} ({{diagnosis}}). Our last contact was on {{lastContact}}. Please tell us of any later contact.',
      ],
      closing: 'Thank you for your help.',
      form: PHYSICIAN_FORM,
    },
  },
};

/** Why words cannot be used for a letter. */
export interface TemplateError {
  readonly code: 'template.field' | 'template.empty' | 'template.reveals';
  /** JSON pointer into the content. */
  readonly pointer: string;
  readonly detail: string;
}

const FIELD = /\{\{([^}]*)\}\}/g;

/**
 * Judge the words of a letter: every merge field is one that this kind of recipient may be told, and a letter to a relative does not name
 * the disease.
 */
export function judgeTemplate(
  recipient: Recipient,
  content: LetterContent,
): Result<LetterContent, readonly TemplateError[]> {
  const errors: TemplateError[] = [];
  const texts: [string, string][] = [
    ['/subject', content.subject],
    ...content.paragraphs.map((text, at): [string, string] => [`/paragraphs/${at}`, text]),
    ['/closing', content.closing],
    ...content.form.map((text, at): [string, string] => [`/form/${at}`, text]),
  ];
  const allowed = MERGE_FIELDS[recipient];
  for (const [pointer, text] of texts) {
    for (const [, name = ''] of text.matchAll(FIELD)) {
      if (!(allowed as readonly string[]).includes(name)) {
        errors.push({
          code: 'template.field',
          pointer,
          detail: `{{${name}}} is no field of a letter to a ${recipient}; there are ${allowed.join(', ')}`,
        });
      }
    }
    const word = recipient === 'contact' ? namesTheDisease(text) : null;
    if (word !== null)
      errors.push({ code: 'template.reveals', pointer, detail: `a letter to a relative does not say "${word}"` });
  }
  if (content.subject.trim() === '') errors.push({ code: 'template.empty', pointer: '/subject', detail: 'is empty' });
  if (content.paragraphs.every((text) => text.trim() === ''))
    errors.push({ code: 'template.empty', pointer: '/paragraphs', detail: 'is empty' });
  return errors.length === 0 ? { ok: true, value: content } : { ok: false, error: errors };
}

/** A text with its fields filled in; a field without value leaves nothing. The template was judged before. */
export function merge(text: string, values: Readonly<Partial<Record<MergeField, string>>>): string {
  return text
    .replaceAll(FIELD, (_, name: MergeField) => values[name] ?? '')
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/\s*\(\s*\)/g, '')
    .trim();
}
