import { type NaaccrId } from '@perennial/naaccr';
import { type Edit, type Violation } from '../types.js';
import { type EditValues } from '../values.js';
import { METS } from './codes.js';
import { codes, error, warning } from './define.js';
import { HEMATOPOIETIC } from './groups.js';
import { STAGING_INPUTS } from './staging-inputs.generated.js';

/** Whether a mets field says that there are metastases. */
const spread = (values: EditValues, item: NaaccrId): boolean =>
  values.get(item) === '1' || (item === 'metsAtDxOther' && values.get(item) === '2');

const anySpread = (values: EditValues): NaaccrId[] => METS.filter((item) => spread(values, item));

const MARROW_ANY_SITE = codes('9740-9809 9840-9993');
const LEUKEMIA = codes('9820 9826 9831-9834');
const EYE_PARTS = codes('C441 C690 C695 C696');
const BY_SITE = codes('9811-9818 9823 9827 9837');
const BLOOD_SITES = codes('C420 C421 C424');
const BLOOD_SITES_FROM_2018 = codes('C420 C421 C423 C424');
const LEFT_ALONE = codes('9731-9734');

/** EOD Primary Tumor codes of an in situ tumor beside 000, by schema. @source EOD Public 3.3, primary tumor tables. */
const IN_SITU_TUMOR: readonly (readonly [code: string, schemas: (schema: string) => boolean])[] = [
  ['050', codes('00190 09190 00480 00530 00551 00553 00570 00610 00620 00631 00633 00750')],
  ['070', codes('00480 00553')],
  ['080', codes('00553')],
];

const EOD = ['eodPrimaryTumor', 'eodRegionalNodes', 'eodMets'] as const;
/** What the derivation of the summary stage may read. */
const ST13_READS = [...EOD, ...STAGING_INPUTS] as const;
const COUNTED = codes('01-90');
const NO_COUNT = codes('96-98');

/** Whether nodes positive fit nodes examined; codes that no clause names fit. */
function nodesFit(examined: string, positive: string): boolean {
  if (examined === '00') return positive === '98';
  if (COUNTED(examined)) return positive === '97' || positive === '99' || (positive <= '90' && positive <= examined);
  if (examined === '95') return ['00', '95', '99'].includes(positive);
  if (NO_COUNT(examined)) return positive <= '90' || positive === '97' || positive === '99';
  if (examined === '99') return positive === '97' || positive === '99';
  return true;
}

const SCOPE_GIVEN = codes('1-7');
const NOT_STAGED_SITES = codes('C420-C429 C770-C779 C809');

/** Stage, nodes, metastases. @source reference catalog. */
export const STAGE: readonly Edit[] = [
  error({
    id: 'ST01',
    name: 'Behavior ICDO3, Summary Stage 2018',
    basis: 'D',
    needs: ['dateOfDiagnosis', 'behaviorCodeIcdO3', 'summaryStage2018'],
    appliesTo: { years: { from: 2018 } },
    logic:
      'From diagnosis 2018 on behavior 2 goes only with stage 0, behavior 0 or 1 only with stage 8, in both directions.',
    message: 'Behavior and summary stage conflict.',
    broken: ([, behavior, stage]) =>
      (behavior === '2') !== (stage === '0') || (behavior === '0' || behavior === '1') !== (stage === '8'),
    pass: [
      'beh=2 ss=0 dx=2022',
      'beh=0 ss=8 dx=2022',
      'beh=1 ss=8 dx=2018',
      'beh=3 ss=1 dx=2022',
      'beh=2 ss=1 dx=2017',
    ],
    fail: [
      'beh=2 ss=1 dx=2022',
      'beh=3 ss=0 dx=2018',
      'beh=0 ss=1 dx=2022',
      'beh=1 ss=1 dx=2022',
      'beh=3 ss=8 dx=2022',
    ],
  }),
  error({
    id: 'ST02',
    name: 'Summary Stage 2018, Date of Diagnosis',
    basis: 'D',
    needs: ['dateOfDiagnosis'],
    presence: ['summaryStage2018'],
    logic: 'Summary Stage 2018 is filled from diagnosis 2018 on and blank before.',
    message: 'Summary Stage 2018 does not fit the diagnosis year.',
    broken: (_, values) => values.diagnosisYear >= 2018 !== (values.get('summaryStage2018') !== ''),
    pass: ['dx=2019 ss=1', 'dx=2018 ss=1', 'dx=2017'],
    fail: ['dx=2016 ss=1', 'dx=2018', 'dx=2017 ss=9'],
  }),
  error({
    id: 'ST03',
    name: 'Summary stage by schema',
    basis: 'D',
    needs: ['schemaId', 'summaryStage2018'],
    logic: 'Summary Stage 2018 is in the schema’s table.',
    message: 'Stage is not allowed for this schema.',
    broken: ([schema, stage], _, { tables }) =>
      tables.schemas.get(schema)?.inputs.get('summaryStage2018')?.allows(stage) === false,
    pass: ['schema=00830 ss=7', 'schema=09721 ss=8', 'schema=00480 ss=2'],
    fail: ['schema=00830 ss=2', 'schema=09721 ss=0'],
  }),
  error({
    id: 'ST04',
    name: 'Mets at DX fields by histology',
    basis: 'P',
    needs: ['histologicTypeIcdO3', 'dateOfDiagnosis'],
    anyOf: METS,
    also: ['primarySite', 'typeOfReportingSource', 'behaviorCodeIcdO3'],
    appliesTo: { years: { from: 2016 } },
    logic:
      'From diagnosis 2016 on, but for source 7 and behavior 0 or 1: 9740-9809 and 9840-9993 at any site, 9820, 9826 and 9831-9834 but at C441, C690, C695, C696, and 9811-9818, 9823, 9827, 9837 at C420, C421, C424 have 8 in every filled mets field; others have no 8. Left alone: 9731-9734, and from 2018 the first two groups at sites other than C420, C421, C423, C424.',
    message: 'Mets at diagnosis fields do not fit the histology.',
    broken: ([histology], values) => {
      const site = values.get('primarySite');
      if (values.get('typeOfReportingSource') === '7') return false;
      if (['0', '1'].includes(values.get('behaviorCodeIcdO3')) || LEFT_ALONE(histology)) return false;
      const everywhere = MARROW_ANY_SITE(histology);
      const mostly = LEUKEMIA(histology);
      if (values.diagnosisYear >= 2018 && (everywhere || mostly) && site !== '' && !BLOOD_SITES_FROM_2018(site))
        return false;
      const inSet = everywhere || (mostly && !EYE_PARTS(site)) || (BY_SITE(histology) && BLOOD_SITES(site));
      return METS.filter((item) => values.get(item) !== '' && (values.get(item) === '8') !== inSet).map(
        (item): Violation => ({
          items: ['histologicTypeIcdO3', 'primarySite', item],
          ...(inSet ? { allowed: '8', fix: { [item]: '8' } } : { allowed: 'not 8' }),
        }),
      );
    },
    pass: [
      'hist=9861 mbone=8 dx=2020',
      'hist=8140 mbone=0 dx=2020',
      'hist=8140 mbone=8 dx=2015',
      'hist=8140 mbone=8 dx=2020 src=7',
      'hist=8140 mbone=8 dx=2020 beh=0',
      'hist=8140 mbone=8 dx=2020 beh=1',
      'hist=9732 mbone=1 dx=2020',
      'hist=9732 mbone=8 dx=2020',
      'hist=9861 mbone=1 dx=2018 site=C779',
      'hist=9820 mbone=8 dx=2017 site=C421',
      'hist=9820 mbone=0 dx=2017 site=C441',
      'hist=9823 mbone=8 dx=2020 site=C421',
      'hist=9823 mbone=0 dx=2020 site=C779',
      'hist=9823 mbone=0 dx=2020',
      'hist=9820 mbone=1 dx=2020 site=C779',
      'hist=9680 mother=2 dx=2020',
    ],
    fail: [
      'hist=8140 mbone=8 dx=2020',
      'hist=8140 mbone=8 dx=2016',
      'hist=9861 mbone=0 dx=2020',
      'hist=9861 mbone=0 dx=2017 site=C779',
      'hist=9861 mbone=1 dx=2020 site=C423',
      'hist=9820 mbone=0 dx=2017 site=C421',
      'hist=9820 mbone=0 dx=2020 site=C421',
      'hist=9820 mbone=8 dx=2017 site=C441',
      'hist=9823 mbone=0 dx=2020 site=C421',
      'hist=9823 mbone=8 dx=2020 site=C779',
      'hist=8140 mbone=0 mlung=8 dx=2020 src=1 beh=3',
      'hist=9820 mbone=0 dx=2020',
    ],
  }),
  error({
    id: 'ST05',
    name: 'Mets at DX, Summary Stage 2018',
    basis: 'D',
    needs: ['summaryStage2018'],
    anyOf: METS,
    also: ['primarySite', 'histologicTypeIcdO3'],
    logic: 'Any mets field 1 (or other sites 2) goes with stage 7. Histologies 9590-9993 and site C809 are left alone.',
    message: 'Distant metastasis needs stage 7.',
    broken: ([stage], values) => {
      const found = anySpread(values);
      return (
        found.length > 0 &&
        stage !== '7' &&
        !HEMATOPOIETIC(values.get('histologicTypeIcdO3')) &&
        values.get('primarySite') !== 'C809' && {
          items: ['summaryStage2018', ...found],
          fix: { summaryStage2018: '7' },
        }
      );
    },
    pass: ['mliver=1 ss=7', 'mliver=0 ss=2', 'mliver=1 ss=2 hist=9680', 'mliver=1 ss=9 site=C809', 'mother=1 ss=7'],
    fail: ['mliver=1 ss=2', 'mother=2 ss=2', 'mbone=1 ss=9 hist=8140 site=C504'],
  }),
  error({
    id: 'ST06',
    name: 'EOD Mets, Mets at DX',
    basis: 'D',
    needs: ['eodMets'],
    anyOf: METS,
    logic:
      'EOD Mets 00: no mets field 1, nor other sites 2. EOD Mets 10-70: not all six fields 0. 05, 88 and 99 are left alone.',
    message: 'EOD Mets conflicts with mets fields.',
    broken: ([mets], values) =>
      (mets === '00' && anySpread(values).length > 0) ||
      (mets.length === 2 && mets >= '10' && mets <= '70' && METS.every((item) => values.get(item) === '0')),
    pass: [
      'em=00 mbone=0',
      'em=10 mbone=1',
      'em=10 mbone=0',
      'em=05 mbone=0 mbrain=0 mnodes=0 mliver=0 mlung=0 mother=0',
      'em=88 mbone=0 mbrain=0 mnodes=0 mliver=0 mlung=0 mother=0',
      'em=10 mbone=0 mbrain=0 mnodes=0 mliver=0 mlung=0 mother=9',
    ],
    fail: [
      'em=00 mbone=1',
      'em=00 mother=2',
      'em=10 mbone=0 mbrain=0 mnodes=0 mliver=0 mlung=0 mother=0',
      'em=70 mbone=0 mbrain=0 mnodes=0 mliver=0 mlung=0 mother=0',
    ],
  }),
  error({
    id: 'ST07',
    name: 'In situ, EOD',
    basis: 'D',
    needs: ['behaviorCodeIcdO3'],
    anyOf: EOD,
    also: ['schemaId'],
    logic:
      'Behavior 2: EOD nodes 000 or 888, mets 00 or 88, primary tumor 000 or an in situ code of the schema (050, 070, 080 where the schema has them).',
    message: 'EOD conflicts with in situ behavior.',
    broken: ([behavior], values) => {
      if (behavior !== '2') return false;
      const schema = values.get('schemaId');
      const tumor = ['000', ...IN_SITU_TUMOR.flatMap(([code, schemas]) => (schemas(schema) ? [code] : []))];
      const allowed = [
        ['eodPrimaryTumor', tumor],
        ['eodRegionalNodes', ['000', '888']],
        ['eodMets', ['00', '88']],
      ] as const;
      return allowed
        .filter(([item, list]) => values.get(item) !== '' && !(list as readonly string[]).includes(values.get(item)))
        .map(([item, list]): Violation => ({
          items: ['behaviorCodeIcdO3', item, 'schemaId'],
          allowed: list.join(', '),
        }));
    },
    pass: [
      'beh=2 ept=000 ern=000 em=00',
      'beh=2 ern=888 em=88',
      'beh=2 ept=050 schema=00480',
      'beh=2 ept=070 schema=00553',
      'beh=2 ept=080 schema=00553',
      'beh=3 ept=300 ern=300 em=10',
    ],
    fail: [
      'beh=2 ept=300 ern=000 em=00',
      'beh=2 ept=050',
      'beh=2 ept=080 schema=00480',
      'beh=2 ept=070 schema=00750',
      'beh=2 ern=300',
      'beh=2 em=10',
      'beh=2 em=99',
    ],
  }),
  error({
    id: 'ST08',
    name: 'Regional Nodes Positive, Regional Nodes Examined',
    basis: 'D',
    needs: ['regionalNodesExamined', 'regionalNodesPositive'],
    logic:
      'Examined 00: positive 98. 01-90: positive not above it, 97 or 99. 95: positive 00, 95 or 99. 96-98: positive 00-90, 97 or 99. 99: positive 97 or 99.',
    message: 'Nodes positive and examined conflict.',
    broken: ([examined, positive]) => !nodesFit(examined, positive),
    pass: [
      'nexam=10 npos=03',
      'nexam=10 npos=10',
      'nexam=00 npos=98',
      'nexam=10 npos=97',
      'nexam=10 npos=99',
      'nexam=90 npos=90',
      'nexam=95 npos=95',
      'nexam=95 npos=00',
      'nexam=95 npos=99',
      'nexam=96 npos=05',
      'nexam=97 npos=90',
      'nexam=98 npos=97',
      'nexam=98 npos=99',
      'nexam=99 npos=99',
      'nexam=99 npos=97',
    ],
    fail: [
      'nexam=02 npos=03',
      'nexam=00 npos=00',
      'nexam=10 npos=98',
      'nexam=10 npos=95',
      'nexam=95 npos=97',
      'nexam=95 npos=01',
      'nexam=96 npos=98',
      'nexam=96 npos=95',
      'nexam=99 npos=00',
      'nexam=99 npos=98',
    ],
  }),
  error({
    id: 'ST09',
    name: 'Sentinel nodes positive and examined',
    basis: 'D',
    needs: ['sentinelLymphNodesExamined', 'sentinelLymphNodesPositive'],
    also: ['regionalNodesExamined'],
    logic:
      'Sentinel nodes positive fit those examined as in ST08 (96 and 97 do not exist), and sentinel nodes examined 01-90 are not more than regional nodes examined 00-90.',
    message: 'Sentinel node counts conflict.',
    broken: ([examined, positive], values) => {
      const regional = values.get('regionalNodesExamined');
      const counts = !['96', '97'].includes(examined) && !nodesFit(examined, positive);
      return counts || (COUNTED(examined) && regional !== '' && regional <= '90' && examined > regional);
    },
    pass: [
      'sne=02 snp=01',
      'sne=00 snp=98',
      'sne=02 snp=97',
      'sne=95 snp=95',
      'sne=98 snp=05',
      'sne=99 snp=99',
      'sne=02 snp=01 nexam=02',
      'sne=02 snp=01 nexam=95',
      'sne=97 snp=98',
      'sne=96 snp=98',
      'sne=98 snp=05 nexam=01',
      'sne=95 snp=95 nexam=01',
    ],
    fail: [
      'sne=01 snp=02',
      'sne=00 snp=00',
      'sne=03 snp=01 nexam=02',
      'sne=03 snp=01 nexam=00',
      'sne=95 snp=97',
      'sne=99 snp=00',
      'sne=98 snp=98',
      'sne=91 snp=01 nexam=90 sne=90 nexam=89',
    ],
  }),
  warning({
    id: 'ST10',
    name: 'Nodes Examined, Scope Reg LN Sur',
    basis: 'D',
    needs: ['regionalNodesExamined', 'rxSummScopeRegLnSur'],
    logic: 'Nodes examined 01-90 or 96-98 go with scope 1-7; scope 0 with examined 00, 95 or 99.',
    message: 'Node surgery conflicts with nodes examined.',
    broken: ([examined, scope]) =>
      ((COUNTED(examined) || NO_COUNT(examined)) && !SCOPE_GIVEN(scope)) ||
      (scope === '0' && !['00', '95', '99'].includes(examined)),
    pass: [
      'nexam=05 scope=5',
      'nexam=97 scope=1',
      'nexam=00 scope=0',
      'nexam=95 scope=0',
      'nexam=99 scope=0',
      'nexam=00 scope=9',
      'nexam=00 scope=5',
    ],
    fail: ['nexam=05 scope=0', 'nexam=05 scope=9', 'nexam=98 scope=9'],
  }),
  error({
    id: 'ST11',
    name: 'LN Positive Axillary Level I-II, Breast',
    tag: 'N6089',
    basis: 'P',
    needs: ['schemaId', 'lnPositiveAxillaryLevel1To2', 'regionalNodesPositive', 'dateOfDiagnosis'],
    also: ['typeOfReportingSource'],
    appliesTo: { years: { from: 2019 } },
    logic:
      'Schema 00480 from diagnosis 2019 on, source not 7, X8 left alone. Nodes positive 00 or 99: 00 or X9. 01-89: a number not above it, X5, X6, X9 or 00. 90 or 97: anything. 95: 00, X6, X9. 98: X9.',
    message: 'Axillary count conflicts with nodes positive.',
    broken: ([schema, count, positive], values) => {
      if (schema !== '00480' || count === 'X8' || values.get('typeOfReportingSource') === '7') return false;
      if (positive === '00' || positive === '99') return count !== '00' && count !== 'X9';
      if (positive === '95') return !['00', 'X6', 'X9'].includes(count);
      if (positive === '98') return count !== 'X9';
      if (positive >= '90') return false;
      return !['X5', 'X6', 'X9'].includes(count) && !(/^\d\d$/.test(count) && count <= positive);
    },
    pass: [
      'schema=00480 lnax=02 npos=03 dx=2022',
      'schema=00480 lnax=03 npos=03 dx=2019',
      'schema=00480 lnax=X5 npos=03 dx=2022',
      'schema=00480 lnax=X6 npos=03 dx=2022',
      'schema=00480 lnax=X9 npos=03 dx=2022',
      'schema=00480 lnax=00 npos=00 dx=2022',
      'schema=00480 lnax=X9 npos=99 dx=2022',
      'schema=00480 lnax=50 npos=90 dx=2022',
      'schema=00480 lnax=50 npos=97 dx=2022',
      'schema=00480 lnax=X6 npos=95 dx=2022',
      'schema=00480 lnax=00 npos=95 dx=2022',
      'schema=00480 lnax=X9 npos=95 dx=2022',
      'schema=00480 lnax=X9 npos=98 dx=2022',
      'schema=00480 lnax=X8 npos=98 dx=2022',
      'schema=00480 lnax=04 npos=03 dx=2018',
      'schema=00480 lnax=04 npos=03 dx=2022 src=7',
      'schema=00470 lnax=04 npos=03 dx=2022',
    ],
    fail: [
      'schema=00480 lnax=04 npos=03 dx=2022',
      'schema=00480 lnax=04 npos=03 dx=2019 src=1',
      'schema=00480 lnax=01 npos=00 dx=2022',
      'schema=00480 lnax=X5 npos=99 dx=2022',
      'schema=00480 lnax=X5 npos=95 dx=2022',
      'schema=00480 lnax=00 npos=98 dx=2022',
      'schema=00480 lnax=X1 npos=50 dx=2022',
    ],
  }),
  error({
    id: 'ST12',
    name: 'EOD codes by schema',
    basis: 'D',
    needs: ['schemaId'],
    anyOf: EOD,
    logic: 'Each filled EOD item is in the schema’s input table of the loaded version.',
    message: 'EOD code is not in the schema table.',
    broken: ([schema], values, { tables }) =>
      EOD.filter((item) => {
        const value = values.get(item);
        return value !== '' && tables.schemas.get(schema)?.inputs.get(item)?.allows(value) !== true;
      }).map((item): Violation => ({ items: ['schemaId', item] })),
    pass: ['schema=00480 em=00', 'schema=00480 ept=100 ern=000'],
    fail: ['schema=00480 em=06', 'schema=00480 ept=101', 'schema=00480 ern=1'],
  }),
  warning({
    id: 'ST13',
    name: 'Derived stage agreement',
    basis: 'D',
    engine: 'staging',
    needs: ['schemaId', ...EOD, 'summaryStage2018'],
    also: STAGING_INPUTS,
    depends: ['ST12'],
    logic:
      'Summary Stage 2018 as coded is the one that the schema derives from EOD, blank inputs taking their defaults. Left alone when an EOD item fails ST12 or nothing is derived.',
    message: 'Coded and derived summary stage differ.',
    broken: ([schema, , , , stage], values, { tables, today }) => {
      const inputs = tables.schemas.get(schema)?.inputs;
      if (EOD.some((item) => inputs?.get(item)?.allows(values.get(item)) !== true)) return false;
      const filled = values.filled(ST13_READS);
      const known: Record<string, string> = {};
      for (const item of filled) known[item] = values.get(item);
      const derived = tables.deriveSummaryStage?.(schema, known, Number(today.slice(0, 4))) ?? '';
      return (
        derived !== '' &&
        derived !== stage && {
          items: ['schemaId', 'summaryStage2018', ...filled],
          allowed: derived,
          fix: { summaryStage2018: derived },
        }
      );
    },
    pass: ['schema=00480 ept=100 ern=000 em=00 ss=1', 'schema=00480 ept=101 ern=000 em=00 ss=7'],
    fail: ['schema=00480 ept=100 ern=000 em=00 ss=7'],
  }),
  error({
    id: 'ST14',
    name: 'Tumor size 000, stage',
    basis: 'D',
    needs: ['tumorSizeSummary', 'summaryStage2018', 'primarySite'],
    logic: 'Size 000 (no tumor found) does not go with localized stage 1, at sites other than C42, C77 and C809.',
    message: 'No tumor found but localized stage.',
    broken: ([size, stage, site]) => size === '000' && stage === '1' && !NOT_STAGED_SITES(site),
    pass: [
      'size=025 ss=1 site=C504',
      'size=000 ss=2 site=C504',
      'size=000 ss=1 site=C421',
      'size=000 ss=1 site=C779',
      'size=000 ss=1 site=C809',
    ],
    fail: ['size=000 ss=1 site=C504'],
  }),
];
