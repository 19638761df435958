import { multiple, NOT_SOLID, OPEN, type RuleSet, single } from '../rule-set.js';
import {
  differentOrgan,
  differentRows,
  inSituAfterInvasive,
  invasiveAfter60,
  invasiveWithin60,
  otherwiseSingle,
  sameRowWithin60,
  yearsApart,
} from './shared.js';

const ROWS = { table: 'colon' };

/** @source SEER Solid Tumor Rules, colon, M3 to M15. M7 and M8 (tumor at an anastomosis) read more than codes and are left to people. */
export const colon2018: RuleSet = {
  id: 'colon-2018',
  name: 'Colon, rectosigmoid and rectum, 2018 and later',
  reference: 'str_2018_and_later_colon',
  scopes: [{ years: [2018, OPEN], sites: 'C180-C189 C199 C209', codesExcluded: NOT_SOLID, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Carcinoma in familial adenomatous polyposis is a single primary.',
      clauses: [single(['both', '8220'])],
    },
    differentOrgan('M4'),
    {
      step: 'M5',
      says: 'Two different subtypes are multiple primaries.',
      clauses: [multiple(['not', 'same-histology'], ['both-have-subtypes', ROWS])],
    },
    differentRows('M6', ROWS),
    {
      step: 'M9',
      says: 'Tumors in different parts of the colon are multiple primaries.',
      clauses: [multiple(['parts-differ', 'C189'])],
    },
    yearsApart('M10', 1),
    sameRowWithin60('M11', ROWS),
    inSituAfterInvasive('M12'),
    invasiveWithin60('M13'),
    invasiveAfter60('M14'),
    otherwiseSingle('M15'),
  ],
};
