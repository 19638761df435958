import { compareShared, type ItemId, type ItemValues, type NaaccrDay } from '@perennial/naaccr';
import { earliestOf, latestOf, readDate } from './dates.js';

/** A rule that patient and tumor items together do not keep. */
export interface FollowUpProblem {
  readonly code: string;
  readonly item: ItemId;
  /** Place of the tumor; absent for a patient item. */
  readonly tumor?: number;
  readonly detail: string;
}

interface Rule<T> {
  readonly code: string;
  /** The item that a person would change. */
  readonly item: ItemId;
  /** Items that the rule reads; a contact is judged by the rules that read something it changes. */
  readonly reads: readonly ItemId[];
  readonly detail: string;
  readonly broken: (state: T) => boolean;
}

interface PatientState {
  readonly patient: ItemValues;
  readonly tumors: readonly ItemValues[];
  readonly today: NaaccrDay;
}

interface TumorState extends PatientState {
  readonly tumor: ItemValues;
}

const dead = ({ patient }: PatientState): boolean => patient.vitalStatus === '0';
const alive = ({ patient }: PatientState): boolean => patient.vitalStatus === '1';

/** Whether `a` is before `b` whatever the unknown parts are; false when either is absent. */
function surelyBefore(a: string | undefined, b: string | undefined): boolean {
  const [one, other] = [readDate(a), readDate(b)];
  return one !== undefined && other !== undefined && compareShared(one, other) < 0;
}

const absentOr = (value: string | undefined, ...codes: readonly string[]): boolean =>
  value === undefined || codes.includes(value);

/** Sources of 1791 that find deaths: National Death Index, state, county and Social Security death files, obituary. */
const DEATH_SOURCES = new Set(['04', '05', '06', '07', '64']);
/** Recurrence types that name an in situ recurrence of an in situ tumor. */
const IN_SITU_RECURRENCE = new Set(['06', '16', '17', '26', '27', '36', '46']);
/** Dead, but the certificate is not at hand or its cause not coded. */
export const CAUSE_UNKNOWN = new Set(['7777', '7797']);

const recurred = (type: string | undefined): boolean =>
  type !== undefined && /^\d\d$/.test(type) && ((type >= '04' && type <= '62') || type === '88');

/** Code of item 1920 for the revision of the ICD in force in the year of a death. */
export function icdRevisionOf(yearOfDeath: number): '1' | '9' | '8' | '7' {
  return yearOfDeath >= 1999 ? '1' : yearOfDeath >= 1979 ? '9' : yearOfDeath >= 1968 ? '8' : '7';
}

function causeDoesNotFit({ patient }: PatientState): boolean {
  const { causeOfDeath: cause, icdRevisionNumber: revision, dateOfLastContact } = patient;
  if (cause === undefined || revision === undefined || cause === '0000' || revision === '0') return false;
  const year = readDate(dateOfLastContact)?.year;
  const inForce = year === undefined ? revision : icdRevisionOf(year);
  if (CAUSE_UNKNOWN.has(cause)) return revision !== '1' && revision !== inForce;
  return revision !== inForce || !(revision === '1' ? /^[A-Z]\d{2}[0-9A-Z]?$/ : /^[0-9EV]\d{2,3}$/).test(cause);
}

/** @source NAACCR items 1750 to 1944 and 2380; SEER and CoC coding rules of follow-up and death. */
export const PATIENT_RULES: readonly Rule<PatientState>[] = [
  {
    code: 'contact.future',
    item: 'dateOfLastContact',
    reads: ['dateOfLastContact'],
    detail: 'lies in the future',
    broken: ({ patient, today }) => (earliestOf(patient.dateOfLastContact) ?? '') > today,
  },
  {
    code: 'contact.before-birth',
    item: 'dateOfLastContact',
    reads: ['dateOfLastContact', 'dateOfBirth'],
    detail: 'lies before the birth of the patient',
    broken: ({ patient }) => surelyBefore(patient.dateOfLastContact, patient.dateOfBirth),
  },
  {
    code: 'contact.before-diagnosis',
    item: 'dateOfLastContact',
    reads: ['dateOfLastContact', 'dateOfDiagnosis'],
    detail: 'lies before a diagnosis of the patient',
    broken: ({ patient, tumors }) =>
      tumors.some((tumor) => surelyBefore(patient.dateOfLastContact, tumor.dateOfDiagnosis)),
  },
  {
    code: 'death.cause-missing',
    item: 'causeOfDeath',
    reads: ['vitalStatus', 'causeOfDeath'],
    detail: 'a death needs its cause (7777 or 7797 when it is not known)',
    broken: (state) => dead(state) && absentOr(state.patient.causeOfDeath, '0000'),
  },
  {
    code: 'death.revision-missing',
    item: 'icdRevisionNumber',
    reads: ['vitalStatus', 'icdRevisionNumber'],
    detail: 'a death needs the ICD revision of its cause',
    broken: (state) => dead(state) && absentOr(state.patient.icdRevisionNumber, '0'),
  },
  {
    code: 'death.cause-revision',
    item: 'causeOfDeath',
    reads: ['causeOfDeath', 'icdRevisionNumber', 'dateOfLastContact'],
    detail: 'is no code of the ICD revision in force at the death (ICD-10 from 1999 on)',
    broken: (state) => dead(state) && causeDoesNotFit(state),
  },
  {
    code: 'death.autopsy-missing',
    item: 'autopsy',
    reads: ['vitalStatus', 'autopsy'],
    detail: 'a death says whether there was an autopsy (9 when it is not known)',
    broken: (state) => dead(state) && absentOr(state.patient.autopsy, '0'),
  },
  {
    code: 'death.place-missing',
    item: 'placeOfDeathState',
    reads: ['vitalStatus', 'placeOfDeathState', 'placeOfDeathCountry'],
    detail: 'a death has state and country of death, or their codes for unknown',
    broken: (state) =>
      dead(state) && (state.patient.placeOfDeathState === undefined || state.patient.placeOfDeathCountry === undefined),
  },
  {
    code: 'alive.cause',
    item: 'causeOfDeath',
    reads: ['vitalStatus', 'causeOfDeath', 'icdRevisionNumber', 'autopsy'],
    detail: 'a living patient has cause of death 0000, revision 0 and autopsy 0',
    broken: (state) =>
      alive(state) &&
      !(
        absentOr(state.patient.causeOfDeath, '0000') &&
        absentOr(state.patient.icdRevisionNumber, '0') &&
        absentOr(state.patient.autopsy, '0')
      ),
  },
  {
    code: 'alive.place',
    item: 'placeOfDeathState',
    reads: ['vitalStatus', 'placeOfDeathState', 'placeOfDeathCountry', 'dcStateFileNumber'],
    detail: 'a living patient has no place of death and no death certificate',
    broken: ({ patient, ...state }) =>
      alive({ patient, ...state }) &&
      [patient.placeOfDeathState, patient.placeOfDeathCountry, patient.dcStateFileNumber].some(
        (value) => value !== undefined,
      ),
  },
];

/** Rules that hold for each tumor with its patient. */
export const TUMOR_RULES: readonly Rule<TumorState>[] = [
  {
    code: 'next-source.dead',
    item: 'nextFollowUpSource',
    reads: ['vitalStatus', 'nextFollowUpSource'],
    detail: 'a dead patient has no next source of follow-up (absent or 9)',
    broken: (state) => dead(state) && !absentOr(state.tumor.nextFollowUpSource, '9'),
  },
  {
    code: 'next-source.foreign',
    item: 'nextFollowUpSource',
    reads: ['nextFollowUpSource', 'addrCurrentCountry', 'vitalStatus'],
    detail: 'is 8 for a living foreign resident and for nobody else',
    broken: (state) => {
      const country = state.patient.addrCurrentCountry;
      if (!alive(state) || country === undefined || country === 'ZZU') return false;
      return (state.tumor.nextFollowUpSource === '8') !== (country !== 'USA');
    },
  },
  {
    code: 'source.death-certificate',
    item: 'followUpSource',
    reads: ['followUpSource', 'vitalStatus'],
    detail: 'a death certificate tells of the dead only',
    broken: (state) => state.tumor.followUpSource === '7' && !dead(state),
  },
  {
    code: 'cancer-status.after-contact',
    item: 'dateOfLastCancerStatus',
    reads: ['dateOfLastCancerStatus', 'dateOfLastContact'],
    detail: 'lies after the last contact',
    broken: ({ patient, tumor }) => surelyBefore(patient.dateOfLastContact, tumor.dateOfLastCancerStatus),
  },
  {
    code: 'cancer-status.before-diagnosis',
    item: 'dateOfLastCancerStatus',
    reads: ['dateOfLastCancerStatus', 'dateOfDiagnosis'],
    detail: 'lies before the diagnosis',
    broken: ({ tumor }) => surelyBefore(tumor.dateOfLastCancerStatus, tumor.dateOfDiagnosis),
  },
  {
    code: 'cancer-status.date-missing',
    item: 'dateOfLastCancerStatus',
    reads: ['cancerStatus', 'dateOfLastCancerStatus', 'dateOfDiagnosis'],
    detail: 'a known cancer status needs its date (diagnoses of 2018 on)',
    broken: ({ tumor }) =>
      /^[12]$/.test(tumor.cancerStatus ?? '') &&
      tumor.dateOfLastCancerStatus === undefined &&
      (readDate(tumor.dateOfDiagnosis)?.year ?? 0) >= 2018,
  },
  {
    code: 'recurrence.none',
    item: 'recurrenceDate1st',
    reads: ['recurrenceType1st', 'recurrenceDate1st'],
    detail: 'a tumor without known recurrence (type 00, 70 or 99) has no date of recurrence',
    broken: ({ tumor }) =>
      tumor.recurrenceDate1st !== undefined && ['00', '70', '99'].includes(tumor.recurrenceType1st ?? ''),
  },
  {
    code: 'recurrence.date-missing',
    item: 'recurrenceDate1st',
    reads: ['recurrenceType1st', 'recurrenceDate1st'],
    detail: 'a recurrence has a date, known at least in part',
    broken: ({ tumor }) => recurred(tumor.recurrenceType1st) && tumor.recurrenceDate1st === undefined,
  },
  {
    code: 'recurrence.before-diagnosis',
    item: 'recurrenceDate1st',
    reads: ['recurrenceDate1st', 'dateOfDiagnosis'],
    detail: 'is not after the diagnosis',
    broken: ({ tumor }) => {
      const [latest, diagnosed] = [latestOf(tumor.recurrenceDate1st), earliestOf(tumor.dateOfDiagnosis)];
      return latest !== undefined && diagnosed !== undefined && latest <= diagnosed;
    },
  },
  {
    code: 'recurrence.after-contact',
    item: 'recurrenceDate1st',
    reads: ['recurrenceDate1st', 'dateOfLastContact'],
    detail: 'lies after the last contact',
    broken: ({ patient, tumor }) => surelyBefore(patient.dateOfLastContact, tumor.recurrenceDate1st),
  },
  {
    code: 'recurrence.in-situ',
    item: 'recurrenceType1st',
    reads: ['recurrenceType1st', 'behaviorCodeIcdO3'],
    detail: 'an in situ recurrence of this kind belongs to a tumor that was in situ at diagnosis',
    broken: ({ tumor }) => IN_SITU_RECURRENCE.has(tumor.recurrenceType1st ?? '') && tumor.behaviorCodeIcdO3 !== '2',
  },
  {
    code: 'recurrence.never-disease-free',
    item: 'cancerStatus',
    reads: ['recurrenceType1st', 'cancerStatus'],
    detail: 'a tumor of which the patient was never free (recurrence type 70) is evident',
    broken: ({ tumor }) => tumor.cancerStatus === '1' && tumor.recurrenceType1st === '70',
  },
  {
    code: 'reporting-source.dead',
    item: 'vitalStatus',
    reads: ['vitalStatus', 'typeOfReportingSource'],
    detail: 'a tumor known from an autopsy or a death certificate only belongs to a dead patient',
    broken: (state) => alive(state) && /^[67]$/.test(state.tumor.typeOfReportingSource ?? ''),
  },
  {
    code: 'reporting-source.class',
    item: 'classOfCase',
    reads: ['typeOfReportingSource', 'classOfCase'],
    detail: 'is 49 for a tumor known from a death certificate only and 38 for one from an autopsy only',
    broken: ({ tumor }) => {
      const expected = tumor.typeOfReportingSource === '7' ? '49' : tumor.typeOfReportingSource === '6' ? '38' : null;
      return expected !== null && !absentOr(tumor.classOfCase, expected);
    },
  },
];

/** Whether item 1791 names a source that only finds deaths. */
export const findsDeathsOnly = (source: string | undefined): boolean => DEATH_SOURCES.has(source ?? '');

/**
 * Judge follow-up items of a patient with all tumors.
 *
 * @param changed only rules that read one of these items are asked; absent: all rules.
 * @returns every rule that is broken, patient items first.
 */
export function judgeFollowUpItems(
  patient: ItemValues,
  tumors: readonly ItemValues[],
  today: NaaccrDay,
  changed?: ReadonlySet<string>,
): readonly FollowUpProblem[] {
  const asked = ({ reads }: { readonly reads: readonly ItemId[] }): boolean =>
    changed === undefined || reads.some((item) => changed.has(item));
  const state: PatientState = { patient, tumors, today };
  const problems: FollowUpProblem[] = PATIENT_RULES.filter((rule) => asked(rule) && rule.broken(state)).map(
    ({ code, item, detail }) => ({ code, item, detail }),
  );
  const tumorRules = TUMOR_RULES.filter(asked);
  tumors.forEach((tumor, place) => {
    for (const { code, item, detail, broken } of tumorRules) {
      if (broken({ ...state, tumor })) problems.push({ code, item, tumor: place, detail });
    }
  });
  return problems;
}
