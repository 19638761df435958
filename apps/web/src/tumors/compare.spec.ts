import { type Entry, type History } from '../patients/history.js';
import { algorithmOf, compare } from './compare.js';

const entry = (revision: number, day: number, changes: Entry['changes'], origin: Entry['origin']): Entry => ({
  revision,
  actor: 'user:1',
  actorName: null,
  at: `2026-03-0${day}T12:00:00.000Z`,
  origin,
  changes,
});
const at = (day: number): number => Date.parse(`2026-03-0${day}T23:59:59Z`);
const abstract = (id: string, items: History['items'], day: number, state = 'complete'): History => ({
  entity: 'abstract',
  id,
  facilityId: `facility-${id}`,
  tumorId: 't',
  state,
  items,
  entries: [entry(1, day, {}, { kind: 'person' })],
});
const from = (abstractId: string): Entry['origin'] => ({ kind: 'abstract', abstractId });
const tumor: History = {
  entity: 'tumor',
  id: 't',
  facilityId: null,
  tumorId: 't',
  state: null,
  items: {
    primarySite: 'C504',
    gradePathological: '2',
    tumorSizeSummary: '018',
    schemaId: '00480',
    noPatientContactFlag: '1',
  },
  entries: [
    entry(2, 5, { tumorSizeSummary: [null, '018'], noPatientContactFlag: ['0', '1'] }, from('b')),
    entry(1, 3, { schemaId: [null, '00480', { rule: 'staging:eod_public:3.3' }] }, from('a')),
  ],
};
const rows = [
  tumor,
  abstract('a', { primarySite: 'C504', gradePathological: '2', accessionNumberHosp: '1', nameLast: 'Kept' }, 2),
  abstract('b', { primarySite: 'C504', gradePathological: '3', tumorSizeSummary: '018', accessionNumberHosp: '2' }, 4),
  abstract('c', { primarySite: 'C509' }, 4, 'withdrawn'),
];
const settings = { facilityItems: ['accessionNumberHosp'], sharedItems: ['noPatientContactFlag'] };
const isOfTumor = (item: string): boolean => item !== 'nameLast';
const compared = (day: number) => compare(rows, at(day), isOfTumor, settings);
const lineOf = (item: string, day = 9) => {
  const { differing, groups } = compared(day);
  return [...differing, ...groups.flatMap(({ lines }) => lines)].find((line) => line.item === item);
};

describe('a tumor compared with its abstracts', () => {
  it('puts what facilities say differently first, and says which of them was taken and why', () => {
    expect(compared(9).differing.map(({ item }) => item)).toEqual(['gradePathological']);
    const [grade] = compared(9).differing;
    expect(grade).toMatchObject({ value: '2', why: { kind: 'first', abstractId: 'a' } });
    expect(grade?.told.map(({ value, gave }) => [value, gave])).toEqual([
      ['2', true],
      ['3', false],
      [undefined, false],
    ]);
  });

  it('counts neither what was withdrawn nor a facility’s own numbers, and leaves the person out', () => {
    expect(lineOf('primarySite')?.differs).toBe(false);
    expect(lineOf('accessionNumberHosp')?.differs).toBe(false);
    expect(lineOf('nameLast')).toBeUndefined();
    expect(compared(9).groups.map(({ id }) => id)).toEqual(['diagnosis', 'stage', 'other', 'own']);
  });

  it('names the source of what one facility filled in later, of derived and of shared items', () => {
    expect(lineOf('tumorSizeSummary')?.why).toMatchObject({ kind: 'reported', abstractId: 'b' });
    expect(lineOf('schemaId')?.why).toMatchObject({ kind: 'derived', rule: 'staging:eod_public:3.3' });
    expect(lineOf('schemaId')?.why?.abstractId).toBeUndefined();
    expect(lineOf('noPatientContactFlag')?.why?.kind).toBe('shared');
    expect(algorithmOf('staging:eod_public:3.3')).toEqual({ name: 'eod public', version: '3.3' });
    expect(algorithmOf('sequence-number-first-of-several')).toBeNull();
  });

  it('says what a person set, and why, whatever an abstract gave before, and which abstract gave a merged tumor its value', () => {
    const set = entry(3, 6, { gradePathological: ['2', '3'] }, { kind: 'value', reason: 'the slides' });
    const merged = entry(
      3,
      6,
      {
        gradePathological: ['1', '2', { abstractId: 'a' }],
        tumorSizeSummary: ['010', '018', { decisionId: 'd', reason: 'x' }],
      },
      { kind: 'primaries', decision: 'same_primary' },
    );
    const whyOf = (last: Entry, item: string) => {
      const whole = { ...tumor, entries: [last, ...tumor.entries] };
      const { differing, groups } = compare([whole, ...rows.slice(1)], Infinity, isOfTumor, settings);
      return [...differing, ...groups.flatMap(({ lines }) => lines)].find((line) => line.item === item)?.why;
    };
    expect(whyOf(set, 'gradePathological')).toMatchObject({ kind: 'decided', reason: 'the slides' });
    expect(whyOf(merged, 'gradePathological')).toMatchObject({ kind: 'first', abstractId: 'a' });
    expect(whyOf(merged, 'tumorSizeSummary')).toMatchObject({ kind: 'decided', reason: 'x' });
  });

  it('says so when the abstract that gave a value says something else now', () => {
    const [whole, first, ...others] = rows;
    const changed = [whole, { ...first, items: { ...first?.items, gradePathological: '1' } }, ...others] as History[];
    const { differing } = compare(changed, Infinity, isOfTumor, settings);
    expect(differing[0]?.why?.kind).toBe('changed');
  });

  it('shows an earlier day: what was not there yet, and what has changed since', () => {
    expect(compared(1)).toEqual({ abstracts: [], differing: [], groups: [] });
    expect(compared(3).abstracts.map(({ id }) => id)).toEqual(['a']);
    expect(lineOf('gradePathological', 3)).toMatchObject({ value: '2', differs: false, why: { kind: 'reported' } });
    expect(lineOf('tumorSizeSummary', 4)).toMatchObject({ value: undefined, changedSince: true });
    expect(lineOf('noPatientContactFlag', 4)).toMatchObject({ value: '0', changedSince: true });
  });

  it('is made of the abstracts alone where the consolidated tumor is not in sight', () => {
    const { differing, groups } = compare(rows.slice(1), Infinity, isOfTumor, settings);
    expect(differing.map(({ item, why }) => [item, why])).toEqual([['gradePathological', null]]);
    expect(groups[0]?.lines[0]).toMatchObject({ item: 'primarySite', value: undefined, why: null });
  });
});
