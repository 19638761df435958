import { certain, multiple, NOT_SOLID, OPEN, questionable, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentRows,
  inSituAfterInvasiveSameSide,
  invasiveAfter60,
  invasiveWithin60SameSide,
  otherwiseSingle,
  subtypesConflict,
  yearsApart,
} from './shared.js';

const ROWS = { table: 'kidney' };

/** @source SEER Solid Tumor Rules, kidney, M3 to M13. */
export const kidney2018: RuleSet = {
  id: 'kidney-2018',
  name: 'Kidney, 2018 and later',
  reference: 'str_2018_and_later_kidney',
  scopes: [{ years: [2018, OPEN], sites: 'C649', codesExcluded: NOT_SOLID, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Tumors in different sites are multiple primaries.',
      clauses: [multiple('sites-differ')],
    },
    {
      step: 'M4',
      says: 'Nephroblastoma (Wilms tumor) is a single primary, in one kidney or in both.',
      clauses: [single(['both', '8960/3'])],
    },
    bothSides('M5'),
    yearsApart('M6', 3),
    subtypesConflict('M7', ROWS),
    {
      step: 'M8',
      says: 'Histologies in the same row of the table, in one kidney within 60 days, are a single primary; 8311 stands for several carcinomas and needs a look.',
      clauses: [
        questionable(['not', 'same-code'], ['row-missing', ROWS]),
        certain(questionable(['both', '8311'], 'same-side', ['within-days', 60])),
        single('same-code', 'same-side', ['within-days', 60]),
        single(['rows-equal', ROWS], 'same-side', ['within-days', 60]),
      ],
    },
    differentRows('M9', ROWS),
    inSituAfterInvasiveSameSide('M10'),
    invasiveWithin60SameSide('M11'),
    invasiveAfter60('M12'),
    otherwiseSingle('M13'),
  ],
};
