import { multiple, NOT_SOLID, OPEN, questionable, type RuleSet, single } from '../rule-set.js';
import {
  bothSides,
  differentOrgan,
  inSituAfterInvasive,
  invasiveAfter60,
  invasiveWithin60,
  otherwiseSingle,
  yearsApart,
} from './shared.js';

const FAMILY = 'head-neck';
const ROWS = { siteTables: FAMILY };

/** Pairs of sites that are organs of their own although their first three characters agree. */
const PARTED: readonly (readonly [left: string, right: string])[] = [
  ['C754', 'C755'],
  ['C050', 'C051'],
  ['C050', 'C052'],
  ['C051', 'C052'],
  ['C410', 'C411'],
  ['C310', 'C311-C313'],
  ['C311', 'C312-C313'],
  ['C312', 'C313'],
  ['C300', 'C301'],
  ['C130', 'C131-C132'],
  ['C131', 'C132'],
  ['C080', 'C081'],
  ['C030', 'C031'],
  ['C000 C003', 'C001 C004'],
  ['C320', 'C321-C323'],
  ['C321', 'C322-C323'],
  ['C322', 'C323'],
];

/** @source SEER Solid Tumor Rules, head and neck, M3 to M13; paragangliomas of C754 and C755 since 2019. */
export const headNeck2018: RuleSet = {
  id: 'head-neck-2018',
  name: 'Head and neck, 2018 and later',
  reference: 'str_2018_and_later_head_and_neck',
  scopes: [
    {
      years: [2018, OPEN],
      sites: 'C000-C148 C300-C339 C410 C411 C479',
      codesExcluded: NOT_SOLID,
      behaviors: '236',
    },
    { years: [2019, OPEN], sites: 'C754 C755', codes: '8680 8690-8693', behaviors: '3' },
  ],
  rules: [
    {
      step: 'M3',
      says: 'Tumors in parts that count as different organs (upper and lower lip, glottis and supraglottis, ...) are multiple primaries.',
      clauses: PARTED.map(([left, right]) => multiple(['one-site-of-each', left, right])),
    },
    differentOrgan('M4'),
    bothSides(
      'M5',
      [['in-same-of', ['C079', 'C080 C081', 'C098 C099', 'C301', 'C310 C312', 'C754']]],
      'Tumors of a paired organ',
    ),
    yearsApart('M6', 5),
    {
      step: 'M7',
      says: 'Two different subtypes in the table of the site are multiple primaries; a site without a table or a histology without a row needs a look.',
      clauses: [
        questionable(['site-without-table', FAMILY]),
        questionable(['same-table', FAMILY], ['row-missing', ROWS], ['not', 'same-histology']),
        multiple(['same-table', FAMILY], ['subtypes-conflict', ROWS]),
      ],
    },
    {
      step: 'M8',
      says: 'Histologies in different rows, or sites with different tables, are multiple primaries.',
      clauses: [
        multiple(['not', ['same-table', FAMILY]]),
        questionable(['both-sites', 'C479 C754 C755'], ['one-of-each', '8690', '8690 8693']),
        multiple(['rows-conflict', ROWS]),
      ],
    },
    inSituAfterInvasive('M9'),
    invasiveWithin60('M10'),
    invasiveAfter60('M11'),
    {
      step: 'M12',
      says: 'Histologies in the same row of the table are a single primary; one that no row has needs a look.',
      clauses: [
        single(['row-missing', ROWS], 'same-code'),
        questionable(['row-missing', ROWS]),
        single(['rows-overlap', ROWS]),
      ],
    },
    otherwiseSingle('M13'),
  ],
};
