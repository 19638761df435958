import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';
import { BASAL_SQUAMOUS, CERVIX, HEMATOPOIETIC, ILL_DEFINED, SKIN } from './groups.js';

const NODES = codes('C770-C779');
const LYMPHOMA = codes('9590-9729');
const BLOOD_SITES = codes('C420-C424');
const MAST_AND_HISTIOCYTE = codes('9740-9758');
const ONE_OF_SEVERAL = codes('01-59');
const MALIGNANT_SERIES = codes('00-59 99');
const OTHER_SERIES = codes('60-88');
const SCHEMA_99999 = codes('8000-8180 8191-8246 8248-8700 8720-8790');

/** Unknown and ill-defined primary, sequence. @source reference catalog. */
export const SEQUENCE: readonly Edit[] = [
  warning({
    id: 'SQ01',
    name: 'Seq Num--Central, Primary Site, Morph ICDO3 (SEER IF22)',
    basis: 'P',
    needs: ['sequenceNumberCentral', 'primarySite', 'histologicTypeIcdO3'],
    override: { item: 'overRideIllDefineSite', values: ['1'] },
    logic:
      'One of several primaries (01-59) is reviewed at C760-C768 or C809 with histology under 9590, at C770-C779 with one outside 9590-9729, at C420-C424 with one outside 9590-9993, and anywhere with 9740-9758.',
    message: 'This may be a metastasis of another primary.',
    broken: ([sequence, site, histology]) =>
      ONE_OF_SEVERAL(sequence) &&
      ((ILL_DEFINED(site) && histology < '9590') ||
        (NODES(site) && !LYMPHOMA(histology)) ||
        (BLOOD_SITES(site) && !HEMATOPOIETIC(histology)) ||
        MAST_AND_HISTIOCYTE(histology)),
    pass: [
      'seq=00 site=C809 hist=8140',
      'seq=02 site=C341 hist=8140',
      'seq=02 site=C779 hist=9680',
      'seq=02 site=C421 hist=9861',
      'seq=02 site=C809 hist=9590',
      'seq=60 site=C809 hist=8140',
      'seq=02 site=C809 hist=8140 overRideIllDefineSite=1',
    ],
    fail: [
      'seq=02 site=C809 hist=8140',
      'seq=01 site=C760 hist=8140',
      'seq=02 site=C779 hist=8140',
      'seq=02 site=C421 hist=8140',
      'seq=59 site=C440 hist=9740',
    ],
  }),
  warning({
    id: 'SQ02',
    name: 'Diagnostic Confirm, Seq Num--Central (SEER IF23)',
    basis: 'P',
    needs: ['diagnosticConfirmation', 'sequenceNumberCentral', 'primarySite'],
    override: { item: 'overRideSeqnoDxconf', values: ['1'] },
    logic: 'Confirmation above 5 with sequence 01-59 is reviewed, but for C760-C768 and C809.',
    message: 'Unconfirmed tumor in a patient with several primaries.',
    broken: ([confirmation, sequence, site]) => confirmation > '5' && ONE_OF_SEVERAL(sequence) && !ILL_DEFINED(site),
    pass: [
      'conf=1 seq=02 site=C341',
      'conf=5 seq=02 site=C341',
      'conf=8 seq=00 site=C341',
      'conf=8 seq=02 site=C809',
      'conf=8 seq=02 site=C341 overRideSeqnoDxconf=1',
    ],
    fail: ['conf=8 seq=02 site=C341', 'conf=6 seq=59 site=C341'],
  }),
  warning({
    id: 'SQ03',
    name: 'Type of Rep Srce(DC), Seq Num--Cent (SEER IF04)',
    basis: 'P',
    needs: ['typeOfReportingSource', 'histologicTypeIcdO3', 'sequenceNumberCentral'],
    override: { item: 'overRideReportSource', values: ['1'] },
    logic: 'Source 7 with histology under 9590 has sequence 00.',
    message: 'Death-certificate-only case in a patient with other primaries.',
    broken: ([source, histology, sequence]) => source === '7' && histology < '9590' && sequence !== '00',
    pass: [
      'src=7 hist=8140 seq=00',
      'src=1 hist=8140 seq=02',
      'src=7 hist=9590 seq=02',
      'src=7 hist=8140 seq=02 overRideReportSource=1',
    ],
    fail: ['src=7 hist=8140 seq=02'],
  }),
  error({
    id: 'SQ04',
    name: 'Behavior ICDO3, Seq Num--Central',
    basis: 'D',
    needs: ['behaviorCodeIcdO3', 'sequenceNumberCentral'],
    also: ['dateOfDiagnosis', 'primarySite', 'histologicTypeIcdO3'],
    logic:
      'Behavior 0 or 1 has sequence 60-88, behavior 2 or 3 has 00-59 or 99. What is not federally required differs: in situ cervix has 98 when diagnosed 1996-2002 and 60-88 from 2003 (left alone without a year); skin cancers of MO06 and PIN III of the prostate have 60-88.',
    message: 'Sequence series does not fit the behavior.',
    broken: ([behavior, sequence], values) => {
      const [site, histology] = [values.get('primarySite'), values.get('histologicTypeIcdO3')];
      const year = values.diagnosisYear;
      const other = { allowed: '60-88' };
      if (behavior === '0' || behavior === '1') return !OTHER_SERIES(sequence) && other;
      if (behavior === '2' && CERVIX(site)) {
        if (Number.isNaN(year)) return false;
        if (year >= 2003) return !OTHER_SERIES(sequence) && other;
        if (year >= 1996) return sequence !== '98' && { allowed: '98' };
      }
      const skin = SKIN(site) && BASAL_SQUAMOUS(histology);
      const pin = site === 'C619' && histology === '8148' && behavior === '2';
      if (skin || pin) return !OTHER_SERIES(sequence) && other;
      return !MALIGNANT_SERIES(sequence) && { allowed: '00-59, 99' };
    },
    pass: [
      'beh=3 seq=01',
      'beh=2 seq=99',
      'beh=0 seq=60 site=C700',
      'beh=1 seq=88',
      'beh=2 seq=98 site=C539 dx=2002',
      'beh=2 seq=98 site=C539 dx=1996',
      'beh=2 seq=60 site=C539 dx=2003',
      'beh=2 seq=01 site=C539 dx=1995',
      'beh=2 seq=01 site=C539',
      'beh=2 seq=98 site=C539',
      'beh=3 seq=01 site=C539 dx=2010',
      'beh=3 seq=60 site=C443 hist=8090',
      'beh=2 seq=60 site=C619 hist=8148',
      'beh=3 seq=01 site=C443 hist=8720',
      'beh=3 seq=01 site=C619 hist=8148',
      'beh=2 seq=01 site=C619 hist=8140',
      'beh=2 seq=01 site=C679 hist=8148',
    ],
    fail: [
      'beh=0 seq=01 site=C700',
      'beh=1 seq=00',
      'beh=3 seq=60',
      'beh=2 seq=98',
      'beh=2 seq=01 site=C539 dx=2003',
      'beh=2 seq=60 site=C539 dx=2002',
      'beh=2 seq=60 site=C539 dx=1996',
      'beh=2 seq=98 site=C539 dx=1995',
      'beh=3 seq=01 site=C443 hist=8090',
      'beh=2 seq=01 site=C619 hist=8148',
      'beh=3 seq=60 site=C539 dx=2010',
    ],
  }),
  error({
    id: 'SQ05',
    name: 'Unknown primary, stage',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'summaryStage2018'],
    logic: 'C809 with 8000-8180, 8191-8246, 8248-8700 or 8720-8790 has Summary Stage 9.',
    message: 'Stage conflicts with unknown primary.',
    broken: ([site, histology, stage]) =>
      site === 'C809' && SCHEMA_99999(histology) && stage !== '9' && { fix: { summaryStage2018: '9' } },
    pass: [
      'site=C809 hist=8140 ss=9',
      'site=C809 hist=9680 ss=1',
      'site=C504 hist=8140 ss=1',
      'site=C809 hist=8247 ss=1',
    ],
    fail: ['site=C809 hist=8140 ss=1', 'site=C809 hist=8720 ss=7'],
  }),
];
