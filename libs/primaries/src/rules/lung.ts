import { certain, multiple, NOT_SOLID, OPEN, questionable, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentOrgan,
  differentRows,
  inSituAfterInvasiveSameSide,
  invasiveAfter60,
  invasiveWithin60,
  otherwiseSingle,
  subtypesDiffer,
  yearsApart,
} from './shared.js';

const ROWS = { table: 'lung' };
const ROWS_AND_TABLE_2 = { ...ROWS, list: 'lung-2018-table2' };

/** @source SEER Solid Tumor Rules, lung, M3 to M14. */
export const lung2018: RuleSet = {
  id: 'lung-2018',
  name: 'Lung, 2018 and later',
  reference: 'str_2018_and_later_lung',
  scopes: [{ years: [2018, OPEN], sites: 'C340-C343 C348 C349', codesExcluded: NOT_SOLID, behaviors: '236' }],
  rules: [
    differentOrgan('M3'),
    yearsApart('M4', 3),
    {
      step: 'M5',
      says: 'Small cell or another neuroendocrine carcinoma and a carcinoma of another kind are multiple primaries.',
      clauses: [multiple(['one-of-each', '8041 8045 8240 8246 8249', 'list:lung-2018-other'])],
    },
    subtypesDiffer('M6', ROWS),
    {
      step: 'M7',
      says: 'Histologies in the same row of the table, in one lung within 60 days, are a single primary.',
      clauses: [
        questionable(['not', 'same-code'], ['row-missing', ROWS_AND_TABLE_2]),
        single('same-code', 'same-side', ['within-days', 60]),
        single(['rows-equal', ROWS_AND_TABLE_2], 'same-side', ['within-days', 60]),
      ],
    },
    differentRows('M8', ROWS_AND_TABLE_2),
    {
      step: 'M9',
      says: 'Tumors within 60 days in one lung, or spread over both, are a single primary; one in each lung needs a look.',
      clauses: [
        single('same-side-or-bilateral', ['within-days', 60]),
        certain(questionable('opposite-sides', ['within-days', 60])),
        single(['within-days', 60]),
      ],
    },
    inSituAfterInvasiveSameSide('M10'),
    bothSides('M11'),
    invasiveWithin60('M12'),
    invasiveAfter60('M13'),
    otherwiseSingle('M14'),
  ],
};
