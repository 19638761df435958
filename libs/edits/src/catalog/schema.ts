import { type NaaccrId } from '@perennial/naaccr';
import { type SelectionKeys } from '../schema-selection.js';
import { within } from '../tables.js';
import { type Edit, type EditContext, type Violation } from '../types.js';
import { type EditValues } from '../values.js';
import { codes, error, warning } from './define.js';
import { CNS, HEMATOPOIETIC, surgeryCode } from './groups.js';
import { SITE_SPECIFIC } from './staging-inputs.generated.js';

const GRADES = ['gradeClinical', 'gradePathological', 'gradePostTherapy', 'gradePostTherapyClin'] as const;
const DISCRIMINATORS = ['schemaDiscriminator1', 'schemaDiscriminator2'] as const;
const LOOKED_AT_ELSEWHERE = new Set<NaaccrId>([...GRADES, ...DISCRIMINATORS]);
const OTHER_SITE_SPECIFIC = SITE_SPECIFIC.filter((item) => !LOOKED_AT_ELSEWHERE.has(item));

const GRADE_OF_RESECTION = codes('1-5 A B C D E H L M S');
const NO_RESECTION = codes('00-19');
const MELANOMA = codes('8720-8790');
/** Codes 1-8 and 1-7, 9 of the response to neoadjuvant therapy. */
const RESPONSE = codes('1-8');
const EFFECT = codes('1-7 9');
const BEFORE_SURGERY = codes('2 4 6 7');

function selectionKeys(values: EditValues): SelectionKeys {
  return {
    site: values.get('primarySite'),
    histology: values.get('histologicTypeIcdO3'),
    behavior: values.get('behaviorCodeIcdO3'),
    sex: values.get('sexAssignedAtBirth'),
    year: String(values.diagnosisYear),
    discriminator1: values.get('schemaDiscriminator1'),
    discriminator2: values.get('schemaDiscriminator2'),
  };
}

/** What is wrong with the discriminators of a tumor. */
function discriminatorProblems(values: EditValues, { tables }: EditContext): Violation[] {
  const keys = selectionKeys(values);
  const found = tables.selection.select(keys);
  const [only] = found;
  const blank = DISCRIMINATORS.filter((item) => values.get(item) === '');
  if (only === undefined) {
    const because = blank.length < 2 && tables.selection.select(keys, true).length > 0;
    return because ? [{ items: DISCRIMINATORS.filter((item) => !blank.includes(item)) }] : [];
  }
  if (found.length > 1) {
    return blank
      .filter((item) =>
        tables.selection.tellsApart(keys, item === 'schemaDiscriminator1' ? 'discriminator1' : 'discriminator2'),
      )
      .map((item) => ({ items: [item], allowed: 'a code that chooses one schema' }));
  }
  const inputs = tables.schemas.get(only)?.inputs;
  return DISCRIMINATORS.flatMap((item): Violation[] => {
    const value = values.get(item);
    const input = inputs?.get(item);
    if (value === '') return input?.allows('') === false ? [{ items: [item], allowed: 'a code of the schema' }] : [];
    return input?.allows(value) === true
      ? []
      : [{ items: [item], allowed: input === undefined ? 'blank' : 'a code of the schema' }];
  });
}

/** PSA: a number with one decimal, or a code for what is not one. */
function isPsa(value: string): boolean {
  if (/^XXX\.[12379]$/.test(value)) return true;
  return /^\d{1,3}\.\d$/.test(value) && Number(value) >= 0.1;
}

function isBreslow(value: string): boolean {
  return /^\d{1,2}\.\d$|^A\d\.[1-9]$|^A[1-9]\.0$|^AX\.0$|^XX\.[189]$/.test(value);
}

/** Schema, grade, site-specific items. @source reference catalog; tables of EOD Public. */
export const SCHEMA: readonly Edit[] = [
  error({
    id: 'SC01',
    name: '_SYS Schema ID, Date of Diagnosis',
    tag: 'N2823',
    basis: 'P',
    needs: ['dateOfDiagnosis'],
    presence: ['schemaId'],
    logic: 'Schema ID is blank before diagnosis 2018; from 2018 it is filled and the schema is in use in that year.',
    message: 'Schema ID does not fit the diagnosis year.',
    broken: (_, values, { tables }) => {
      const schema = values.get('schemaId');
      if (!(values.diagnosisYear >= 2018)) return schema !== '' && { allowed: 'blank' };
      if (schema === '') return true;
      return tables.schemas.get(schema)?.years?.(String(values.diagnosisYear)) === false;
    },
    pass: [
      'dx=2022 schema=09520',
      'dx=2017',
      'dx=2018 schema=00480',
      'dx=2020 schema=00520',
      'dx=2022 schema=00721',
      'dx=2023 schema=09721',
      'dx=2023 schema=00500',
      'dx=2024 schema=00360',
      'dx=2025 schema=09360',
    ],
    fail: [
      'dx=2019 schema=09520',
      'dx=2018',
      'dx=2017 schema=00480',
      'dx=2021 schema=00520',
      'dx=2023 schema=00721',
      'dx=2022 schema=09721',
      'dx=2024 schema=00500',
      'dx=2025 schema=00360',
    ],
  }),
  error({
    id: 'SC02',
    name: '_SYS Schema ID, Primary Site, Histology, Behavior',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis', 'schemaId'],
    also: ['sexAssignedAtBirth', 'schemaDiscriminator1', 'schemaDiscriminator2'],
    appliesTo: { years: { from: 2018 } },
    logic:
      'From diagnosis 2018 on the schema is selected by what is filled of site, histology, year, behavior, sex and discriminators: the only one found is the one stored. None found fails, unless leaving the discriminators out finds some (then SC03 speaks); several are left to SC03.',
    message: 'Schema ID differs from the computed one.',
    broken: ([, , , , schema], values, { tables }) => {
      const keys = selectionKeys(values);
      const found = tables.selection.select(keys);
      const [only] = found;
      if (only === undefined) return tables.selection.select(keys, true).length === 0;
      return found.length === 1 && only !== schema && { allowed: only, fix: { schemaId: only } };
    },
    pass: [
      'site=C504 hist=8500 beh=3 dx=2022 schema=00480',
      'site=C504 hist=8500 beh=3 dx=2017 schema=00580',
      'site=C111 hist=8200 beh=3 dx=2022 schema=00580',
      'site=C111 hist=8200 beh=3 dx=2022 sd1=5 schema=00580',
      'site=C111 hist=8200 beh=3 dx=2022 sd1=1 schema=00090',
      'site=C110 hist=8200 beh=3 dx=2025 schema=09090',
    ],
    fail: [
      'site=C504 hist=8500 beh=3 dx=2022 schema=00580',
      'site=C111 hist=8200 beh=3 dx=2022 sd1=1 schema=00580',
      'site=C779 hist=9733 beh=3 dx=2022 schema=00790',
      'site=C110 hist=8200 beh=3 dx=2025 schema=00090',
    ],
  }),
  error({
    id: 'SC03',
    name: 'Schema discriminator required',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    presence: ['schemaDiscriminator1', 'schemaDiscriminator2'],
    also: ['sexAssignedAtBirth', 'behaviorCodeIcdO3'],
    appliesTo: { years: { from: 2018 } },
    logic:
      'From diagnosis 2018 on, selected as in SC02: several schemas left while a discriminator that tells them apart is blank, or none left because of a discriminator, fails. With one schema, a filled discriminator is in its table, and a blank one only where the table has a blank.',
    message: 'Schema discriminator is missing or not applicable.',
    broken: (_, values, context) => discriminatorProblems(values, context),
    pass: [
      'site=C111 hist=8200 dx=2022 sd1=1',
      'site=C504 hist=8500 dx=2022',
      'site=C739 hist=8260 dx=2022 sd1=1',
      'site=C111 hist=8200 dx=2017',
      'site=C100 hist=8070 dx=2022 sd2=2',
      'site=C111 hist=8200 dx=2022 sd1=2 sd2=1',
      'site=C779 hist=9733 dx=2022 sd1=1',
      'site=C700 hist=9530 dx=2022',
    ],
    fail: [
      'site=C111 hist=8200 dx=2022 sd1=',
      'site=C111 hist=8200 dx=2022 sd1=5',
      'site=C111 hist=8200 dx=2022 sd1=2',
      'site=C504 hist=8500 dx=2022 sd1=1',
      'site=C739 hist=8260 dx=2022',
      'site=C739 hist=8260 dx=2022 sd1=5',
      'site=C100 hist=8070 dx=2022',
      'site=C504 hist=8500 dx=2018 sd2=1',
    ],
  }),
  error({
    id: 'SC04',
    name: 'Grade by schema',
    basis: 'D',
    needs: ['schemaId'],
    anyOf: GRADES,
    logic: 'Each filled grade (clinical, pathological, post-therapy) is in the schema’s grade table.',
    message: 'Grade is not allowed for this schema.',
    broken: ([schema], values, { tables }) =>
      GRADES.filter((item) => {
        const value = values.get(item);
        return value !== '' && tables.schemas.get(schema)?.inputs.get(item)?.allows(value) !== true;
      }).map((item): Violation => ({ items: ['schemaId', item] })),
    pass: ['schema=00480 gc=2', 'schema=00480 gp=9 gyp=1 gyc=1'],
    fail: ['schema=00480 gc=5', 'schema=00480 gp=5', 'schema=00480 gyp=5', 'schema=00480 gyc=5'],
  }),
  warning({
    id: 'SC05',
    name: 'Grade pathological needs surgery',
    basis: 'D',
    needs: ['gradePathological'],
    anyOf: ['rxSummSurgPrimSite', 'rxSummSurgPrimSite2023'],
    logic: 'Review pathological grade 1-5, A-E, H, L, M or S with surgery code 00-19.',
    message: 'Pathological grade without resection.',
    broken: ([grade], values) => GRADE_OF_RESECTION(grade) && NO_RESECTION(surgeryCode(values)),
    pass: ['gp=2 surg=A300', 'gp=9 surg=A000', 'gp=2 surg=A200', 'gp=2 surg=A990'],
    fail: ['gp=2 surg=A000', 'gp=H surg=A190', 'gp=L surg03=10', 'gp=A surg=A000', 'gp=S surg=A000'],
  }),
  error({
    id: 'SC06',
    name: 'Post-therapy grade needs neoadjuvant',
    basis: 'D',
    needs: ['gradePostTherapy'],
    anyOf: ['rxSummSurgRadSeq', 'neoadjuvantTherapy', 'rxSummSystemicSurSeq'],
    logic:
      'A post-therapy grade goes with neoadjuvant therapy 1 or 2, or radiation or systemic therapy before a surgery (sequence 2, 4, 6 or 7).',
    message: 'Post-therapy grade without neoadjuvant treatment.',
    broken: (_, values) =>
      !['1', '2'].includes(values.get('neoadjuvantTherapy')) &&
      !BEFORE_SURGERY(values.get('rxSummSurgRadSeq')) &&
      !BEFORE_SURGERY(values.get('rxSummSystemicSurSeq')),
    pass: ['gyp=2 neo=1', 'gyp=2 neo=2', 'gyp=2 neo=0 radseq=2', 'gyp=2 sysseq=4', 'gyp=2 radseq=7', 'neo=0'],
    fail: ['gyp=2 neo=0', 'gyp=2 radseq=3', 'gyp=2 sysseq=3 neo=3'],
  }),
  error({
    id: 'SC07',
    name: 'Neoadjuvant fields agree',
    basis: 'D',
    needs: ['neoadjuvantTherapy'],
    anyOf: ['neoadjuvTherapyClinicalResponse', 'neoadjuvTherapyTreatmentEffect'],
    logic:
      'Neoadjuvant therapy 0: response 0, effect 0. 1 or 2: response 1-8, effect 1-7 or 9. 9: both 9. 3 is not checked.',
    message: 'Neoadjuvant fields conflict.',
    broken: ([therapy], values) => {
      const response = values.get('neoadjuvTherapyClinicalResponse');
      const effect = values.get('neoadjuvTherapyTreatmentEffect');
      const wrong = (fitsResponse: boolean, fitsEffect: boolean): boolean =>
        (response !== '' && !fitsResponse) || (effect !== '' && !fitsEffect);
      if (therapy === '0' || therapy === '9') return wrong(response === therapy, effect === therapy);
      return ['1', '2'].includes(therapy) && wrong(RESPONSE(response), EFFECT(effect));
    },
    pass: [
      'neo=0 neor=0 neoe=0',
      'neo=1 neor=8 neoe=9',
      'neo=2 neor=1',
      'neo=2 neoe=7',
      'neo=9 neor=9 neoe=9',
      'neo=3 neor=0 neoe=0',
      'neo=0 neor=0',
      'neo=9 neoe=9',
    ],
    fail: [
      'neo=0 neor=2 neoe=0',
      'neo=0 neoe=1',
      'neo=1 neor=0',
      'neo=1 neor=9',
      'neo=2 neoe=0',
      'neo=2 neor=1 neoe=8',
      'neo=9 neor=1',
      'neo=9 neoe=0',
    ],
  }),
  error({
    id: 'SC08',
    name: 'SSDI required by schema',
    basis: 'D',
    needs: ['schemaId', 'dateOfDiagnosis'],
    also: SITE_SPECIFIC,
    appliesTo: { years: { from: 2018 } },
    logic:
      'From diagnosis 2018 on every site-specific item that the program requires for the schema in the diagnosis year is filled, unless its table accepts a blank. A site-specific item that is no input of the schema is blank.',
    message: 'A required site-specific item is missing.',
    broken: ([schema], values, { tables, settings }) => {
      const found = tables.schemas.get(schema);
      const foreign = values
        .filled(SITE_SPECIFIC)
        .filter((item) => found?.inputs.has(item) !== true)
        .map((item): Violation => ({ items: ['schemaId', item], allowed: 'blank' }));
      const missing = (found?.required[settings.requiredBy] ?? [])
        .filter(({ item, years }) => values.get(item) === '' && within(years, values.diagnosisYear))
        .map(({ item }): Violation => ({ items: ['schemaId', item], allowed: 'a code of the schema' }));
      return [...missing, ...foreign];
    },
    pass: ['schema=00480 dx=2022 gc=2 gp=2 er=1 pr=1 her2=0', 'schema=00480 dx=2017', 'schema=00358 dx=2022 gc=9 gp=9'],
    fail: [
      'schema=00480 dx=2022 gc=2 gp=2 er= pr=1 her2=0',
      'schema=00480 dx=2022 gc=2 gp=2 er=1 pr=1 her2=0 psa=7.2',
      'schema=00480 dx=2018 gp=2 er=1 pr=1 her2=0',
    ],
  }),
  error({
    id: 'SC09',
    name: 'SSDI code by schema',
    basis: 'D',
    needs: ['schemaId'],
    anyOf: OTHER_SITE_SPECIFIC,
    logic:
      'Each filled site-specific item other than grades and discriminators is in the schema’s input table. Items that the schema lacks are left to SC08.',
    message: 'Site-specific value is not allowed.',
    broken: ([schema], values, { tables }) => {
      const inputs = tables.schemas.get(schema)?.inputs;
      return values
        .filled(OTHER_SITE_SPECIFIC)
        .filter((item) => inputs?.get(item)?.allows(values.get(item)) === false)
        .map((item): Violation => ({ items: ['schemaId', item] }));
    },
    pass: ['schema=00480 her2=1', 'schema=00480 psa=abc', 'schema=00480 gc=5'],
    fail: ['schema=00480 her2=4', 'schema=00480 her2=1 er=5'],
  }),
  error({
    id: 'SC10',
    name: 'PSA',
    basis: 'D',
    needs: ['schemaId', 'psaLabValue'],
    logic: 'Schema 00580: PSA is 0.1-999.9 with exactly one decimal, or XXX.1, XXX.2, XXX.3, XXX.7, XXX.9.',
    message: 'PSA value is not valid.',
    broken: ([schema, psa]) => schema === '00580' && !isPsa(psa),
    pass: [
      'schema=00580 psa=7.2',
      'schema=00580 psa=0.1',
      'schema=00580 psa=999.9',
      'schema=00580 psa=XXX.1',
      'schema=00580 psa=XXX.9',
      'schema=00480 psa=7,2',
    ],
    fail: [
      'schema=00580 psa=7,2',
      'schema=00580 psa=0.0',
      'schema=00580 psa=7',
      'schema=00580 psa=7.25',
      'schema=00580 psa=XXX.4',
      'schema=00580 psa=1000.0',
    ],
  }),
  error({
    id: 'SC11',
    name: 'Breslow thickness',
    basis: 'D',
    needs: ['histologicTypeIcdO3', 'breslowTumorThickness'],
    also: ['behaviorCodeIcdO3'],
    logic:
      'Melanoma 8720-8790: 0.0-99.9 with exactly one decimal, A0.1-A9.9, AX.0, XX.1, XX.8, XX.9; with behavior 2 only XX.8 or XX.9.',
    message: 'Breslow value conflicts with behavior.',
    broken: ([histology, breslow], values) =>
      MELANOMA(histology) &&
      (values.get('behaviorCodeIcdO3') === '2' ? !['XX.8', 'XX.9'].includes(breslow) : !isBreslow(breslow)),
    pass: [
      'hist=8720 beh=2 bres=XX.9',
      'hist=8720 beh=2 bres=XX.8',
      'hist=8720 beh=3 bres=1.2',
      'hist=8720 beh=3 bres=0.0',
      'hist=8720 beh=3 bres=99.9',
      'hist=8720 bres=A0.1',
      'hist=8720 bres=A9.9',
      'hist=8720 bres=A1.0',
      'hist=8720 bres=AX.0',
      'hist=8720 bres=XX.1',
      'hist=8140 bres=abc',
    ],
    fail: [
      'hist=8720 beh=2 bres=1.2',
      'hist=8720 beh=2 bres=XX.1',
      'hist=8720 beh=3 bres=1.25',
      'hist=8720 beh=3 bres=12',
      'hist=8720 bres=A0.0',
      'hist=8720 bres=XX.2',
      'hist=8720 bres=100.0',
    ],
  }),
  error({
    id: 'SC12',
    name: 'Lymphovascular invasion by behavior',
    basis: 'D',
    needs: ['lymphVascularInvasion'],
    anyOf: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    logic: 'Blood and lymph tumors 9590-9993 and C700-C729, C751-C753 have 8; else behavior 2 has 0 or 8.',
    message: 'LVI conflicts with behavior or schema.',
    broken: ([invasion], values) => {
      if (HEMATOPOIETIC(values.get('histologicTypeIcdO3')) || CNS(values.get('primarySite')))
        return invasion !== '8' && { allowed: '8', fix: { lymphVascularInvasion: '8' } };
      return values.get('behaviorCodeIcdO3') === '2' && !['0', '8'].includes(invasion) && { allowed: '0, 8' };
    },
    pass: ['beh=2 lvi=0', 'beh=2 lvi=8', 'hist=9680 lvi=8', 'site=C700 lvi=8', 'beh=3 lvi=1', 'site=C504 lvi=1'],
    fail: ['beh=2 lvi=1', 'hist=9680 lvi=0', 'site=C751 lvi=0', 'hist=9680 beh=2 lvi=0'],
  }),
];
