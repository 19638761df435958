import { certain, multiple, OPEN, questionable, type RuleSet, single } from '../rule-set.js';
import { type TestSpec } from '../tests.js';
import { differentHistologyGroup, invasiveAfter60, otherwiseSingle, subtypesDiffer } from './shared.js';

const ROWS = { table: 'cutaneous-melanoma' };
const MELANOMA = '8720-8780';
const SKIN = 'C440-C449';
/** Sites of the skin that have no side. */
const NO_SIDE: TestSpec = ['first-site', 'C440 C448 C449'];

/** @source SEER Solid Tumor Rules, cutaneous melanoma 2021, M3 to M8. */
export const melanoma2021: RuleSet = {
  id: 'melanoma-2021',
  name: 'Cutaneous melanoma, 2021 and later',
  reference: 'str_2021_and_later_cutaneous_melanoma',
  scopes: [{ years: [2021, OPEN], sites: SKIN, codes: MELANOMA, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Melanomas of different parts of the skin are multiple primaries.',
      clauses: [multiple(['parts-differ', 'C449'])],
    },
    {
      step: 'M4',
      says: 'Melanomas on different sides, or of one side and the midline, are multiple primaries.',
      clauses: [multiple(['not', NO_SIDE], ['not', 'laterality-not-stated'], 'lateralities-differ')],
    },
    subtypesDiffer('M5', ROWS),
    {
      step: 'M6',
      says: 'Melanomas of one place and side within 60 days are a single primary; an unlisted histology or an unclear side or date needs a look.',
      clauses: [
        questionable(['row-missing', ROWS]),
        questionable(['not', NO_SIDE], 'laterality-other'),
        ...([NO_SIDE, 'same-laterality'] as const).flatMap((place) => [
          questionable(place, ['days-unknown', 60]),
          single(place, ['within-days', 60]),
        ]),
      ],
    },
    {
      step: 'M7',
      says: 'Melanomas more than 60 days apart are multiple primaries.',
      clauses: [questionable(['days-unknown', 60]), certain(multiple(['beyond-days', 60]))],
    },
    otherwiseSingle('M8'),
  ],
};

/** @source SEER Multiple Primary and Histology Rules 2007, cutaneous melanoma, M3 to M8. */
export const melanoma2007: RuleSet = {
  id: 'melanoma-2007',
  name: 'Cutaneous melanoma, 2007 to 2020',
  reference: 'mph_2007_to_2017_melanoma',
  scopes: [{ years: [2007, 2020], sites: SKIN, codes: MELANOMA, behaviors: '236' }],
  rules: [
    {
      step: 'M3',
      says: 'Melanomas of different parts of the skin are multiple primaries.',
      clauses: [multiple('sites-differ')],
    },
    {
      step: 'M4',
      says: 'Melanomas on different sides, or of one side and the midline, are multiple primaries.',
      clauses: [multiple('lateralities-differ')],
    },
    differentHistologyGroup('M5'),
    invasiveAfter60('M6'),
    {
      step: 'M7',
      says: 'Melanomas more than 60 days apart are multiple primaries.',
      clauses: [multiple(['beyond-days', 60])],
    },
    otherwiseSingle('M8'),
  ],
};
