import { multiple, NOT_SOLID, OPEN, questionable, type Rule, type RuleSet, single } from '../rule-set.js';
import { type RowSource } from '../tests.js';
import { otherwiseSingle, sameRow, subtypesConflict } from './shared.js';

const MALIGNANT = { table: 'malignant-cns' };
const OTHER = { table: 'non-malignant-cns' };
const BRAIN = 'C710-C719';
const SITES = 'C700 C701 C709-C719 C720-C725 C728 C729 C751-C753';

const differentRowsBut8000 = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Histologies in different rows of the table are multiple primaries; an unspecified one, or one that no row has, needs a look.',
  clauses: [
    questionable(['not', 'same-code'], ['row-missing', source]),
    questionable(['not', 'same-code'], ['row-starts', source, '8000']),
    multiple(['not', 'same-code'], ['rows-differ', source]),
  ],
});

/** @source SEER Solid Tumor Rules, malignant CNS and peripheral nerves, M7 to M14. M6 needs a non-malignant tumor, which has another set. */
export const malignantBrain2018: RuleSet = {
  id: 'malignant-cns-2018',
  name: 'Malignant tumors of the central nervous system, 2018 and later',
  reference: 'str_2018_and_later_malignant_cns',
  scopes: [{ years: [2018, OPEN], sites: `C470-C479 ${SITES}`, codesExcluded: NOT_SOLID, behaviors: '3' }],
  rules: [
    {
      step: 'M7',
      says: 'A glioblastoma after another glial tumor is another primary.',
      clauses: [
        multiple(['not', 'same-histology'], ['one-of-each', 'list:glial-tumor-2018', '9440'], ['later', '9440']),
      ],
    },
    {
      step: 'M8',
      says: 'Tumors of one histology in different parts of the brain are a single primary.',
      clauses: [single('same-histology', ['both-sites', BRAIN])],
    },
    {
      step: 'M9',
      says: 'Tumors in different parts of the nervous system (brain, meninges, spinal cord, cranial nerves) are multiple primaries.',
      clauses: [
        multiple(['split-by', [BRAIN, 'C721', 'C700', 'C722-C725', 'C709', 'C720', 'C701']]),
        multiple(['both-sites', 'C722-C725'], 'sites-differ'),
      ],
    },
    subtypesConflict('M10', MALIGNANT),
    {
      step: 'M11',
      says: 'Glioma, NOS and a specific glial tumor are a single primary.',
      clauses: [single(['one-of-each', '9380', '9385 9391 9392 9393 9396 9400 9401 9411 9424 9430 9450 9451'])],
    },
    sameRow('M12', MALIGNANT),
    differentRowsBut8000('M13', MALIGNANT),
    otherwiseSingle('M14'),
  ],
};

/** Ganglioglioma and its kin: one code for tumors that the rules tell apart by words. */
const AMBIGUOUS = [
  questionable('same-histology', ['both-sites', BRAIN], ['both', '9413']),
  questionable('same-histology', ['both-sites', BRAIN], ['both', '9509'], 'behaviors-differ'),
];

/** @source SEER Solid Tumor Rules, non-malignant CNS tumors, M7 to M15. */
export const otherBrain2018: RuleSet = {
  id: 'nonmalignant-cns-2018',
  name: 'Non-malignant tumors of the central nervous system, 2018 and later',
  reference: 'str_2018_and_later_non_malignant_cns',
  scopes: [{ years: [2018, OPEN], sites: SITES, codesExcluded: NOT_SOLID, behaviors: '01' }],
  rules: [
    {
      step: 'M7',
      says: 'Acoustic neuromas, or optic gliomas, on both sides are a single primary.',
      clauses: ['9560/0', '9421/1'].map((code) => ({
        ...single('same-site', ['both-sites', 'C700 C710-C714 C722-C725'], 'opposite-sides', ['both', code]),
        certain: true,
      })),
    },
    {
      step: 'M8',
      says: 'Tumors in different parts of the nervous system (brain, meninges, spinal cord, cranial nerves) are multiple primaries.',
      clauses: [multiple(['split-by', [BRAIN, 'C721', 'C700', 'C722-C725', 'C720', 'C701']])],
    },
    {
      step: 'M9',
      says: 'Two different subtypes are multiple primaries.',
      clauses: [multiple(['not', 'same-histology'], ['both-have-subtypes', OTHER])],
    },
    {
      step: 'M10',
      says: 'Meningiomas of the cerebral meninges are a single primary.',
      clauses: [single(['both-sites', 'C700'], ['both', 'list:cns-2018-meningiomas'])],
    },
    {
      step: 'M11',
      says: 'Tumors of one histology in different parts of the brain are a single primary; 9413 and 9509 need a look.',
      clauses: [...AMBIGUOUS, single('same-histology', ['both-sites', BRAIN])],
    },
    {
      step: 'M12',
      says: 'Histologies in the same row of the table are a single primary; 9413, 9509 and one that no row has need a look.',
      clauses: [
        questionable(['not', 'same-code'], ['row-missing', OTHER]),
        ...(['same-code', ['rows-equal', OTHER]] as const).flatMap((same) => [
          questionable(same, ['first', '9413']),
          questionable(same, ['first', '9509'], 'behaviors-differ'),
          single(same),
        ]),
      ],
    },
    {
      step: 'M13',
      says: 'Glioma, NOS and a specific glial or neuronal tumor are a single primary.',
      clauses: [
        single([
          'one-of-each',
          '9380/1',
          '9383/1 9384/1 9394/1 9412/1 9413/0 9444/1 9492/0 9493/0 9505/1 9506/1 9509/1 8693/1',
        ]),
      ],
    },
    differentRowsBut8000('M14', OTHER),
    otherwiseSingle('M15'),
  ],
};
