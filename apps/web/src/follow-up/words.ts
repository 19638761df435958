/** `no_answer` as `No answer`. */
export const words = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ');

export const STAGE_WORDS = { due: 'due', reminder: '13 months', delinquent: 'delinquent' } as const;

/** What is to be done next, as a person says it. */
export const STEP_WORDS: Readonly<Record<string, string>> = {
  chart: 'Look in the chart',
  physician: 'Ask the physician',
  contact: 'Ask the named contact',
  telephone: 'Call the patient',
  hospital: 'Ask the other registry',
  patient: 'Write to the patient',
  other: 'Other source',
};

/** The same, as short as a column of a list takes. */
export const STEP_SHORT: Readonly<Record<string, string>> = {
  chart: 'chart',
  physician: 'physician',
  contact: 'contact',
  telephone: 'call',
  hospital: 'other registry',
  patient: 'letter',
  other: 'other',
};

export const RECIPIENTS = ['physician', 'patient', 'contact', 'registry'] as const;
export type Recipient = (typeof RECIPIENTS)[number];

export const RECIPIENT_WORDS: Readonly<Record<Recipient, { readonly one: string; readonly many: string }>> = {
  physician: { one: 'physician', many: 'Physicians' },
  patient: { one: 'patient', many: 'Patients' },
  contact: { one: 'named contact', many: 'Named contacts' },
  registry: { one: 'other registry', many: 'Other registries' },
};

/** Why no letter can be written about a patient, and what to do about it. */
export const SKIPPED_WORDS: Readonly<Record<string, string>> = {
  do_not_contact: 'asked not to be contacted',
  no_address: 'no address is known',
  bad_address: 'the only address is bad',
  no_physician: 'no physician is known by the code in the case',
  no_registry: 'no other registry is known by the code in the case',
  physician_without_letters: 'the physician takes no letters',
  physician_bad_address: 'the physician’s address is bad',
  proposal_waits: 'a contact of another facility waits for your decision',
};

export const LETTER_STATES: Readonly<Record<string, string>> = {
  queued: 'to be printed',
  printed: 'no answer yet',
  answered: 'answered',
  returned: 'came back',
  withdrawn: 'withdrawn',
  superseded: 'second letter sent',
};

/** Why a letter was withdrawn or followed by another. */
export const CLOSED_WORDS: Readonly<Record<string, string>> = {
  deceased: 'the patient died',
  do_not_contact: 'somebody asked not to be contacted',
  contact: 'the patient was heard of in another way',
  excluded: 'the patient is no longer followed',
  second_letter: 'a second letter went out',
};
