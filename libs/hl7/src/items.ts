import { type ItemValues, parsePartialDate } from '@perennial/naaccr';
import { type Reader, type Segment } from './segments.js';
import { type Hl7Patient } from './types.js';

/** CDC race codes and the letters older senders use, to NAACCR item 160. */
const RACE: Readonly<Record<string, string>> = {
  '2106-3': '01',
  W: '01',
  '2054-5': '02',
  B: '02',
  '1002-5': '03',
  I: '03',
  '2028-9': '96',
  A: '96',
  '2029-7': '16',
  '2034-7': '04',
  '2039-6': '05',
  '2036-2': '06',
  '2040-4': '08',
  '2047-9': '10',
  '2041-2': '11',
  '2037-0': '12',
  '2033-9': '13',
  '2049-5': '14',
  '2044-6': '17',
  '2079-2': '07',
  '2076-8': '97',
  P: '97',
  '2080-0': '27',
  '2131-1': '98',
  O: '98',
  U: '99',
  UNK: '99',
  ASKU: '99',
};
const ORIGIN: Readonly<Record<string, string>> = {
  H: '6',
  '2135-2': '6',
  N: '0',
  NH: '0',
  '2186-5': '0',
  U: '9',
  UNK: '9',
  '2148-5': '1',
  '2180-8': '2',
  '2182-4': '3',
  '2155-0': '4',
  '2165-9': '4',
  '2184-0': '8',
  '2137-8': '5',
};
const MARITAL: Readonly<Record<string, string>> = {
  S: '1',
  M: '2',
  C: '2',
  A: '3',
  L: '3',
  D: '4',
  W: '5',
  P: '6',
  T: '9',
  U: '9',
};
const SEX: Readonly<Record<string, string>> = { M: '1', F: '2', U: '9' };
/** LOINC of the ordered study to NAACCR item 7480. */
const REPORT_TYPE: Readonly<Record<string, string>> = {
  '11529-5': '01',
  '60568-3': '01',
  '11526-1': '01',
  '22634-0': '01',
  '33717-0': '02',
  '11524-6': '03',
  '19762-4': '03',
  '33721-2': '04',
  '11527-9': '05',
  '18743-5': '05',
  '33719-6': '11',
  '33722-0': '11',
  '11528-7': '98',
  '50398-7': '10',
  '62386-8': '08',
};

/** Set an item when there is a value, cut to what the item holds. */
function put(items: Record<string, string>, id: string, value: string | null | undefined, length: number): void {
  const text = (value ?? '').replace(/\s+/g, ' ').trim().slice(0, length).trim();
  if (text !== '') items[id] = text;
}

/** The date part of an HL7 time stamp, as precise as it was sent; `null` when it is no date. */
export function datePart(stamp: string): string | null {
  const digits = /^\d{4,}/.exec(stamp)?.[0].slice(0, 8) ?? '';
  const text =
    digits.length === 8 || digits.length === 6 || digits.length === 4
      ? digits
      : digits.slice(0, digits.length > 6 ? 6 : 4);
  return text !== '' && parsePartialDate(text).ok ? text : null;
}

/** Who the message is about (PID-3, 5, 7, 8, 19). */
export function readPatient(pid: Segment | undefined, reader: Reader): Hl7Patient {
  const identifiers = [
    ...reader.repetitions(pid, 3),
    ...reader.repetitions(pid, 2),
    ...reader.repetitions(pid, 4),
  ].filter((raw) => raw !== '');
  const ofType = (...types: string[]): string | undefined =>
    identifiers.find((raw) => types.includes(reader.component(raw, 5)));
  const record = ofType('MR', 'PI', 'PT', 'LR') ?? identifiers.find((raw) => reader.component(raw, 5) === '');
  const social = ofType('SS');
  const ssn = (social === undefined ? reader.part(pid, 19) : reader.component(social, 1)).replace(/\D/g, '');
  const authority =
    record === undefined
      ? ''
      : [reader.component(record, 4, 1), reader.component(record, 4, 2)].filter((part) => part !== '').join('^');
  const or = (text: string): string | null => (text === '' ? null : text);
  return {
    last: reader.component(reader.repetitions(pid, 5)[0] ?? '', 1, 1),
    first: reader.part(pid, 5, 2),
    middle: reader.part(pid, 5, 3),
    birthDate: datePart(reader.part(pid, 7)),
    sex: or(reader.part(pid, 8).toUpperCase()),
    mrn: record === undefined ? null : or(reader.component(record, 1)),
    mrnAuthority: or(authority),
    ssn: /^\d{9}$/.test(ssn) ? ssn : null,
  };
}

/** NAACCR items that a message gives about the patient. A code that has no certain counterpart is left out. */
export function patientItems(pid: Segment | undefined, patient: Hl7Patient, reader: Reader): ItemValues {
  const items: Record<string, string> = {};
  put(items, 'nameLast', patient.last, 40);
  put(items, 'nameFirst', patient.first, 40);
  put(items, 'nameMiddle', patient.middle, 40);
  put(items, 'nameSuffix', reader.part(pid, 5, 4), 3);
  put(items, 'dateOfBirth', patient.birthDate, 8);
  put(items, 'sexAssignedAtBirth', SEX[patient.sex ?? ''], 1);
  put(items, 'socialSecurityNumber', patient.ssn, 9);
  put(items, 'medicalRecordNumber', patient.mrn, 11);
  const races = reader.repetitions(pid, 10).flatMap((raw) => RACE[reader.component(raw, 1).toUpperCase()] ?? []);
  races.slice(0, 5).forEach((race, index) => put(items, `race${index + 1}`, race, 2));
  put(items, 'spanishHispanicOrigin', ORIGIN[reader.part(pid, 22).toUpperCase()], 1);
  put(items, 'maritalStatusAtDx', MARITAL[reader.part(pid, 16).toUpperCase()], 1);
  put(items, 'addrAtDxNoStreet', reader.part(pid, 11, 1, 0, 1) || reader.part(pid, 11, 1), 60);
  put(items, 'addrAtDxSupplementl', reader.part(pid, 11, 2), 60);
  put(items, 'addrAtDxCity', reader.part(pid, 11, 3), 50);
  const state = reader.part(pid, 11, 4).toUpperCase();
  if (/^[A-Z]{2}$/.test(state)) items.addrAtDxState = state;
  const zip = reader.part(pid, 11, 5).replace(/[^A-Za-z0-9]/g, '');
  put(items, 'addrAtDxPostalCode', zip, 9);
  const country = reader.part(pid, 11, 6).toUpperCase();
  if (/^[A-Z]{3}$/.test(country)) items.addrAtDxCountry = country;
  const phone =
    [reader.part(pid, 13, 6), reader.part(pid, 13, 7)].join('').replace(/\D/g, '') ||
    reader.part(pid, 13, 1).replace(/\D/g, '');
  if (/^\d{10}$/.test(phone)) items.telephone = phone;
  return items;
}

/** NAACCR items that a message gives about one report. The text itself (item 2570) is cut where a draft is made of it. */
export function reportItems(
  obr: Segment | undefined,
  filler: string,
  facilityId: string,
  collected: string | null,
  reader: Reader,
): ItemValues {
  const items: Record<string, string> = {};
  put(items, 'pathReportingFacId1', facilityId, 25);
  put(items, 'pathReportNumber1', filler, 20);
  put(items, 'pathDateSpecCollect1', collected, 25);
  put(items, 'pathReportType1', REPORT_TYPE[reader.part(obr, 4)], 2);
  put(items, 'pathOrderPhysLicNo1', reader.part(obr, 16, 1), 20);
  return items;
}
