import { multiple, NOT_SOLID, OPEN, questionable, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentOrgan,
  inSituAfterInvasiveSameSide,
  invasiveAfter60,
  invasiveWithin60SameSide,
  otherwiseSingle,
  subtypesConflict,
  yearsApart,
} from './shared.js';

const ROWS = { table: 'breast' };
const ROWS_AND_TABLE_2 = { ...ROWS, list: 'breast-2018-table2' };

/** @source SEER Solid Tumor Rules, breast, M4 to M17. M8 and M9 (Paget disease) read more than codes and are left to people. */
export const breast2018: RuleSet = {
  id: 'breast-2018',
  name: 'Breast, 2018 and later',
  reference: 'str_2018_and_later_breast',
  scopes: [{ years: [2018, OPEN], sites: 'C500-C506 C508-C509', codesExcluded: NOT_SOLID, behaviors: '2346' }],
  rules: [
    differentOrgan('M4'),
    yearsApart('M5', 5),
    {
      step: 'M6',
      says: 'Inflammatory carcinoma is a single primary, in one breast or in both.',
      clauses: [single(['both', '8530/3'])],
    },
    bothSides('M7'),
    {
      step: 'M10',
      says: 'Carcinoma of no special type with or after duct and lobular carcinoma in one breast is a single primary.',
      clauses: [
        single(['one-of-each', '8500/2', '8522/2 8543/2 8543/3 8523/2'], ['not-earlier', '8500/2']),
        single(['one-of-each', '8500/3', '8522/3 8541/3 8523/3'], ['not-earlier', '8500/3']),
      ],
    },
    subtypesConflict('M11', ROWS),
    {
      step: 'M12',
      says: 'Histologies in the same row of the table, diagnosed within 60 days, are a single primary.',
      clauses: [single('same-code', ['within-days', 60]), single(['rows-equal', ROWS], ['within-days', 60])],
    },
    {
      step: 'M13',
      says: 'Histologies in different rows of the tables are multiple primaries; one that no row has needs a look.',
      clauses: [
        questionable(['not', 'same-code'], ['row-missing', ROWS_AND_TABLE_2]),
        multiple(['not', 'same-code'], ['rows-differ', ROWS_AND_TABLE_2]),
      ],
    },
    inSituAfterInvasiveSameSide('M14'),
    invasiveWithin60SameSide('M15'),
    invasiveAfter60('M16'),
    otherwiseSingle('M17'),
  ],
};
