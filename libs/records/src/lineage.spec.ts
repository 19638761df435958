import { type ItemValues } from '@perennial/naaccr';
import * as fc from 'fast-check';
import { diffItems, undo } from './lineage.js';

const ids = ['primarySite', 'laterality', 'dateOfDiagnosis', 'textRemarks', 'sex', 'gradeClinical'] as const;
const items = fc.dictionary(
  fc.constantFrom(...ids),
  fc.string({ minLength: 1, maxLength: 8 }),
) as fc.Arbitrary<ItemValues>;
const patches = fc.array(
  fc.dictionary(fc.constantFrom(...ids), fc.option(fc.string({ minLength: 1, maxLength: 8 }), { nil: null })),
  { maxLength: 12 },
);

/** What a save does to the items, as the database does it. */
const apply = (before: ItemValues, patch: Readonly<Record<string, string | null>>): ItemValues =>
  Object.fromEntries(
    Object.entries({ ...before, ...patch }).filter((entry): entry is [string, string] => entry[1] !== null),
  );

describe('lineage', () => {
  it('keeps old and new, and an origin only where one is given', () => {
    const origin = { rule: 'icd-o-3.laterality' };
    expect(
      diffItems({ primarySite: 'C504' }, { primarySite: 'C509', laterality: '1' }, { laterality: origin }),
    ).toEqual({
      primarySite: ['C504', 'C509'],
      laterality: [null, '1', origin],
    });
  });

  it('leaves out what does not change and what was not there to remove', () => {
    expect(diffItems({ primarySite: 'C504' }, { primarySite: 'C504', laterality: null })).toEqual({});
  });

  it('does not take columns for items when it folds back', () => {
    expect(undo({ primarySite: 'C504' }, { '@state': ['draft', 'complete'], primarySite: [null, 'C504'] })).toEqual({});
  });

  it('gives every earlier state back from the last one', () => {
    fc.assert(
      fc.property(items, patches, (first, saves) => {
        const states = [first];
        const lineage = saves.map((patch) => {
          const before = states[states.length - 1]!;
          states.push(apply(before, patch));
          return diffItems(before, patch);
        });
        let state = states[states.length - 1]!;
        for (const [index, changes] of [...lineage.entries()].reverse()) {
          state = undo(state, changes);
          expect(state).toEqual(states[index]);
        }
      }),
    );
  });
});
