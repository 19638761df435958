import fc from 'fast-check';
import { loadPrimaries } from '../node';
import { relateTumors, sequenceSeries, type TumorItems } from './index';

const primaries = loadPrimaries();

function tumor(text: string): TumorItems {
  const [primarySite = '', code = '', laterality = '', dateOfDiagnosis] = text.split(' ');
  const [histologicTypeIcdO3 = '', behaviorCodeIcdO3 = ''] = code.split('/');
  return {
    primarySite,
    histologicTypeIcdO3,
    behaviorCodeIcdO3,
    laterality,
    ...(dateOfDiagnosis === undefined ? {} : { dateOfDiagnosis }),
  };
}
const relate = (...texts: readonly string[]): ReturnType<typeof relateTumors> =>
  relateTumors(primaries, texts.map(tumor), 2026);
const summary = (...texts: readonly string[]): string[] =>
  relate(...texts).primaries.map(({ tumors, sequenceNumber }) => `${sequenceNumber}: ${tumors.join(' ')}`);

describe('the tumors of a patient', () => {
  it('that is alone is 00, a non-malignant one 60', () => {
    expect(summary('C504 8500/3 1 20230101')).toEqual(['00: 0']);
    expect(summary('C700 9530/0 1 20230101')).toEqual(['60: 0']);
    expect(summary()).toEqual([]);
  });

  it('are numbered by date within each series', () => {
    expect(
      summary(
        'C341 8140/3 1 20230301',
        'C504 8500/3 1 20200101',
        'C700 9530/0 1 20210101',
        'C619 8140/3 0 20220101',
        'C751 8272/0 0 20190101',
      ),
    ).toEqual(['01: 1', '02: 3', '03: 0', '61: 4', '62: 2']);
  });

  it('that are one primary share a number, dated by the first', () => {
    expect(summary('C504 8500/3 1 20230201', 'C619 8140/3 0 20230115', 'C504 8500/3 1 20230101')).toEqual([
      '01: 2 0',
      '02: 1',
    ]);
  });

  it('count apart where the federal programs do not ask for them', () => {
    expect(sequenceSeries(tumor('C539 8077/2 0 20050101'))).toBe('other');
    expect(sequenceSeries(tumor('C539 8077/2 0 19950101'))).toBe('federal');
    expect(sequenceSeries(tumor('C443 8090/3 1 20200101'))).toBe('other');
    expect(sequenceSeries(tumor('C443 8720/3 1 20200101'))).toBe('federal');
    expect(sequenceSeries(tumor('C619 8148/2 0 20200101'))).toBe('other');
    expect(sequenceSeries(tumor('C679 8130/2 0 20200101'))).toBe('federal');
  });

  it('of one day are numbered with the invasive one first, and the place is not settled', () => {
    const { primaries: found } = relate('C679 8130/2 0 20230101', 'C504 8500/3 1 20230101');
    expect(found).toEqual([
      { tumors: [1], sequenceNumber: '01', settled: false },
      { tumors: [0], sequenceNumber: '02', settled: false },
    ]);
  });

  it('without a date are of unknown number when there are others', () => {
    expect(summary('C504 8500/3 1 20230101', 'C619 8140/3 0')).toEqual(['01: 0', '99: 1']);
    expect(summary('C619 8140/3 0')).toEqual(['00: 0']);
  });

  it('go to review where the rules ask, cannot judge or contradict themselves', () => {
    const asked = relate('C504 8500/3 1 20230101', 'C504 8500/3 9 20230115');
    expect(asked.review).toMatchObject([{ tumors: [0, 1], why: 'questionable' }]);
    expect(asked.primaries.map(({ settled }) => settled)).toEqual([false, false]);

    expect(relate('C809 8000/3 9 20230101', 'C504 8500/3 1 20230101').review).toMatchObject([{ why: 'not-judged' }]);

    // Duct with lobular-and-duct, and lobular-and-duct with duct of later: linked, yet the outer two lie more than five years apart.
    const conflict = relate('C504 8500/3 1 20180101', 'C504 8500/3 1 20210101', 'C504 8500/3 1 20240101');
    expect(conflict.primaries.map(({ tumors }) => tumors)).toEqual([[0, 1, 2]]);
    expect(conflict.review).toMatchObject([{ tumors: [0, 2], why: 'conflict' }]);
  });

  it('keep their grouping whatever the order they are given in', () => {
    const pool = [
      'C504 8500/3 1 20230101',
      'C504 8500/3 1 20230201',
      'C341 8140/3 1 20220101',
      'C619 8140/3 0 20180101',
      'C619 8140/3 0 20240101',
      'C700 9530/0 1 20210101',
      'C421 9732/3 9 20200601',
    ];
    const named = (texts: readonly string[]): string[] =>
      relate(...texts)
        .primaries.map(({ tumors, sequenceNumber }) => `${sequenceNumber} ${tumors.map((at) => texts[at]).join(' + ')}`)
        .sort();
    fc.assert(
      fc.property(fc.shuffledSubarray(pool), (texts) => {
        expect(named(texts)).toEqual(named([...texts].sort()));
      }),
    );
  });

  it('are each in exactly one primary, with distinct numbers', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('C504', 'C341', 'C619', 'C700', 'C421', 'C809', 'C679'),
            fc.constantFrom('8500/3', '8140/3', '9530/0', '9732/3', '8130/2'),
            fc.constantFrom('0', '1', '2', '9'),
            fc.constantFrom('2018', '202003', '20230101', '20240101', '20251231'),
          ),
          { maxLength: 9 },
        ),
        (rows) => {
          const { primaries: found } = relate(...rows.map((row) => row.join(' ')));
          expect(found.flatMap(({ tumors }) => tumors).sort()).toEqual(rows.map((_, at) => at));
          const numbers = found.map(({ sequenceNumber }) => sequenceNumber);
          expect(new Set(numbers).size).toBe(numbers.length);
        },
      ),
    );
  });
});
