import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';
import { isPaired, PAIRED_OR_CENTRAL } from './groups.js';

const MIDLINE_SITES = codes('C700 C710-C714 C722-C725 C443 C445');
const BILATERAL_IN_SITU_LEFT_ALONE = codes('9140 9590-9980');
const RETINOBLASTOMA = codes('9510-9514');
const EYE = codes('C690-C699');
const LUNG = codes('C340-C349');

/** @source reference catalog, site and laterality. */
export const SITE_LATERALITY: readonly Edit[] = [
  error({
    id: 'LA01',
    name: 'Laterality, Primary Site (SEER IF24)',
    basis: 'P',
    needs: ['primarySite', 'laterality'],
    also: ['dateOfDiagnosis'],
    logic:
      'A paired site has laterality 1-5 or 9. The paired sites of the brain and nerves count from diagnosis 2004 on. C300, C340, C413 and C414 accept 0 as well.',
    message: 'A paired site needs a side.',
    broken: ([site, laterality], { diagnosisYear }) =>
      isPaired(site, diagnosisYear) && !PAIRED_OR_CENTRAL(site) && laterality === '0',
    pass: [
      'site=C504 lat=2',
      'site=C340 lat=0',
      'site=C413 lat=0',
      'site=C700 lat=0 dx=2003',
      'site=C700 lat=0',
      'site=C700 lat=9 dx=2004',
      'site=C619 lat=0',
      'site=C504 lat=9',
    ],
    fail: ['site=C504 lat=0', 'site=C700 lat=0 dx=2004', 'site=C384 lat=0', 'site=C079 lat=0', 'site=C754 lat=0'],
  }),
  error({
    id: 'LA02',
    name: 'Primary Site, Laterality: unpaired',
    basis: 'P',
    needs: ['primarySite', 'laterality', 'dateOfDiagnosis'],
    appliesTo: { years: { from: 2004 } },
    logic: 'From diagnosis 2004 on a site that is not paired has laterality 0. C809 is left to LA03.',
    message: 'An unpaired site must have laterality 0.',
    broken: ([site, laterality], { diagnosisYear }) =>
      site !== 'C809' && !isPaired(site, diagnosisYear) && laterality !== '0' && { fix: { laterality: '0' } },
    pass: [
      'site=C619 lat=0 dx=2022',
      'site=C619 lat=1 dx=2003',
      'site=C809 lat=9 dx=2022',
      'site=C504 lat=1 dx=2022',
      'site=C300 lat=1 dx=2022',
    ],
    fail: ['site=C619 lat=1 dx=2022', 'site=C619 lat=9 dx=2004'],
  }),
  error({
    id: 'LA03',
    name: 'Unknown Site, Laterality (SEER IF138)',
    basis: 'P',
    needs: ['primarySite', 'laterality'],
    logic: 'An unknown primary (C809) has laterality 0.',
    message: 'Unknown primary cannot have a side.',
    broken: ([site, laterality]) => site === 'C809' && laterality !== '0' && { fix: { laterality: '0' } },
    pass: ['site=C809 lat=0', 'site=C504 lat=9'],
    fail: ['site=C809 lat=9', 'site=C809 lat=1'],
  }),
  warning({
    id: 'LA04',
    name: 'Laterality, Primary Site, Morph ICDO3 (SEER IF42)',
    basis: 'P',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'laterality'],
    also: ['dateOfDiagnosis'],
    override: { item: 'overRideSiteLatMorph', values: ['1'] },
    logic:
      'An in situ tumor of a paired site has laterality 1, 2, 3 or 5 (also 0 at C300, C340, C413, C414). Histologies 9140 and 9590-9980 are left alone.',
    message: 'In situ tumor of a paired organ needs one known side.',
    broken: ([site, histology, behavior, laterality], { diagnosisYear }) =>
      behavior === '2' &&
      isPaired(site, diagnosisYear) &&
      !BILATERAL_IN_SITU_LEFT_ALONE(histology) &&
      !['1', '2', '3', '5'].includes(laterality) &&
      !(PAIRED_OR_CENTRAL(site) && laterality === '0'),
    pass: [
      'site=C504 hist=8500 beh=2 lat=1',
      'site=C504 hist=8500 beh=2 lat=2',
      'site=C504 hist=8500 beh=2 lat=3',
      'site=C504 hist=8500 beh=2 lat=5',
      'site=C504 hist=8500 beh=3 lat=9',
      'site=C340 hist=8140 beh=2 lat=0',
      'site=C619 hist=8140 beh=2 lat=9',
      'site=C504 hist=9140 beh=2 lat=9',
      'site=C504 hist=9590 beh=2 lat=9',
      'site=C504 hist=8500 beh=2 lat=9 overRideSiteLatMorph=1',
      'site=C700 hist=8000 beh=2 lat=9 dx=2003',
    ],
    fail: [
      'site=C504 hist=8500 beh=2 lat=9',
      'site=C504 hist=8500 beh=2 lat=4',
      'site=C504 hist=8500 beh=2 lat=0',
      'site=C340 hist=8140 beh=2 lat=9',
      'site=C700 hist=8000 beh=2 lat=9 dx=2004',
    ],
  }),
  warning({
    id: 'LA05',
    name: 'Laterality 4 restricted',
    basis: 'D',
    needs: ['primarySite', 'histologicTypeIcdO3', 'laterality'],
    logic:
      'Laterality 4 (both sides, one primary) is expected only for ovary C569, C649 with 8960, eye C690-C699 with 9510-9514 and lung C340-C349.',
    message: 'Bilateral single primary is unusual for this site.',
    broken: ([site, histology, laterality]) =>
      laterality === '4' &&
      site !== 'C569' &&
      !(site === 'C649' && histology === '8960') &&
      !(EYE(site) && RETINOBLASTOMA(histology)) &&
      !LUNG(site),
    pass: [
      'site=C569 hist=8441 lat=4',
      'site=C649 hist=8960 lat=4',
      'site=C692 hist=9510 lat=4',
      'site=C341 hist=8140 lat=4',
      'site=C504 hist=8500 lat=1',
    ],
    fail: [
      'site=C504 hist=8500 lat=4',
      'site=C649 hist=8312 lat=4',
      'site=C692 hist=8720 lat=4',
      'site=C504 hist=8960 lat=4',
      'site=C504 hist=9510 lat=4',
    ],
  }),
  warning({
    id: 'LA06',
    name: 'Laterality 5 by year and site',
    basis: 'D',
    needs: ['primarySite', 'dateOfDiagnosis', 'laterality'],
    logic:
      'Laterality 5 (midline) is expected only from diagnosis 2010 on, at C700, C710-C714, C722-C725, C443 and C445.',
    message: 'Midline is unusual here.',
    broken: ([site, , laterality], { diagnosisYear }) =>
      laterality === '5' && !(diagnosisYear >= 2010 && MIDLINE_SITES(site)),
    pass: ['site=C445 dx=2022 lat=5', 'site=C445 dx=2010 lat=5', 'site=C649 dx=2022 lat=1'],
    fail: ['site=C649 dx=2022 lat=5', 'site=C445 dx=2009 lat=5'],
  }),
  error({
    id: 'LA07',
    name: 'Lung right middle lobe',
    basis: 'P',
    needs: ['primarySite', 'laterality'],
    logic: 'The middle lobe C342 has laterality 1.',
    message: 'The middle lobe exists only on the right.',
    broken: ([site, laterality]) => site === 'C342' && laterality !== '1' && { fix: { laterality: '1' } },
    pass: ['site=C342 lat=1', 'site=C341 lat=2'],
    fail: ['site=C342 lat=2', 'site=C342 lat=9'],
  }),
];
