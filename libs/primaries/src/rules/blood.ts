import { BLOOD, multiple, OPEN, questionable, type Rule, type RuleSet, single } from '../rule-set.js';

const LYMPHOMA = 'list:lymphoma-nos-and-non-hodgkin-lymphoma';
const HODGKIN = 'list:hodgkin-lymphoma';

const samePlace = (step: string, says: string, ...pairs: readonly [string, string][]): Rule => ({
  step,
  says,
  clauses: pairs.map(([left, right]) =>
    single(['not', 'same-histology'], ['one-of-each', left, right], 'same-place', ['within-days', 21]),
  ),
});

/**
 * @source SEER Hematopoietic and Lymphoid Neoplasm Coding Manual, M1 to M15, with the pair tables of its database. M9, M11, M12 and M13 need
 * what the codes do not say; here they ask for a look, as M8 does.
 */
export const blood2010: RuleSet = {
  id: 'heme-2010',
  name: 'Hematopoietic and lymphoid neoplasms, 2010 and later',
  reference: 'hemato_2010_and_later',
  scopes: [{ years: [2010, OPEN], codes: BLOOD, behaviors: '236' }],
  rules: [
    {
      step: 'M2',
      says: 'One histology is a single primary; marginal zone lymphoma in and outside the lymph nodes needs a look.',
      clauses: [questionable('same-histology', ['both', '9699/3'], ['split-by', ['C77']]), single('same-histology')],
    },
    {
      step: 'M3',
      says: 'A mast cell or myeloid sarcoma with or after the leukemia of its kind is a single primary.',
      clauses: (
        [
          ['mast-cell-sarcoma', 'mast-cell-leukemia'],
          ['myeloid-sarcoma', 'myeloid-leukemia'],
        ] as const
      ).map(([sarcoma, leukemia]) =>
        single(
          'both-invasive',
          ['one-of-each', `list:${sarcoma}`, `list:${leukemia}`],
          ['within-days-or-later', 21, `list:${sarcoma}`],
        ),
      ),
    },
    samePlace('M4', 'Two non-Hodgkin lymphomas in one place within 21 days are a single primary.', [
      LYMPHOMA,
      LYMPHOMA,
    ]),
    samePlace('M5', 'Hodgkin and non-Hodgkin lymphoma in one place within 21 days are a single primary.', [
      HODGKIN,
      LYMPHOMA,
    ]),
    {
      step: 'M6',
      says: 'Hodgkin and non-Hodgkin lymphoma in different places are multiple primaries.',
      clauses: [multiple(['one-of-each', HODGKIN, 'list:non-hodgkin-lymphoma'], ['not', 'same-place'])],
    },
    {
      step: 'M8',
      says: 'A chronic neoplasm and the acute one it turns into, found within 21 days, need a look.',
      clauses: [questionable('transformation', ['not-beyond-days', 21])],
    },
    {
      step: 'M10',
      says: 'An acute neoplasm more than 21 days after the chronic one it came from is another primary; myeloma after plasmacytoma needs a look.',
      clauses: [
        questionable('transformation', ['one-of-each', '9732/3', '9731/3 9734/3']),
        multiple('transformation', 'chronic-to-acute', ['beyond-days', 21]),
      ],
    },
    {
      step: 'M12',
      says: 'A chronic neoplasm after the acute one needs a look.',
      clauses: [questionable('transformation')],
    },
    {
      step: 'M14',
      says: 'Post-transplant lymphoproliferative disorder with a lymphoma or plasmacytoma of the same day is a single primary.',
      clauses: [
        {
          ...single(
            ['one-of-each', '9971', 'list:bcell list:tcell list:hodgkin-lymphoma list:plasmacytoma'],
            'known-date-parts-equal',
          ),
          tentative: true,
        },
      ],
    },
    {
      step: 'M15',
      says: 'Whether two neoplasms are the same primary is read from the database, under the later one.',
      clauses: [single('same-code'), single('same-primary-by-table'), multiple()],
    },
  ],
};
