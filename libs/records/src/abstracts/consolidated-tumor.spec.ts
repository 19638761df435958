import { type ItemValues } from '@perennial/naaccr';
import * as fc from 'fast-check';
import { consolidatedTumor, patchTo, type Report } from './consolidated-tumor.js';
import { sequenceNumber, settleNumbers } from './numbers.js';

const report = (abstractId: string, facilityId: string, items: Readonly<Record<string, string>>): Report => ({
  abstractId,
  revision: 2,
  facilityId,
  items: items,
});
const items = fc.dictionary(
  fc.constantFrom(
    'primarySite',
    'gradePathological',
    'tumorSizeSummary',
    'cancerStatus',
    'reportingFacilityRestrictionFlag',
  ),
  fc.constantFrom('00', '01', '02'),
);
const reports = fc
  .array(fc.tuple(fc.constantFrom('A', 'B', 'C'), items), { minLength: 1, maxLength: 5 })
  .map((list) => list.map(([facility, values], n) => report(`a${n}`, facility, values)));

describe('a consolidated tumor', () => {
  it('keeps what the first facility said, lets that facility correct itself, and fills in what is missing', () => {
    const first = report('a', 'A', { gradePathological: '2', tumorSizeSummary: '010' });
    const second = report('b', 'B', { gradePathological: '3', regionalNodesPositive: '01' });
    const { items: values, sources } = consolidatedTumor([first, second]);
    expect(values).toEqual({ gradePathological: '2', tumorSizeSummary: '010', regionalNodesPositive: '01' });
    expect(sources.regionalNodesPositive).toEqual({ abstractId: 'b', revision: 2 });
    const later = report('c', 'A', { gradePathological: '1' });
    expect(consolidatedTumor([first, later]).items.gradePathological).toBe('1');
    expect(consolidatedTumor([first, second, later]).items.gradePathological).toBe('1');
    expect(consolidatedTumor([{ ...first, items: { gradePathological: '3' } }, second]).items).toEqual({
      gradePathological: '3',
      regionalNodesPositive: '01',
    });
  });

  it('keeps what a contact said until the abstracts that it was written to say otherwise', () => {
    const told = { cancerStatus: { value: '2', contactId: 'k' } };
    const before = report('a', 'A', { cancerStatus: '1' });
    const written = report('b', 'B', { cancerStatus: '2' });
    const corrected = report('b', 'B', { cancerStatus: '9' });
    expect(consolidatedTumor([before, written], told)).toMatchObject({
      items: { cancerStatus: '2' },
      sources: { cancerStatus: { contactId: 'k' } },
    });
    expect(consolidatedTumor([before, corrected], told).items.cancerStatus).toBe('1');
    expect(consolidatedTumor([report('a', 'A', {})], told).items.cancerStatus).toBe('2');
    expect(
      consolidatedTumor([before, report('b', 'B', {})], { cancerStatus: { value: null, contactId: 'k' } }).items,
    ).toEqual({});
  });

  it('does not depend on the order where facilities agree or only one of them says something, nor in item 1856', () => {
    fc.assert(
      fc.property(reports, (list) => {
        const single = list.filter(({ facilityId }, n) => list.findIndex((one) => one.facilityId === facilityId) === n);
        const [forth, back] = [consolidatedTumor(single).items, consolidatedTumor(single.toReversed()).items];
        expect(back.reportingFacilityRestrictionFlag).toBe(forth.reportingFacilityRestrictionFlag);
        expect(Object.keys(back).toSorted()).toEqual(Object.keys(forth).toSorted());
        for (const item of Object.keys(forth)) {
          const said = new Set(single.map((one) => (one.items as Record<string, string>)[item]).filter(Boolean));
          if (said.size === 1) expect(back[item]).toBe(forth[item]);
        }
      }),
    );
  });

  it('is before a merge what it is after the merge is undone, and says only what its facilities say last', () => {
    fc.assert(
      fc.property(reports, reports, (one, other) => {
        const a = consolidatedTumor(one).items;
        const merged = consolidatedTumor([...one, ...other]).items;
        const there = { ...a, ...patchTo(a, merged, () => false) };
        expect(Object.fromEntries(Object.entries(there).filter(([, value]) => value !== null))).toEqual(merged);
        const again = { ...merged, ...patchTo(merged, a, () => false) };
        expect(Object.fromEntries(Object.entries(again).filter(([, value]) => value !== null))).toEqual(a);
        const last = ['A', 'B', 'C'].map((facility) => {
          const own = [...one, ...other].filter(({ facilityId }) => facilityId === facility);
          return Object.assign({}, ...own.map((single) => single.items)) as Record<string, string>;
        });
        for (const [item, value] of Object.entries(merged))
          if (item !== 'reportingFacilityRestrictionFlag') expect(last.map((said) => said[item])).toContain(value);
      }),
    );
  });
});

describe('what a person set', () => {
  const decided = fc
    .dictionary(
      fc.constantFrom('primarySite', 'gradePathological', 'cancerStatus'),
      fc.option(fc.constantFrom('1', '2'), { nil: null }),
    )
    .map((values) =>
      Object.fromEntries(
        Object.entries(values).map(([item, value]) => [item, { value, decisionId: `d-${item}`, reason: 'because' }]),
      ),
    );

  it('stands whatever is reported, moves nothing else, and leaves no trace when it is taken back', () => {
    fc.assert(
      fc.property(reports, reports, decided, (list, later, values) => {
        const plain = consolidatedTumor([...list, ...later]);
        const set = consolidatedTumor([...list, ...later], {}, values);
        for (const [item, { value, decisionId }] of Object.entries(values)) {
          expect(set.items[item] ?? null).toBe(value);
          expect(set.sources[item]).toMatchObject({ decisionId });
        }
        for (const item of Object.keys({ ...plain.items, ...set.items }))
          if (values[item] === undefined) expect(set.items[item]).toBe(plain.items[item]);
        expect(consolidatedTumor([...list, ...later], {}, {})).toEqual(plain);
      }),
    );
  });
});

describe('central sequence numbers', () => {
  const breast = { primarySite: 'C504', histologicTypeIcdO3: '8500', behaviorCodeIcdO3: '3' } as ItemValues;
  const benign = { ...breast, primarySite: 'C709', behaviorCodeIcdO3: '0' } as ItemValues;
  const settle = (own: readonly string[][], used: readonly string[], fewer: boolean, of = breast): string[] => [
    ...settleNumbers(
      own.map((numbers, n) => ({ id: String(n), items: of, own: numbers })),
      used,
      fewer,
    ).values(),
  ];

  it('are the lowest of what was merged, 00 for the only one that is left, and each tumor’s own when it stands alone again', () => {
    expect(settle([['01', '02']], ['01', '02'], true)).toEqual(['00']);
    expect(settle([['61', '62']], ['61', '62'], true, benign)).toEqual(['60']);
    expect(settle([['02', '01'], ['03']], ['01', '02', '03'], true)).toEqual(['01', '03']);
    // The first primary of this person is known to nobody here: 02 stays 02.
    expect(settle([['02', '03']], ['02', '03'], true)).toEqual(['02']);
    expect(settle([['01'], ['02']], ['00', '01', '02'], false)).toEqual(['01', '02']);
    // One was the only one meanwhile, or has no number: nothing is given twice.
    expect(settle([['00'], ['02']], ['00', '02'], false)).toEqual(['01', '02']);
    expect(settle([['01'], ['01'], []], ['01', '03'], false)).toEqual(['01', '04', '05']);
  });

  it('say whether a number is that of the only one', () => {
    expect(sequenceNumber(breast, []).isOnly).toBe(true);
    expect(sequenceNumber(breast, ['00'])).toEqual({ number: '02', renumber: { from: '00', to: '01' }, isOnly: false });
  });
});
