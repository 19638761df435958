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
  '2046-1': '14',
  '2044-6': '17',
  '2079-2': '07',
  '2076-8': '97',
  P: '97',
  '2080-0': '27',
  '2086-7': '22',
  '2087-5': '22',
  '2088-3': '21',
  '2085-9': '20',
  '2078-4': '25',
  '2081-8': '26',
  '2082-6': '28',
  '2100-6': '30',
  '2101-4': '31',
  '2102-2': '32',
  '2030-5': '96',
  '2032-1': '96',
  '2035-4': '96',
  '2038-8': '96',
  '2042-0': '96',
  '2045-3': '96',
  '2050-3': '96',
  '2500-7': '97',
  WHITE: '01',
  CAUCASIAN: '01',
  BLACK: '02',
  ASIAN: '96',
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
  '11526-1': '01',
  '11529-5': '01',
  '60567-5': '01',
  '60568-3': '01',
  '33716-2': '02',
  '33718-8': '02',
  '33717-0': '03',
  '19762-4': '03',
  '33721-2': '04',
  '18743-5': '05',
  '33719-6': '11',
};

/** Relations of NK1-3 whose name item 2290 takes. */
const SPOUSE_OR_PARENT = new Set(['SPO', 'PAR', 'MTH', 'FTH', 'GRD', 'DOM']);
/** Country codes of two letters that senders use where three are meant. */
const COUNTRY: Readonly<Record<string, string>> = { US: 'USA', CA: 'CAN', MX: 'MEX', PR: 'PRI' };

/** First characters of a text; a character of two units is not torn apart. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, /[\ud800-\udbff]/.test(text[length - 1] ?? '') ? length - 1 : length);

/** Set an item when there is a value, cut to what the item holds. */
function put(items: Record<string, string>, id: string, value: string | null | undefined, length: number): void {
  const text = cut((value ?? '').replace(/\s+/g, ' ').trim(), length).trim();
  if (text !== '') items[id] = text;
}

/** An identifier that does not fit is left out: cut, it would be that of somebody or something else. */
function putWhole(items: Record<string, string>, id: string, value: string | null | undefined, length: number): void {
  if ((value ?? '').trim().length <= length) put(items, id, value, length);
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

/**
 * An HL7 time stamp as NAACCR's dateTime (ISO 8601), as precise as it was sent; `null` when it is no date.
 *
 * @source HL7 v2.5.1, 2.A.22 (DTM: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]); NAACCR XML data type dateTime.
 */
export function isoDateTime(stamp: string): string | null {
  const date = datePart(stamp);
  if (date === null) return null;
  const day = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].filter((part) => part !== '').join('-');
  const time = /^\d{8}([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?:\.\d+)?(?:([+-])(0\d|1[0-4])([0-5]\d))?$/.exec(stamp);
  if (date.length < 8 || time === null) return day;
  const zone = time[4] === undefined ? '' : `${time[4]}${time[5] ?? ''}:${time[6] ?? ''}`;
  return `${day}T${time[1] ?? ''}:${time[2] ?? ''}:${time[3] ?? '00'}${zone}`;
}

/** Repetition whose component is one of some codes, in the order of the codes, else the first with none. */
function repetitionOf(
  reader: Reader,
  all: readonly string[],
  component: number,
  ...codes: string[]
): string | undefined {
  for (const code of codes) {
    const found = all.find((raw) => reader.component(raw, component).toUpperCase() === code);
    if (found !== undefined) return found;
  }
  return all.find((raw) => raw !== '' && reader.component(raw, component) === '');
}

/** Who the message is about (PID-2 to 5, 7, 8, 19). */
export function readPatient(pid: Segment | undefined, reader: Reader): Hl7Patient {
  const identifiers = [
    ...reader.repetitions(pid, 3),
    ...reader.repetitions(pid, 2),
    ...reader.repetitions(pid, 4),
  ].filter((raw) => raw !== '');
  const record = repetitionOf(reader, identifiers, 5, 'MR', 'MRN', 'PI', 'PT', 'LR', 'XX');
  const social = identifiers.find((raw) => /^SSN?$/i.test(reader.component(raw, 5)));
  const ssn = (social === undefined ? reader.part(pid, 19) : reader.component(social, 1)).replace(/\D/g, '');
  const authority =
    record === undefined
      ? ''
      : [reader.component(record, 4, 1), reader.component(record, 4, 2)].filter((part) => part !== '').join('^');
  const or = (text: string): string | null => (text === '' ? null : text);
  const names = reader.repetitions(pid, 5);
  const legal = repetitionOf(reader, names, 7, 'L') ?? names[0] ?? '';
  return {
    last: reader.component(legal, 1, 1),
    first: reader.component(legal, 2),
    middle: reader.component(legal, 3),
    birthDate: datePart(reader.part(pid, 7)),
    sex: or(reader.part(pid, 8).toUpperCase()),
    mrn: record === undefined ? null : or(reader.component(record, 1)),
    mrnAuthority: or(authority),
    ssn: /^\d{9}$/.test(ssn) ? ssn : null,
  };
}

/** Ten digits of a telephone number of the United States (XTN), else nothing. */
function telephone(reader: Reader, raw: string): string | undefined {
  const digits = (text: string): string => text.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
  return [
    digits(reader.component(raw, 6) + reader.component(raw, 7)),
    digits(reader.component(raw, 12)),
    digits(reader.component(raw, 1)),
  ].find((number) => /^\d{10}$/.test(number));
}

/** Items that hold one address. */
interface AddressItems {
  readonly street: string;
  readonly supplement: string;
  readonly city: string;
  readonly state: string;
  readonly postal: string;
  readonly country: string;
}
const AT_DIAGNOSIS: AddressItems = {
  street: 'addrAtDxNoStreet',
  supplement: 'addrAtDxSupplementl',
  city: 'addrAtDxCity',
  state: 'addrAtDxState',
  postal: 'addrAtDxPostalCode',
  country: 'addrAtDxCountry',
};
const CURRENT: AddressItems = {
  street: 'addrCurrentNoStreet',
  supplement: 'addrCurrentSupplementl',
  city: 'addrCurrentCity',
  state: 'addrCurrentState',
  postal: 'addrCurrentPostalCode',
  country: 'addrCurrentCountry',
};
const OF_CONTACT: AddressItems = {
  street: 'followUpContactNost',
  supplement: 'followUpContactSuppl',
  city: 'followUpContactCity',
  state: 'followUpContactState',
  postal: 'followUpContactPostal',
  country: 'followupContactCountry',
};

/** An address (XAD) as items. What has no certain counterpart is left out. */
function putAddress(items: Record<string, string>, ids: AddressItems, reader: Reader, raw: string): void {
  put(items, ids.street, reader.component(raw, 1, 1) || reader.component(raw, 1), 60);
  put(items, ids.supplement, reader.component(raw, 2), 60);
  put(items, ids.city, reader.component(raw, 3), 50);
  const state = reader.component(raw, 4).toUpperCase();
  if (/^[A-Z]{2}$/.test(state)) items[ids.state] = state;
  put(items, ids.postal, reader.component(raw, 5).replace(/[^A-Za-z0-9]/g, ''), 9);
  const country = reader.component(raw, 6).toUpperCase();
  const code = COUNTRY[country] ?? country;
  if (/^[A-Z]{3}$/.test(code)) items[ids.country] = code;
}

/**
 * NAACCR items that a message gives about the patient (PID, NK1, PV1). A code that has no certain counterpart is left out.
 *
 * @source NAACCR Standards for Cancer Registries Volume V, PID, NK1 and PV1 segments; Volume II, items named.
 */
export function patientItems(
  segments: { readonly pid: Segment | undefined; readonly nk1: Segment | undefined; readonly pv1: Segment | undefined },
  patient: Hl7Patient,
  reader: Reader,
): ItemValues {
  const { pid, nk1, pv1 } = segments;
  const items: Record<string, string> = {};
  const names = reader.repetitions(pid, 5);
  const legal = repetitionOf(reader, names, 7, 'L') ?? names[0] ?? '';
  put(items, 'nameLast', patient.last, 40);
  put(items, 'nameFirst', patient.first, 40);
  put(items, 'nameMiddle', patient.middle, 40);
  put(items, 'nameSuffix', reader.component(legal, 4), 3);
  put(items, 'namePrefix', reader.component(legal, 5), 3);
  const birth = names.find((raw) => /^[MB]$/i.test(reader.component(raw, 7)));
  if (birth !== undefined) put(items, 'nameBirthSurname', reader.component(birth, 1, 1), 40);
  const alias = [...names, ...reader.repetitions(pid, 9)].find(
    (raw) => raw !== '' && (reader.component(raw, 7).toUpperCase() === 'A' || !names.includes(raw)),
  );
  if (alias !== undefined) put(items, 'nameAlias', reader.component(alias, 1, 1), 40);
  put(items, 'dateOfBirth', patient.birthDate, 8);
  put(items, 'sexAssignedAtBirth', SEX[patient.sex ?? ''], 1);
  putWhole(items, 'socialSecurityNumber', patient.ssn, 9);
  putWhole(items, 'medicalRecordNumber', patient.mrn, 15);
  const races = reader
    .repetitions(pid, 10)
    .flatMap(
      (raw) => RACE[reader.component(raw, 1).toUpperCase()] ?? RACE[reader.component(raw, 4).toUpperCase()] ?? [],
    );
  // "Unknown" beside a race says nothing more.
  const known = [...new Set(races)].filter((race, _, all) => race !== '99' || all.length === 1);
  known.slice(0, 5).forEach((race, index) => put(items, `race${index + 1}`, race, 2));
  put(items, 'spanishHispanicOrigin', ORIGIN[reader.part(pid, 22).toUpperCase()], 1);
  put(items, 'maritalStatusAtDx', MARITAL[reader.part(pid, 16).toUpperCase()], 1);
  const home = repetitionOf(reader, reader.repetitions(pid, 11), 7, 'H', 'P', 'C', 'M') ?? '';
  putAddress(items, AT_DIAGNOSIS, reader, home);
  putAddress(items, CURRENT, reader, home);
  const county = (reader.component(home, 9) || reader.part(pid, 12)).replace(/\s/g, '');
  if (/^(\d{2})?\d{3}$/.test(county)) items.countyAtDx = county.slice(-3);
  put(
    items,
    'telephone',
    reader
      .repetitions(pid, 13)
      .map((raw) => telephone(reader, raw))
      .find((one) => one !== undefined),
    10,
  );
  if (reader.part(pid, 30).toUpperCase() === 'Y') {
    items.vitalStatus = '0';
    put(items, 'dateOfLastContact', datePart(reader.part(pid, 29)), 8);
  }
  putContact(items, nk1, reader);
  putPhysician(items, 'physicianManaging', 'npiPhysicianManaging', reader, reader.repetitions(pv1, 7));
  putPhysician(items, 'physician3', 'npiPhysician3', reader, reader.repetitions(pv1, 8));
  return items;
}

/** The next of kin: who to ask about the patient (items 2290, 2392 to 2394, 1842 to 1847). */
function putContact(items: Record<string, string>, nk1: Segment | undefined, reader: Reader): void {
  const [name = ''] = reader.repetitions(nk1, 2);
  const [last, first] = [reader.component(name, 1, 1), reader.component(name, 2)];
  const spoken = [last, first].filter((part) => part !== '').join(', ');
  if (spoken === '') return;
  put(items, 'followUpContactName', spoken, 60);
  if (SPOUSE_OR_PARENT.has(reader.part(nk1, 3).toUpperCase())) put(items, 'nameSpouseParent', spoken, 60);
  putAddress(items, OF_CONTACT, reader, reader.repetitions(nk1, 4)[0] ?? '');
}

/** A physician (XCN): the National Provider Identifier, and the number that the state or hospital gives. */
function putPhysician(
  items: Record<string, string>,
  license: string,
  npi: string,
  reader: Reader,
  all: readonly string[],
): void {
  for (const raw of all) {
    const number = reader.component(raw, 1);
    const isNpi =
      /^\d{10}$/.test(number) &&
      (/NPI/i.test(reader.component(raw, 9)) ||
        /NPI/i.test(reader.component(raw, 13)) ||
        reader.component(raw, 13) === '');
    if (isNpi) items[npi] ??= number;
    else if (number !== '' && number.length <= 8) items[license] ??= number;
  }
}

/**
 * NAACCR items that a message gives about one report. The text itself (item 2570) is cut where a draft is made of it.
 *
 * @source NAACCR items 7010, 7090, 7100, 7190, 7320, 7480 and Volume V, OBR and ORC segments.
 */
export function reportItems(
  segments: { readonly orc: Segment | undefined; readonly obr: Segment | undefined },
  report: {
    readonly filler: string;
    readonly facilityId: string;
    readonly orderingId: string;
    readonly collected: string;
  },
  reader: Reader,
): ItemValues {
  const { orc, obr } = segments;
  const items: Record<string, string> = {};
  putWhole(items, 'pathReportingFacId1', report.facilityId, 25);
  putWhole(items, 'pathReportNumber1', report.filler, 20);
  put(items, 'pathDateSpecCollect1', isoDateTime(report.collected), 25);
  put(items, 'pathReportType1', REPORT_TYPE[reader.part(obr, 4)] ?? typeByName(reader.part(obr, 4, 2)), 2);
  putWhole(items, 'pathOrderPhysLicNo1', reader.part(obr, 16, 1) || reader.part(orc, 12, 1), 20);
  putWhole(items, 'pathOrderingFacNo1', report.orderingId, 25);
  return items;
}

/** Words in the name of an ordered study, for laboratories with codes of their own. */
const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/autopsy/i, '05'],
  [/bone marrow/i, '04'],
  [/\b(pap|gyn)/i, '03'],
  [/flow cytom|immunophenotyp/i, '11'],
  [/cytogenetic|karyotyp|\bfish\b/i, '08'],
  [/cytolog|\bfna\b|non-?gyn/i, '02'],
  [/immunohisto|\bihc\b/i, '09'],
  [/molecular|\bpcr\b|\bngs\b|sequencing/i, '10'],
  [/surgical|patholog|biops|histolog|synoptic/i, '01'],
];
const typeByName = (name: string): string | undefined => TYPE_WORDS.find(([words]) => words.test(name))?.[1];
