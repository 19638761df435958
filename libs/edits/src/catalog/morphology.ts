import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';
import { BASAL_SQUAMOUS, CERVIX, CNS, HEMATOPOIETIC, SKIN } from './groups.js';

const NEVER_IN_SITU = codes('8000-8005 8020 8021 8331 8332 8800-9055 9062 9082 9083 9110-9493 9501-9989');
const NO_PLACE_TO_BE_IN_SITU = codes('C269 C399 C559 C579 C639 C689 C729 C759 C760-C768 C809');
const MELANOMA = codes('8720-8790');
const MELANOMA_SITES = codes(
  'C440-C449 C690-C699 C510-C529 C600-C609 C632 C000-C069 C090-C119 C150-C159 C209-C218 C260-C269 C300-C319 C680-C689 C700-C725',
);
const MARROW_LEUKEMIA = codes('9800-9809 9840-9920 9931-9948');
const NOT_FOR_BLOOD_AND_LYMPH = codes('C423 C424');
const BONE = codes('C400-C419');
const THYMUS_MEDIASTINUM = codes('C379 C381-C383');
const CHORIOCARCINOMA_SITES = codes('C381-C383 C388 C549 C559 C569 C589 C620-C629 C710-C725');

const HISTOLOGY_OVERRIDE = { item: 'overRideHistology', values: ['1', '3'] } as const;
const FROM_2010 = { years: { from: 2010 } } as const;

/** @source reference catalog, site, histology and behavior. */
export const MORPHOLOGY: readonly Edit[] = [
  warning({
    id: 'MO01',
    name: 'Morphology--Type/Behavior ICDO3 (SEER MORPH)',
    basis: 'P',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    override: HISTOLOGY_OVERRIDE,
    logic:
      'Histology and behavior are listed together in ICD-O-3. By the matrix rule behavior 2 or 3 is accepted too for a histology that is listed with 2 or 3.',
    message: 'Behavior is unusual for this histology.',
    broken: ([histology, behavior], _, { tables }) => {
      const listed = tables.behaviors.get(histology) ?? '';
      const malignant = behavior === '2' || behavior === '3';
      return !listed.includes(behavior) && !(malignant && /[23]/.test(listed)) && { allowed: [...listed].join(', ') };
    },
    pass: [
      'hist=8500 beh=3',
      'hist=8170 beh=2',
      'hist=8211 beh=3',
      'hist=8211 beh=1 ovHist=1',
      'hist=8211 beh=1 ovHist=3',
    ],
    fail: ['hist=8211 beh=1', 'hist=8204 beh=3', 'hist=8204 beh=2', 'hist=8211 beh=1 ovHist=2', 'hist=8170 beh=1'],
  }),
  warning({
    id: 'MO02',
    name: 'Invalid in situ histology',
    basis: 'P',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    override: HISTOLOGY_OVERRIDE,
    logic:
      'Behavior 2 is not accepted with 8000-8005, 8020, 8021, 8331, 8332, 8800-9055, 9062, 9082, 9083, 9110-9493, 9501-9989.',
    message: 'This histology is not accepted as in situ.',
    broken: ([histology, behavior]) => behavior === '2' && NEVER_IN_SITU(histology),
    pass: ['hist=8140 beh=2', 'hist=8890 beh=3', 'hist=8890 beh=2 ovHist=1'],
    fail: ['hist=8890 beh=2', 'hist=8000 beh=2', 'hist=9732 beh=2', 'hist=8021 beh=2', 'hist=9062 beh=2'],
  }),
  warning({
    id: 'MO03',
    name: 'Primary Site, Morphology-Type, Beh ICDO3 (SEER IF25)',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    override: { item: 'overRideSiteType', values: ['1'] },
    logic:
      'Site and morphology are together in the SEER site/histology list. A morphology that the list (edition of 2015) holds for no site is left alone.',
    message: 'Site and histology do not normally go together.',
    broken: ([site, histology, behavior], _, { tables }) => {
      const morphology = `${histology}/${behavior}`;
      return tables.siteTypeMorphologies.has(morphology) && !tables.siteTypeAllows(site, morphology);
    },
    pass: ['site=C504 hist=8500 beh=3', 'site=C619 hist=8170 beh=3 ovSiteType=1', 'site=C619 hist=8311 beh=3'],
    fail: ['site=C619 hist=8170 beh=3', 'site=C619 hist=8170 beh=3 ovSiteType=2'],
  }),
  warning({
    id: 'MO04',
    name: 'Primary Site, Behavior Code ICDO3 (SEER IF39)',
    basis: 'P',
    needs: ['primarySite', 'behaviorCodeIcdO3'],
    override: { item: 'overRideSiteBehavior', values: ['1'] },
    logic: 'Behavior 2 at C269, C399, C559, C579, C639, C689, C729, C759, C760-C768 and C809 needs review.',
    message: 'In situ at an ill-defined site.',
    broken: ([site, behavior]) => behavior === '2' && NO_PLACE_TO_BE_IN_SITU(site),
    pass: ['site=C679 beh=2', 'site=C809 beh=3', 'site=C809 beh=2 overRideSiteBehavior=1'],
    fail: ['site=C809 beh=2', 'site=C269 beh=2', 'site=C768 beh=2'],
  }),
  error({
    id: 'MO05',
    name: 'Behavior 0/1 only for CNS',
    basis: 'D',
    needs: ['primarySite', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    logic:
      'Behavior 0 or 1 is collected only at C700-C729 and C751-C753 from diagnosis 2004 on, and where the registry’s own list adds sites.',
    message: 'Benign tumor outside reportable sites.',
    broken: ([site, behavior], { diagnosisYear }, { settings }) =>
      ['0', '1'].includes(behavior) &&
      !(CNS(site) && diagnosisYear >= 2004) &&
      !settings.ownReportable.some((sites) => codes(sites)(site)),
    pass: [
      'site=C700 hist=9530 beh=0 dx=2022',
      'site=C751 beh=1 dx=2004',
      'site=C504 beh=3 dx=2022',
      'site=C504 beh=2 dx=2022',
    ],
    fail: ['site=C504 hist=9020 beh=1 dx=2022', 'site=C700 beh=0 dx=2003', 'site=C504 beh=0 dx=2022'],
  }),
  error({
    id: 'MO06',
    name: 'Non-reportable skin',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3'],
    logic: 'C440-C449 with 8000-8005, 8010-8046, 8050-8084 or 8090-8110 is not collected.',
    message: 'Basal and squamous skin cancers are not reportable.',
    broken: ([site, histology]) => SKIN(site) && BASAL_SQUAMOUS(histology),
    pass: ['site=C443 hist=8720', 'site=C510 hist=8070'],
    fail: ['site=C443 hist=8090', 'site=C449 hist=8070', 'site=C440 hist=8000', 'site=C440 hist=8010'],
  }),
  error({
    id: 'MO07',
    name: 'Cervix in situ',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    appliesTo: { years: { from: 1996 } },
    logic:
      'C530-C539 with behavior 2 and histology under 9590 is not reportable to SEER from diagnosis 1996 on. Other programs may differ.',
    message: 'Cervical in situ is not reportable.',
    broken: ([site, histology, behavior], _, { settings }) =>
      settings.submission === 'SEER' && CERVIX(site) && behavior === '2' && histology < '9590',
    pass: [
      'site=C539 hist=8070 beh=3 dx=2020',
      'site=C539 hist=8077 beh=2 dx=1995',
      'site=C519 hist=8077 beh=2 dx=2020',
      'site=C539 hist=9590 beh=2 dx=2020',
    ],
    fail: ['site=C539 hist=8077 beh=2 dx=2020', 'site=C530 hist=8077 beh=2 dx=1996'],
  }),
  error({
    id: 'MO08',
    name: 'Prostate PIN III',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    logic: 'C619 with 8148/2 is not reportable.',
    message: 'PIN III is not reportable.',
    broken: ([site, histology, behavior]) => site === 'C619' && histology === '8148' && behavior === '2',
    pass: [
      'site=C619 hist=8140 beh=3',
      'site=C679 hist=8148 beh=2',
      'site=C619 hist=8140 beh=2',
      'site=C619 hist=8148 beh=3',
    ],
    fail: ['site=C619 hist=8148 beh=2'],
  }),
  warning({
    id: 'MO09',
    name: 'Melanoma site',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3'],
    logic:
      'Melanoma 8720-8790 is usual at skin, eye, genital skin and mucosa, mucosa of mouth, throat, gullet, rectum, nose and urinary organs, and at meninges, brain and nerves. Melanoma of unknown site is coded C449, so C809 is reviewed too.',
    message: 'Check the melanoma site.',
    broken: ([site, histology]) => MELANOMA(histology) && !MELANOMA_SITES(site),
    pass: ['site=C445 hist=8720', 'site=C619 hist=8140', 'site=C692 hist=8720', 'site=C210 hist=8720'],
    fail: ['site=C619 hist=8720', 'site=C809 hist=8720', 'site=C341 hist=8790'],
  }),
  error({
    id: 'MO10',
    name: 'Leukemia site',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic:
      'From diagnosis 2010 on 9800-9809, 9840-9920 and 9931-9948 are coded to bone marrow C421. 9811-9837 may be nodal or extranodal; 9930 is coded to its site.',
    message: 'Leukemia must be coded to bone marrow.',
    broken: ([site, histology]) => MARROW_LEUKEMIA(histology) && site !== 'C421' && { fix: { primarySite: 'C421' } },
    pass: [
      'site=C421 hist=9861 dx=2020',
      'site=C420 hist=9861 dx=2009',
      'site=C779 hist=9811 dx=2020',
      'site=C440 hist=9930 dx=2020',
    ],
    fail: ['site=C420 hist=9861 dx=2020', 'site=C779 hist=9801 dx=2010', 'site=C779 hist=9940 dx=2010'],
  }),
  error({
    id: 'MO11',
    name: 'Lymphoma ill-defined hematopoietic sites',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9590-9993 are not coded to C423 or C424. C420 is left to MO12.',
    message: 'This site is not used for blood and lymph tumors.',
    broken: ([site, histology]) => HEMATOPOIETIC(histology) && NOT_FOR_BLOOD_AND_LYMPH(site),
    pass: [
      'site=C779 hist=9680 dx=2020',
      'site=C424 hist=9680 dx=2009',
      'site=C424 hist=8140 dx=2020',
      'site=C420 hist=9680 dx=2020',
    ],
    fail: ['site=C424 hist=9680 dx=2020', 'site=C423 hist=9680 dx=2010'],
  }),
  error({
    id: 'MO12',
    name: 'Waldenstrom',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9761 and blood C420 go only with each other.',
    message: 'Only 9761 is coded to blood.',
    broken: ([site, histology]) => (site === 'C420') !== (histology === '9761'),
    pass: ['site=C420 hist=9761 dx=2020', 'site=C421 hist=9732 dx=2020', 'site=C420 hist=9732 dx=2009'],
    fail: ['site=C420 hist=9733 dx=2020', 'site=C421 hist=9761 dx=2010'],
  }),
  error({
    id: 'MO13',
    name: 'CLL/SLL code',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9823 is coded to marrow C421 or to a nodal or extranodal site, not to C420 or C424.',
    message: 'Site not allowed for 9823 from 2010.',
    broken: ([site, histology]) => histology === '9823' && (site === 'C420' || site === 'C424'),
    pass: ['site=C421 hist=9823 dx=2020', 'site=C424 hist=9823 dx=2009', 'site=C424 hist=9680 dx=2020'],
    fail: ['site=C424 hist=9823 dx=2020', 'site=C420 hist=9823 dx=2010'],
  }),
  error({
    id: 'MO14',
    name: 'Plasmacytoma',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9731 is coded to bone C400-C419, 9734 not to bone, 9732 to marrow C421.',
    message: 'Plasma cell tumor and site conflict.',
    broken: ([site, histology]) =>
      (histology === '9731' && !BONE(site)) ||
      (histology === '9734' && BONE(site)) ||
      (histology === '9732' && site !== 'C421'),
    pass: [
      'site=C412 hist=9731 dx=2020',
      'site=C310 hist=9734 dx=2020',
      'site=C421 hist=9732 dx=2020',
      'site=C421 hist=9731 dx=2009',
      'site=C412 hist=9680 dx=2020',
    ],
    fail: ['site=C421 hist=9731 dx=2020', 'site=C412 hist=9734 dx=2020', 'site=C412 hist=9732 dx=2010'],
  }),
  error({
    id: 'MO15',
    name: 'Thymic lymphoma',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9679 is coded to C379 or C381-C383.',
    message: 'Mediastinal lymphoma needs a thoracic site.',
    broken: ([site, histology]) => histology === '9679' && !THYMUS_MEDIASTINUM(site),
    pass: [
      'site=C381 hist=9679 dx=2020',
      'site=C379 hist=9679 dx=2020',
      'site=C509 hist=9679 dx=2009',
      'site=C509 hist=9680 dx=2020',
    ],
    fail: ['site=C509 hist=9679 dx=2020'],
  }),
  error({
    id: 'MO16',
    name: 'Splenic lymphoma',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis'],
    appliesTo: FROM_2010,
    logic: 'From diagnosis 2010 on 9689 is coded to spleen C422.',
    message: 'Splenic lymphoma needs site spleen.',
    broken: ([site, histology]) => histology === '9689' && site !== 'C422' && { fix: { primarySite: 'C422' } },
    pass: ['site=C422 hist=9689 dx=2020', 'site=C421 hist=9689 dx=2009', 'site=C421 hist=9680 dx=2020'],
    fail: ['site=C421 hist=9689 dx=2020'],
  }),
  error({
    id: 'MO17',
    name: 'Kaposi sarcoma behavior',
    basis: 'D',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    logic: '9140 has behavior 3.',
    message: 'Kaposi sarcoma is always malignant.',
    broken: ([histology, behavior]) => histology === '9140' && behavior !== '3' && { fix: { behaviorCodeIcdO3: '3' } },
    pass: ['hist=9140 beh=3', 'hist=8140 beh=2'],
    fail: ['hist=9140 beh=2'],
  }),
  error({
    id: 'MO18',
    name: 'Juvenile astrocytoma',
    basis: 'D',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    also: ['primarySite'],
    appliesTo: { years: { from: 2001 } },
    logic:
      '9421 diagnosed 2001-2022 has behavior 3, at the optic nerve C723 from 2018 behavior 1. From 2023 on behavior 1 (pilocytic) or 3 (high-grade with piloid features).',
    message: 'Behavior of pilocytic astrocytoma does not fit the year.',
    broken: ([histology, behavior], values) => {
      if (histology !== '9421') return false;
      const year = values.diagnosisYear;
      if (year >= 2023) return behavior !== '1' && behavior !== '3' && { allowed: '1, 3' };
      const expected = values.get('primarySite') === 'C723' && year >= 2018 ? '1' : '3';
      return behavior !== expected && { allowed: expected, fix: { behaviorCodeIcdO3: expected } };
    },
    pass: [
      'hist=9421 beh=1 site=C711 dx=2023',
      'hist=9421 beh=3 site=C711 dx=2023',
      'hist=9421 beh=3 site=C711 dx=2019',
      'hist=9421 beh=1 site=C723 dx=2018',
      'hist=9421 beh=3 site=C723 dx=2017',
      'hist=9421 beh=1 dx=2000',
      'hist=9400 beh=1 dx=2019',
      'hist=9421 beh=3 dx=2022',
    ],
    fail: [
      'hist=9421 beh=1 site=C711 dx=2019',
      'hist=9421 beh=3 site=C723 dx=2018',
      'hist=9421 beh=1 site=C723 dx=2017',
      'hist=9421 beh=0 dx=2023',
      'hist=9421 beh=2 dx=2023',
      'hist=9421 beh=1 dx=2001',
      'hist=9421 beh=1 dx=2022',
    ],
  }),
  error({
    id: 'MO19',
    name: 'GIST behavior',
    basis: 'D',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    appliesTo: { years: { from: 2021 } },
    logic: '8936 diagnosed 2021 or later has behavior 3.',
    message: 'GIST is malignant from 2021.',
    broken: ([histology, behavior]) => histology === '8936' && behavior !== '3' && { fix: { behaviorCodeIcdO3: '3' } },
    pass: ['hist=8936 beh=3 dx=2022', 'hist=8936 beh=1 dx=2020', 'hist=8140 beh=2 dx=2022'],
    fail: ['hist=8936 beh=1 dx=2022', 'hist=8936 beh=0 dx=2021'],
  }),
  error({
    id: 'MO20',
    name: 'Histology year limits',
    basis: 'D',
    needs: ['histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    logic:
      'A morphology is not used before its first diagnosis year or after its last, as the tags of the ICD-O-3 list of the edition say of all its terms.',
    message: 'Histology code is not valid for the diagnosis year.',
    broken: ([histology, behavior], { diagnosisYear }, { tables }) => {
      const [first, last] = tables.histologyYears.get(`${histology}/${behavior}`) ?? [0, 9999];
      return (diagnosisYear < first || diagnosisYear > last) && { allowed: allowedYears(first, last) };
    },
    pass: [
      'hist=8455 beh=3 dx=2022',
      'hist=8150 beh=1 dx=2020',
      'hist=9733 beh=3 dx=2009',
      'hist=8140 beh=3 dx=1950',
      'hist=9061 beh=2 dx=2024',
    ],
    fail: [
      'hist=8455 beh=3 dx=2015',
      'hist=8455 beh=3 dx=2021',
      'hist=8150 beh=1 dx=2021',
      'hist=9733 beh=3 dx=2010',
      'hist=9749 beh=3 dx=2020',
    ],
  }),
  warning({
    id: 'MO21',
    name: 'Placenta and trophoblast',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3'],
    logic:
      '9100 is usual in the mediastinum C381-C383 and C388, at C549, C559, C569, C589, C620-C629 and C710-C725; elsewhere review.',
    message: 'Check site of choriocarcinoma.',
    broken: ([site, histology]) => histology === '9100' && !CHORIOCARCINOMA_SITES(site),
    pass: ['site=C589 hist=9100', 'site=C620 hist=9100', 'site=C504 hist=8500'],
    fail: ['site=C504 hist=9100'],
  }),
];

const allowedYears = (first: number, last: number): string =>
  last === 9999
    ? `diagnosis ${first} or later`
    : first === 0
      ? `diagnosis ${last} or earlier`
      : `diagnosis ${first}-${last}`;
