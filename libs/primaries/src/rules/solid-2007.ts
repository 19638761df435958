/**
 * Sets for tumors of 2007 to 2017 in sites that have rules of their own.
 *
 * @source SEER Multiple Primary and Histology Coding Rules 2007, by site.
 */
import { multiple, NOT_SOLID, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentHistologyGroup,
  differentOrgan,
  generalAndSpecific,
  invasiveAfter60,
  otherwiseSingle,
  yearsApart,
} from './shared.js';

const scope = (sites: string, behaviors = '236'): RuleSet['scopes'][number] => ({
  years: [2007, 2017],
  sites,
  codesExcluded: NOT_SOLID,
  behaviors,
});

const DUCT = '8022 8035 8201 8230 8401 8500-8504 8507 8508';

const breast2007: RuleSet = {
  id: 'breast-2007',
  name: 'Breast, 2007 to 2017',
  reference: 'mph_2007_to_2017_breast',
  scopes: [scope('C500-C509')],
  rules: [
    differentOrgan('M4'),
    yearsApart('M5', 5),
    {
      step: 'M6',
      says: 'Inflammatory carcinoma is a single primary, in one breast or in both.',
      clauses: [single(['both', '8530/3'])],
    },
    bothSides('M7'),
    invasiveAfter60('M8'),
    {
      step: 'M9',
      says: 'Paget disease with intraductal or duct carcinoma is a single primary.',
      clauses: [single(['one-of-each', '8540-8543', DUCT])],
    },
    {
      step: 'M10',
      says: 'Lobular with intraductal or duct carcinoma is a single primary.',
      clauses: [single(['one-of-each', '8520', DUCT])],
    },
    {
      step: 'M11',
      says: 'Intraductal and duct carcinomas of one breast are a single primary.',
      clauses: [single(['both', DUCT])],
    },
    differentHistologyGroup('M12'),
    otherwiseSingle('M13'),
  ],
};

const colon2007: RuleSet = {
  id: 'colon-2007',
  name: 'Colon, 2007 to 2017',
  reference: 'mph_2007_to_2017_colon',
  scopes: [scope('C180-C189')],
  rules: [
    {
      step: 'M3',
      says: 'Familial polyposis with a malignant tumor in a polyp is a single primary.',
      clauses: [single('either-invasive', ['one-of-each', '8220 8221', 'list:polyp'])],
    },
    {
      step: 'M4',
      says: 'Tumors in different parts of the colon are multiple primaries.',
      clauses: [multiple('sites-differ')],
    },
    yearsApart('M5', 1),
    invasiveAfter60('M6'),
    {
      step: 'M7',
      says: 'An adenocarcinoma and a carcinoma in a polyp are a single primary.',
      clauses: [single(['one-of-each', 'list:adenocarcinoma-nos list:adenocarcinoma-specific', 'list:polyp'])],
    },
    generalAndSpecific('M8', '8000 8010 8140 8800'),
    {
      step: 'M9',
      says: 'Carcinomas in several polyps are a single primary.',
      clauses: [single(['both', 'list:polyp'])],
    },
    differentHistologyGroup('M10'),
    otherwiseSingle('M11'),
  ],
};

const headNeck2007: RuleSet = {
  id: 'head-neck-2007',
  name: 'Head and neck, 2007 to 2017',
  reference: 'mph_2007_to_2017_head_and_neck',
  scopes: [scope('C000-C148 C300-C329')],
  rules: [
    bothSides(
      'M3',
      [['in-same-of', ['C079', 'C080 C081', 'C090 C091 C098 C099', 'C300', 'C310 C312', 'C301']]],
      'Tumors of a paired organ',
    ),
    ...(
      [
        ['M4', 'C000 C003', 'C001 C004', 'the upper and the lower lip'],
        ['M5', 'C030', 'C031', 'the upper and the lower gum'],
        ['M6', 'C300', 'C301', 'the nasal cavity and the middle ear'],
      ] as const
    ).map(([step, left, right, where]) => ({
      step,
      says: `Tumors of ${where} are multiple primaries.`,
      clauses: [multiple(['one-site-of-each', left, right])],
    })),
    differentOrgan('M7'),
    invasiveAfter60('M8'),
    yearsApart('M9', 5),
    generalAndSpecific('M10', '8000 8010 8070 8140 8720 8800'),
    differentHistologyGroup('M11'),
    otherwiseSingle('M12'),
  ],
};

const kidney2007: RuleSet = {
  id: 'kidney-2007',
  name: 'Kidney, 2007 to 2017',
  reference: 'mph_2007_to_2017_kidney',
  scopes: [scope('C649')],
  rules: [
    {
      step: 'M3',
      says: 'Nephroblastoma (Wilms tumor) is a single primary.',
      clauses: [single(['both', '8960/3'])],
    },
    differentOrgan('M4'),
    bothSides('M5'),
    yearsApart('M6', 3),
    invasiveAfter60('M7'),
    {
      step: 'M8',
      says: 'Two different specific types of renal cell carcinoma are multiple primaries.',
      clauses: [multiple(['not', 'same-histology'], ['both', '8260 8310 8316-8320 8510 8959'])],
    },
    generalAndSpecific('M9', '8000 8010 8140 8312'),
    differentHistologyGroup('M10'),
    otherwiseSingle('M11'),
  ],
};

const lung2007: RuleSet = {
  id: 'lung-2007',
  name: 'Lung, 2007 to 2017',
  reference: 'mph_2007_to_2017_lung',
  scopes: [scope('C340-C349')],
  rules: [
    differentOrgan('M3'),
    {
      step: 'M4',
      says: 'Small cell and non-small cell carcinoma are multiple primaries.',
      clauses: [multiple(['one-of-each', '8046', '8041-8045'])],
    },
    {
      step: 'M5',
      says: 'Adenocarcinoma of mixed subtypes and bronchioloalveolar carcinoma are multiple primaries.',
      clauses: [multiple(['one-of-each', '8255', '8250-8254'])],
    },
    {
      step: 'M6',
      says: 'One tumor in each lung is multiple primaries.',
      clauses: [multiple('one-on-each-side')],
    },
    {
      step: 'M7',
      says: 'Tumors of both lungs whose histologies differ in the first three digits are multiple primaries.',
      clauses: [
        multiple(['not', 'same-laterality'], ['not', 'same-histology-group']),
        multiple('either-bilateral', ['not', 'same-histology-group']),
      ],
    },
    yearsApart('M8', 3),
    invasiveAfter60('M9'),
    {
      step: 'M10',
      says: 'Non-small cell carcinoma, NOS and a more specific form of it are a single primary.',
      clauses: [
        single([
          'one-of-each',
          '8046',
          '8012-8014 8022 8031-8033 8052 8070-8073 8082-8084 8123 8140 8200 8230 8250-8255 8260 8310 8333 8430 8470 8480-8481 8490 8550 8560 8972 8980',
        ]),
      ],
    },
    differentHistologyGroup('M11'),
    otherwiseSingle('M12'),
  ],
};

const UROTHELIAL = '8120 8130 8131 8082 8122 8031 8020';

const urinary2007: RuleSet = {
  id: 'urinary-2007',
  name: 'Renal pelvis, ureter, bladder and other urinary, 2007 to 2017',
  reference: 'mph_2007_to_2017_urinary',
  scopes: [scope('C659 C669 C670-C679 C680-C689')],
  rules: [
    bothSides('M3', [['both-sites', 'C659']], 'Tumors of the renal pelvis'),
    bothSides('M4', [['both-sites', 'C669']], 'Tumors of the ureter'),
    invasiveAfter60('M5'),
    {
      step: 'M6',
      says: 'Papillary and transitional cell carcinomas of the bladder are a single primary.',
      clauses: [single(['both-sites', 'C670-C679'], ['both', '8050 8120-8124 8130 8131'])],
    },
    yearsApart('M7', 3),
    {
      step: 'M8',
      says: 'Urothelial carcinomas in several urinary organs are a single primary.',
      clauses: [single(['both-sites', 'C659 C669 C670-C679 C680'], ['both', UROTHELIAL])],
    },
    differentHistologyGroup('M9'),
    differentOrgan('M10'),
    otherwiseSingle('M11'),
  ],
};

const BRAIN = 'C700 C701 C709-C725 C728 C729 C751-C753';
/** Branches of the two charts of malignant tumors; 9503 belongs to every branch of the first. */
const CHART_1 = [
  '9508',
  '9392',
  '9501 9502',
  '9470-9472 9474',
  '9473 9490 9500',
  '9391-9393',
  '9362',
  '9390',
  '9505',
  '9521-9523',
  '9380 9381 9423 9430',
  '9380 9382',
  '9380 9400 9401 9410 9411 9420',
  '9380 9421',
  '9380 9424 9440-9442',
  '9450 9451 9460',
].map((branch) => `${branch} 9503`);
const CHART_2 = ['9540 9560 9561 9571', '9064 9070 9071 9080 9084 9085 9100', '9538 9539'];
const CHARTS = [CHART_1, CHART_2];

const malignantBrain2007: RuleSet = {
  id: 'malignant-cns-2007',
  name: 'Malignant tumors of the central nervous system, 2007 to 2017',
  reference: 'mph_2007_to_2017_malignant_brain',
  scopes: [scope(BRAIN, '3')],
  rules: [
    differentOrgan('M5'),
    {
      step: 'M6',
      says: 'A glioblastoma after another glial tumor is a single primary.',
      clauses: [
        single(
          ['not', 'same-histology'],
          ['one-of-each', '9380-9382 9400 9401 9410 9411 9420 9421 9423 9424 9430 9440-9442', '9440'],
          ['later', '9440'],
        ),
      ],
    },
    {
      step: 'M7',
      says: 'Histologies on one branch of a chart are a single primary.',
      clauses: CHARTS.map((chart) => single(['both-in-one-of', chart])),
    },
    {
      step: 'M8',
      says: 'Histologies on different branches of a chart are multiple primaries.',
      clauses: CHARTS.map((chart) => multiple(['both', chart.join(' ')])),
    },
    differentHistologyGroup('M9'),
    otherwiseSingle('M10'),
  ],
};

const CHART = [
  '9383/1 9394/1 9444/1',
  '9384/1 9412/1 9413/0 9442/1 9505/1 9506/1',
  '9540/0 9540/1 9541/0 9550/0 9560/0',
  '9560/1',
  '9562',
  '9570',
  '9571/0',
];
const LISTED = CHART.join(' ');

const otherBrain2007: RuleSet = {
  id: 'nonmalignant-cns-2007',
  name: 'Non-malignant tumors of the central nervous system, 2007 to 2017',
  reference: 'mph_2007_to_2017_benign_brain',
  scopes: [scope(BRAIN, '01')],
  rules: [
    {
      step: 'M4',
      says: 'Tumors in different sites are multiple primaries.',
      clauses: [multiple('sites-differ')],
    },
    bothSides('M5', [['both-sites', 'C700 C710-C714 C722-C725']], 'Tumors of a paired organ'),
    ...(
      [
        ['M6', '9390/1', '9390/0', 'Atypical choroid plexus papilloma after choroid plexus papilloma'],
        ['M7', '9540/1', '9540/0', 'Neurofibromatosis after neurofibroma'],
      ] as const
    ).map(([step, later, earlier, what]) => ({
      step,
      says: `${what} is a single primary.`,
      clauses: [single(['one-of-each', later, earlier], ['later', later])],
    })),
    {
      step: 'M8',
      says: 'Histologies on one branch of the chart are a single primary.',
      clauses: [single(['both-in-one-of', CHART])],
    },
    {
      step: 'M9',
      says: 'Histologies on different branches of the chart are multiple primaries.',
      clauses: [multiple(['both', LISTED])],
    },
    {
      step: 'M10',
      says: 'A histology of the chart and one that it does not have are multiple primaries.',
      clauses: [multiple(['either', LISTED])],
    },
    differentHistologyGroup('M11'),
    otherwiseSingle('M12'),
  ],
};

export const SOLID_2007: readonly RuleSet[] = [
  breast2007,
  colon2007,
  headNeck2007,
  kidney2007,
  lung2007,
  urinary2007,
  malignantBrain2007,
  otherBrain2007,
];
