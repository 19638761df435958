import { type RuleSet } from '../rule-set.js';
import { blood2010 } from './blood.js';
import { malignantBrain2018, otherBrain2018 } from './brain.js';
import { breast2018 } from './breast.js';
import { colon2018 } from './colon.js';
import { headNeck2018 } from './head-neck.js';
import { kidney2018 } from './kidney.js';
import { lung2018 } from './lung.js';
import { melanoma2007, melanoma2021 } from './melanoma.js';
import { otherSites2007, otherSites2023 } from './other-sites.js';
import { SOLID_2007 } from './solid-2007.js';
import { urinary2018 } from './urinary.js';

/** Every set, in the order in which a tumor is offered to them; the sets for other sites take what no one before took. */
export const RULE_SETS: readonly RuleSet[] = [
  blood2010,
  melanoma2007,
  breast2018,
  colon2018,
  headNeck2018,
  kidney2018,
  lung2018,
  malignantBrain2018,
  otherBrain2018,
  urinary2018,
  melanoma2021,
  ...SOLID_2007,
  otherSites2007,
  otherSites2023,
];

/** Changes with every change of a rule or a set; decisions are stored with it. */
export const RULE_SETS_VERSION = '2026.1';
