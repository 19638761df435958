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

/** Patients about whom no letter can be written, after their number. */
export const SKIPPED_WORDS: Readonly<Record<string, string>> = {
  do_not_contact: 'asked not to be contacted',
  no_address: 'without an address',
  bad_address: 'with a bad address only',
  no_physician: 'without a physician who is known by name and address',
  no_registry: 'without another registry that is known',
  physician_without_letters: 'whose physician takes no letters',
  physician_bad_address: 'whose physician has a bad address',
  proposal_waits: 'with a contact of another facility to decide on',
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
