import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';

const FEMALE_ORGANS = codes('C510-C589');
const MALE_ORGANS = codes('C600-C639');
const OVARIAN = codes('8441 8460 8461 8600');
const SEMINOMA = codes('9061-9063');
const CHILDHOOD = codes('9510-9514 9500 8960 8970');
const PROSTATE_CARCINOMA = codes('8140-8575');
const ADULT_CARCINOMA = codes('8010-8169 8181-8671');
const ADULT_SITES = codes('C150-C269 C340-C349 C500-C509 C530-C569 C619 C670-C679');
const ADULT_BLOOD = codes('9732 9823');
const EVER_MARRIED = codes('2-6');

const AGE_OVERRIDE = { item: 'overRideAgeSiteMorph', values: ['1', '3'] } as const;

/** @source reference catalog, site, sex and age. */
export const SEX_AGE: readonly Edit[] = [
  error({
    id: 'SX01',
    name: 'Sex, Primary Site (SEER IF17)',
    basis: 'P',
    needs: ['primarySite', 'sexAssignedAtBirth'],
    logic: 'Sex 1 does not go with C510-C589, sex 2 not with C600-C639.',
    message: 'Site and sex conflict.',
    broken: ([site, sex]) => (sex === '1' && FEMALE_ORGANS(site)) || (sex === '2' && MALE_ORGANS(site)),
    pass: ['site=C619 sex=1', 'site=C539 sex=2', 'site=C619 sex=9', 'site=C504 sex=1', 'site=C504 sex=2'],
    fail: ['site=C619 sex=2', 'site=C539 sex=1'],
  }),
  warning({
    id: 'SX02',
    name: 'Sex, Morphology',
    basis: 'D',
    needs: ['sexAssignedAtBirth', 'histologicTypeIcdO3'],
    also: ['primarySite', 'behaviorCodeIcdO3'],
    logic:
      'Review sex 1 with malignant 8441, 8460, 8461 or 8600, or with 9100 of the placenta C589; and sex 2 with seminoma 9061-9063.',
    message: 'Histology is unusual for this sex.',
    broken: ([sex, histology], values) =>
      (sex === '1' && values.get('behaviorCodeIcdO3') === '3' && OVARIAN(histology)) ||
      (sex === '1' && histology === '9100' && values.get('primarySite') === 'C589') ||
      (sex === '2' && SEMINOMA(histology)),
    pass: [
      'sex=1 site=C620 hist=9061',
      'sex=1 hist=8441 beh=1',
      'sex=1 hist=8441',
      'sex=2 hist=8441 beh=3',
      'sex=1 hist=9100 site=C620',
      'sex=2 hist=9100 site=C589',
      'sex=1 hist=8500 beh=3',
      'sex=2 hist=9060',
      'sex=1 hist=8140 site=C589',
    ],
    fail: ['sex=2 site=C569 hist=9061', 'sex=1 hist=8441 beh=3', 'sex=1 hist=9100 site=C589', 'sex=1 hist=8600 beh=3'],
  }),
  warning({
    id: 'SX03',
    name: 'Sex, Name-First, Date of Birth',
    basis: 'P',
    needs: ['nameFirst', 'sexAssignedAtBirth'],
    override: { item: 'overRideNameSex', values: ['1'] },
    logic: 'Review a first name of the registry’s list that is almost only given to the other sex.',
    message: 'Check sex against first name.',
    broken: ([name, sex], _, { settings: { firstNames } }) => {
      const upper = name.toUpperCase();
      return (sex === '1' && firstNames.female.includes(upper)) || (sex === '2' && firstNames.male.includes(upper));
    },
    pass: [
      'fn=MARY sex=2',
      'fn=JOHN sex=1',
      'fn=MARY sex=1 overRideNameSex=1',
      'fn=MARY sex=9',
      'fn=TAMSIN sex=1',
      'fn=TAMSIN sex=2',
      'fn=JOHN sex=9',
    ],
    fail: ['fn=MARY sex=1', 'fn=JOHN sex=2', 'fn=Mary sex=1'],
  }),
  warning({
    id: 'AG01',
    name: 'Age, Primary Site, Morph ICDO3--Adult (SEER IF15)',
    basis: 'D',
    needs: ['ageAtDiagnosis', 'histologicTypeIcdO3'],
    override: AGE_OVERRIDE,
    logic:
      'Review retinoblastoma 9510-9514, neuroblastoma 9500, nephroblastoma 8960 and hepatoblastoma 8970 at ages 015-120.',
    message: 'Childhood tumor in an adult.',
    broken: ([age, histology]) => age >= '015' && age <= '120' && CHILDHOOD(histology),
    pass: [
      'age=003 site=C692 hist=9510',
      'age=014 hist=9500',
      'age=999 hist=9500',
      'age=040 hist=8140',
      'age=040 hist=9510 ovAge=1',
      'age=040 hist=9510 ovAge=3',
    ],
    fail: [
      'age=040 site=C692 hist=9510',
      'age=015 hist=9500',
      'age=120 hist=8960',
      'age=050 hist=8970',
      'age=040 hist=9510 ovAge=2',
    ],
  }),
  warning({
    id: 'AG02',
    name: 'Age, Primary Site, Morph ICDO3--Pediatric (NPCR)',
    basis: 'D',
    needs: ['ageAtDiagnosis', 'histologicTypeIcdO3'],
    also: ['primarySite'],
    override: AGE_OVERRIDE,
    logic:
      'Under age 015 review carcinomas (8010-8671 but 8170-8180) of C150-C269, C340-C349, C500-C509, C530-C569, C619 and C670-C679, myeloma 9732 and CLL 9823.',
    message: 'Adult tumor in a child.',
    broken: ([age, histology], values) =>
      age < '015' && ((ADULT_CARCINOMA(histology) && ADULT_SITES(values.get('primarySite'))) || ADULT_BLOOD(histology)),
    pass: [
      'age=060 site=C619 hist=8140',
      'age=015 site=C619 hist=8140',
      'age=010 site=C220 hist=8170',
      'age=010 site=C220 hist=8180',
      'age=010 site=C739 hist=8140',
      'age=010 hist=8140',
      'age=010 site=C619 hist=8900',
      'age=010 site=C619 hist=8140 ovAge=1',
      'age=020 hist=9732',
    ],
    fail: ['age=010 site=C619 hist=8140', 'age=014 site=C509 hist=8500', 'age=010 hist=9732', 'age=010 hist=9823'],
  }),
  warning({
    id: 'AG03',
    name: 'Prostate carcinoma under 30',
    basis: 'D',
    needs: ['ageAtDiagnosis', 'primarySite', 'histologicTypeIcdO3'],
    override: AGE_OVERRIDE,
    logic: 'Review C619 with histology 8140-8575 under age 030.',
    message: 'Very young for prostate carcinoma.',
    broken: ([age, site, histology]) => age < '030' && site === 'C619' && PROSTATE_CARCINOMA(histology),
    pass: [
      'age=055 site=C619 hist=8140',
      'age=030 site=C619 hist=8140',
      'age=025 site=C509 hist=8140',
      'age=025 site=C619 hist=8900',
      'age=025 site=C619 hist=8140 ovAge=3',
    ],
    fail: ['age=025 site=C619 hist=8140', 'age=029 site=C619 hist=8575'],
  }),
  warning({
    id: 'AG04',
    name: 'Placenta',
    basis: 'D',
    needs: ['ageAtDiagnosis', 'primarySite'],
    also: ['histologicTypeIcdO3'],
    override: AGE_OVERRIDE,
    logic: 'Tumors of C589, and 9100 at C510-C589, are usual at ages 015-055; 999 is left alone.',
    message: 'Unusual age for a placental tumor.',
    broken: ([age, site], values) =>
      (site === 'C589' || (values.get('histologicTypeIcdO3') === '9100' && FEMALE_ORGANS(site))) &&
      age !== '999' &&
      !(age >= '015' && age <= '055'),
    pass: [
      'age=030 site=C589 hist=9100',
      'age=015 site=C589',
      'age=055 site=C589',
      'age=999 site=C589',
      'age=070 site=C549 hist=8140',
      'age=070 site=C620 hist=9100',
      'age=070 site=C589 ovAge=1',
    ],
    fail: ['age=070 site=C589 hist=9100', 'age=014 site=C589', 'age=056 site=C589', 'age=070 site=C549 hist=9100'],
  }),
  warning({
    id: 'AG05',
    name: 'Marital Status, Age',
    basis: 'D',
    needs: ['ageAtDiagnosis', 'maritalStatusAtDx'],
    logic: 'Review marital status 2-6 under age 015.',
    message: 'Marital status is unusual for this age.',
    broken: ([age, status]) => age < '015' && EVER_MARRIED(status),
    pass: ['age=010 marital=1', 'age=015 marital=2', 'age=010 marital=9'],
    fail: ['age=010 marital=2', 'age=014 marital=6'],
  }),
];
