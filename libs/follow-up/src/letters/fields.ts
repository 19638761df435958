export type Recipient = 'physician' | 'patient' | 'contact' | 'registry';

export type MergeField =
  | 'recipient.name'
  | 'patient.name'
  | 'patient.birthDate'
  | 'diagnosis'
  | 'lastContact'
  | 'letter.date'
  | 'letter.code'
  | 'sender.name'
  | 'sender.telephone';

const EVERYBODY = ['recipient.name', 'letter.date', 'letter.code', 'sender.name', 'sender.telephone'] as const;

/** What each kind of recipient may be told. A relative is told a name and nothing else about the patient. */
export const MERGE_FIELDS: Readonly<Record<Recipient, readonly MergeField[]>> = {
  // The patients of a physician are on the forms; the letter is about all of them.
  physician: EVERYBODY,
  patient: [...EVERYBODY, 'patient.name'],
  contact: [...EVERYBODY, 'patient.name'],
  registry: [...EVERYBODY, 'patient.name', 'patient.birthDate', 'diagnosis', 'lastContact'],
};
