import { type List } from './queries.js';

export const TITLES: Readonly<Record<List, string>> = {
  drafts: 'Drafts',
  screening: 'Screening',
  'not-reportable': 'Not reportable',
  failed: 'Failed messages',
  unassigned: 'No facility',
};

/** What appears in a list, for when it is empty. */
export const EMPTY: Readonly<Record<List, string>> = {
  drafts: 'Abstracts that reports started, or that you start by hand, wait here until they are complete.',
  screening: 'Reports that the coder was not sure about wait here for your decision.',
  'not-reportable':
    'Reports that need not be registered. A random sample of them is drawn here, to see that none is missed.',
  failed: 'Messages that could not be read are kept here, whole, to be run again once the cause is mended.',
  unassigned: 'Reports whose facility nobody has named yet. Name the sender under facilities and run them again.',
};

/** A reason in words: `ambiguous-not-accepted` as `Ambiguous not accepted`. */
export const reasonWords = (reason: string): string => {
  const words = reason.replace(/[-_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
