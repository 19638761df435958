import { compareShared, type NaaccrId } from '@perennial/naaccr';
import { smallestGapDays } from '../dates.js';
import { type Edit, type Violation } from '../types.js';
import { type EditValues } from '../values.js';
import { TREATMENT_DATES } from './dates.js';
import { codes, error, warning } from './define.js';
import { SURGERY_NOT_APPLICABLE, surgeryCode } from './groups.js';

/** Items of treatment that a death-certificate-only or autopsy-only case may not say anything in. */
const TREATMENT = [
  ...TREATMENT_DATES,
  'rxSummTreatmentStatus',
  'rxSummSurgPrimSite',
  'rxSummSurgPrimSite2023',
  'rxSummScopeRegLnSur',
  'rxSummSurgOthRegDis',
  'rxSummChemo',
  'rxSummHormone',
  'rxSummBrm',
  'phase1RadiationTreatmentModality',
  'rxSummTransplntEndocr',
] as const;

/** Filled items of treatment that say something else than allowed, and treatment dates that are filled. */
function treatmentBeyond(
  values: EditValues,
  allowed: Readonly<Partial<Record<NaaccrId, readonly string[]>>>,
  surgery: string,
): Violation[] {
  const wrong: Violation[] = TREATMENT_DATES.filter((item) => values.get(item) !== '').map((item) => ({
    items: ['typeOfReportingSource', item],
    allowed: 'blank',
  }));
  for (const [item, expected] of Object.entries(allowed) as [NaaccrId, readonly string[]][]) {
    const value = values.get(item);
    if (value !== '' && !expected.includes(value))
      wrong.push({ items: ['typeOfReportingSource', item], allowed: expected.join(', ') });
  }
  const code = surgeryCode(values);
  const expected = SURGERY_NOT_APPLICABLE(values.get('primarySite')) ? '98' : surgery;
  if (code !== '' && code !== expected)
    wrong.push({
      items: [
        'typeOfReportingSource',
        values.get('rxSummSurgPrimSite2023') === '' ? 'rxSummSurgPrimSite' : 'rxSummSurgPrimSite2023',
      ],
      allowed: `surgery code ${expected}`,
    });
  return wrong;
}

const FEMALE_CAUSES = codes('C51-C58');
const MALE_CAUSES = codes('C60-C63');
/** ICD revision by year of death: first year, last year, code. */
const REVISIONS = [
  [1999, 9999, '1'],
  [1979, 1998, '9'],
  [1968, 1978, '8'],
  [1958, 1967, '7'],
] as const;

/** Reporting source, death, follow-up. @source reference catalog. */
export const SOURCE_DEATH: readonly Edit[] = [
  error({
    id: 'RS01',
    name: 'Class of Case, Type of Reporting Source',
    basis: 'P',
    needs: ['classOfCase', 'typeOfReportingSource'],
    logic: 'Class 38 goes only with source 6 and class 49 only with source 7, each in both directions.',
    message: 'Class of case and reporting source conflict.',
    broken: ([classOfCase, source]) =>
      (classOfCase === '38') !== (source === '6') || (classOfCase === '49') !== (source === '7'),
    pass: ['coc=38 src=6', 'coc=49 src=7', 'coc=14 src=1'],
    fail: ['coc=38 src=1', 'coc=14 src=6', 'coc=49 src=1', 'coc=14 src=7'],
  }),
  error({
    id: 'RS02',
    name: 'Type of Reporting Source, Vital Status (SEER IF03)',
    basis: 'P',
    needs: ['typeOfReportingSource', 'vitalStatus'],
    logic: 'Source 6 or 7 has vital status 0.',
    message: 'Autopsy and death-certificate cases must be dead.',
    broken: ([source, vitalStatus]) => (source === '6' || source === '7') && vitalStatus !== '0',
    pass: ['src=7 vs=0', 'src=6 vs=0', 'src=1 vs=1'],
    fail: ['src=7 vs=1', 'src=6 vs=1'],
  }),
  error({
    id: 'RS03',
    name: 'DCO diagnosis date',
    basis: 'D',
    needs: ['typeOfReportingSource', 'dateOfDiagnosis', 'dateOfLastContact'],
    appliesTo: { sources: ['7'] },
    logic: 'Source 7: the diagnosis date is the date of last contact, by the parts that both know.',
    message: 'Death-certificate-only cases are dated at death.',
    broken: (_, values) => {
      const [diagnosis, last] = [values.date('dateOfDiagnosis'), values.date('dateOfLastContact')];
      return diagnosis !== undefined && last !== undefined && compareShared(diagnosis, last) !== 0;
    },
    pass: ['src=7 dx=20240105 dlc=20240105', 'src=7 dx=2024 dlc=20240105', 'src=1 dx=20230105 dlc=20240105'],
    fail: ['src=7 dx=20230105 dlc=20240105', 'src=7 dx=20240106 dlc=20240105'],
  }),
  error({
    id: 'RS04',
    name: 'Autopsy-only diagnosis date',
    basis: 'D',
    needs: ['typeOfReportingSource', 'dateOfDiagnosis', 'dateOfLastContact'],
    appliesTo: { sources: ['6'] },
    logic: 'Source 6: diagnosis and last contact are at most 1 day apart, by the smallest gap that the dates allow.',
    message: 'Autopsy-only cases are dated at death.',
    broken: (_, values) => {
      const [diagnosis, last] = [values.date('dateOfDiagnosis'), values.date('dateOfLastContact')];
      if (diagnosis === undefined || last === undefined) return false;
      return smallestGapDays(diagnosis, last) > 1 || smallestGapDays(last, diagnosis) > 1;
    },
    pass: [
      'src=6 dx=20240105 dlc=20240105',
      'src=6 dx=20240105 dlc=20240106',
      'src=6 dx=20240106 dlc=20240105',
      'src=6 dx=2023 dlc=20240101',
      'src=1 dx=20230105 dlc=20240105',
    ],
    fail: ['src=6 dx=20230105 dlc=20240105', 'src=6 dx=20240107 dlc=20240105', 'src=6 dx=20240105 dlc=20240107'],
  }),
  error({
    id: 'RS05',
    name: 'DCO diagnostic confirmation',
    basis: 'D',
    needs: ['typeOfReportingSource', 'diagnosticConfirmation'],
    logic: 'Source 7 has confirmation 9, source 6 any other.',
    message: 'Confirmation conflicts with the reporting source.',
    broken: ([source, confirmation]) =>
      (source === '7' && confirmation !== '9' && { fix: { diagnosticConfirmation: '9' } }) ||
      (source === '6' && confirmation === '9'),
    pass: ['src=7 conf=9', 'src=6 conf=1', 'src=1 conf=9', 'src=1 conf=1'],
    fail: ['src=7 conf=1', 'src=6 conf=9'],
  }),
  error({
    id: 'RS06',
    name: 'DCO treatment',
    basis: 'P',
    needs: ['typeOfReportingSource'],
    anyOf: TREATMENT,
    also: ['primarySite'],
    appliesTo: { sources: ['7'] },
    logic:
      'Source 7: surgery code 99 (98 where only that exists), scope 9, other surgery 9, chemotherapy, hormone, immunotherapy, transplant and radiation modality 99, treatment status 9, and no treatment date.',
    message: 'Treatment must be unknown for a death-certificate-only case.',
    broken: (_, values) =>
      treatmentBeyond(
        values,
        {
          rxSummScopeRegLnSur: ['9'],
          rxSummSurgOthRegDis: ['9'],
          rxSummChemo: ['99'],
          rxSummHormone: ['99'],
          rxSummBrm: ['99'],
          rxSummTransplntEndocr: ['99'],
          phase1RadiationTreatmentModality: ['99'],
          rxSummTreatmentStatus: ['9'],
        },
        '99',
      ),
    pass: [
      'src=7 chemo=99',
      'src=7 surg=A990 scope=9 oth=9 horm=99 brm=99 trans=99 rad=99 tstat=9',
      'src=7 surg=A980 site=C421',
      'src=7 surg03=99',
      'src=7 surg=B990 surg03=00',
      'src=1 chemo=00',
    ],
    fail: [
      'src=7 chemo=00',
      'src=7 surg=A980 site=C504',
      'src=7 surg=A980',
      'src=7 surg=A990 site=C421',
      'src=7 surg03=00',
      'src=7 scope=0',
      'src=7 oth=0',
      'src=7 horm=00',
      'src=7 brm=00',
      'src=7 trans=00',
      'src=7 rad=00',
      'src=7 tstat=0',
      'src=7 dsurg=2024',
      'src=7 dinit=2024',
      'src=7 dms=2024',
    ],
  }),
  error({
    id: 'RS07',
    name: 'DCO stage',
    basis: 'D',
    needs: ['typeOfReportingSource'],
    anyOf: ['summaryStage2018', 'eodMets'],
    also: ['behaviorCodeIcdO3', 'schemaId'],
    appliesTo: { sources: ['7'] },
    logic:
      'Source 7: Summary Stage 9 (8 for behavior 0 or 1); EOD Mets 99, or 88 where the schema’s table holds only 88 (either without a schema).',
    message: 'Stage must be unknown for a death-certificate-only case.',
    broken: (_, values, { tables }) => {
      const wrong: Violation[] = [];
      const stage = values.get('summaryStage2018');
      const expected = ['0', '1'].includes(values.get('behaviorCodeIcdO3')) ? '8' : '9';
      if (stage !== '' && stage !== expected)
        wrong.push({ items: ['typeOfReportingSource', 'summaryStage2018', 'behaviorCodeIcdO3'], allowed: expected });
      const mets = values.get('eodMets');
      const table = tables.schemas.get(values.get('schemaId'))?.inputs.get('eodMets');
      const only88 = table !== undefined && table.allows('88') && !table.allows('99');
      const allowed = table === undefined ? ['99', '88'] : only88 ? ['88'] : ['99'];
      if (mets !== '' && !allowed.includes(mets))
        wrong.push({ items: ['typeOfReportingSource', 'eodMets', 'schemaId'], allowed: allowed.join(', ') });
      return wrong;
    },
    pass: [
      'src=7 ss=9',
      'src=7 ss=8 beh=0',
      'src=7 ss=8 beh=1',
      'src=7 em=99',
      'src=7 em=88',
      'src=7 em=99 schema=00480',
      'src=7 em=88 schema=00830',
      'src=1 ss=1',
    ],
    fail: [
      'src=7 ss=1',
      'src=7 ss=8 beh=3',
      'src=7 ss=9 beh=0',
      'src=7 ss=8',
      'src=7 em=00',
      'src=7 em=88 schema=00480',
      'src=7 em=99 schema=00830',
    ],
  }),
  error({
    id: 'RS08',
    name: 'Autopsy-only treatment',
    basis: 'D',
    needs: ['typeOfReportingSource'],
    anyOf: TREATMENT,
    also: ['primarySite'],
    appliesTo: { sources: ['6'] },
    logic:
      'Source 6: surgery code 00 (98 where only that exists), scope 0 or 9, other surgery 0, chemotherapy, hormone, immunotherapy, transplant and radiation modality 00, treatment status 0, and no treatment date.',
    message: 'Autopsy-only cases have no treatment.',
    broken: (_, values) =>
      treatmentBeyond(
        values,
        {
          rxSummScopeRegLnSur: ['0', '9'],
          rxSummSurgOthRegDis: ['0'],
          rxSummChemo: ['00'],
          rxSummHormone: ['00'],
          rxSummBrm: ['00'],
          rxSummTransplntEndocr: ['00'],
          phase1RadiationTreatmentModality: ['00'],
          rxSummTreatmentStatus: ['0'],
        },
        '00',
      ),
    pass: [
      'src=6 chemo=00',
      'src=6 surg=A000 scope=0 oth=0 horm=00 brm=00 trans=00 rad=00 tstat=0',
      'src=6 scope=9',
      'src=6 surg=A980 site=C809',
      'src=1 chemo=03',
    ],
    fail: [
      'src=6 chemo=03',
      'src=6 surg=A300',
      'src=6 surg=A000 site=C809',
      'src=6 scope=1',
      'src=6 oth=9',
      'src=6 horm=99',
      'src=6 brm=99',
      'src=6 trans=99',
      'src=6 rad=99',
      'src=6 tstat=9',
      'src=6 dchemo=2024',
    ],
  }),
  error({
    id: 'VS01',
    name: 'Vital Status, Cause of Death',
    basis: 'P',
    needs: ['vitalStatus', 'causeOfDeath'],
    logic: 'The living have cause of death 0000, the dead any other.',
    message: 'Vital status and cause of death conflict.',
    broken: ([vitalStatus, cause]) => (vitalStatus === '1') !== (cause === '0000'),
    pass: ['vs=1 cod=0000', 'vs=0 cod=C509'],
    fail: ['vs=0 cod=0000', 'vs=1 cod=C509'],
  }),
  error({
    id: 'VS02',
    name: 'Vital Status, ICD Revision',
    basis: 'D',
    needs: ['vitalStatus', 'causeOfDeath', 'icdRevisionNumber'],
    logic: 'The living have ICD revision 0, the dead any other, unless the cause is 7777 or 7797.',
    message: 'Vital status and ICD revision conflict.',
    broken: ([vitalStatus, cause, revision]) =>
      vitalStatus === '1'
        ? revision !== '0' && { fix: { icdRevisionNumber: '0' } }
        : revision === '0' && cause !== '7777' && cause !== '7797',
    pass: [
      'vs=0 cod=C509 icdrev=1',
      'vs=1 cod=0000 icdrev=0',
      'vs=0 cod=7777 icdrev=0',
      'vs=0 cod=7797 icdrev=0',
      'vs=0 cod=7797 icdrev=1',
    ],
    fail: ['vs=1 cod=0000 icdrev=1', 'vs=0 cod=C509 icdrev=0', 'vs=1 cod=7777 icdrev=1'],
  }),
  error({
    id: 'VS03',
    name: 'ICD Revision, Date of Last Contact',
    basis: 'D',
    needs: ['vitalStatus', 'dateOfLastContact', 'icdRevisionNumber'],
    logic:
      'Of the dead with a revision other than 0: last contact from 1999 revision 1, 1979-1998 9, 1968-1978 8, 1958-1967 7.',
    message: 'ICD revision does not fit the year of death.',
    broken: ([vitalStatus, , revision], values) => {
      const year = values.date('dateOfLastContact')?.year ?? 0;
      const expected = REVISIONS.find(([from, to]) => year >= from && year <= to)?.[2];
      return (
        vitalStatus === '0' &&
        revision !== '0' &&
        expected !== undefined &&
        revision !== expected && { allowed: expected, fix: { icdRevisionNumber: expected } }
      );
    },
    pass: [
      'vs=0 dlc=2020 icdrev=1',
      'vs=0 dlc=1999 icdrev=1',
      'vs=0 dlc=1998 icdrev=9',
      'vs=0 dlc=1979 icdrev=9',
      'vs=0 dlc=1978 icdrev=8',
      'vs=0 dlc=1968 icdrev=8',
      'vs=0 dlc=1967 icdrev=7',
      'vs=0 dlc=1958 icdrev=7',
      'vs=0 dlc=1957 icdrev=1',
      'vs=0 dlc=2020 icdrev=0',
      'vs=1 dlc=2020 icdrev=9',
    ],
    fail: [
      'vs=0 dlc=2020 icdrev=9',
      'vs=0 dlc=1998 icdrev=1',
      'vs=0 dlc=1978 icdrev=9',
      'vs=0 dlc=1967 icdrev=8',
      'vs=0 dlc=1958 icdrev=8',
    ],
  }),
  warning({
    id: 'VS04',
    name: 'Cause of Death, Sex',
    basis: 'D',
    needs: ['sexAssignedAtBirth', 'causeOfDeath'],
    logic: 'Review sex 1 with a cause C51-C58 and sex 2 with C60-C63.',
    message: 'Cause of death conflicts with sex.',
    broken: ([sex, cause]) => {
      const category = cause.slice(0, 3);
      return (sex === '1' && FEMALE_CAUSES(category)) || (sex === '2' && MALE_CAUSES(category));
    },
    pass: ['sex=2 cod=C509', 'sex=2 cod=C539', 'sex=1 cod=C619', 'sex=9 cod=C619', 'sex=9 cod=C539', 'sex=1 cod=C509'],
    fail: ['sex=1 cod=C539', 'sex=2 cod=C61', 'sex=1 cod=C58'],
  }),
  warning({
    id: 'VS05',
    name: 'Follow-up source, Vital Status',
    basis: 'D',
    needs: ['followUpSource', 'vitalStatus'],
    logic: 'Follow-up from a death certificate (7) does not go with a living patient.',
    message: 'Follow-up source conflicts with vital status.',
    broken: ([source, vitalStatus]) => source === '7' && vitalStatus === '1',
    pass: ['fus=7 vs=0', 'fus=5 vs=1'],
    fail: ['fus=7 vs=1'],
  }),
  error({
    id: 'VS06',
    name: 'Place of death, Vital Status',
    basis: 'P',
    needs: ['vitalStatus'],
    anyOf: ['placeOfDeathState', 'placeOfDeathCountry'],
    logic: 'The living have no place of death, neither state nor country. The dead are not checked.',
    message: 'Place of death conflicts with vital status.',
    broken: ([vitalStatus]) => vitalStatus === '1',
    pass: ['vs=1 pod=', 'vs=0 pod=CA'],
    fail: ['vs=1 pod=CA', 'vs=1 podc=USA'],
  }),
];
