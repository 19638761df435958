import { compareShared, type NaaccrId } from '@perennial/naaccr';
import { type Edit, type Violation } from '../types.js';
import { type EditValues } from '../values.js';
import { TREATMENT_DATES } from './dates.js';
import { codes, error, warning } from './define.js';
import {
  BRM_GIVEN,
  CHEMO_GIVEN,
  CNS_PROPER,
  HEMATOPOIETIC,
  HORMONE_GIVEN,
  RADIATION_GIVEN,
  SKIN,
  SURGERY_GIVEN,
  SURGERY_NOT_APPLICABLE,
  surgeryCode,
  TRANSPLANT_GIVEN,
} from './groups.js';

const SCOPE_GIVEN = codes('1-7');
const OTHER_SURGERY_GIVEN = codes('1-5');
const OTHER_TREATMENT_GIVEN = codes('1-3 6');
const NOT_GIVEN_OR_UNKNOWN = codes('00 82-88 99');
const HORMONE_SITES = codes('C500-C509 C619 C540-C549 C559 C739 C569 C570 C740-C749 C751-C753');
const SURGERY = ['rxSummSurgPrimSite', 'rxSummSurgPrimSite2023'] as const;
const ANY_SURGERY = [...SURGERY, 'rxSummScopeRegLnSur', 'rxSummSurgOthRegDis'] as const;
const SYSTEMIC = ['rxSummChemo', 'rxSummHormone', 'rxSummBrm', 'rxSummTransplntEndocr'] as const;

/** What a record says of a kind of treatment. */
type Given = 'given' | 'not given' | 'open';

/** Given when one says so, not given when all are filled and none does. */
function given(parts: readonly (readonly [value: string, says: (value: string) => boolean])[]): Given {
  if (parts.some(([value, says]) => says(value))) return 'given';
  return parts.every(([value]) => value !== '') ? 'not given' : 'open';
}

const surgeryGiven = (values: EditValues): Given =>
  given([
    [surgeryCode(values), SURGERY_GIVEN],
    [values.get('rxSummScopeRegLnSur'), SCOPE_GIVEN],
    [values.get('rxSummSurgOthRegDis'), OTHER_SURGERY_GIVEN],
  ]);

const systemicGiven = (values: EditValues): Given =>
  given([
    [values.get('rxSummChemo'), CHEMO_GIVEN],
    [values.get('rxSummHormone'), HORMONE_GIVEN],
    [values.get('rxSummBrm'), BRM_GIVEN],
    [values.get('rxSummTransplntEndocr'), TRANSPLANT_GIVEN],
  ]);

/** Sequence 2-9 when both treatments were given, 0 when one was not. */
function sequenceProblem(sequence: string, one: Given, other: Given): boolean | Violation {
  if (one === 'given' && other === 'given') return !(sequence >= '2' && sequence <= '9') && { allowed: '2-9' };
  if (one === 'not given' || other === 'not given') return sequence !== '0' && { allowed: '0' };
  return false;
}

/** A date of a therapy that was not given. */
const dateWithoutTherapy = (
  id: string,
  name: string,
  item: NaaccrId,
  date: NaaccrId,
  message: string,
  examples: Pick<Parameters<typeof error>[0], 'pass' | 'fail'>,
): Edit =>
  error({
    id,
    name,
    basis: 'D',
    needs: [item, date],
    logic: 'Not given or unknown (00, 82-88, 99): the date is blank. A therapy that was given may lack its date.',
    message,
    broken: ([code]) => NOT_GIVEN_OR_UNKNOWN(code) && { items: [item, date] },
    ...examples,
  });

/** Therapies in the summary with the codes that mean given, their fields at this facility, and the codes that mean not given there. */
const AT_FACILITY = [
  ['rxSummChemo', 'rxHospChemo', CHEMO_GIVEN],
  ['rxSummHormone', 'rxHospHormone', HORMONE_GIVEN],
  ['rxSummBrm', 'rxHospBrm', BRM_GIVEN],
] as const;
const CODED_NOT_GIVEN = codes('00 82-87');
const ALL_ELSEWHERE = ['00', '30'];
const ALL_HERE = ['14', '22'];

/** Treatment. @source reference catalog; surgery codes of 2024. */
export const TREATMENT: readonly Edit[] = [
  error({
    id: 'TX01',
    name: 'RX Summ--Surg Prim Site, Reason for No Surgery',
    basis: 'P',
    needs: ['reasonForNoSurgery'],
    anyOf: SURGERY,
    also: ['typeOfReportingSource'],
    logic:
      'Surgery code 10-90: reason 0. 00: reason 1, 2, 5-8, and 9 when the source is 6. 98: reason 1. 99: reason 9.',
    message: 'Surgery and reason for no surgery conflict.',
    broken: ([reason], values) => {
      const code = surgeryCode(values);
      const autopsy = values.get('typeOfReportingSource') === '6';
      if (SURGERY_GIVEN(code)) return reason !== '0' && { allowed: '0', fix: { reasonForNoSurgery: '0' } };
      if (code === '00') return (reason === '0' || (reason === '9' && !autopsy)) && { allowed: '1, 2, 5-8' };
      if (code === '98') return reason !== '1' && { allowed: '1', fix: { reasonForNoSurgery: '1' } };
      return code === '99' && reason !== '9' && { allowed: '9', fix: { reasonForNoSurgery: '9' } };
    },
    pass: [
      'surg=A300 nosurg=0',
      'surg=A000 nosurg=1',
      'surg=A000 nosurg=8',
      'surg=A000 nosurg=9 src=6',
      'surg=A980 nosurg=1',
      'surg=A990 nosurg=9',
      'surg03=30 nosurg=0',
      'surg=A910 nosurg=5',
    ],
    fail: [
      'surg=A000 nosurg=0',
      'surg=A300 nosurg=1',
      'surg=A000 nosurg=9',
      'surg=A000 nosurg=9 src=1',
      'surg=A980 nosurg=0',
      'surg=A990 nosurg=1',
      'surg=A900 nosurg=1',
      'surg03=00 nosurg=0',
      'surg=A000 nosurg=0 src=6',
    ],
  }),
  error({
    id: 'TX02',
    name: 'RX Date Surgery, surgery codes',
    basis: 'P',
    needs: ['rxDateSurgery', 'rxSummScopeRegLnSur', 'rxSummSurgOthRegDis'],
    anyOf: SURGERY,
    logic: 'A surgery date goes with surgery code 10-90, scope 1-7 or other site 1-5.',
    message: 'Surgery date does not fit the surgery codes.',
    broken: (_, values) => surgeryGiven(values) !== 'given',
    pass: [
      'surg=A300 scope=5 oth=0 dsurg=202403',
      'surg=A000 scope=5 oth=0 dsurg=202403',
      'surg=A000 scope=0 oth=1 dsurg=202403',
      'surg=A300 scope=0 oth=0 dsurg=202403',
      'surg=A000 scope=0 oth=0',
    ],
    fail: [
      'surg=A000 scope=0 oth=0 dsurg=202403',
      'surg=A990 scope=9 oth=9 dsurg=202403',
      'surg03=00 scope=0 oth=0 dsurg=202403',
    ],
  }),
  error({
    id: 'TX03',
    name: 'RX Summ--Surg Prim Site by diagnosis year',
    basis: 'D',
    needs: ['dateOfDiagnosis'],
    anyOf: SURGERY,
    logic: 'Before diagnosis 2023 item 1291 is blank, from 2023 on item 1290.',
    message: 'Wrong surgery item for the diagnosis year.',
    broken: (_, values) => {
      const item = values.diagnosisYear < 2023 ? 'rxSummSurgPrimSite2023' : 'rxSummSurgPrimSite';
      return values.get(item) !== '' && { items: ['dateOfDiagnosis', item], allowed: 'blank' };
    },
    pass: ['dx=2023 surg=A300 surg03=', 'dx=2022 surg03=30'],
    fail: ['dx=2023 surg= surg03=30', 'dx=2022 surg=A300'],
  }),
  error({
    id: 'TX04',
    name: 'Surgery code by site',
    basis: 'P',
    needs: ['primarySite', 'rxSummSurgPrimSite2023'],
    also: ['dateOfDiagnosis', 'histologicTypeIcdO3'],
    logic:
      'The code is in the list of the site (edition of 2024); C420, C421, C423, C424, C760-C768 and C809 have A980 only. Left alone: 9590-9993 at other sites, and diagnosis 2023 at sites whose list has B codes, skin aside.',
    message: 'Surgery code is not valid for the site.',
    broken: ([site, code], values, { tables }) => {
      const list = tables.surgeryCodes.get(site);
      if (list === undefined) return false;
      if (HEMATOPOIETIC(values.get('histologicTypeIcdO3')) && !SURGERY_NOT_APPLICABLE(site)) return false;
      if (values.diagnosisYear === 2023 && list.has('B000') && !SKIN(site)) return false;
      return !list.has(code);
    },
    pass: [
      'site=C421 hist=9861 surg=A980',
      'site=C504 surg=B200 dx=2024',
      'site=C504 surg=A200 dx=2023',
      'site=C779 hist=9680 surg=A980',
      'site=C443 surg=B200 dx=2023',
      'site=C619 surg=A500 dx=2023',
    ],
    fail: [
      'site=C421 hist=9861 surg=A300',
      'site=C504 surg=A200 dx=2024',
      'site=C504 surg=A200',
      'site=C443 surg=A200 dx=2023',
      'site=C619 surg=A510 dx=2023',
      'site=C779 hist=8140 surg=A980',
    ],
  }),
  dateWithoutTherapy(
    'TX05',
    'RX Summ--Chemo, RX Date Chemo',
    'rxSummChemo',
    'rxDateChemo',
    'Chemotherapy code and date conflict.',
    {
      pass: ['chemo=03 dchemo=202405', 'chemo=00', 'chemo=03'],
      fail: ['chemo=00 dchemo=202405', 'chemo=88 dchemo=2024', 'chemo=99 dchemo=2024', 'chemo=82 dchemo=2024'],
    },
  ),
  dateWithoutTherapy(
    'TX06',
    'RX Summ--Hormone, RX Date Hormone',
    'rxSummHormone',
    'rxDateHormone',
    'Hormone code and date conflict.',
    {
      pass: ['horm=01 dhorm=202405'],
      fail: ['horm=00 dhorm=202405'],
    },
  ),
  dateWithoutTherapy(
    'TX07',
    'RX Summ--BRM, RX Date BRM',
    'rxSummBrm',
    'rxDateBrm',
    'Immunotherapy code and date conflict.',
    {
      pass: ['brm=01 dbrm=202405'],
      fail: ['brm=87 dbrm=202405'],
    },
  ),
  error({
    id: 'TX08',
    name: 'Radiation modality, RX Date Radiation, reason',
    basis: 'D',
    needs: ['phase1RadiationTreatmentModality'],
    anyOf: ['rxDateRadiation', 'reasonForNoRadiation'],
    logic:
      'Modality 01-16 or 98: reason 0. 00: no date, reason 1, 2, 5-8. 99: no date, reason 8 or 9. A blank reason is not checked.',
    message: 'Radiation fields conflict.',
    broken: ([modality], values) => {
      const reason = values.get('reasonForNoRadiation');
      const dated = values.get('rxDateRadiation') !== '';
      if (RADIATION_GIVEN(modality)) return reason !== '' && reason !== '0';
      if (modality === '00') return dated || (reason !== '' && !['1', '2', '5', '6', '7', '8'].includes(reason));
      return modality === '99' && (dated || (reason !== '' && reason !== '8' && reason !== '9'));
    },
    pass: [
      'rad=02 drad=202405 norad=0',
      'rad=98 norad=0',
      'rad=02 drad=2024',
      'rad=00 norad=1',
      'rad=00 norad=2',
      'rad=00 norad=5',
      'rad=00 norad=6',
      'rad=00 norad=7',
      'rad=00 norad=8',
      'rad=99 norad=9',
      'rad=99 norad=8',
      'rad=20 norad=4',
      'rad=20 drad=2024',
    ],
    fail: [
      'rad=00 drad=202405 norad=1',
      'rad=02 norad=1',
      'rad=00 norad=0',
      'rad=00 norad=9',
      'rad=00 drad=2024',
      'rad=99 norad=1',
      'rad=99 drad=2024',
      'rad=99 drad=2024 norad=9',
    ],
  }),
  error({
    id: 'TX09',
    name: 'RX Summ--Surg/Rad Seq',
    basis: 'D',
    needs: ['rxSummSurgRadSeq', 'phase1RadiationTreatmentModality'],
    anyOf: ANY_SURGERY,
    logic:
      'Surgery (code 10-90, scope 1-7 or other 1-5) and radiation (01-16, 98) both given: sequence 2-9. One not given: 0. Surgery counts as not given when code, scope and other are all filled and none says so.',
    message: 'Surgery/radiation sequence conflicts with treatments.',
    broken: ([sequence, modality], values) =>
      sequenceProblem(sequence, surgeryGiven(values), RADIATION_GIVEN(modality) ? 'given' : 'not given'),
    pass: [
      'surg=A300 rad=02 radseq=3',
      'surg=A300 rad=00 radseq=0',
      'surg=A000 scope=0 oth=0 rad=02 radseq=0',
      'surg=A000 scope=0 rad=02 radseq=3',
      'surg=A000 scope=0 rad=02 radseq=0',
      'surg=A300 rad=98 radseq=9',
      'scope=1 rad=16 radseq=2',
      'oth=5 rad=01 radseq=2',
    ],
    fail: [
      'surg=A000 scope=0 oth=0 rad=02 radseq=3',
      'surg=A300 rad=02 radseq=0',
      'surg=A300 rad=00 radseq=3',
      'surg=A000 scope=1 oth=0 rad=02 radseq=0',
      'surg=A000 scope=0 oth=1 rad=02 radseq=0',
    ],
  }),
  error({
    id: 'TX10',
    name: 'RX Summ--Systemic/Sur Seq',
    basis: 'D',
    needs: ['rxSummSystemicSurSeq'],
    anyOf: [...ANY_SURGERY, ...SYSTEMIC],
    logic:
      'As TX09 with systemic therapy: given with chemotherapy 01-03, hormone 01, immunotherapy 01 or transplant 10-40, not given when all four are filled and none says so.',
    message: 'Systemic/surgery sequence conflicts with treatments.',
    broken: ([sequence], values) => sequenceProblem(sequence, surgeryGiven(values), systemicGiven(values)),
    pass: [
      'surg=A300 chemo=03 sysseq=3',
      'surg=A300 chemo=00 horm=00 brm=00 trans=00 sysseq=0',
      'surg=A300 chemo=00 sysseq=3',
      'surg=A000 scope=0 oth=0 chemo=03 sysseq=0',
      'surg=A300 horm=01 sysseq=2',
      'surg=A300 brm=01 sysseq=9',
      'surg=A300 trans=10 sysseq=4',
      'chemo=03 sysseq=0',
    ],
    fail: [
      'surg=A300 chemo=00 horm=00 brm=00 trans=00 sysseq=3',
      'surg=A300 chemo=03 sysseq=0',
      'surg=A300 chemo=03 sysseq=1',
      'surg=A000 scope=0 oth=0 sysseq=3',
      'surg=A300 horm=01 sysseq=0',
      'surg=A300 brm=01 sysseq=0',
      'surg=A300 trans=40 sysseq=0',
    ],
  }),
  warning({
    id: 'TX11',
    name: 'Sequence versus dates',
    basis: 'D',
    needs: ['rxSummSurgRadSeq', 'rxDateSurgery', 'rxDateRadiation'],
    logic:
      'Review sequence 3 with radiation before surgery, and 2 with radiation after, by the parts that both dates know.',
    message: 'Sequence does not fit the dates.',
    broken: ([sequence], values) => {
      const [surgery, radiation] = [values.date('rxDateSurgery'), values.date('rxDateRadiation')];
      if (surgery === undefined || radiation === undefined) return false;
      const order = compareShared(radiation, surgery);
      return (sequence === '3' && order < 0) || (sequence === '2' && order > 0);
    },
    pass: [
      'radseq=3 dsurg=20240301 drad=20240501',
      'radseq=2 dsurg=20240601 drad=20240501',
      'radseq=3 dsurg=202403 drad=20240301',
      'radseq=2 dsurg=202403 drad=20240301',
      'radseq=4 dsurg=20240301 drad=20240501',
      'radseq=4 dsurg=20240601 drad=20240501',
    ],
    fail: ['radseq=3 dsurg=20240601 drad=20240501', 'radseq=2 dsurg=20240301 drad=20240501'],
  }),
  error({
    id: 'TX12',
    name: 'RX Summ--Treatment Status',
    basis: 'D',
    needs: ['rxSummTreatmentStatus'],
    anyOf: [
      ...SURGERY,
      'rxSummSurgOthRegDis',
      ...SYSTEMIC,
      'rxSummOther',
      'phase1RadiationTreatmentModality',
      ...TREATMENT_DATES,
    ],
    logic:
      'Given: surgery code 10-90, other surgery 1-5, chemotherapy 01-03, hormone 01, immunotherapy 01, radiation 01-16 or 98, transplant 10-40, other treatment 1-3 or 6; node surgery alone does not count. Status 0 or 2: none given and no treatment date. Status 1: fails when all eight are filled and none is given.',
    message: 'Treatment status conflicts with treatments.',
    broken: ([status], values) => {
      const treated = given([
        [surgeryCode(values), SURGERY_GIVEN],
        [values.get('rxSummSurgOthRegDis'), OTHER_SURGERY_GIVEN],
        [values.get('rxSummChemo'), CHEMO_GIVEN],
        [values.get('rxSummHormone'), HORMONE_GIVEN],
        [values.get('rxSummBrm'), BRM_GIVEN],
        [values.get('rxSummTransplntEndocr'), TRANSPLANT_GIVEN],
        [values.get('rxSummOther'), OTHER_TREATMENT_GIVEN],
        [values.get('phase1RadiationTreatmentModality'), RADIATION_GIVEN],
      ]);
      if (status === '1') return treated === 'not given';
      if (status !== '0' && status !== '2') return false;
      return treated === 'given' || TREATMENT_DATES.some((item) => values.get(item) !== '');
    },
    pass: [
      'tstat=0 surg=A000 chemo=00 rad=00',
      'tstat=1 surg=A300',
      'tstat=1 surg=A000 chemo=00',
      'tstat=9 surg=A300',
      'tstat=2 surg=A000',
      'tstat=1 surg=A000 oth=0 chemo=00 horm=00 brm=00 trans=00 othtx=6 rad=00',
    ],
    fail: [
      'tstat=0 surg=A300',
      'tstat=2 surg=A300',
      'tstat=0 oth=1',
      'tstat=0 chemo=01',
      'tstat=0 horm=01',
      'tstat=0 brm=01',
      'tstat=0 trans=10',
      'tstat=0 othtx=6',
      'tstat=0 rad=98',
      'tstat=0 dinit=2024',
      'tstat=2 dms=2024',
      'tstat=1 surg=A000 oth=0 chemo=00 horm=00 brm=00 trans=00 othtx=0 rad=00',
    ],
  }),
  warning({
    id: 'TX13',
    name: 'Hormone therapy by site',
    basis: 'D',
    needs: ['primarySite', 'rxSummHormone'],
    also: ['histologicTypeIcdO3'],
    logic:
      'Review hormone 01 outside C500-C509, C619, C540-C549, C559, C739, C569, C570, C740-C749, C700-C729 and C751-C753, but for 9590-9993.',
    message: 'Hormone therapy is unusual for this site.',
    broken: ([site, hormone], values) =>
      hormone === '01' &&
      !HORMONE_SITES(site) &&
      !CNS_PROPER(site) &&
      !HEMATOPOIETIC(values.get('histologicTypeIcdO3')),
    pass: [
      'site=C619 horm=01',
      'site=C700 horm=01',
      'site=C187 horm=00',
      'site=C187 horm=01 hist=9680',
      'site=C751 horm=01',
    ],
    fail: ['site=C187 horm=01', 'site=C187 horm=01 hist=8140'],
  }),
  warning({
    id: 'TX14',
    name: 'Class of Case, treatment here',
    basis: 'D',
    needs: ['classOfCase'],
    anyOf: [
      'rxHospSurgPrimSite2023',
      'rxHospChemo',
      'rxHospHormone',
      'rxHospBrm',
      'rxSummSurgPrimSite2023',
      'rxSummChemo',
      'rxSummHormone',
      'rxSummBrm',
    ],
    logic:
      'Class 00 or 30: nothing was given at this facility (surgery code 10-90, chemotherapy 01-03, hormone 01, immunotherapy 01). Class 14 or 22: what the summary says was given is not coded as not given at this facility.',
    message: 'Class of case conflicts with treatment.',
    broken: ([classOfCase], values) => {
      const surgeryHere = values.get('rxHospSurgPrimSite2023').slice(1, 3);
      if (ALL_ELSEWHERE.includes(classOfCase))
        return SURGERY_GIVEN(surgeryHere) || AT_FACILITY.some(([, here, says]) => says(values.get(here)));
      if (!ALL_HERE.includes(classOfCase)) return false;
      const surgery = values.get('rxSummSurgPrimSite2023').slice(1, 3);
      return (
        (SURGERY_GIVEN(surgery) && surgeryHere === '00') ||
        AT_FACILITY.some(([all, here, says]) => says(values.get(all)) && CODED_NOT_GIVEN(values.get(here)))
      );
    },
    pass: [
      'coc=14 surg=A300 hsurg=A300',
      'coc=14 surg=A300',
      'coc=00 hsurg=A000',
      'coc=14 surg=A000 hsurg=A000',
      'coc=13 surg=A300 hsurg=A000',
      'coc=13 hsurg=A300',
      'coc=22 chemo=03 hchemo=03',
      'coc=14 chemo=00 hchemo=00',
    ],
    fail: [
      'coc=00 surg=A300 hsurg=A300',
      'coc=30 hchemo=01',
      'coc=00 hhorm=01',
      'coc=00 hbrm=01',
      'coc=14 surg=A300 hsurg=A000',
      'coc=22 chemo=03 hchemo=00',
      'coc=14 horm=01 hhorm=00',
      'coc=14 brm=01 hbrm=87',
    ],
  }),
];
