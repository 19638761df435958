import {
  compareShared,
  type ItemId,
  type ItemValues,
  type NaaccrDay,
  parsePartialDate,
  type PartialDate,
  type Result,
} from '@perennial/naaccr';
import { findsDeathsOnly, type FollowUpProblem, judgeFollowUpItems } from './contact-rules.js';
import { readDate } from './dates.js';

/** News about a patient. */
export interface ContactNews {
  /** Day on which the patient was alive, or the day of death: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  readonly contactedOn: string;
  readonly vitalStatus: '0' | '1';
  /** Further patient items that were learned: cause and place of death, current address, central source. */
  readonly items?: ItemValues;
  /** Items stated for single tumors, by their place. */
  readonly tumors?: Readonly<Record<number, ItemValues>>;
  /** Why a known date or a known death changes: a correction, a death found at an earlier date, a death reversed. */
  readonly reason?: 'correction' | 'earlier-death' | 'death-reversed';
}

/** Items to set; null removes. Only what differs from what is known. */
export type ItemPatch = Readonly<Partial<Record<ItemId, string | null>>>;

/** What a contact changes. */
export interface JudgedContact {
  /** For the patient, and so for all tumors. */
  readonly patient: ItemPatch;
  /** For each tumor, in order. */
  readonly tumors: readonly ItemPatch[];
  /** The reason with which open tasks of the patient end. */
  readonly closes: 'contact' | 'deceased';
}

/** Items of the patient, and of a tumor, that a contact may state beside last contact and vital status. */
export const PATIENT_NEWS: ReadonlySet<string> = new Set([
  'causeOfDeath',
  'icdRevisionNumber',
  'autopsy',
  'placeOfDeathState',
  'placeOfDeathCountry',
  'dcStateFileNumber',
  'followUpSourceCentral',
  'addrCurrentNoStreet',
  'addrCurrentSupplementl',
  'addrCurrentCity',
  'addrCurrentState',
  'addrCurrentPostalCode',
  'addrCurrentCountry',
  'countyCurrent',
  'telephone',
  'noPatientContactFlag',
]);
export const TUMOR_NEWS: ReadonlySet<string> = new Set([
  'cancerStatus',
  'dateOfLastCancerStatus',
  'recurrenceDate1st',
  'recurrenceType1st',
  'followUpSource',
  'nextFollowUpSource',
  'unusualFollowUpMethod',
  'followUpContactName',
  'followUpContactNost',
  'followUpContactSuppl',
  'followUpContactCity',
  'followUpContactState',
  'followUpContactPostal',
  'followupContactCountry',
]);

/** What a living patient's record says of death. */
const NOT_DEAD: ItemPatch = {
  causeOfDeath: '0000',
  icdRevisionNumber: '0',
  autopsy: '0',
  placeOfDeathState: null,
  placeOfDeathCountry: null,
  dcStateFileNumber: null,
};
/** What is recorded of a death of which nothing more is known; the cause is never supposed. */
const DEATH_UNKNOWNS: ItemPatch = { autopsy: '9', placeOfDeathState: 'ZZ', placeOfDeathCountry: 'ZZU' };

/**
 * Judge a contact before it is recorded, and say what it changes.
 *
 * The patient's last contact, vital status and death items move for all tumors; cancer status, its date and recurrence move only where they
 * are stated for a tumor (a stated status without date is of the day of the contact). A less precise date that agrees with a known one does
 * not replace it. Details of a death that are not given are coded unknown, its cause never.
 *
 * @param patient known patient items.
 * @param tumors known items of all of the patient's tumors.
 * @param today day in the registry's time zone.
 * @returns the changes, or every rule that they would break; then nothing may be applied. Never throws.
 * @source consistency rules of NAACCR items 1750 to 1944, 1770 to 1880.
 */
export function judgeContact(
  patient: ItemValues,
  tumors: readonly ItemValues[],
  contact: ContactNews,
  today: NaaccrDay,
): Result<JudgedContact, readonly FollowUpProblem[]> {
  const date = parsePartialDate(contact.contactedOn);
  if (!date.ok) {
    const detail = 'is no date (YYYY, YYYYMM or YYYYMMDD)';
    return { ok: false, error: [{ code: 'contact.date', item: 'dateOfLastContact', detail }] };
  }
  const refused = [...judgeNews(contact, tumors.length), ...judgeMove(patient, contact, date.value)];
  if (refused.length > 0) {
    // A day on which no contact can have been (before birth or diagnosis, in the future) is said first: no reason would help.
    const moved = { ...patient, dateOfLastContact: contact.contactedOn };
    const impossible = judgeFollowUpItems(moved, tumors, today, new Set(['dateOfLastContact'])).filter(({ code }) =>
      code.startsWith('contact.'),
    );
    return { ok: false, error: [...impossible, ...refused] };
  }
  const patientPatch = differences(patient, newPatientItems(patient, contact, date.value));
  const after = apply(patient, patientPatch);
  const tumorPatches = tumors.map((tumor, place) =>
    differences(tumor, newTumorItems(tumor, contact.tumors?.[place] ?? {}, contact, after)),
  );
  const changed = new Set([patientPatch, ...tumorPatches].flatMap((patch) => Object.keys(patch)));
  const tumorsAfter = tumors.map((tumor, place) => apply(tumor, tumorPatches[place] ?? {}));
  const broken = judgeFollowUpItems(after, tumorsAfter, today, changed);
  if (broken.length > 0) return { ok: false, error: broken };
  return {
    ok: true,
    value: {
      patient: patientPatch,
      tumors: tumorPatches,
      closes: contact.vitalStatus === '0' ? 'deceased' : 'contact',
    },
  };
}

/** Items with a patch laid over them. */
export function apply(items: ItemValues, patch: ItemPatch): ItemValues {
  const entries = Object.entries({ ...items, ...patch }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as ItemValues;
}

function differences(items: ItemValues, patch: ItemPatch): ItemPatch {
  const known: Readonly<Record<string, string | undefined>> = items;
  return Object.fromEntries(Object.entries(patch).filter(([item, value]) => (value ?? undefined) !== known[item]));
}

/** Items that a contact cannot tell, tumors that do not exist. */
function judgeNews(contact: ContactNews, tumorCount: number): readonly FollowUpProblem[] {
  const strange = (items: ItemValues, allowed: ReadonlySet<string>): readonly ItemId[] =>
    (Object.keys(items) as ItemId[]).filter((item) => !allowed.has(item));
  const detail = 'is not an item that a contact tells';
  const problems: FollowUpProblem[] = strange(contact.items ?? {}, PATIENT_NEWS).map((item) => ({
    code: 'contact.item',
    item,
    detail,
  }));
  for (const [place, items] of Object.entries(contact.tumors ?? {})) {
    const tumor = Number(place);
    for (const item of strange(items, TUMOR_NEWS)) problems.push({ code: 'contact.item', item, tumor, detail });
    if (!Number.isInteger(tumor) || tumor < 0 || tumor >= tumorCount) {
      problems.push({ code: 'contact.tumor', item: 'cancerStatus', tumor, detail: 'the patient has no such tumor' });
    }
  }
  return problems;
}

/** Whether last contact and vital status may move like this. */
function judgeMove(patient: ItemValues, contact: ContactNews, date: PartialDate): readonly FollowUpProblem[] {
  const problem = (code: string, item: ItemId, detail: string): readonly FollowUpProblem[] => [{ code, item, detail }];
  const known = readDate(patient.dateOfLastContact);
  const order = known === undefined ? 0 : compareShared(date, known);
  const wasDead = patient.vitalStatus === '0';
  const isDead = contact.vitalStatus === '0';
  if (wasDead && !isDead && contact.reason !== 'death-reversed') {
    return problem('contact.after-death', 'vitalStatus', 'the patient is known to be dead; reverse the death first');
  }
  if (contact.reason === 'death-reversed') {
    return wasDead && !isDead ? [] : problem('contact.reason', 'vitalStatus', 'there is no death to reverse');
  }
  if (contact.reason === 'earlier-death' && !isDead) {
    return problem('contact.reason', 'vitalStatus', 'a death found at an earlier date has vital status 0');
  }
  if (wasDead && isDead && order !== 0 && contact.reason === undefined) {
    return problem('contact.death-date', 'dateOfLastContact', 'another day of death is known; a correction says so');
  }
  if (order < 0 && contact.reason === undefined) {
    return problem(
      'contact.earlier',
      'dateOfLastContact',
      'lies before the last contact that is known, and no reason is given',
    );
  }
  const source = contact.items?.followUpSourceCentral;
  if (!isDead && findsDeathsOnly(source) && order !== 0) {
    const detail = 'a search for deaths that finds none is no contact: the date does not move';
    return problem('contact.no-match', 'followUpSourceCentral', detail);
  }
  return [];
}

function newPatientItems(patient: ItemValues, contact: ContactNews, date: PartialDate): ItemPatch {
  const known = readDate(patient.dateOfLastContact);
  const precision = ({ month, day }: PartialDate): number => Number(month !== undefined) + Number(day !== undefined);
  // Death is always the day of death; a living patient keeps the more precise of two dates that agree.
  const keepsDate =
    contact.vitalStatus === '1' &&
    contact.reason === undefined &&
    known !== undefined &&
    compareShared(date, known) === 0 &&
    precision(known) > precision(date);
  const { vitalStatus, contactedOn, items = {} } = contact;
  const moved: ItemPatch = { vitalStatus, ...(keepsDate ? {} : { dateOfLastContact: contactedOn }) };
  if (vitalStatus === '1') return { ...moved, ...NOT_DEAD, ...items };
  const unknown = patient.vitalStatus === '0' ? {} : DEATH_UNKNOWNS;
  return { ...moved, ...unknown, ...items };
}

function newTumorItems(tumor: ItemValues, stated: ItemValues, contact: ContactNews, patient: ItemValues): ItemPatch {
  const patch: Partial<Record<ItemId, string | null>> = { ...stated };
  if (stated.cancerStatus !== undefined && stated.cancerStatus !== '9') {
    patch.dateOfLastCancerStatus = stated.dateOfLastCancerStatus ?? contact.contactedOn;
  }
  if (stated.recurrenceType1st !== undefined && stated.recurrenceDate1st === undefined) {
    if (['00', '70', '99'].includes(stated.recurrenceType1st)) patch.recurrenceDate1st = null;
  }
  if (stated.nextFollowUpSource !== undefined) return patch;
  const next = tumor.nextFollowUpSource;
  if (contact.vitalStatus === '0') return next === '9' ? patch : { ...patch, nextFollowUpSource: null };
  const country = patient.addrCurrentCountry;
  const foreign = country !== undefined && country !== 'USA' && country !== 'ZZU';
  if (foreign) return { ...patch, nextFollowUpSource: '8' };
  // Back in the country: who is asked next is for the registrar to say.
  return next === '8' && country === 'USA' ? { ...patch, nextFollowUpSource: null } : patch;
}
