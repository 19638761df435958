import { BLOOD, multiple, OPEN, questionable, type Rule, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentHistologyGroup,
  differentOrgan,
  generalAndSpecific,
  invasiveAfter60,
  otherwiseSingle,
  yearsApart,
} from './shared.js';

const FAMILY = 'other-sites';
const ROWS = { siteTables: FAMILY };
const ROWS_AND_TABLE_2 = { ...ROWS, list: 'other-sites-2023-table-2', each: true } as const;
const PROSTATE = ['both-sites', 'C619'] as const;
const THYROID = ['both-sites', 'C739'] as const;
const OVARY = [
  ['both-sites', 'C569'],
  ['both', '8000-8799'],
] as const;
const POLYP = 'list:polyp';
const ADENOCARCINOMA = 'list:adenocarcinoma-nos list:adenocarcinoma-specific';

/** Paired organs; each entry is one organ. */
const PAIRED = [
  ...['C384', 'C400', 'C401', 'C402', 'C403', 'C441', 'C442', 'C443', 'C445', 'C446', 'C447', 'C471', 'C472'],
  ...['C491', 'C492', 'C569', 'C570', 'C620-C629', 'C630', 'C631', 'C690-C699', 'C740-C749', 'C754'],
];

const retinoblastoma = (step: string): Rule => ({
  step,
  says: 'Retinoblastoma is a single primary, in one eye or in both.',
  clauses: [single(['both', '9510-9513'])],
});
const kaposi = (step: string): Rule => ({
  step,
  says: 'Kaposi sarcoma is a single primary wherever it is found.',
  clauses: [single(['both', '9140'])],
});
const polyposis = (step: string, sites: string): Rule => ({
  step,
  says: 'Familial polyposis with a malignant tumor in a polyp is a single primary.',
  clauses: [single(['both-sites', sites], 'either-invasive', ['one-of-each', '8220', POLYP])],
});
/** Sites whose fourth character names an organ: only tumors of the first one's group, which the rule before has made sure of. */
const parts = (step: string, groups: string): Rule => ({
  step,
  says: 'Tumors in different parts of anus, bone, skin, soft tissue and the like (fourth character) are multiple primaries.',
  clauses: [multiple(['first-site', groups], 'subsites-differ')],
});
const adenocarcinomaAndPolyp = (step: string): Rule => ({
  step,
  says: 'An adenocarcinoma and a carcinoma in a polyp are a single primary.',
  clauses: [single('both-in-situ-or-invasive', ['not', ['both', POLYP]], ['one-of-each', ADENOCARCINOMA, POLYP])],
});
const polyps = (step: string): Rule => ({
  step,
  says: 'Carcinomas in several polyps are a single primary.',
  clauses: [single('both-in-situ-or-invasive', ['both', POLYP])],
});

/** @source SEER Solid Tumor Rules, other sites 2023, M3 to M21. */
export const otherSites2023: RuleSet = {
  id: 'other-2023',
  name: 'Other sites, 2023 and later',
  reference: 'str_2023_and_later_other_sites',
  scopes: [{ years: [2023, OPEN], codesExcluded: BLOOD, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Acinar adenocarcinomas of the prostate, with their subtypes, are a single primary.',
      clauses: [single(PROSTATE, ['both', 'list:adenocarcinoma-prostate-subtypes'])],
    },
    {
      step: 'M4',
      says: 'Small cell carcinoma of the prostate after an adenocarcinoma is another primary.',
      clauses: [
        multiple(
          PROSTATE,
          ['one-of-each', '8041/3', '8140/2 8140/3 8201/3 8230/3 8260/3 8480/3 8490/3 8500/3 8572/3 8574/3'],
          ['later', '8041/3'],
        ),
      ],
    },
    retinoblastoma('M5'),
    kaposi('M6'),
    {
      step: 'M7',
      says: 'Follicular and papillary carcinomas of the thyroid within 60 days are a single primary.',
      clauses: [single(THYROID, ['both', 'list:follicular list:papillary'], ['within-days', 60])],
    },
    {
      step: 'M8',
      says: 'Anaplastic and another carcinoma of the thyroid are multiple primaries.',
      clauses: [multiple(THYROID, ['one-of-each', 'list:anaplastic-carcinoma', 'list:other-thyroid-histologies'])],
    },
    {
      step: 'M9',
      says: 'Epithelial tumors of both ovaries of one histology within 60 days are a single primary.',
      clauses: [
        single(...OVARY, 'same-histology', ['within-days', 60]),
        single(...OVARY, ['not', ['subtypes-conflict', ROWS]], ['rows-equal', ROWS], ['within-days', 60]),
      ],
    },
    bothSides('M10', [['in-same-of', [...PAIRED, 'C444']]], 'Tumors of a paired organ'),
    polyposis('M11', 'C17'),
    yearsApart('M12', 1),
    differentOrgan('M13'),
    parts('M14', 'C21 C40 C41 C44 C49'),
    adenocarcinomaAndPolyp('M15'),
    polyps('M16'),
    {
      step: 'M17',
      says: 'Two different subtypes in the table of the site are multiple primaries.',
      clauses: [multiple(['not', ['site-without-table', FAMILY]], ['subtypes-conflict', ROWS])],
    },
    {
      step: 'M18',
      says: 'Histologies in the same row of the table, diagnosed within 60 days, are a single primary.',
      clauses: [
        single(['same-table', FAMILY], 'same-code', ['within-days', 60]),
        single(['same-table', FAMILY], ['rows-equal', ROWS], ['within-days', 60]),
      ],
    },
    {
      step: 'M19',
      says: 'Histologies in different rows of the tables are multiple primaries; one that no row has needs a look.',
      clauses: [
        questionable(['not', 'same-code'], ['row-missing', ROWS_AND_TABLE_2]),
        multiple(['not', 'same-code'], ['rows-differ', ROWS_AND_TABLE_2]),
      ],
    },
    invasiveAfter60('M20'),
    otherwiseSingle('M21'),
  ],
};

/** @source SEER Multiple Primary and Histology Rules 2007, other sites, M3 to M18. */
export const otherSites2007: RuleSet = {
  id: 'other-2007',
  name: 'Other sites, 2007 to 2022',
  reference: 'mph_2007_to_2022_other_sites',
  scopes: [{ years: [2007, 2022], codesExcluded: BLOOD, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Adenocarcinoma of the prostate is a single primary.',
      clauses: [single(PROSTATE, ['both', '8140'])],
    },
    retinoblastoma('M4'),
    kaposi('M5'),
    {
      step: 'M6',
      says: 'Follicular and papillary carcinomas of the thyroid within 60 days are a single primary.',
      clauses: [single(THYROID, ['both', '8330/3 8260/3'], ['within-days', 60])],
    },
    {
      step: 'M7',
      says: 'Epithelial tumors of both ovaries of one histology within 60 days are a single primary.',
      clauses: [
        single(...OVARY, 'same-histology', ['within-days', 60]),
        single(...OVARY, ['either', '8000 8010'], ['within-days', 60]),
        single(...OVARY, ['one-of-each', '8460 8461', '8441'], ['within-days', 60]),
      ],
    },
    bothSides('M8', [['in-same-of', [...PAIRED, 'C413', 'C414']]], 'Tumors of a paired organ'),
    polyposis('M9', 'C180-C189 C199 C209'),
    yearsApart('M10', 1),
    differentOrgan('M11'),
    parts('M12', 'C21 C40 C41 C44 C47 C49'),
    adenocarcinomaAndPolyp('M13'),
    polyps('M14'),
    invasiveAfter60('M15'),
    generalAndSpecific('M16', '8000 8010 8070 8140 8720 8800'),
    differentHistologyGroup('M17'),
    otherwiseSingle('M18'),
  ],
};
