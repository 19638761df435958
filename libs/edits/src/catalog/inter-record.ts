import { compareShared, type ItemValues, type NaaccrId } from '@perennial/naaccr';
import { type Edit, type Violation } from '../types.js';
import { type EditValues } from '../values.js';
import { codes, interRecord } from './define.js';
import { isPaired } from './groups.js';

/** Every pair of a list, the earlier one first. */
function pairs<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.flatMap((first, index) => list.slice(index + 1).map((second): readonly [T, T] => [first, second]));
}

const PATIENT_DATES: readonly NaaccrId[] = ['dateOfBirth', 'dateOfLastContact'];
const PATIENT_CODES: readonly NaaccrId[] = [
  'race1',
  'race2',
  'race3',
  'race4',
  'race5',
  'spanishHispanicOrigin',
  'sexAssignedAtBirth',
  'vitalStatus',
  'causeOfDeath',
];

const differ = (first: EditValues, second: EditValues): NaaccrId[] => [
  ...PATIENT_CODES.filter((item) => {
    const [a, b] = [first.get(item), second.get(item)];
    return a !== '' && b !== '' && a !== b;
  }),
  ...PATIENT_DATES.filter((item) => {
    const [a, b] = [first.date(item), second.date(item)];
    return a !== undefined && b !== undefined && compareShared(a, b) !== 0;
  }),
];

const SEQUENCES = codes('00-88');
const MALIGNANT = codes('01-59');
const MALIGNANT_OR_ONLY = codes('00-59');
const OTHER = codes('61-87');
const OTHER_OR_ONLY = codes('60-87');
const OTHERS_BESIDE_60 = codes('61-88');
const sequence = (values: EditValues): string => values.get('sequenceNumberCentral');

/** The later of two tumors: higher sequence number, else later diagnosis, else later in the list. */
function laterOf(first: EditValues, second: EditValues): EditValues {
  const [a, b] = [sequence(first), sequence(second)];
  if (a !== '' && b !== '' && a !== b) return a > b ? first : second;
  const [from, to] = [first.date('dateOfDiagnosis'), second.date('dateOfDiagnosis')];
  return from !== undefined && to !== undefined && compareShared(from, to) > 0 ? first : second;
}

const RULES_FROM = 2018;
const PRIMARY_ITEMS = [
  'primarySite',
  'laterality',
  'histologicTypeIcdO3',
  'behaviorCodeIcdO3',
  'dateOfDiagnosis',
] as const;
const primaryOf = (values: EditValues): ItemValues =>
  Object.fromEntries(PRIMARY_ITEMS.map((item) => [item, values.get(item)]));

/** Numbers of one series that a patient holds; `only` counts as 1. */
const numbersOf = (tumors: readonly EditValues[], only: number): number[] =>
  tumors.map((tumor) => Math.max(1, Number(sequence(tumor)) - only));

const concern = (first: EditValues, second: EditValues): Violation => ({ tumors: [first.index, second.index] });

/** All tumors of one patient. @source reference catalog. */
export const INTER_RECORD: readonly Edit[] = [
  interRecord('error', {
    id: 'IR01',
    name: 'Patient-level items agree (SEER IR01 family)',
    basis: 'D',
    needs: [],
    anyOf: [...PATIENT_CODES, ...PATIENT_DATES],
    logic:
      'Birth date, sex, race, Hispanic origin, vital status, last contact and cause of death are the same wherever two tumors both have them, dates by the parts that both know.',
    message: 'Patient facts differ between tumors.',
    check: (tumors) =>
      pairs(tumors).flatMap(([first, second]): Violation[] => {
        const items = differ(first, second);
        return items.length === 0 ? [] : [{ ...concern(first, second), items }];
      }),
    pass: [
      'sex=1 | sex=1',
      'sex=1 |',
      'birth=1950 | birth=19500203',
      'sex=1 race1=01 | sex=1 race1=01 vs=1',
      'sex=1 | race1=02',
    ],
    fail: [
      'sex=1 | sex=2',
      'birth=1950 | birth=1951',
      'dlc=20240101 | dlc=20240102',
      'race1=01 | race1=02',
      'race2=01 | race2=02',
      'race3=01 | race3=02',
      'race4=01 | race4=02',
      'race5=01 | race5=02',
      'span=0 | span=1',
      'vs=0 | vs=1',
      'cod=C509 | cod=C619',
      'sex=1 | sex=1 | sex=2',
    ],
  }),
  interRecord('error', {
    id: 'IR02',
    name: 'Sequence Numbers--Central unique',
    basis: 'P',
    needs: ['sequenceNumberCentral'],
    logic: 'No number of 00-88 twice; 00 not beside 01-59 or 99; 60 not beside 61-88.',
    message: 'Sequence numbers conflict.',
    check: (tumors) =>
      pairs(tumors)
        .filter(([first, second]) => {
          const [low = '', high = ''] = [sequence(first), sequence(second)].sort();
          return (
            (low === high && SEQUENCES(low)) ||
            (low === '00' && (MALIGNANT(high) || high === '99')) ||
            (low === '60' && OTHERS_BESIDE_60(high))
          );
        })
        .map(([first, second]) => concern(first, second)),
    pass: [
      'seq=01 | seq=02',
      'seq=99 | seq=99',
      'seq=00 | seq=60',
      'seq=00 | seq=61',
      'seq=98 | seq=98',
      'seq=00 | seq=98',
      'seq=60 | seq=98',
      'seq=00',
      'seq=60 | seq=01',
    ],
    fail: [
      'seq=00 | seq=02',
      'seq=02 | seq=02',
      'seq=00 | seq=99',
      'seq=60 | seq=61',
      'seq=88 | seq=60',
      'seq=00 | seq=00',
      'seq=59 | seq=00',
      'seq=88 | seq=88',
    ],
  }),
  interRecord('error', {
    id: 'IR03',
    name: 'Sequence follows diagnosis date',
    basis: 'P',
    needs: ['sequenceNumberCentral', 'dateOfDiagnosis'],
    logic:
      'Within 01-59 and within 61-87 the tumor with the higher number is not diagnosed earlier, by the parts that both dates know.',
    message: 'Sequence order does not follow dates.',
    check: (tumors) =>
      [MALIGNANT, OTHER].flatMap((series) =>
        pairs(tumors.filter((tumor) => series(sequence(tumor)))).flatMap(([first, second]): Violation[] => {
          const [low, high] = sequence(first) < sequence(second) ? [first, second] : [second, first];
          const [from, to] = [low.date('dateOfDiagnosis'), high.date('dateOfDiagnosis')];
          const wrong =
            sequence(low) !== sequence(high) && from !== undefined && to !== undefined && compareShared(to, from) < 0;
          return wrong ? [concern(high, low)] : [];
        }),
      ),
    pass: [
      'seq=01 dx=2020 | seq=02 dx=2022',
      'seq=02 dx=2022 | seq=01 dx=2020',
      'seq=01 dx=20200301 | seq=02 dx=2020',
      'seq=01 dx=2023 | seq=61 dx=2022',
      'seq=02 dx=2023 | seq=02 dx=2022',
      'seq=01 dx=2023 | seq=02',
      'seq=00 dx=2023 | seq=01 dx=2022',
    ],
    fail: ['seq=01 dx=2023 | seq=02 dx=2022', 'seq=02 dx=2022 | seq=01 dx=2023', 'seq=61 dx=2023 | seq=62 dx=2022'],
  }),
  interRecord('warning', {
    id: 'IR04',
    name: 'Sequence complete',
    basis: 'D',
    needs: ['sequenceNumberCentral'],
    logic:
      'Within 00-59 and within 60-87 (00 and 60 count as 1): every number from 1 to the highest is held, and the highest is at least the number of tumors.',
    message: 'A primary seems to be missing.',
    check: (tumors) =>
      [
        { series: MALIGNANT_OR_ONLY, only: 0 },
        { series: OTHER_OR_ONLY, only: 60 },
      ].flatMap(({ series, only }): Violation[] => {
        const held = tumors.filter((tumor) => series(sequence(tumor)));
        const numbers = numbersOf(held, only);
        const highest = Math.max(0, ...numbers);
        const complete = new Set(numbers).size >= highest && highest >= held.length;
        return complete ? [] : [{ tumors: held.map(({ index }) => index) }];
      }),
    pass: ['seq=01 | seq=02', 'seq=00', 'seq=60', 'seq=61 | seq=62', 'seq=01 | seq=02 | seq=60', 'seq=99', 'seq=88'],
    fail: ['seq=01 | seq=03', 'seq=02', 'seq=62', 'seq=00 | seq=01', 'seq=61 | seq=61', 'seq=01 | seq=02 | seq=62'],
  }),
  interRecord('warning', {
    id: 'IR05',
    name: 'Verify Same Primary Not Reported Twice (SEER IR09)',
    basis: 'P',
    needs: ['primarySite', 'laterality', 'histologicTypeIcdO3'],
    also: ['sequenceNumberCentral', 'dateOfDiagnosis'],
    override: { item: 'overRideSiteLatSeqno', values: ['1'] },
    logic:
      'Two tumors of paired sites with the same first three characters of site, the same laterality and the same first three digits of histology. Cleared by the over-ride on the later tumor (higher sequence number, else later diagnosis, else later in the list).',
    message: 'Possible duplicate primary.',
    check: (tumors) =>
      pairs(tumors).flatMap(([first, second]): Violation[] => {
        const same =
          [first, second].every((tumor) => isPaired(tumor.get('primarySite'), tumor.diagnosisYear)) &&
          first.get('primarySite').slice(0, 3) === second.get('primarySite').slice(0, 3) &&
          first.get('laterality') === second.get('laterality') &&
          first.get('histologicTypeIcdO3').slice(0, 3) === second.get('histologicTypeIcdO3').slice(0, 3);
        if (!same) return [];
        const later = laterOf(first, second);
        if (later.get('overRideSiteLatSeqno') === '1') return [];
        return [concern(later, later === first ? second : first)];
      }),
    pass: [
      'site=C504 lat=1 hist=8500 | site=C504 lat=2 hist=8500',
      'site=C504 lat=1 hist=8500 | site=C341 lat=1 hist=8500',
      'site=C504 lat=1 hist=8500 | site=C504 lat=1 hist=8140',
      'site=C619 lat=0 hist=8140 | site=C619 lat=0 hist=8140',
      'site=C504 lat=1 hist=8500 | site=C504 lat=1 hist=8500 overRideSiteLatSeqno=1',
      'site=C504 lat=1 hist=8500 seq=02 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 seq=01',
      'site=C504 lat=1 hist=8500 dx=2022 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 dx=2020',
      'site=C504 lat=1 hist=8500 seq=01 dx=2022 | site=C504 lat=1 hist=8500 seq=02 dx=2020 overRideSiteLatSeqno=1',
      'site=C504 lat=1 hist=8500 seq=02 dx=2020 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 seq=01 dx=2022',
      'site=C504 lat=1 hist=8500 dx=2020 | site=C504 lat=1 hist=8500 dx=2020 overRideSiteLatSeqno=1',
      'site=C700 lat=1 hist=9530 dx=2003 | site=C700 lat=1 hist=9530 dx=2020',
      'site=C504 lat=1 hist=8500 seq=01 dx=2022 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 dx=2020',
    ],
    fail: [
      'site=C504 lat=1 hist=8500 | site=C509 lat=1 hist=8500',
      'site=C504 lat=1 hist=8500 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500',
      'site=C504 lat=1 hist=8500 dx=2020 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 dx=2020',
      'site=C504 lat=1 hist=8500 seq=02 | site=C504 lat=1 hist=8500 seq=01 overRideSiteLatSeqno=1',
      'site=C504 lat=1 hist=8500 dx=2022 | site=C504 lat=1 hist=8500 dx=2020 overRideSiteLatSeqno=1',
      'site=C700 lat=1 hist=9530 dx=2004 | site=C700 lat=1 hist=9530 dx=2020',
      'site=C504 lat=1 hist=8500 seq=01 dx=2022 overRideSiteLatSeqno=1 | site=C504 lat=1 hist=8500 seq=02 dx=2020',
    ],
  }),
  interRecord('warning', {
    id: 'IR06',
    name: 'Multiple primaries check',
    basis: 'D',
    engine: 'primaries',
    needs: PRIMARY_ITEMS,
    also: ['sequenceNumberCentral'],
    logic:
      'Each pair whose later diagnosis is 2018 or later is compared by the multiple-primary rules: one primary, or an open question, needs review.',
    message: 'Rules say these tumors are one primary.',
    check: (tumors, { tables, today }) =>
      pairs(tumors).flatMap(([first, second]): Violation[] => {
        if (Math.max(first.diagnosisYear, second.diagnosisYear) < RULES_FROM) return [];
        const answer = tables.comparePrimaries?.(primaryOf(first), primaryOf(second), Number(today.slice(0, 4)));
        if (answer !== 'SINGLE_PRIMARY' && answer !== 'QUESTIONABLE') return [];
        const later = laterOf(first, second);
        return [concern(later, later === first ? second : first)];
      }),
    pass: [
      'site=C504 lat=1 hist=8500 beh=3 dx=2020 | site=C341 lat=1 hist=8140 beh=3 dx=2021',
      'site=C619 lat=0 hist=8140 beh=3 dx=2016 | site=C619 lat=0 hist=8140 beh=3 dx=2017',
    ],
    fail: [
      'site=C619 lat=0 hist=8140 beh=3 dx=2020 | site=C619 lat=0 hist=8140 beh=3 dx=2023',
      'site=C619 lat=0 hist=8140 beh=3 dx=2010 | site=C619 lat=0 hist=8140 beh=3 dx=2018',
    ],
  }),
  interRecord('warning', {
    id: 'IR07',
    name: 'DCO with other tumors',
    basis: 'D',
    needs: ['typeOfReportingSource', 'primarySite'],
    logic: 'Review a source 7 tumor beside another tumor with the same first three characters of site.',
    message: 'Death-certificate tumor may be the known one.',
    check: (tumors) =>
      pairs(tumors)
        .filter(
          ([first, second]) =>
            first.get('primarySite').slice(0, 3) === second.get('primarySite').slice(0, 3) &&
            [first, second].some((tumor) => tumor.get('typeOfReportingSource') === '7'),
        )
        .map(([first, second]) =>
          first.get('typeOfReportingSource') === '7' ? concern(first, second) : concern(second, first),
        ),
    pass: [
      'src=1 site=C341 | src=1 site=C504',
      'src=1 site=C341 | src=1 site=C349',
      'src=7 site=C341 | src=1 site=C504',
    ],
    fail: ['src=7 site=C349 | src=1 site=C341', 'src=1 site=C349 | src=7 site=C341'],
  }),
  interRecord('error', {
    id: 'IR08',
    name: 'Last contact not before any diagnosis',
    basis: 'P',
    needs: ['dateOfLastContact', 'dateOfDiagnosis'],
    logic: 'The date of last contact is not before the diagnosis of any tumor, by the parts that both dates know.',
    message: 'A diagnosis is after last contact.',
    check: (tumors) =>
      tumors
        .filter((tumor) => {
          const diagnosis = tumor.date('dateOfDiagnosis');
          return tumors.some((other) => {
            const last = other.date('dateOfLastContact');
            return diagnosis !== undefined && last !== undefined && compareShared(last, diagnosis) < 0;
          });
        })
        .map((tumor) => ({ tumors: [tumor.index] })),
    pass: ['dlc=20240101 dx=2020 | dlc=20240101 dx=2023', 'dlc=20240101 dx=20240101', 'dlc=2024 dx=20240101'],
    fail: ['dlc=20230101 dx=2020 | dlc=20230101 dx=2024', 'dlc=20230101 dx=2020 | dlc=20250101 dx=2024'],
  }),
];
