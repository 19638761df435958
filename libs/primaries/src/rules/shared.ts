/** Rules that several groups share, under the step each gives them. */
import { multiple, questionable, type Rule, single } from '../rule-set.js';
import { type RowSource, type TestSpec } from '../tests.js';

export const differentOrgan = (step: string): Rule => ({
  step,
  says: 'Tumors in sites whose second or third character differs are multiple primaries.',
  clauses: [multiple('site-groups-differ')],
});

export const yearsApart = (step: string, years: number, unless: readonly TestSpec[] = []): Rule => ({
  step,
  says: `Tumors diagnosed more than ${years === 1 ? 'one year' : `${years} years`} apart are multiple primaries.`,
  clauses: [multiple(['years-apart', years], ...unless)],
});

export const bothSides = (step: string, where: readonly TestSpec[] = [], what = 'Tumors'): Rule => ({
  step,
  says: `${what} on the right and on the left side are multiple primaries.`,
  clauses: [multiple(...where, 'opposite-sides')],
});

export const inSituAfterInvasive = (step: string): Rule => ({
  step,
  says: 'An in situ tumor diagnosed after an invasive one belongs to the same primary.',
  clauses: [single('in-situ-and-invasive', 'in-situ-later')],
});

export const inSituAfterInvasiveSameSide = (step: string): Rule => ({
  step,
  says: 'An in situ tumor diagnosed after an invasive one on the same side belongs to the same primary.',
  clauses: [single('in-situ-and-invasive', 'same-side', 'in-situ-later')],
});

export const invasiveWithin60 = (step: string): Rule => ({
  step,
  says: 'An invasive tumor within 60 days after an in situ one belongs to the same primary.',
  clauses: [single('in-situ-and-invasive', 'invasive-not-earlier', ['within-days', 60])],
});

export const invasiveWithin60SameSide = (step: string): Rule => ({
  step,
  says: 'An invasive tumor within 60 days after an in situ one on the same side belongs to the same primary.',
  clauses: [single('in-situ-and-invasive', 'same-side', 'invasive-not-earlier', ['within-days', 60])],
});

export const invasiveAfter60 = (step: string): Rule => ({
  step,
  says: 'An invasive tumor more than 60 days after an in situ one is another primary.',
  clauses: [multiple('in-situ-and-invasive', 'dates-differ', 'invasive-not-earlier', ['beyond-days', 60])],
});

export const differentRows = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Histologies in different rows of the table are multiple primaries; one that no row has needs a look.',
  clauses: [
    questionable(['not', 'same-code'], ['row-missing', source]),
    multiple(['not', 'same-code'], ['rows-differ', source]),
  ],
});

export const sameRow = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Histologies in the same row of the table are a single primary; one that no row has needs a look.',
  clauses: [
    questionable(['not', 'same-code'], ['row-missing', source]),
    single('same-code'),
    single(['rows-equal', source]),
  ],
});

export const sameRowWithin60 = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Histologies in the same row of the table, diagnosed within 60 days, are a single primary.',
  clauses: [
    questionable(['not', 'same-code'], ['row-missing', source], ['within-days', 60]),
    single('same-code', ['within-days', 60]),
    single(['rows-equal', source], ['within-days', 60]),
  ],
});

export const differentHistologyGroup = (step: string): Rule => ({
  step,
  says: 'Histologies that differ in the first three digits are multiple primaries.',
  clauses: [multiple(['not', 'same-histology-group'])],
});

export const generalAndSpecific = (step: string, general: string): Rule => ({
  step,
  says: 'A general histology and a more specific form of it are a single primary.',
  clauses: [single(['general-and-specific', general])],
});

export const subtypesConflict = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Two different subtypes of one histology are multiple primaries.',
  clauses: [multiple(['subtypes-conflict', source])],
});

export const subtypesDiffer = (step: string, source: RowSource): Rule => ({
  step,
  says: 'Two different subtypes are multiple primaries.',
  clauses: [multiple(['subtypes-differ', source])],
});

export const otherwiseSingle = (step: string): Rule => ({
  step,
  says: 'Tumors that no rule before makes multiple primaries are a single primary.',
  clauses: [single()],
});
