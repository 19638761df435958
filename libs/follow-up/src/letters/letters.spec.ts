import fc from 'fast-check';
import { letterCode, readLetterCode } from './code.js';
import { MERGE_FIELDS, type Recipient } from './fields.js';
import { envelopeName, namesTheDisease } from './privacy.js';
import { judgeTemplate, merge, TEMPLATES } from './templates.js';

const RECIPIENTS = Object.keys(TEMPLATES) as Recipient[];
const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });

describe('the code of a letter', () => {
  it('is read as it is typed: any case, with or without dashes', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const code = letterCode(random);
        expect(code).toMatch(/^[2-9C-Y]{4}-[2-9C-Y]{4}-[2-9C-Y]$/);
        expect(readLetterCode(code.toLowerCase().replaceAll('-', ' '))).toBe(code);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused with one character wrong', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(...'23456789CDFHJKMNPQRTVWXY'),
        (random, at, wrong) => {
          const typed = letterCode(random).replaceAll('-', '');
          fc.pre(typed[at] !== wrong);
          expect(readLetterCode(`${typed.slice(0, at)}${wrong}${typed.slice(at + 1)}`)).toBeNull();
        },
      ),
      { numRuns: 200 },
    );
    expect(readLetterCode('')).toBeNull();
    expect(readLetterCode('AAAA-AAAA-A')).toBeNull();
  });
});

describe('words of letters', () => {
  it.each(RECIPIENTS)('to a %s use only what the recipient may be told', (recipient) => {
    for (const number of [1, 2] as const)
      expect(judgeTemplate(recipient, TEMPLATES[recipient][number])).toMatchObject({ ok: true });
  });

  it.each(['patient', 'contact'] as const)('to a %s do not name the disease', (recipient) => {
    for (const { subject, paragraphs, closing, form } of Object.values(TEMPLATES[recipient])) {
      for (const text of [subject, ...paragraphs, closing, ...form])
        expect([text, namesTheDisease(text)]).toEqual([text, null]);
    }
  });

  it('tell where a field is not known or a word would reveal, and why', () => {
    const content = {
      ...TEMPLATES.contact[1],
      paragraphs: ['About {{diagnosis}}', 'our oncology clinic'],
      subject: ' ',
    };
    const judged = judgeTemplate('contact', content);
    expect(judged).toMatchObject({
      ok: false,
      error: [
        { code: 'template.field', pointer: '/paragraphs/0' },
        {
          code: 'template.reveals',
          pointer: '/paragraphs/1',
          detail: 'a letter to a relative does not say "oncology"',
        },
        { code: 'template.empty', pointer: '/subject' },
      ],
    });
  });

  it('give a relative nothing of the patient but the name', () =>
    expect(MERGE_FIELDS.contact.filter((field) => !/^(recipient|letter|sender)\./.test(field))).toEqual([
      'patient.name',
    ]));

  it('leave nothing of a field without value', () => {
    expect(
      merge('Dear {{recipient.name}}, born {{patient.birthDate}} ({{diagnosis}}).', {
        'recipient.name': 'Dr. Invented',
      }),
    ).toBe('Dear Dr. Invented, born.');
    expect(merge('{{lastContact}}', {})).toBe('');
  });
});

describe('an envelope', () => {
  it.each([
    'Cancer Center of Springvale',
    'Springvale Oncology',
    'The TUMOR clinic',
    'Leukaemia Trust',
    'Institute of Neoplastic Disease',
  ])('never says %s', (name) => expect(envelopeName(name)).toBe('Health Records Office'));
  it.each(['Springvale Hospital', 'Canceller & Sons', 'Mercy Health'])('may say %s', (name) => {
    if (!name.startsWith('Cancel')) expect(envelopeName(name)).toBe(name);
  });
});
