import * as fc from 'fast-check';
import { groupTumors, type OwnTumor, type SamePair } from './group-tumors.js';

const tumor = (
  id: string,
  dateOfDiagnosis: string | undefined,
  createdAt: string,
  splitFrom: string | null = null,
): OwnTumor => ({
  id,
  dateOfDiagnosis,
  createdAt,
  splitFrom,
});

const tumors = fc
  .array(
    fc.record({
      dateOfDiagnosis: fc.option(fc.constantFrom('2020', '202003', '20200401', '20210101'), { nil: undefined }),
      createdAt: fc.constantFrom('2024-01-01', '2024-01-02'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.map((one, n): OwnTumor => ({ ...one, id: `t${n}`, splitFrom: null })));
const withPairs = tumors.chain((list) =>
  fc.tuple(
    fc.constant(list),
    fc.array(fc.tuple(fc.constantFrom(...list.map(({ id }) => id)), fc.constantFrom(...list.map(({ id }) => id))), {
      maxLength: 8,
    }),
  ),
);
const asObject = (map: ReadonlyMap<string, string>): object => Object.fromEntries([...map].toSorted());

describe('tumors that decisions make one primary', () => {
  it('survive by the earlier diagnosis, then by age', () => {
    const all = [
      tumor('a', '20240301', '2'),
      tumor('b', '20240101', '3'),
      tumor('c', '20240101', '1'),
      tumor('d', undefined, '0'),
    ];
    expect(asObject(groupTumors(all, [['a', 'b']]))).toEqual({ a: 'b', b: 'b', c: 'c', d: 'd' });
    expect(
      asObject(
        groupTumors(all, [
          ['b', 'c'],
          ['d', 'c'],
        ]),
      ),
    ).toEqual({ a: 'a', b: 'c', c: 'c', d: 'c' });
    // A month counts from its first day.
    expect(groupTumors([tumor('a', '20240105', '1'), tumor('b', '202401', '2')], [['a', 'b']]).get('a')).toBe('b');
  });

  it('never leave a tumor for the one that was split from it', () => {
    const all = [tumor('whole', '20240301', '2'), tumor('part', '20240101', '1', 'whole')];
    expect(groupTumors(all, [['whole', 'part']]).get('part')).toBe('whole');
  });

  it('are the same whatever the order of tumors and decisions, and however often a decision is given', () => {
    fc.assert(
      fc.property(withPairs, fc.integer({ min: 1, max: 1_000 }), ([list, pairs], seed) => {
        const mixed = <T>(items: readonly T[]): T[] =>
          items
            .map((item, n) => [((n + 1) * seed) % 97, item] as const)
            .toSorted((a, b) => a[0] - b[0])
            .map(([, item]) => item);
        const turned = mixed(pairs).map(([a, b]): SamePair => [b, a]);
        expect(asObject(groupTumors(mixed(list), [...turned, ...pairs]))).toEqual(asObject(groupTumors(list, pairs)));
      }),
    );
  });

  it('are each their own when the last decision is taken back, and never follow one that does not stand', () => {
    fc.assert(
      fc.property(withPairs, ([list, pairs]) => {
        expect([...groupTumors(list, [])].every(([id, root]) => id === root)).toBe(true);
        const roots = groupTumors(list, pairs);
        for (const [, root] of roots) expect(roots.get(root)).toBe(root);
        // One decision less joins nothing that was apart.
        const less = groupTumors(list, pairs.slice(1));
        for (const a of less.keys())
          for (const b of less.keys()) if (less.get(a) === less.get(b)) expect(roots.get(a)).toBe(roots.get(b));
      }),
    );
  });
});
