import { expandCodes } from '../tables.js';
import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';

/** First three digits of ZIP codes by state. @source US Postal Service, three-digit prefixes. */
const ZIP_PREFIXES: Readonly<Record<string, string>> = {
  AL: '350-369',
  AK: '995-999',
  AZ: '850-865',
  AR: '716-729',
  CA: '900-961',
  CO: '800-816',
  CT: '060-069',
  DE: '197-199',
  DC: '200 202-205 569',
  FL: '320-339 341-349',
  GA: '300-319 398-399',
  HI: '967-968',
  ID: '832-838',
  IL: '600-629',
  IN: '460-479',
  IA: '500-528',
  KS: '660-679',
  KY: '400-427',
  LA: '700-714',
  ME: '039-049',
  MD: '205-219',
  MA: '010-027 055',
  MI: '480-499',
  MN: '550-567',
  MS: '386-397',
  MO: '630-658',
  MT: '590-599',
  NE: '680-693',
  NV: '889-898',
  NH: '030-038',
  NJ: '070-089',
  NM: '870-884',
  NY: '005 063 100-149',
  NC: '270-289',
  ND: '580-588',
  OH: '430-459',
  OK: '730-749',
  OR: '970-979',
  PA: '150-196',
  RI: '028-029',
  SC: '290-299',
  SD: '570-577',
  TN: '370-385',
  TX: '733 739 750-799 885',
  UT: '840-847',
  VT: '050-059',
  VA: '201 205 220-246',
  WA: '980-994',
  WV: '247-268',
  WI: '530-549',
  WY: '820-831 834',
  PR: '006-007 009',
  VI: '008',
  GU: '969',
  MP: '969',
  PW: '969',
  FM: '969',
  MH: '969',
  AS: '967',
  AA: '340',
  AE: '090-098',
  AP: '962-966',
};
const PREFIXES = new Map(Object.entries(ZIP_PREFIXES).map(([state, list]) => [state, new Set(expandCodes(list))]));

const US_STATES = codes(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AA AE AP US',
);
const CANADIAN = codes('AB BC MB NB NL NS NT NU ON PE QC SK YT CD');
const NOT_IN_USA = codes('XX YY ZZ');
const UNKNOWN_COUNTY = codes('998 999');
const CERTAIN = codes('1-6');
const NO_TRACT = ['', '000000', '999999'];
const SPANISH_SPEAKING = codes('ARG BOL CHL COL CRI CUB DOM ECU ESP GTM HND MEX NIC PAN PER PRI PRY SLV URY VEN');
const RACES = ['race1', 'race2', 'race3', 'race4', 'race5'] as const;

/** Whether five race codes, blank ones empty, break the rules of listing them. */
function racesConflict(races: readonly string[]): boolean {
  const filled = races.filter((race) => race !== '');
  const firstBlank = races.indexOf('');
  if (firstBlank >= 0 && races.slice(firstBlank).some((race) => race !== '')) return true;
  if (filled.length > 1 && races.includes('99') && races.some((race) => race !== '99')) return true;
  const none = races.indexOf('88');
  if (none === 0 || (none > 0 && races.slice(none).some((race) => race !== '88'))) return true;
  const real = filled.filter((race) => race !== '88' && race !== '99');
  if (new Set(real).size < real.length) return true;
  const white = races.indexOf('01');
  return white >= 0 && races.slice(white + 1).some((race) => race !== '' && race !== '88');
}

/** Demographic and geographic. @source reference catalog; county and postal tables. */
export const DEMOGRAPHIC: readonly Edit[] = [
  error({
    id: 'GE01',
    name: 'State, county at diagnosis',
    basis: 'D',
    needs: ['addrAtDxState', 'countyAtDx'],
    logic:
      'The county is one of the state; 998 and 999 always are, and are the only ones of codes that are no state of the county list.',
    message: 'County is not in this state.',
    broken: ([state, county], _, { tables }) =>
      !UNKNOWN_COUNTY(county) && tables.counties.get(state)?.has(county) !== true,
    pass: ['state=CA county=037', 'state=CA county=999', 'state=ON county=998', 'state=CA county=998'],
    fail: ['state=CA county=002', 'state=ON county=037'],
  }),
  warning({
    id: 'GE02',
    name: 'ZIP, state',
    basis: 'D',
    needs: ['addrAtDxState', 'addrAtDxPostalCode'],
    logic:
      'The first three digits of the ZIP code are used in the state. 88888 and 99999, values that do not begin with five digits and other state codes are left alone.',
    message: 'ZIP does not fit the state.',
    broken: ([state, zip]) => {
      const five = /^\d{5}/.exec(zip)?.[0];
      const prefixes = PREFIXES.get(state);
      if (five === undefined || prefixes === undefined || five === '88888' || five === '99999') return false;
      return !prefixes.has(five.slice(0, 3));
    },
    pass: [
      'state=CA zip=90012',
      'state=CA zip=88888',
      'state=CA zip=99999',
      'state=CA zip=1000',
      'state=ON zip=10001',
      'state=DC zip=20500',
      'state=CA zip=900121234',
    ],
    fail: ['state=CA zip=10001', 'state=NY zip=90012', 'state=CA zip=100011234'],
  }),
  error({
    id: 'GE03',
    name: 'Census tract, certainty',
    basis: 'D',
    needs: [],
    anyOf: ['censusTract2020', 'censusTractCertainty2020'],
    logic:
      'Certainty 1-6 goes with a tract (not blank, not 999999); 9 or blank with a tract that is blank, 000000 or 999999.',
    message: 'Tract and certainty conflict.',
    broken: (_, values) => {
      const [tract, certainty] = [values.get('censusTract2020'), values.get('censusTractCertainty2020')];
      return CERTAIN(certainty) ? tract === '' || tract === '999999' : !NO_TRACT.includes(tract);
    },
    pass: [
      'tract=206010 cert=1',
      'tract=000000 cert=9',
      'tract=999999 cert=9',
      'cert=9',
      'tract=999999',
      'tract=000000 cert=6',
    ],
    fail: ['tract=206010 cert=9', 'cert=1', 'tract=999999 cert=6', 'tract=206010'],
  }),
  error({
    id: 'GE04',
    name: 'Country, state',
    basis: 'D',
    needs: ['addrAtDxCountry', 'addrAtDxState'],
    logic:
      'USA does not have a Canadian code, XX, YY or ZZ; CAN has a Canadian code; other countries have neither a state of the United States (50 states, DC, AA, AE, AP, US) nor a Canadian code. ZZU is left alone.',
    message: 'Country and state conflict.',
    broken: ([country, state]) => {
      if (country === 'ZZU') return false;
      if (country === 'USA') return CANADIAN(state) || NOT_IN_USA(state);
      return country === 'CAN' ? !CANADIAN(state) : US_STATES(state) || CANADIAN(state);
    },
    pass: [
      'country=USA state=CA',
      'country=CAN state=ON',
      'country=MEX state=XX',
      'country=PRI state=PR',
      'country=ZZU state=ZZ',
      'country=ZZU state=CA',
      'country=USA state=PR',
    ],
    fail: [
      'country=MEX state=CA',
      'country=MEX state=ON',
      'country=USA state=ON',
      'country=USA state=XX',
      'country=CAN state=CA',
      'country=CAN state=XX',
    ],
  }),
  error({
    id: 'DE01',
    name: 'Race 1-5 (SEER IF93)',
    basis: 'P',
    needs: [],
    anyOf: RACES,
    logic:
      'No gaps; with more than one filled, 99 in one means 99 in all; 88 in one (never race 1) means 88 in all later ones; no code twice but 88 and 99; 01 is listed last, 88 aside.',
    message: 'Race codes conflict.',
    broken: (_, values) => racesConflict(RACES.map((item) => values.get(item))),
    pass: [
      'race1=02 race2=01',
      'race1=01',
      'race1=99',
      'race1=99 race2=99 race3=99 race4=99 race5=99',
      'race1=02 race2=88 race3=88 race4=88 race5=88',
      'race1=02 race2=01 race3=88 race4=88 race5=88',
      'race1=01 race2=88 race3=88 race4=88 race5=88',
      'race1=02 race2=03',
    ],
    fail: [
      'race1=02 race2=02',
      'race1=01 race2=02',
      'race2=02',
      'race1=02 race3=03',
      'race1=02 race2=99',
      'race1=02 race2=03 race3=04 race4=05 race5=05',
      'race1=02 race2=03 race3=04 race5=05',
      'race1=02 race2=03 race3=04 race4=01 race5=05',
      'race1=99 race2=99',
      'race1=88',
      'race1=88 race2=88 race3=88 race4=88 race5=88',
      'race1=02 race2=88',
      'race1=02 race2=88 race3=88 race4=88 race5=03',
    ],
  }),
  warning({
    id: 'DE02',
    name: 'Spanish/Hispanic origin',
    basis: 'D',
    needs: ['spanishHispanicOrigin', 'birthplaceCountry'],
    logic: 'Review origin 0 with a birthplace in a Spanish-speaking country.',
    message: 'Check Hispanic origin against birthplace.',
    broken: ([origin, birthplace]) => origin === '0' && SPANISH_SPEAKING(birthplace),
    pass: ['span=1 bplace=MEX', 'span=0 bplace=USA'],
    fail: ['span=0 bplace=MEX', 'span=0 bplace=ESP'],
  }),
  warning({
    id: 'DE03',
    name: 'Social Security Number',
    basis: 'D',
    needs: ['socialSecurityNumber'],
    logic: 'Nine digits, the first three not 000, 666 or 900-999, not all the same. 999999999 (unknown) passes.',
    message: 'Social Security Number is not plausible.',
    broken: ([number]) =>
      number !== '999999999' && (!/^\d{9}$/.test(number) || /^(000|666|9)/.test(number) || /^(\d)\1{8}$/.test(number)),
    pass: ['ssn=219099999', 'ssn=999999999'],
    fail: [
      'ssn=000123456',
      'ssn=666123456',
      'ssn=900123456',
      'ssn=111111111',
      'ssn=12345678',
      'ssn=2190999990',
      'ssn=X219099999',
      'ssn=12345678A',
      'ssn=987654321',
    ],
  }),
];
