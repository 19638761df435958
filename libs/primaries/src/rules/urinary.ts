import { multiple, NOT_SOLID, OPEN, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentOrgan,
  differentRows,
  inSituAfterInvasive,
  invasiveAfter60,
  invasiveWithin60,
  otherwiseSingle,
  sameRowWithin60,
  subtypesDiffer,
} from './shared.js';

const ROWS = { table: 'urinary' };
const BLADDER = 'C670-C679';
const UROTHELIAL = 'list:urinary-2018-urothelial-carcinomas';
const NOT_MICROPAPILLARY = 'list:urinary-2018-urothelial-carcinomas-exclude-micropapillary';

/** @source SEER Solid Tumor Rules, renal pelvis, ureter, bladder and other urinary, M3 to M18. */
export const urinary2018: RuleSet = {
  id: 'urinary-2018',
  name: 'Renal pelvis, ureter, bladder and other urinary, 2018 and later',
  reference: 'str_2018_and_later_urinary',
  scopes: [
    { years: [2018, OPEN], sites: `C659 C669 ${BLADDER} C680-C689`, codesExcluded: NOT_SOLID, behaviors: '236' },
  ],
  rules: [
    bothSides('M3', [['both-sites', 'C659']], 'Tumors of the renal pelvis'),
    bothSides('M4', [['both-sites', 'C669']], 'Tumors of the ureter'),
    {
      step: 'M5',
      says: 'In situ urothelial carcinomas of bladder and ureter within 60 days are a single primary.',
      clauses: [single(['both', '8120/2'], ['one-site-of-each', BLADDER, 'C669'], ['within-days', 60])],
    },
    invasiveAfter60('M6'),
    {
      step: 'M7',
      says: 'Non-invasive urothelial tumors of the bladder are a single primary.',
      clauses: [single('both-in-situ', ['both-sites', BLADDER], ['both', NOT_MICROPAPILLARY])],
    },
    {
      step: 'M8',
      says: 'Micropapillary carcinoma and another urothelial carcinoma are multiple primaries.',
      clauses: [multiple(['one-of-each', '8131', NOT_MICROPAPILLARY])],
    },
    {
      step: 'M9',
      says: 'Invasive urothelial carcinomas of the bladder are a single primary.',
      clauses: [single('both-invasive', ['both-sites', BLADDER], ['both', UROTHELIAL])],
    },
    {
      step: 'M10',
      says: 'Tumors diagnosed more than three years apart are multiple primaries, urothelial carcinomas of the bladder excepted.',
      clauses: [
        multiple(['years-apart', 3], ['not', ['both-sites', BLADDER]]),
        multiple(['years-apart', 3], ['not', ['both', NOT_MICROPAPILLARY]]),
      ],
    },
    {
      step: 'M11',
      says: 'Urothelial carcinomas in several urinary organs are a single primary.',
      clauses: [single(['sites-in-list', 'urinary-2018-urinary-sites'], 'site-groups-differ', ['both', UROTHELIAL])],
    },
    subtypesDiffer('M12', ROWS),
    differentRows('M13', ROWS),
    differentOrgan('M14'),
    sameRowWithin60('M15', ROWS),
    inSituAfterInvasive('M16'),
    invasiveWithin60('M17'),
    otherwiseSingle('M18'),
  ],
};
